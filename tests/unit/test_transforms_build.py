"""A small bronze through the real dbt project: what reaches the published tables, and what a broken rule does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.dbt_cli import run_dbt
from warehouse.contract.entities import ENTITIES
from warehouse.store import figures, schemas
from warehouse.store.home import PROJECT, Home

AS_OF = date(2026, 1, 31)
DAY = date(2024, 3, 1)
Rows = list[dict[str, Any]]


def write(path: Path, schema: pa.Schema, rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def session(delivery: str, row: int, person: str, **columns: Any) -> dict[str, Any]:
    return {
        "partner_id": "a",
        "delivery_id": delivery,
        "row_id": f"{delivery}:1:{row}",
        "person_ref": person,
        "programme_id": "part",
        "event_id": "e1",
        "module_id": "untoc",
        "province_of_training": "12",
        "session_date": DAY,
        "status": "present",
        "category": "police_officer",
        "sex": "female",
        "province_of_duty": "07",
        **columns,
    }


ATTENDANCE: dict[str, Rows] = {
    "d1": [
        session("d1", 1, "sok"),
        session("d1", 2, "dara", province_of_duty="09", status="unknown"),
        session("d1", 3, "judge", category="judge", status="absent"),
    ],
    # the same officer in another partner's spelling, another event and province; and one session told twice
    "d2": [
        session("d2", 1, "sokh", event_id="e2", programme_id="whole", province_of_duty="09"),
        session("d2", 2, "sok", status="absent"),
    ],
    "old": [session("old", 1, "gone", event_id="e9")],
}
CROSSWALK = {"sok": "k1", "sokh": "k1", "dara": "k2", "judge": "k3", "gone": "k9"}


def delivery(name: str, **columns: Any) -> dict[str, Any]:
    return {
        "delivery_id": name,
        "partner_id": "a",
        "entity": "attendance",
        "delivered_at": datetime(2026, 1, 1, tzinfo=UTC),
        "outcome": "accepted",
        "is_active": True,
        "rows_accepted": len(ATTENDANCE.get(name, [])),
        **columns,
    }


INPUTS: dict[str, Rows] = {
    "deliveries": [delivery("d1"), delivery("d2"), delivery("old", is_active=False, superseded_by="d1")],
    "validations": [],
    "partners": [
        {"partner_id": "a", "partner_name": "A", "delivery_every_days": 30},
        {"partner_id": "silent", "partner_name": "Silent", "delivery_every_days": 30},
    ],
    "programmes": [
        {"programme_id": "whole", "partner_id": "a", "programme_name": "Whole"},
        {"programme_id": "part", "partner_id": "a", "programme_name": "Part", "parent_programme_id": "whole"},
    ],
    "module_crosswalk": [
        {"partner_id": "a", "table_name": "t", "partner_module": "UNTOC", "module_id": "untoc"},
    ],
}


def make_home(root: Path, project: Path = PROJECT, crosswalk: dict[str, str] | None = None) -> Home:
    home = Home(root, project=project)
    for entity in ENTITIES:
        write(home.bronze(entity, "_schema", "empty"), schemas.bronze(entity), [])
        write(home.quarantine(entity, "_schema", "empty"), schemas.QUARANTINE, [])
    write(home.issued_figures / "_schema.parquet", figures.ISSUED_FIGURES, [])
    write(home.restated_figures / "_schema.parquet", figures.RESTATED_FIGURES, [])
    for name, rows in ATTENDANCE.items():
        write(home.bronze("attendance", "a", name), schemas.bronze("attendance"), rows)
    pairs = [{"person_ref": ref, "officer_key": key} for ref, key in (crosswalk or CROSSWALK).items()]
    write(home.crosswalk, schemas.CROSSWALK, pairs)
    write(home.identity_summary, schemas.IDENTITY_SUMMARY, [])
    for name, rows in INPUTS.items():
        write(home.inputs / f"{name}.parquet", schemas.INPUTS[name], rows)
    return home


def dbt_build(home: Home, *options: str) -> dict[str, str]:
    """Run `dbt build` and return the status of every node by its name."""
    target = home.build / "dbt"
    done = run_dbt(home.root, home.project, target, AS_OF, "build", *options)
    assert (target / "run_results.json").is_file(), done.stdout + done.stderr
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {short_name(result["unique_id"]): result["status"] for result in results}


def short_name(unique_id: str) -> str:
    parts = unique_id.split(".")  # unit_test.sala.<model>.<name>, test.sala.<name>.<hash>, model.sala.<name>
    return parts[3] if parts[0] == "unit_test" else parts[2]


Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def statuses_and_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Home]:
    home = make_home(tmp_path_factory.mktemp("transforms it's"))
    return dbt_build(home), home


@pytest.fixture(scope="module")
def query(statuses_and_home: tuple[dict[str, str], Home]) -> Iterator[Query]:
    connection = duckdb.connect(str(statuses_and_home[1].build_database), read_only=True)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


def test_everything_builds_and_every_test_passes(statuses_and_home: tuple[dict[str, str], Home]) -> None:
    statuses = statuses_and_home[0]
    assert len(statuses) > 100
    assert {name: status for name, status in statuses.items() if status not in ("success", "pass")} == {}


def test_a_person_in_two_provinces_is_one_person_in_total(query: Query) -> None:
    level = "select {} from marts.officers_trained where population = 'all' and province_basis = 'duty' and "
    total = query(
        level.format("persons_trained, person_trainings, completions, undecided") + "grouping_level = 'total'"
    )
    by_province = query(level.format("sum(persons_trained)") + "grouping_level = 'province'")
    assert total == [(1, 2, 2, 1)]
    assert by_province == [(2,)]


def test_officers_are_counted_apart_from_everybody(query: Query) -> None:
    rows = query(
        "select population, persons_registered, persons_reached from marts.officers_trained "
        "where grouping_level = 'total' and province_basis = 'training' order by population"
    )
    assert rows == [("all", 3, 1), ("officers", 2, 1)]


def test_training_and_duty_are_different_provinces(query: Query) -> None:
    rows = query(
        "select province_basis, province_code from marts.officers_trained "
        "where grouping_level = 'province' and population = 'all' order by all"
    )
    assert rows == [("duty", "07"), ("duty", "09"), ("training", "12")]


def test_a_superseded_delivery_does_not_count(query: Query) -> None:
    assert query("select count(*) from marts.fct_attendance where event_id = 'e9'") == [(0,)]
    assert query("select count(*) from marts.dim_officer where officer_key = 'k9'") == [(0,)]


def test_a_session_told_twice_counts_once_and_present_wins(query: Query) -> None:
    rows = query("select status, delivery_id from marts.fct_attendance where officer_key = 'k1' and event_id = 'e1'")
    assert rows == [("present", "d1")]


def test_unknown_is_undecided_and_absent_is_not_completed(query: Query) -> None:
    rows = query("select officer_key, completed from marts.fct_module_completion where event_id = 'e1' order by all")
    assert rows == [("k1", True), ("k2", None), ("k3", False)]


def test_a_programme_counts_its_parts(query: Query) -> None:
    rows = query("select programme_id, persons_reached, events from marts.programme_summary order by all")
    assert rows == [("part", 1, 1), ("whole", 1, 2)]


def test_a_silent_partner_is_a_row(query: Query) -> None:
    assert query("select partner_id, status from quality.freshness order by all") == [
        ("a", "fresh"),
        ("silent", "no data"),
    ]


def test_provinces_keep_their_codes_and_history(query: Query) -> None:
    assert query("select count(*), min(province_code), max(iso_3166_2) from marts.dim_province") == [(25, "01", "KH-9")]
    assert query("select province_code from marts.dim_province where trend_group = '03+25' order by all") == [
        ("03",),
        ("25",),
    ]
    since = query(
        "select province_code, valid_from from marts.dim_province_history where valid_from is not null order by all"
    )
    assert since == [
        ("03", date(2013, 12, 31)),
        ("18", date(2008, 12, 22)),
        ("23", date(2008, 12, 22)),
        ("24", date(2008, 12, 22)),
        ("25", date(2013, 12, 31)),
    ]


def test_every_published_table_and_column_says_what_it_is(query: Query) -> None:
    published = "schema_name in ('marts', 'quality') and not internal"
    assert query(f"select count(*) from duckdb_columns() where {published}")[0][0] > 150
    assert query(f"select table_name, column_name from duckdb_columns() where {published} and comment is null") == []
    silent = f"where {published} and coalesce(comment, '') not like '%One row per%'"
    for kind, name in (("duckdb_tables", "table_name"), ("duckdb_views", "view_name")):
        assert query(f"select {name} from {kind}() {silent}") == []


def test_a_person_without_a_key_stops_the_build(tmp_path: Path) -> None:
    lost = {ref: key for ref, key in CROSSWALK.items() if ref != "dara"}
    statuses = dbt_build(make_home(tmp_path, crosswalk=lost), "--select", "+fct_attendance")
    assert statuses["not_null_fct_attendance_officer_key"] == "fail"


def test_a_rule_broken_in_sql_is_caught(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "transforms", project / "transforms", ignore=shutil.ignore_patterns("target", "logs"))
    rules = project / "transforms" / "macros" / "rules.sql"
    text = rules.read_text("utf-8")
    broken = text.replace("({{ attended }} + {{ unknown }}) *", "{{ attended }} *")
    assert broken != text
    rules.write_text(broken, "utf-8")
    statuses = dbt_build(make_home(tmp_path / "home", project), "--select", "+fct_module_completion")
    assert statuses["fct_module_completion"] == "skipped"
    failed = {name for name, status in statuses.items() if status == "fail"}
    assert failed == {"completion_compares_integers_and_leaves_the_unknown_undecided"}
