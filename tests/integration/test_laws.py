"""Laws 1 and 2 on random deliveries: nothing is lost, and neither order nor repetition nor a kill changes anything.

The same set of files goes through the real ingest in random orders, twice, under other names, killed between any two
writes, by several processes at once; what dbt would read afterwards is compared to the byte.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import multiprocessing
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis.strategies as st
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from tests.conftest import LONG_AGO, PARTNER, House, listing, row
from tests.workbooks import listed, person, workbook
from warehouse import pipeline
from warehouse.store import files as store_files
from warehouse.store.home import Home
from warehouse.transform.inputs import write_inputs

FORK = multiprocessing.get_context("fork")
# Corrections, a repeat of content under another name, refused rows, repeats of rows, held files, a workbook.
FILES: dict[str, bytes] = {
    "att_june.csv": listing(row(1), row(2), row(2), row(3, "z"), row(4)).encode(),
    "att_june_v2.csv": listing(row(1), row(2, "A"), row(4)).encode(),
    "att_june (1).csv": listing(row(1), row(2), row(2), row(3, "z"), row(4)).encode(),
    "att_july.csv": listing(row(5, Date="01/07/2024"), row(6, Date="31/07/2025"), row(7)).encode(),
    "att_july (1).csv": listing(row(5, Date="01/07/2024"), row(7)).encode(),
    "plain_a.csv": listing(*[row(n) for n in range(20, 40)]).encode(),
    "att_broken.csv": listing(row(8)).encode() + b'"',
    "att_bad.csv": listing(row(8, "z"), row(9, "z")).encode(),
    "final list NEW.csv": listing(*[row(n) for n in range(20, 40)]).encode(),
    "unknown.csv": listing(row(10)).encode(),
    "sheet_a.xlsx": workbook({"List": listed(person(11), person(12, "z"), person(11))}),
}
AGES = {name: LONG_AGO + 3600 * place for place, name in enumerate(sorted(FILES))}


def deliver(house: House, name: str) -> None:
    house.deliver(name, FILES[name], AGES[name])


def new_house(folder: Path) -> House:
    house = House(Home(folder / "home", folder / "partners"))
    house.path("x").parent.mkdir(parents=True)
    house.describe()
    return house


def state(house: House) -> dict[str, str]:
    """What the next steps read: dbt's inputs, the crosswalk, bronze, quarantine; path → digest of the content."""
    write_inputs(house.home, [house.contract])
    pipeline.identify(house.home)
    paths = [
        p for zone in ("bronze", "quarantine", "build/inputs") for p in (house.home.root / zone).rglob("*.parquet")
    ]
    found = {}
    for path in [*paths, house.home.crosswalk]:
        rows = pq.ParquetFile(path).read().to_pylist()
        named = (
            {row["officer_key"]: row["person_ref"] for row in reversed(rows)} if path == house.home.crosswalk else {}
        )
        for each in rows:
            if path.name == "deliveries.parquet":
                each.pop("deliveries")  # how often the bytes came is what a repeat changes
            if named:
                each["officer_key"] = named[each["officer_key"]]  # which key an officer has is history, see 0011
        content = repr(sorted(map(repr, rows))).encode()
        found[str(path.relative_to(house.home.root))] = hashlib.sha256(content).hexdigest()
    return found


def assert_balanced(house: House, files: set[str]) -> None:
    records = house.records()
    assert {d.file for r in records for d in r.deliveries if d.file in FILES} | {
        "unknown.csv",
        "final list NEW.csv",
    } >= files
    assert {r.delivery_id for r in records} == {hashlib.sha256(FILES[name]).hexdigest() for name in files}
    for record in records:
        counts = record.counts
        assert counts.read == counts.accepted + counts.quarantined + counts.repeated == counts.counted
        accepted = house.home.bronze("attendance", PARTNER, record.delivery_id)
        assert (pq.read_metadata(accepted).num_rows if accepted.exists() else 0) == counts.accepted


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The state after every file was delivered once, in the order of names."""
    house = new_house(tmp_path_factory.mktemp("expected"))
    for name in sorted(FILES):
        deliver(house, name)
    for outcome in pipeline.ingest_all(house.home, workers=1):
        assert outcome["outcome"] in ("accepted", "held", "repeat")
    assert_balanced(house, set(FILES))
    deliveries = pq.read_table(house.home.inputs / "deliveries.parquet") if state(house) else None
    assert deliveries is not None
    active = [d["slot"] for d in deliveries.to_pylist() if d["is_active"]]
    assert sorted(active) == ["attendance_list/july", "attendance_list/june", "plain_list/a", "sheet_list/a"]
    return state(house)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    order=st.permutations(sorted(FILES)),
    again=st.lists(st.sampled_from(sorted(FILES)), max_size=3),
    cut=st.integers(0, 11),
)
def test_any_order_any_repetition_any_batches(
    tmp_path_factory: pytest.TempPathFactory, expected: dict[str, str], order: list[str], again: list[str], cut: int
) -> None:
    house = new_house(tmp_path_factory.mktemp("order"))
    for batch in (order[:cut], [*order[cut:], *again]):
        for name in batch:
            deliver(house, name)
            house.ingest(name)
        pipeline.identify(house.home)
    assert pipeline.pending(PARTNER, house.home) == []
    assert_balanced(house, set(FILES))
    assert state(house) == expected


def test_everything_twice_is_repeats_only(tmp_path: Path, expected: dict[str, str]) -> None:
    house = new_house(tmp_path)
    for name in sorted(FILES, reverse=True):
        deliver(house, name)
    assert len(pipeline.ingest_all(house.home)) == len(FILES)
    assert pipeline.ingest_all(house.home) == []
    before = state(house)
    assert before == expected
    for name in FILES:  # the same bytes come once more, later
        house.deliver(name, FILES[name], AGES[name] + 10**6)
    outcomes = pipeline.ingest_all(house.home)
    assert len(outcomes) == len(FILES)
    assert {o["outcome"] for o in outcomes} == {"repeat", "held"}
    assert state(house) == expected
    assert_balanced(house, set(FILES))


WRITES: list[tuple[str, str]] = [
    ("the archive", ".age"),
    ("bronze and quarantine", ".parquet"),
    ("the ledger", ".json"),
]


def killed_at(house: House, name: str, suffix: str, moment: str) -> int:
    """Ingest in a child that is killed before or after it moves a file of that kind into its place."""

    def child() -> None:
        gc.freeze()  # what other tests left is not the child's to clear away: it may need threads that are not here
        whole = store_files.Path.replace

        def replace(scratch: Path, target: Path) -> Path:
            if Path(target).suffix != suffix:
                return whole(scratch, target)
            if moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            whole(scratch, target)
            os.kill(os.getpid(), signal.SIGKILL)
            return Path(target)

        store_files.Path.replace = replace  # type: ignore[assignment, method-assign]
        with contextlib.suppress(Exception):
            house.ingest(name)
        os._exit(0)

    process = FORK.Process(target=child)
    process.start()
    process.join()
    return process.exitcode or 0


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("suffix", [pytest.param(s, id=n) for n, s in WRITES])
def test_a_kill_at_any_write_changes_nothing(
    tmp_path: Path, expected: dict[str, str], suffix: str, moment: str
) -> None:
    import great_expectations  # noqa: F401 -- once here instead of in every child

    house = new_house(tmp_path)
    names = sorted(FILES)
    random.Random(f"{suffix} {moment}").shuffle(names)
    kills = 0
    for name in names:
        deliver(house, name)
        if kills < 4:  # the others only come after them
            kills += killed_at(house, name, suffix, moment) == -signal.SIGKILL
        house.ingest(name)
    assert kills == 4, "hardly anything was killed"
    assert pipeline.pending(PARTNER, house.home) == []
    assert_balanced(house, set(FILES))
    assert state(house) == expected
    left = [p for p in house.home.scratch.iterdir() if p.name.startswith("arrival-")]
    assert left == [], "a readable copy of a partner's file was left behind"


def test_the_same_content_ingested_by_several_processes_at_once_is_loaded_once(tmp_path: Path) -> None:
    house = new_house(tmp_path)
    names = ["att_a.csv", "att_a (1).csv", "att_b.csv", "plain_c.csv", "other.csv", "another.csv"]
    for name in names:
        house.deliver(name, FILES["att_june.csv"])
    start = FORK.Barrier(len(names))

    def child(name: str) -> None:
        gc.freeze()
        start.wait()
        house.ingest(name)
        os._exit(0)

    processes = [FORK.Process(target=child, args=(name,)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [p.exitcode for p in processes] == [0] * len(names)
    (record,) = house.records()
    assert record.outcome == "accepted"
    assert len(record.deliveries) == len(names)
    assert len(list((house.home.root / "bronze").rglob("*.parquet"))) == 1
    assert pipeline.pending(PARTNER, house.home) == []


def test_many_files_in_parallel_end_as_they_do_one_by_one(tmp_path: Path, expected: dict[str, str]) -> None:
    house = new_house(tmp_path)
    for name in FILES:
        deliver(house, name)
    seen: list[int] = []
    outcomes = pipeline.ingest_all(house.home, workers=4, on_outcome=lambda _o, done, _all: seen.append(done))
    assert len(outcomes) == len(FILES) == len(seen)
    assert state(house) == expected


@contextlib.contextmanager
def contract_of(house: House, change: Callable[[dict[str, object]], object]) -> Iterator[None]:
    house.describe(change)
    yield
    house.describe()


def test_a_contract_that_changed_decides_its_files_again(tmp_path: Path, expected: dict[str, str]) -> None:
    house = new_house(tmp_path)

    def stricter(document: dict[str, object]) -> None:
        for table in document["schema"]:  # type: ignore[attr-defined]
            table["customProperties"] = [
                {**p, "value": 0} if p["property"] == "toleratedRefusedPercent" else p
                for p in table["customProperties"]
            ]

    for name in FILES:
        deliver(house, name)
    with contract_of(house, stricter):
        pipeline.ingest_all(house.home, workers=1)
        assert state(house) != expected
    assert pipeline.pending(PARTNER, house.home), "the files of a changed contract are pending again"
    pipeline.ingest_all(house.home, workers=1)
    assert state(house) == expected
    assert_balanced(house, set(FILES))
    shutil.rmtree(house.home.root / "bronze")
    assert pipeline.pending(PARTNER, house.home), "what was lost from bronze is made again"
    pipeline.ingest_all(house.home, workers=1)
    assert state(house) == expected
