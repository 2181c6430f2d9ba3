"""The real models of figures, compiled once, over published tables made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.dbt_cli import run_dbt
from tests.prebuilt import built_once
from warehouse.contract.agreement import Agreement
from warehouse.contract.periods import find_period
from warehouse.extracts.figures import compute
from warehouse.store.home import PROJECT
from warehouse.transform.compiled import Models, compiled

AS_OF = date(2026, 1, 31)
Row = dict[str, Any]
READ = (
    "fct_module_completion",
    "fct_attendance",
    "fct_bound_completion",
    "dim_programme",
    "dim_module",
    "dim_module_crosswalk",
    "dim_province",
    "dim_person_category",
)
PROGRAMMES: tuple[Row, ...] = (
    {"programme_id": "whole", "partner_id": "a", "certifies_trainers": False},
    {"programme_id": "part", "partner_id": "a", "parent_programme_id": "whole", "certifies_trainers": False},
    {"programme_id": "tot", "partner_id": "a", "parent_programme_id": "whole", "certifies_trainers": True},
    {"programme_id": "elsewhere", "partner_id": "b", "certifies_trainers": False},
)
MODULES: tuple[Row, ...] = tuple(
    {"module_id": module, "topic": topic, "certifies_trainers": False}
    for module, topic in (("m1", "law"), ("m2", "law"), ("m3", "borders"), ("unspecified", "not stated"))
)
CATEGORIES: tuple[Row, ...] = tuple(
    {"category": category, "is_officer": category == "police_officer"}
    for category in ("police_officer", "judge", "trainer", "unknown")
)
PROVINCES: tuple[Row, ...] = tuple({"province_code": f"{number:02}"} for number in range(1, 26))


def compile_models(home: Path, project: Path = PROJECT) -> Models:
    """Return the models as dbt compiles them, with nothing built."""
    (home / "build").mkdir(parents=True)
    done = run_dbt(home, project, home / "target", AS_OF, "compile", "--select", "agreements", "indicators")
    assert done.returncode == 0, done.stdout + done.stderr
    return compiled_models(home)


def compiled_home(shared: Path) -> Path:
    """Return a home for which dbt compiled the project once in this test run; its manifest lies in `target/`."""
    return built_once(shared, "compiled", lambda folder: compile_models(folder / "home")) / "home"


def compiled_models(home: Path) -> Models:
    """Return the models that were compiled for a home."""
    return compiled(home / "target", home, AS_OF)


def completion(officer: str, event: str = "e1", module: str = "m1", **columns: Any) -> Row:
    """Return a row of fct_module_completion: five sessions of two hours, all attended, held on 1 March 2024."""
    row: Row = {
        "officer_key": officer,
        "partner_id": "a",
        "programme_id": "part",
        "event_id": event,
        "module_id": module,
        "category": "police_officer",
        "sex": "female",
        "province_of_duty": "07",
        "province_of_training": "12",
        "registered": True,
        "held_on": date(2024, 3, 1),
        "sessions_planned": 5,
        "sessions_attended": 5,
        "sessions_absent": 0,
        "sessions_before_joining": 0,
        "absent_before_joining": 0,
        "hours_planned": 10,
        **columns,
    }
    unknown = max(row["sessions_planned"] - row["sessions_attended"] - row["sessions_absent"], 0)
    row.setdefault("sessions_unknown", unknown)
    row.setdefault("hours_attended", 2 * row["sessions_attended"] or None)
    row.setdefault("hours_absent", 2 * row["sessions_absent"] or None)
    day = row["held_on"] if row["sessions_attended"] else None
    return {"first_attended_on": day, "last_attended_on": day, **row}


@cache
def promised(mart: str) -> dict[str, str]:
    """Return the columns of a published table with their types."""
    document = yaml.safe_load((PROJECT / f"transforms/models/marts/{mart}.yml").read_text("utf-8"))
    return {column["name"]: column["data_type"] for column in document["models"][0]["columns"]}


def marts(tables: Mapping[str, Sequence[Row]]) -> duckdb.DuckDBPyConnection:
    """Open `warehouse` with the tables that figures read, and an empty `workbench`, both in memory."""
    connection = duckdb.connect(config={"threads": "1"})
    connection.execute("attach ':memory:' as warehouse; attach ':memory:' as workbench; create schema warehouse.marts")
    given: dict[str, Sequence[Row]] = {
        "dim_programme": PROGRAMMES,
        "dim_module": MODULES,
        "dim_province": PROVINCES,
        "dim_person_category": CATEGORIES,
        **tables,
    }
    for name in READ:
        types = promised(name)
        columns = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
        connection.execute(f"create table warehouse.marts.{name} ({columns})")
        for row in given.get(name, ()):
            assert set(row) <= set(types), set(row) - set(types)
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"insert into warehouse.marts.{name} ({', '.join(row)}) values ({marks})", [*row.values()]
            )
    return connection


def agreement(*indicators: Row, completion: Row | None = None, **terms: Any) -> Agreement:
    """Return an agreement of quarters from 1 January on programme `whole`."""
    rule = {"measure": "sessions", "numerator": 4, "denominator": 5, "inclusive": True, **(completion or {})}
    version = {
        "version": 1,
        "starts_on": "2020-01-01",
        "fiscal_year": {"starts_month": 1, "label": "start"},
        "periods": "quarter",
        "cumulative_from": "2020-01-01",
        "programmes": ["whole"],
        "partners": ["a"],
        "population": {},
        "completion": rule,
        "unique": "ever",
        "indicators": [{"name": one["id"], "definition": one["id"], **one} for one in indicators],
        "disclosure": {"minimum": 1, "width": 1},
        "formats": ["csv"],
        "calendar": {"schedule": "0 6 * * *", "days_after_period_end": 1},
        **terms,
    }
    return Agreement.model_validate(
        {"id": "fund", "name": "F", "funder": "F", "recipient": "fund", "owner": "f@example.org", "versions": [version]}
    )


def figures(
    models: Models, tables: Mapping[str, Sequence[Row]], agreed: Agreement, period: str = "FY2024-Q1", **more: Any
) -> list[Row]:
    """Compute the figures of a period."""
    terms, found = find_period(agreed, period)
    with marts(tables) as connection:
        rows: list[Row] = compute(connection, models, agreed, terms, found, **more).to_pylist()
    return rows


def value(rows: Sequence[Row], window: str = "period", column: str = "value", **cell: str) -> Any:
    """Return one figure: of the cell given, else the total."""
    wanted = {"window": window, "grouping": ",".join(cell) or "total", **cell}
    (row,) = [row for row in rows if all(row[name] == code for name, code in wanted.items())]
    return row[column]
