"""What moved a figure is told to the last unit, and by its true cause."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.extracts.worlds_for_tests import State, counted, end, figures
from warehouse.extracts.differences import KEY, Stand, differences
from warehouse.extracts.restate import ERASED, between
from warehouse.extracts.worlds import CAUSES, compose, worlds
from warehouse.store import snapshots
from warehouse.store.home import Home

THEN = State(
    files={
        "d1": ("s1", (("p1", "f", 4), ("p2", "m", 4), ("p3", "m", 1))),
        "d2": ("s2", (("p4", "f", 4), ("p5", "m", 2))),
    },
    officers={f"p{n}": f"k{n}" for n in range(1, 10)},
)
LATE = {"d9": ("s9", (("p6", "f", 4), ("p7", "m", 4)))}


def restated(root: Path, then: State, now: State) -> list[dict[str, Any]]:
    home = Home(root)
    first, last = end(home, "then-1", then), end(home, "now-1", now)
    path = [*worlds(first, last)]
    was, issued = (counted(w, compose(w, root / f"w{n}")) for n, w in ((0, path[0]), (1, path[-1])))
    stands = [Stand("", was, first.terms), *between(home, first, last, issued, counted)]
    return list(differences(stands, "fund", "FY2012", 1, 2).to_pylist())


def totals(rows: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(row["cause"], int(row["amount"])) for row in rows if row["grouping"] == "total"]


MERGED = replace(THEN, officers={**THEN.officers, "p4": "k1"})
CORRECTED = replace(THEN, files={"d1": THEN.files["d1"], "d3": ("s2", (("p4", "f", 4),))})


@pytest.mark.parametrize(
    ("now", "cause", "amount"),
    [
        (MERGED, "identity_change", -1),
        (THEN.with_files(**LATE), "late_delivery", 2),
        (CORRECTED, "corrected_delivery", -1),
        (replace(THEN, files={"d1": THEN.files["d1"]}), "corrected_delivery", -2),
        (replace(THEN, hours=3), "rule_change", -2),
        (replace(THEN, code=10), "code_change", 45),
    ],
    ids=["merge", "late file", "correction", "withdrawal", "rule", "program"],
)
def test_one_change_has_one_cause(tmp_path: Path, now: State, cause: str, amount: int) -> None:
    assert totals(restated(tmp_path, THEN, now)) == [(cause, amount)]


def test_another_spelling_moves_figures_between_cells_and_not_the_total(tmp_path: Path) -> None:
    rows = restated(tmp_path, THEN, replace(THEN, spellings={"m": "f"}))
    assert [(r["sex"], r["cause"], r["amount"], r["after"]) for r in rows] == [
        ("f", "mapping_change", Decimal(3), Decimal(5)),
        ("m", "mapping_change", Decimal(-3), Decimal(0)),
    ]


def test_the_same_file_read_anew_is_a_mapping_and_not_a_correction(tmp_path: Path) -> None:
    now = THEN.with_files(d2=("s2", (("p4", "f", 4),)))
    assert totals(restated(tmp_path, THEN, now)) == [("mapping_change", -1)]


def test_a_merge_that_a_late_file_brings_is_identity_and_its_rows_are_late(tmp_path: Path) -> None:
    late = {"d9": ("s9", (*LATE["d9"][1], ("p8", "f", 4)))}
    now = replace(MERGED.with_files(**late), officers={**MERGED.officers, "p6": "k1"})
    assert totals(restated(tmp_path, THEN, now)) == [("identity_change", -1), ("late_delivery", 2)]


def test_somebody_in_a_superseded_file_goes_with_their_officer(tmp_path: Path) -> None:
    then = THEN.with_files(d2=("s2", (("p4", "f", 4), ("p5", "m", 2))))
    then = replace(then, officers={**THEN.officers, "p5": "k4"})  # p4 and p5 are one officer …
    now = replace(CORRECTED, officers={**then.officers, "p4": "k1"})  # … who is k1 now; p5 is in no file any more
    assert totals(restated(tmp_path, then, now)) == [("identity_change", -1)]


def test_nothing_changed_gives_no_row_and_builds_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    then, now = end(home, "then-1", THEN), end(home, "now-1", THEN)

    def never(*_: object) -> pa.Table:
        raise AssertionError("built")

    table = figures([(None, 5)])
    stands = [Stand("", table, then.terms), *between(home, then, now, table, never)]
    assert differences(stands, "fund", "FY2012", 1, 2).num_rows == 0
    assert not list(home.scratch.glob("worlds-*"))


def test_what_an_erasure_took_is_told_apart_from_what_came_since(tmp_path: Path) -> None:
    home = Home(tmp_path)
    without = {"d1": ("s1", THEN.files["d1"][1][1:]), "d2": THEN.files["d2"]}
    then, now = end(home, "then-1", replace(THEN, files=without)), end(home, "now-1", State({**without, **LATE}))
    snapshots.record(home, then.snapshot, erasures=["e1"])
    stands = [Stand("", figures([(None, 5)]), then.terms), *between(home, then, now, figures([(None, 6)]), counted)]
    assert totals(differences(stands, "fund", "FY2012", 1, 2).to_pylist()) == [(ERASED, -1), ("late_delivery", 2)]


people = st.sampled_from([f"p{n}" for n in range(8)])
rows = st.lists(st.tuples(people, st.sampled_from("fm"), st.integers(0, 4)), max_size=5).map(tuple)
states = st.builds(
    State,
    files=st.dictionaries(
        st.sampled_from([f"d{n}" for n in range(5)]), st.tuples(st.sampled_from(["s1", "s2", "s3"]), rows), min_size=1
    ),
    officers=st.dictionaries(people, st.sampled_from(["k1", "k2", "k3"])),
    spellings=st.sampled_from([{}, {"m": "f"}]),
    hours=st.integers(1, 4),
    code=st.integers(1, 3),
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(then=states, now=states)
def test_the_causes_add_up_whatever_happened(tmp_path_factory: pytest.TempPathFactory, then: State, now: State) -> None:
    found = restated(tmp_path_factory.mktemp("w"), then, now)
    cells = defaultdict(list)
    for row in found:
        cells[tuple(row[name] for name in KEY)].append(row)
    for same in cells.values():
        assert {row["cause"] for row in same} <= set(CAUSES)
        assert sum(row["amount"] for row in same) == same[0]["difference"] == same[0]["after"] - same[0]["before"] != 0
