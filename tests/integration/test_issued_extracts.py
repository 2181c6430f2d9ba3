"""Two issues of one extract through everything: built again without dbt, restated, reproduced; and what stops that."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.conftest import PARTNER, House, listing, row
from tests.replayed import replayed
from warehouse import pipeline
from warehouse.extracts.drafting import draft
from warehouse.extracts.issues import Issue
from warehouse.extracts.lifecycle import approve, release
from warehouse.extracts.reproduce import ErasedSince, NotReproduced, reproduce
from warehouse.publish.content import hash_of_marts
from warehouse.store import snapshots, versions
from warehouse.store.home import Home
from warehouse.store.snapshots import Snapshot, SnapshotMissing
from warehouse.transform.compiled import Models, read_models
from warehouse.transform.replay import ReplayFailed, replay

AT = datetime(2025, 1, 1, tzinfo=UTC)
AS_OF = date(2024, 12, 31)
AGREEMENT = f"""
id: fund
name: Training
funder: Fund
recipient: fund
owner: fund@example.org
versions:
  - version: 1
    starts_on: 2024-01-01
    fiscal_year: {{starts_month: 1, label: start}}
    periods: quarter
    cumulative_from: 2024-01-01
    programmes: [acme-training]
    partners: [{PARTNER}]
    population: {{}}
    completion: {{measure: sessions, numerator: 4, denominator: 5, inclusive: true}}
    unique: ever
    indicators:
      - {{id: persons_reached, name: Reached, definition: Who came., disaggregations: [[province_of_duty]]}}
    disclosure: {{minimum: 1, width: 1}}
    formats: [csv, json]
    calendar: {{schedule: 0 6 * * *, days_after_period_end: 30}}
"""


NAMES = (
    *("Sok Vanna", "Chea Bopha", "Kim Sothea", "Ly Makara", "Prak Rithy", "Heng Malis"),
    *("Noun Piseth", "Tep Chanthou", "Ouk Samnang", "Yim Kosal", "Duch Rachana", "Meas Phalla"),
)


def attended(*numbers: int, event: str = "E1", absent: int | None = None) -> str:
    """Return a list of persons whom nobody takes for one another."""
    marks = [(number, "A" if number == absent else "P") for number in numbers]
    return listing(*(row(n * 1111, mark, Name=NAMES[n], Event=event) for n, mark in marks))


def build(home: Home) -> None:
    pipeline.identify(home)
    pipeline.transform(AS_OF, home)
    pipeline.audit(home)
    pipeline.publish(home)


def issue(home: Home) -> Issue:
    made = draft(home, "fund", "FY2024-Q2", AT).issue
    approve(home, made, "tests", AT)
    release(home, made, "tests", AT)
    return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    root = tmp_path_factory.mktemp("it's issued")
    made = House(Home(root / "home", root / "partners", funders=root / "funders"))
    made.home.funders.mkdir()
    (made.home.funders / "fund.yaml").write_text(AGREEMENT)
    made.path("x").parent.mkdir(parents=True)
    made.describe()
    made.ingest("att_a.csv", attended(1, 2, 3, 4, 5, 6, 7, absent=7))
    build(made.home)
    issue(made.home)
    made.ingest("att_a_v2.csv", attended(1, 2, 3, 4, 5, 7, absent=7))
    made.ingest("att_b.csv", attended(8, 9, 10, event="E2"))
    build(made.home)
    issue(made.home)
    return made


def manifest(home: Home, number: int) -> Path:
    return home.extract("fund", "FY2024-Q2", number) / "manifest.json"


def kept(home: Home) -> tuple[Snapshot, Models]:
    snapshot = snapshots.current(home)
    return snapshot, read_models(snapshot.models)


def marts_hash(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as connection:
        return hash_of_marts(connection)


def test_a_version_is_built_again_from_its_snapshot_wherever_that_lies(house: House, tmp_path: Path) -> None:
    snapshot, models = kept(house.home)
    place = tmp_path / "elsewhere, {it}'s"
    shutil.copytree(snapshot.folder, place)
    again = replay(place, models, AS_OF, tmp_path / "again")
    assert marts_hash(again) == versions.current(house.home).manifest()["content_hash"]


def test_only_what_is_asked_for_and_what_it_stands_on_is_built(house: House, tmp_path: Path) -> None:
    snapshot, models = kept(house.home)
    with duckdb.connect(str(replay(snapshot.inputs, models, AS_OF, tmp_path, ["dim_module"]))) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("dim_module",)]


def test_rows_that_are_missing_say_so(house: House, tmp_path: Path) -> None:
    snapshot, models = kept(house.home)
    shutil.copytree(snapshot.folder, tmp_path / "cut")
    (tmp_path / "cut" / "identity" / "crosswalk.parquet").unlink()
    with pytest.raises(ReplayFailed, match="stg_person_crosswalk"):
        replay(tmp_path / "cut", models, AS_OF, tmp_path / "again")


def test_a_snapshot_holds_the_rows_that_counted_and_no_others(house: House) -> None:
    snapshot, _ = kept(house.home)
    there = {path.stem for path in (snapshot.folder / "bronze").glob(f"*/partner={PARTNER}/*.parquet")}
    accepted = {record.delivery_id for record in house.records() if record.outcome == "accepted"}
    assert len(accepted) == 3
    assert len(there) == 2
    linked = next((snapshot.folder / "bronze").glob(f"*/partner={PARTNER}/*.parquet"))
    assert linked.samefile(house.home.root / linked.relative_to(snapshot.folder))


def test_the_restatement_names_its_causes_and_is_published(house: House, tmp_path: Path) -> None:
    home = house.home
    told = pq.read_table(manifest(home, 2).with_name("restated.parquet")).to_pylist()
    totals = [(r["cause"], r["amount"]) for r in told if (r["grouping"], r["window"]) == ("total", "period")]
    assert totals == [("corrected_delivery", -1), ("late_delivery", 3)]
    with replayed(home, AS_OF, tmp_path, "indicator_issued", "indicator_restated") as connection:
        issued = "select issue, value from marts.indicator_issued where grouping_name = 'total' and {} order by issue"
        found = connection.execute(issued.format("reporting_window = 'period'")).fetchall()
        causes = connection.execute(
            "select cause, amount from marts.indicator_restated "
            "where grouping_name = 'total' and reporting_window = 'period' order by cause"
        ).fetchall()
    assert found == [(1, 6), (2, 8)]
    assert causes == totals


def test_both_issues_come_out_again_byte_for_byte(house: House) -> None:
    for number in (1, 2):
        found = reproduce(house.home, manifest(house.home, number))
        assert found.reproduced, found
        assert found.differs == []
        assert {"figures.csv", "result.parquet"} < set(found.files)
        assert found.error() is None
    assert not list(house.home.scratch.glob("reproduced-*"))


def copy_of(house: House, tmp_path: Path) -> Home:
    shutil.copytree(house.home.root, tmp_path / "home", ignore=shutil.ignore_patterns("scratch"))
    return replace(house.home, root=tmp_path / "home")


def test_what_was_changed_is_named(house: House, tmp_path: Path) -> None:
    home = copy_of(house, tmp_path)
    agreement = manifest(home, 1).with_name("agreement.yaml")
    agreement.write_text(agreement.read_text().replace("Who came.", "Who ever came."))
    found = reproduce(home, manifest(home, 1))
    assert not found.reproduced
    assert [name for name, same in found.files.items() if not same] == ["extract.json"]
    assert found.differs == ["agreement.yaml of the issue was changed: the rule is not the one it was"]
    assert type(found.error()) is NotReproduced


def test_a_lost_snapshot_is_an_error_of_its_own(house: House, tmp_path: Path) -> None:
    home = copy_of(house, tmp_path)
    for snapshot in snapshots.everything(home):
        snapshots.remove(snapshot)
    with pytest.raises(SnapshotMissing):
        reproduce(home, manifest(home, 1))


def test_an_erased_person_is_in_no_snapshot_and_reproduction_says_why(house: House, tmp_path: Path) -> None:
    home = copy_of(house, tmp_path)
    bronze = [
        list((made.inputs / "bronze").glob(f"*/partner={PARTNER}/*.parquet")) for made in snapshots.everything(home)
    ]
    known = [{ref for path in paths for ref in pq.read_table(path)["person_ref"].to_pylist()} for paths in bronze]
    gone = min(set.intersection(*known))
    (report,) = pipeline.erase(home, gone, AS_OF)
    assert report["finished"]
    assert report["snapshots_redacted"] == len(bronze) == 2
    held = [path for path in home.root.rglob("*.parquet") if "person_ref" in pq.read_schema(path).names]
    held = [path for path in held if "published" not in path.parts and "registry" not in path.parts]
    assert len(held) > 10
    assert not any(gone in pq.read_table(path).column("person_ref").to_pylist() for path in held)
    found = reproduce(home, manifest(home, 1))
    assert isinstance(found.error(), ErasedSince)
    assert found.differs == [
        "persons were erased from what it was made from, 1 times",
        "the marts, built again, are not those that were published",
    ]
