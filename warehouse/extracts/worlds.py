"""Between what an issue was computed from and what is known now: the same, changed in one respect after another.

    then ─code─► ─rule─► ─mapping─► ─identity─► ─corrected deliveries─► ─late deliveries─► now

Each world is that before it with one thing as it is now, so the differences between neighbours add up to that between
the ends. Which cause a difference falls to where two changes meet is decided by this order, and by it alone: the
program and the rule first, as they are ours; then what the same files are taken to say; new files last. An officer
whose two lists a late file shows to be one person is an identity change, the rows of that file are a late delivery.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract.agreement import Agreement, Terms
from warehouse.extracts.joined_crosswalk import join_crosswalks
from warehouse.store.schemas import DELIVERIES
from warehouse.store.snapshots import Snapshot, link
from warehouse.transform.compiled import Models

CAUSES = (
    "code_change",
    "rule_change",
    "mapping_change",
    "identity_change",
    "corrected_delivery",
    "late_delivery",
)
DELIVERIES_FILE = "deliveries.parquet"
_DELIVERIES = Path("build", "inputs", DELIVERIES_FILE)
_CROSSWALK = Path("identity", "crosswalk.parquet")


@dataclass(frozen=True)
class End:
    """One end of the path.

    Attributes:
        snapshot: The inputs.
        models: The compiled models.
        code: Fingerprint of the program that computes figures.
        agreement: The agreement as it was, or is.
        terms: Its version in force.
    """

    snapshot: Snapshot
    models: Models
    code: str
    agreement: Agreement
    terms: Terms

    @property
    def as_of(self) -> date:
        """The day its figures are for."""
        return date.fromisoformat(self.snapshot.about()["as_of"])

    def deliveries(self) -> dict[str, dict[str, Any]]:
        """Return what was known of every delivery, by id."""
        rows = pq.read_table(self.snapshot.inputs / _DELIVERIES).to_pylist()
        # Bytes that two partners delivered have a row each; those of the one whose they are come first.
        return {row["delivery_id"]: row for row in sorted(rows, key=lambda row: bool(row["is_active"]))}

    def bronze(self) -> dict[str, Path]:
        """Return the rows of each delivery that counted, by its id."""
        paths = (self.snapshot.inputs / "bronze").glob("*/partner=*/*.parquet")
        return {path.stem: path for path in sorted(paths) if path.parent.name != "partner=_schema"}


@dataclass(frozen=True)
class World:
    """What figures are computed from, some of it as then and some as now.

    Attributes:
        cause: What it differs in from the world before it: one of CAUSES; "" for the first.
        models: The compiled models.
        code: Fingerprint of the program.
        agreement: The agreement.
        terms: Its version in force.
        lists: Whose seeds, programmes and spellings.
        identity: Whose crosswalk, and whose for persons that one does not know.
        bronze: The rows of each delivery that counts, by its id.
        deliveries: What is known of every delivery, by its id.
        as_of: The day.
    """

    cause: str
    models: Models
    code: str
    agreement: Agreement
    terms: Terms
    lists: Snapshot
    identity: tuple[Snapshot, Snapshot]
    bronze: Mapping[str, Path]
    deliveries: Mapping[str, dict[str, Any]]
    as_of: date


def worlds(then: End, now: End) -> Iterator[World]:
    """Yield the world of an issue, then one for each cause; the last is that of now."""
    known, rows = then.deliveries(), then.bronze()
    latest, newest = now.deliveries(), now.bronze()
    ends = (then.snapshot, now.snapshot)
    world = World(
        "", then.models, then.code, then.agreement, then.terms, then.snapshot, ends, rows, _of(rows, known), then.as_of
    )
    yield world
    yield (world := replace(world, cause="code_change", models=now.models, code=now.code))
    yield (world := replace(world, cause="rule_change", agreement=now.agreement, terms=now.terms))
    conformed = {delivery: newest.get(delivery, path) for delivery, path in rows.items()}
    known |= {delivery: row for delivery, row in latest.items() if delivery in known}
    told = _of(conformed, known)
    yield (world := replace(world, cause="mapping_change", lists=now.snapshot, bronze=conformed, deliveries=told))
    yield (world := replace(world, cause="identity_change", identity=ends[::-1]))
    places = {_slot(known[delivery]) for delivery in rows}
    corrected = {d: path for d, path in newest.items() if d in rows or _slot(latest[d]) in places}
    old = {d: row for d, row in latest.items() if d in known or d in corrected}
    yield (world := replace(world, cause="corrected_delivery", bronze=corrected, deliveries=_of(corrected, old)))
    yield replace(world, cause="late_delivery", bronze=newest, deliveries=_of(newest, latest), as_of=now.as_of)


def _of(rows: Mapping[str, Path], known: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {delivery: {**row, "is_active": delivery in rows} for delivery, row in sorted(known.items())}


def _slot(delivery: Mapping[str, Any]) -> tuple[str, str | None]:
    return delivery["partner_id"], delivery["slot"]


def compose(world: World, folder: Path) -> Path:
    """Lay a world out like a snapshot, by links, and return the folder, which is for the caller to remove."""
    lists = world.lists.inputs
    shared = [*(lists / "seeds").glob("*.parquet"), *(lists / "build" / "inputs").glob("*.parquet")]
    shared += (lists / "bronze").glob("*/partner=_schema/*.parquet")
    for path in shared:
        if path != lists / _DELIVERIES:
            link(path, folder / path.relative_to(lists))
    for path in world.bronze.values():
        link(path, folder.joinpath(*path.parts[-4:]))
    preferred, other = (pq.read_table(snapshot.inputs / _CROSSWALK) for snapshot in world.identity)
    made = {
        _DELIVERIES: pa.Table.from_pylist([*world.deliveries.values()], schema=DELIVERIES),
        _CROSSWALK: join_crosswalks(preferred, other, folder / "bronze"),
    }
    for name, table in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, folder / name)
    return folder
