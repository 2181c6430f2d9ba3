"""Snapshots made by hand and two small models over them: enough to tell which cause moved a count of officers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from warehouse.contract.agreement import Agreement
from warehouse.contract.agreements import parse
from warehouse.contract.entities import ENTITIES
from warehouse.extracts.worlds import End, World
from warehouse.store import snapshots
from warehouse.store.figures import FIGURES
from warehouse.store.home import Home
from warehouse.store.schemas import CROSSWALK, INPUTS, bronze
from warehouse.store.snapshots import Snapshot
from warehouse.transform.compiled import Models, Node
from warehouse.transform.replay import replay

AGREEMENT = """
id: fund
name: Training
funder: Fund
recipient: fund
owner: fund@example.org
versions:
  - version: 1
    starts_on: 2012-01-01
    fiscal_year: {starts_month: 1, label: start}
    periods: year
    cumulative_from: 2012-01-01
    programmes: [p]
    partners: [a]
    population: {}
    completion: {measure: sessions, numerator: 1, denominator: 2, inclusive: true, minimum_hours: 1}
    unique: ever
    indicators: [{id: officers, name: Officers, definition: Officers., disaggregations: [[sex]]}]
    disclosure: {minimum: 1, width: 1}
    formats: [csv]
    calendar: {schedule: 0 6 * * *, days_after_period_end: 1}
"""
SEEN = """
    select c.officer_key, coalesce(l.code, b.sex) as sex, sum(b.hours) as hours
    from read_parquet('bronze/attendance/*/*.parquet', union_by_name = true) as b
    inner join read_parquet('build/inputs/deliveries.parquet') as d using (delivery_id)
    inner join read_parquet('identity/crosswalk.parquet') as c using (person_ref)
    left join "workbench"."seeds"."spellings" as l on b.sex = l.spelling
    where d.is_active
    group by all
"""


@dataclass(frozen=True)
class State:
    """What is known at one time.

    Attributes:
        files: By delivery: its slot and its rows, as person, sex and hours.
        officers: Officer of each person.
        spellings: What a word for sex means.
        hours: How many the rule asks for.
        code: A number the program multiplies by.
    """

    files: Mapping[str, tuple[str, tuple[tuple[str, str, int], ...]]]
    officers: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    hours: int = 1
    code: int = 1

    def with_files(self, **files: tuple[str, tuple[tuple[str, str, int], ...]]) -> State:
        """Return the same with these files too, or instead."""
        return replace(self, files={**self.files, **files})


def models(code: int) -> Models:
    """Return models whose figures are `code` times the officers who came for long enough."""
    seed = Node("spellings", "seed", "workbench", "seeds", "seed", "", ())
    seen = Node("seen", "model", "warehouse", "marts", "table", SEEN, ("spellings",))
    counted = f'select officer_key, sex, hours, {code} as factor from "warehouse"."marts"."seen"'
    indicator = Node("officers", "model", "workbench", "indicators", "view", counted, ("seen",))
    return Models({node.name: node for node in (seed, seen, indicator)})


def end(home: Home, name: str, state: State) -> End:
    """Write a state down as a snapshot, and return it as one end of a path."""
    folder = home.snapshots / name
    write = _writer(folder)
    for entity in ENTITIES:
        write(f"bronze/{entity}/partner=_schema/empty.parquet", bronze(entity), [])
    for delivery, (_, rows) in state.files.items():
        told = [
            {"delivery_id": delivery, "partner_id": "a", "person_ref": person, "sex": sex, "hours": Decimal(hours)}
            for person, sex, hours in rows
        ]
        write(f"bronze/attendance/partner=a/{delivery}.parquet", bronze("attendance"), told)
    persons = sorted({person for _, rows in state.files.values() for person, *_ in rows})
    keys = [{"person_ref": person, "officer_key": state.officers.get(person, person)} for person in persons]
    write("identity/crosswalk.parquet", CROSSWALK, keys)
    at = datetime(2024, 1, 1, tzinfo=UTC)
    deliveries = [
        {
            "delivery_id": d,
            "partner_id": "a",
            "slot": slot,
            "delivered_at": at,
            "outcome": "accepted",
            "is_active": True,
        }
        for d, (slot, _) in state.files.items()
    ]
    write("build/inputs/deliveries.parquet", INPUTS["deliveries"], deliveries)
    words = [{"spelling": word, "code": code} for word, code in sorted(state.spellings.items())]
    write("seeds/spellings.parquet", pa.schema([("spelling", pa.string()), ("code", pa.string())]), words)
    snapshot, libraries = Snapshot(folder), {"duckdb": duckdb.__version__}
    snapshots.record(home, snapshot, as_of="2024-12-31", libraries=libraries, erasures=[], taken_at="")
    agreement = agreement_of(state.hours)
    return End(snapshot, models(state.code), str(state.code), agreement, agreement.versions[0])


def agreement_of(hours: int) -> Agreement:
    """Return an agreement that asks for so many hours."""
    document = yaml.safe_load(AGREEMENT)
    document["versions"][0]["completion"]["minimum_hours"] = hours
    return parse(yaml.safe_dump(document))


def _writer(folder: Path) -> Any:
    def write(name: str, schema: pa.Schema, rows: Iterable[dict[str, Any]]) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([*rows], schema=schema), path)

    return write


def counted(world: World, inputs: Path) -> pa.Table:
    """Return the figures of a world: officers in all and by sex."""
    names = [name for name in world.models.nodes if name == "officers"]
    path = replay(inputs, world.models, world.as_of, inputs.with_name(inputs.name + "-built"), names)
    query = world.models.nodes["officers"].sql.replace('"warehouse".', "")
    met = f"with met as ({query} where hours >= {world.terms.completion.minimum_hours})"
    number = "count(distinct officer_key) * any_value(factor)"
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(f"{met} select null, coalesce({number}, 0) from met").fetchall()
        rows += connection.execute(f"{met} select sex, {number} from met group by sex").fetchall()
    return figures(rows)


def figures(rows: Iterable[tuple[str | None, int | None]], status: str = "shown") -> pa.Table:
    """Return figures of the one indicator, in all (None) and by sex."""
    fixed = {"funder": "fund", "agreement_version": 1, "period": "FY2012", "window": "period", "indicator": "officers"}
    fixed |= {"name": "Officers", "unit": "officers", "direction": "up", "additive": False, "counts": "persons"}
    told = [
        {**fixed, "grouping": "sex" if sex else "total", "sex": sex, "value": None if n is None else Decimal(n)}
        | {"status": status if n is None else "shown"}
        for sex, n in rows
    ]
    return pa.Table.from_pylist(told, schema=FIGURES)
