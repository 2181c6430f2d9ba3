"""Which pairs are uncertain, in which order they are worth deciding, and that nothing personal is shown of them."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.identity.conftest import Attended, Identified, person
from warehouse.identity.decision_rules import NOT_SAME, SAME
from warehouse.identity.decisions import Decision, record_decisions
from warehouse.identity.review import ONE, TWO, NothingToReview, pairs_to_review
from warehouse.identity.shown import shown_pairs
from warehouse.identity.state import StateBroken
from warehouse.store.home import Home

WHEN = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def listed(home: Home) -> list[tuple[str, str]]:
    return [(row["left"], row["right"]) for row in pairs_to_review(home).to_dict("records")]


def decide(home: Home, left: int, right: int, verdict: str) -> None:
    record_decisions(home, [Decision(person(left), person(right), verdict, "reviewer", WHEN, "seen")])


def test_before_anybody_was_identified_it_says_what_to_do(identified: Identified) -> None:
    home = identified([], [])
    home.identity_pairs.unlink()
    with pytest.raises(NothingToReview, match="sala run"):
        pairs_to_review(home)


@pytest.mark.parametrize("file", ["crosswalk", "identity_pairs"])
@pytest.mark.parametrize("damage", ["foreign", "cut", "changed"])
def test_a_damaged_file_is_named_with_what_to_do(identified: Identified, file: str, damage: str) -> None:
    home = identified([(1, "A", "a", "x")], [])
    path = getattr(home, file)
    content = path.read_bytes()
    path.write_bytes({"foreign": b"hello", "cut": content[:-20], "changed": content[:-40] + b"X" * 40}[damage])
    with pytest.raises(StateBroken, match=rf"SALA-I002[\s\S]*{path.name}[\s\S]*remove the file"):
        pairs_to_review(home)


def test_no_pair_is_no_row(identified: Identified) -> None:
    assert shown_pairs(identified([(1, "A", "a", "x")], [])) == ([], 0)


def test_only_pairs_between_the_thresholds_or_held_apart_by_a_guard_are_uncertain(
    identified: Identified, attended: Attended
) -> None:
    crosswalk = [
        *((1, "A", "a", "x"), (2, "A", "a", "x")),  # one officer even if strict: certain
        *((3, "B", "b", "y"), (4, "B", "bb", "y")),  # one officer, two if strict
        *((5, "C", "c", "z"), (6, "D", "d", "z")),  # two officers, one if lenient
        *((7, "E", "e", "e"), (8, "F", "f", "f")),  # two even if lenient, and unlikely: certain
        *((9, "G", "g", "g"), (10, "H", "h", "h")),  # two even if lenient, in spite of a high score: a guard
    ]
    pairs = [(1, 2, 0.999), (3, 4, 0.9), (5, 6, 0.4), (7, 8, 0.1), (9, 10, 0.97)]
    home = identified(crosswalk, pairs)
    attended(*range(1, 11))
    found = pairs_to_review(home).set_index("left")
    assert set(found.index) == {person(3), person(5), person(9)}
    assert found["now"].to_dict() == {person(3): ONE, person(5): TWO, person(9): TWO}


def test_one_pair_stands_for_all_between_two_officers_the_likeliest(identified: Identified, attended: Attended) -> None:
    crosswalk = [(1, "A", "a", "x"), (2, "A", "a", "x"), (3, "B", "b", "x"), (4, "B", "b", "x")]
    home = identified(crosswalk, [(1, 3, 0.3), (1, 4, 0.5), (2, 3, 0.4)])
    attended(1, 2, 3, 4)
    (row,) = pairs_to_review(home).to_dict("records")
    assert (row["left"], row["right"], row["pairs"]) == (person(1), person(4), 3)


def test_one_pair_stands_for_all_between_the_parts_of_one_officer(identified: Identified, attended: Attended) -> None:
    crosswalk = [(1, "A", "a", "x"), (2, "A", "a", "x"), (3, "A", "b", "x"), (4, "A", "c", "x")]
    home = identified(crosswalk, [(1, 3, 0.9), (2, 3, 0.8), (3, 4, 0.9), (1, 2, 0.99)])
    attended(1, 2, 3, 4)
    assert set(listed(home)) == {(person(1), person(3)), (person(3), person(4))}


@pytest.mark.parametrize("verdict", [SAME, NOT_SAME])
@pytest.mark.parametrize("pair", [(1, 3), (2, 4)])
def test_what_was_decided_is_not_asked_again_whichever_of_their_persons_was_decided(
    identified: Identified, attended: Attended, verdict: str, pair: tuple[int, int]
) -> None:
    crosswalk = [(1, "A", "a", "x"), (2, "A", "a", "x"), (3, "B", "b", "x"), (4, "B", "b", "x")]
    home = identified([*crosswalk, (5, "C", "c", "x")], [(1, 3, 0.6), (1, 5, 0.4)])
    attended(1, 2, 3, 4, 5)
    decide(home, *pair, verdict)
    assert listed(home) == [(person(1), person(5))]


def test_a_decision_about_somebody_who_is_gone_settles_nothing(identified: Identified, attended: Attended) -> None:
    home = identified([(1, "A", "a", "x"), (2, "B", "b", "x")], [(1, 2, 0.5)])
    attended(1, 2)
    decide(home, 1, 77, SAME)
    assert listed(home) == [(person(1), person(2))]


def test_counts_are_those_in_which_both_sides_stand(identified: Identified, attended: Attended) -> None:
    crosswalk = [(1, "A", "a", "x"), (2, "B", "b", "x"), (3, "B", "b", "x")]
    home = identified(crosswalk, [(1, 2, 0.5)])
    attended(1, partner="iom", delivery="1")
    attended(2, partner="ijm", delivery="2", programme_id="q", province_of_duty="08")
    (row,) = pairs_to_review(home).to_dict("records")
    assert row["counts"] == 4  # all, province of training, module, year
    attended(3, partner="iom", delivery="3")  # the officer's other person shares everything
    (row,) = pairs_to_review(home).to_dict("records")
    assert row["counts"] == 8
    assert row["expected"] == 4.0


def test_what_a_row_does_not_say_is_no_count_in_common(identified: Identified, attended: Attended) -> None:
    home = identified([(1, "A", "a", "x"), (2, "B", "b", "x")], [(1, 2, 0.5)])
    unsaid = {"module_id": None, "province_of_duty": None, "province_of_training": None}
    attended(1, 2, **unsaid)
    assert pairs_to_review(home)["counts"].tolist() == [4]  # all, partner, programme, year


def test_the_order_is_by_the_change_to_expect(identified: Identified, attended: Attended) -> None:
    crosswalk = [(n, letter, letter, "xyz"[(n - 1) // 2]) for n, letter in enumerate("ABCDEF", start=1)]
    home = identified(crosswalk, [(1, 2, 0.02), (3, 4, 0.6), (5, 6, 0.5)])
    attended(1, 2, 3, 4, delivery="1")  # both pairs share everything
    attended(5, partner="ijm", delivery="2", programme_id="q", event_id="f", module_id="n")
    attended(6, partner="moj", delivery="3", province_of_duty="01", province_of_training="02")
    found = pairs_to_review(home)
    assert found["left"].tolist() == [person(3), person(5), person(1)]
    assert found["expected"].is_monotonic_decreasing
    (first,), total = shown_pairs(home, limit=1)
    assert (first["left"], first["rank"], total) == (person(3), 1, 3)


def test_of_one_officer_the_chance_is_that_of_two(identified: Identified, attended: Attended) -> None:
    home = identified([(1, "A", "a", "x"), (2, "A", "b", "x")], [(1, 2, 0.9)])
    attended(1, 2)
    (row,) = pairs_to_review(home).to_dict("records")
    assert row["expected"] == pytest.approx(row["counts"] * 0.1)


def test_a_pair_is_shown_with_the_facts_of_the_warehouse_the_last_known(
    identified: Identified, attended: Attended
) -> None:
    home = identified([(1, "A", "a", "x"), (2, "B", "b", "x")], [(1, 2, 0.5)])
    attended(1, delivery="1", rank="captain", unit="ahtjp", session_date=dt.date(2020, 1, 1))
    attended(1, delivery="2", rank="major", event_id="f", session_date=dt.date(2024, 1, 1))
    attended(2, delivery="3", partner="ijm")
    ((left, right),) = (pair["persons"] for pair in shown_pairs(home)[0])
    assert (left["rank"], left["unit"], left["event_id"], left["partner_id"]) == ("major", "ahtjp", "e, f", "iom")
    assert (right["rank"], right["partner_id"]) == ("", "ijm")
