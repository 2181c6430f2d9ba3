"""Reviewed decisions: added and never changed, the last about a pair in force, every mistake told at once."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
from pathlib import Path

import pytest

from warehouse.identity.decision_rules import NOT_SAME, SAME, UNDECIDED
from warehouse.identity.decisions import (
    DECIDED,
    Decision,
    DecisionsContradict,
    DecisionsInvalid,
    erase_decisions,
    load_decisions,
    read_decisions,
    record_decisions,
)
from warehouse.store.home import Home

HEADER = "left,right,verdict,who,when,why\n"
WHEN = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


def person(number: int) -> str:
    return f"{number:032x}"


def decided(left: int, right: int, verdict: str, why: str = "seen together", who: str = "reviewer") -> Decision:
    small, large = sorted((left, right))
    return Decision(person(small), person(large), verdict, who, WHEN, why)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def write(home: Home, *lines: str, header: str = HEADER) -> None:
    home.decisions.parent.mkdir(parents=True, exist_ok=True)
    home.decisions.write_text(header + "".join(line + "\n" for line in lines), encoding="utf-8")


def line(left: int, right: int, verdict: str, why: str = "one face") -> str:
    return f"{person(left)},{person(right)},{verdict},reviewer,2026-03-01T09:30:00Z,{why}"


def verdicts(home: Home) -> dict[tuple[str, str], str]:
    table = load_decisions(home)
    assert table.schema == DECIDED
    return {(row["left"], row["right"]): row["verdict"] for row in table.to_pylist()}


def test_no_file_is_no_decision(home: Home) -> None:
    assert verdicts(home) == {}
    assert not home.decisions.exists()


def test_what_is_recorded_is_loaded_ordered_and_lies_outside_what_is_derived(home: Home) -> None:
    record_decisions(home, [decided(3, 4, SAME), decided(1, 2, NOT_SAME, why='"quoted", with a comma')])
    assert list(verdicts(home).items()) == [((person(1), person(2)), NOT_SAME), ((person(3), person(4)), SAME)]
    assert read_decisions(home)[1].why == '"quoted", with a comma'
    assert home.decisions.read_text().splitlines()[0] == HEADER.strip()
    assert home.decisions.relative_to(home.root).parts[0] not in ("build", "bronze", "published")


def test_lines_are_added_and_never_changed(home: Home) -> None:
    record_decisions(home, [decided(1, 2, SAME)])
    before = home.decisions.read_bytes()
    record_decisions(home, [decided(5, 6, SAME)])
    assert home.decisions.read_bytes().startswith(before)
    assert len(home.decisions.read_bytes()) > len(before)


def test_a_line_is_added_after_a_last_line_without_an_end(home: Home) -> None:
    write(home, line(1, 2, SAME))
    home.decisions.write_text(home.decisions.read_text().rstrip("\n"))
    record_decisions(home, [decided(3, 4, SAME)])
    assert len(verdicts(home)) == 2


def test_the_last_decision_about_a_pair_counts_and_the_former_stays_readable(home: Home) -> None:
    for verdict in (SAME, NOT_SAME):
        record_decisions(home, [decided(1, 2, verdict)])
    assert verdicts(home) == {(person(1), person(2)): NOT_SAME}
    assert [each.verdict for each in read_decisions(home)] == [SAME, NOT_SAME]


def test_undecided_gives_the_pair_back_to_the_model(home: Home) -> None:
    record_decisions(home, [decided(1, 2, SAME)])
    record_decisions(home, [decided(1, 2, UNDECIDED)])
    assert verdicts(home) == {}


def test_what_is_in_force_already_is_not_told_twice(home: Home) -> None:
    assert len(record_decisions(home, [decided(1, 2, SAME), decided(1, 2, SAME)])) == 1
    assert record_decisions(home, [decided(1, 2, SAME)]) == []
    assert len(record_decisions(home, [decided(1, 2, SAME, why="another reason")])) == 1


def test_the_order_of_the_two_persons_does_not_matter(home: Home) -> None:
    write(home, line(2, 1, SAME), line(1, 2, NOT_SAME))
    assert verdicts(home) == {(person(1), person(2)): NOT_SAME}


def test_a_chain_that_joins_whom_a_decision_holds_apart_is_told_with_its_lines(home: Home) -> None:
    write(home, line(1, 2, SAME), line(8, 9, SAME), line(2, 3, SAME), line(3, 1, NOT_SAME), line(4, 5, NOT_SAME))
    with pytest.raises(DecisionsContradict) as raised:
        load_decisions(home)
    assert "line 5 says not same, line 2 and line 4 say same" in raised.value.found
    assert len(raised.value.contradictions) == 1


def test_every_contradiction_is_told_at_once(home: Home) -> None:
    write(home, *(line(a, b, v) for s in (0, 10) for a, b, v in ((s, s + 1, SAME), (s, s + 2, SAME))))
    record_decisions(home, [decided(20, 21, SAME)])
    with pytest.raises(DecisionsContradict) as raised:
        record_decisions(home, [decided(1, 2, NOT_SAME), decided(11, 12, NOT_SAME)])
    assert len(raised.value.contradictions) == 2
    assert "a new decision says not same, line 2 and line 3 say same" in raised.value.found


def test_a_superseded_decision_contradicts_nothing(home: Home) -> None:
    write(home, line(1, 2, SAME), line(2, 3, SAME), line(2, 3, UNDECIDED), line(1, 3, NOT_SAME))
    assert len(verdicts(home)) == 2


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (decided(1, 3, NOT_SAME), DecisionsContradict),
        (decided(7, 7, SAME), DecisionsInvalid),
        (decided(5, 6, SAME, why="phone 012 345 678"), DecisionsInvalid),
        (decided(5, 6, SAME, why="=HYPERLINK(1)"), DecisionsInvalid),
        (decided(5, 6, SAME, who=" "), DecisionsInvalid),
        (decided(5, 6, "perhaps"), DecisionsInvalid),
    ],
)
def test_a_decision_that_cannot_stand_changes_nothing(home: Home, new: Decision, error: type[Exception]) -> None:
    write(home, line(1, 2, SAME), line(2, 3, SAME))
    before = home.decisions.read_bytes()
    with pytest.raises(error):
        record_decisions(home, [decided(8, 9, SAME), new])
    assert home.decisions.read_bytes() == before


MISTAKES = {
    "person": ("Sok Dara," + line(1, 2, SAME).split(",", 1)[1], 2),
    "pair": (line(4, 4, SAME), 3),
    "verdict": (line(1, 2, "not the same"), 4),
    "when": (line(1, 2, SAME).replace("09:30:00Z", "09:30:00"), 5),
    "cells": (line(1, 2, SAME) + ",one more", 6),
    "identifier": (line(1, 2, SAME, why="born 1985-03-02"), 7),
    "formula": (line(1, 2, SAME, why="@SUM(1)"), 8),
    "empty": (line(1, 2, SAME, why=""), 9),
    "length": (line(1, 2, SAME, why="x" * 501), 10),
    "one_line": (line(1, 2, SAME, why="tab\there"), 11),
}


def test_every_mistake_of_the_file_is_told_at_once_with_its_line_and_without_its_value(home: Home) -> None:
    write(home, *(text for text, _ in MISTAKES.values()))
    with pytest.raises(DecisionsInvalid) as raised:
        load_decisions(home)
    told = {flaw.rule: flaw.place for flaw in raised.value.flaws}
    assert told.keys() == MISTAKES.keys()
    for rule, (_, number) in MISTAKES.items():
        assert told[rule].split(",")[0] == f"line {number}", rule
        assert f"[{rule}]" in str(raised.value)
    for value in ("Sok", "Dara", "1985", "SUM", "not the same"):
        assert value not in str(raised.value)
    assert "did you mean 'not same'?" in str(raised.value)


def test_the_reason_may_be_khmer_and_hold_the_last_digits_of_a_number(home: Home) -> None:
    why = "មនុស្ស\u200bតែ\u200bម្នាក់, phone ends in 47"
    record_decisions(home, [decided(1, 2, SAME, why=why)])
    assert read_decisions(home)[0].why == why


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'left,"right\n', b"a,b\n1,2\n"])
def test_a_file_that_is_none_is_an_error_with_a_code(home: Home, content: bytes) -> None:
    home.decisions.parent.mkdir(parents=True)
    home.decisions.write_bytes(content)
    with pytest.raises(DecisionsInvalid, match="SALA-I101"):
        load_decisions(home)


def test_a_file_saved_by_a_spreadsheet_is_read_too(home: Home) -> None:
    write(home, line(1, 2, SAME))
    home.decisions.write_bytes(b"\xef\xbb\xbf" + home.decisions.read_bytes().replace(b"\n", b"\r\n"))
    assert verdicts(home) == {(person(1), person(2)): SAME}


def _record_one(root: str, number: int) -> None:
    record_decisions(Home(Path(root)), [decided(1000, number, SAME)])


def test_many_processes_at_once_lose_no_decision(home: Home) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_record_one, args=(str(home.root), number)) for number in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 12
    assert len(verdicts(home)) == 12
    assert len(home.decisions.read_text().splitlines()) == 13


def test_a_person_who_is_erased_stands_in_no_decision(home: Home) -> None:
    record_decisions(home, [decided(1, 2, SAME), decided(3, 4, SAME), decided(2, 5, NOT_SAME)])
    assert erase_decisions(home, [person(2)]) == 2
    assert person(2) not in home.decisions.read_text()
    assert verdicts(home) == {(person(3), person(4)): SAME}
    assert erase_decisions(home, [person(2)]) == 0


def test_mistakes_in_the_file_do_not_hinder_an_erasure(home: Home) -> None:
    assert erase_decisions(home, [person(1)]) == 0
    write(home, line(1, 2, SAME), "a line without sense", line(3, 4, "perhaps"), line(5, 6, NOT_SAME, why='"a, b"'))
    home.decisions.write_bytes(home.decisions.read_bytes() + b"\xff\xfe\n")
    assert erase_decisions(home, [person(1)]) == 1
    left = home.decisions.read_bytes()
    assert person(1).encode() not in left
    assert left.count(b"\n") == 5
    assert b'"a, b"' in left
    assert left.endswith(b"\xff\xfe\n")


def test_a_cell_that_no_table_can_hold_does_not_hinder_an_erasure(home: Home) -> None:
    write(home, line(1, 2, SAME), "x" * 200_000, line(3, 4, SAME))
    assert erase_decisions(home, [person(1)]) == 1
    left = home.decisions.read_text()
    assert person(1) not in left
    assert left.startswith(HEADER)
    assert "x" * 200_000 in left
    assert person(3) in left


def test_contradictions_are_found_wherever_they_stand(home: Home) -> None:
    """Against the definition: joined by any chain of decisions, however long, and held apart."""
    chooser = random.Random(3)
    for _ in range(200):
        pairs = {tuple(sorted(chooser.sample(range(6), 2))): chooser.choice((SAME, NOT_SAME)) for _ in range(6)}
        group = {n: {n} for n in range(6)}
        for (a, b), verdict in pairs.items():
            if verdict == SAME:
                both = group[a] | group[b]
                group.update(dict.fromkeys(both, both))
        wrong = sum(verdict == NOT_SAME and b in group[a] for (a, b), verdict in pairs.items())
        write(home, *(line(a, b, verdict) for (a, b), verdict in pairs.items()))
        try:
            load_decisions(home)
            found = 0
        except DecisionsContradict as error:
            found = len(error.contradictions)
        assert found == wrong, pairs
