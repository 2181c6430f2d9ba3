"""Three hundred damaged samples, and every nasty file, through the real sandbox: the law of docs/formats.md holds."""

from __future__ import annotations

import resource
from collections import Counter
from random import Random

import pytest

from tests.fuzz import book_damage
from tests.fuzz.law import Touched, Verdict, judge, touched
from tests.fuzz.nasty import DIALECTS
from tests.fuzz.samples import LIMITS, Reading
from tests.fuzz.trials import SLACK, bench, make

SEED, COUNT = 2026, 300
BAD = (Verdict.SILENT, Verdict.BROKEN)


def test_no_damaged_file_is_silently_different() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10  # MiB: other tests ran in this process
    results = [bench().result(SEED, number) for number in range(COUNT)]
    assert [f"--seed {SEED} --case {r.number}: {r}" for r in results if r.verdict in BAD] == []
    found = Counter(result.verdict for result in results)
    assert found[Verdict.HELD] > 100, found
    assert found[Verdict.SAME] > 20, found
    assert found[Verdict.ALTERED] > 5, found
    assert len({result.damage for result in results}) > 30
    assert max(result.seconds for result in results) < LIMITS.wall_seconds + SLACK
    assert max(result.megabytes for result in results) - before < 512


@pytest.mark.parametrize(
    ("dialect", "read"),
    [("promised", {"plain", "UTF-8 with a mark"}), ("detected", {"plain", "UTF-16 with a mark", "semicolons"})],
)
def test_no_nasty_file_is_silently_different(dialect: str, read: set[str]) -> None:
    results = bench().nasty(DIALECTS[dialect])
    assert [(f.group, f.name) for f, verdict, _ in results if verdict in BAD] == []
    verdicts = {file.name: verdict for file, verdict, _ in results}
    assert {name for name in read if verdicts[name] is not Verdict.SAME} == set()
    assert verdicts["two stray quotes"] is verdicts["a quote that does not end"] is Verdict.HELD
    assert verdicts["a cell too many"] is Verdict.NAMED


def test_a_case_is_the_same_whenever_it_is_made() -> None:
    cases = [make(bench().samples, SEED, number) for number in range(40)]
    assert [c.data for c in cases] == [make(bench().samples, SEED, number).data for number in range(40)]
    assert len({(c.damage, c.data) for c in cases}) == 40


# ---- the law itself: what it must find ----


def reading(*records: str, unaccepted: int = 0, heading: str = "a", held: str = "") -> Reading:
    return Reading(held, "", Counter((r,) for r in records), unaccepted, heading, {"": 2}, 0.0)


ONE = Touched(lost=1, new=1, heading=False)


@pytest.mark.parametrize(
    ("changed", "strict", "touch", "verdict"),
    [
        (reading(held="SALA-F003"), True, None, Verdict.HELD),
        (reading("a", "b", "c"), True, None, Verdict.SAME),
        (reading("c", "b", "a"), False, ONE, Verdict.SAME),
        (reading("a", "b", unaccepted=1), True, None, Verdict.NAMED),
        (reading("a", "b"), True, None, Verdict.SILENT),
        (reading("a", "b", "x", unaccepted=1), True, None, Verdict.SILENT),
        (reading("a", "b", "c", "c"), True, None, Verdict.SILENT),
        (reading("a", "b", "x"), False, ONE, Verdict.ALTERED),
        (reading("a", "x", "y"), False, ONE, Verdict.SILENT),
        (reading("a"), False, ONE, Verdict.SILENT),
        (reading("a", unaccepted=1), False, ONE, Verdict.ALTERED),
        (reading("x", "y", "z"), False, Touched(1, 1, heading=True), Verdict.SILENT),
        (reading("x", "y", "z", heading="b"), False, Touched(1, 1, heading=True), Verdict.ALTERED),
        (reading("a", "b", "x"), False, None, Verdict.UNJUDGED),
    ],
)
def test_the_law_tells_apart(changed: Reading, strict: bool, touch: Touched | None, verdict: Verdict) -> None:
    assert judge(reading("a", "b", "c"), changed, strict, touch) is verdict


def test_what_a_change_touched_is_seen_in_the_bytes() -> None:
    text = b"H,I\n1,a\n2,b\n"
    assert touched(text, text.replace(b"\n", b"\r\n"), {"": 2}) == Touched(0, 0, heading=False)
    assert touched(text, text.replace(b"a", b"x"), {"": 2}) == ONE
    assert touched(text, text[:-3], {"": 2}) == ONE
    assert touched(text, text.replace(b"I", b"J"), {"": 2}) == Touched(1, 1, heading=True)
    sample = next(s for s in bench().samples if s.name == "IJM_SignIn_PT_2006-03.xlsx")
    first = bench().original(sample).first
    assert touched(sample.data, sample.data, first) == Touched(0, 0, heading=False)
    for name, lost, new in (("a row dropped", 1, 0), ("a row twice", 0, 1), ("two rows swapped", 0, 0)):
        found = touched(sample.data, book_damage.EDITS[name](Random(1), sample.data), first)
        assert found is not None
        assert (found.lost, found.new) == (lost, new), name
