"""After suppression no attacker narrows what is hidden; without complementary suppression he does."""

from __future__ import annotations

import time
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.extracts.disclosure.people import Q1, Q2, RULE, Module, counted, figure, issued, modules_of_people
from warehouse.extracts.disclosure.audit import Finding, audit
from warehouse.extracts.disclosure.issued import Issued
from warehouse.extracts.disclosure.protect import EMPTIED, Protected, protect

THREE = {"province_of_duty": 3, "module_id": 2, "sex": 2}
FOUR = THREE | {"partner_id": 2}
WIDE = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def every(dims: dict[str, int], most: int) -> list[tuple[str, ...]]:
    """Return every grouping of at most so many dimensions."""
    return [group for size in range(most + 1) for group in combinations(dims, size)]


def as_issued(issue: Issued, protected: Protected) -> Issued:
    return Issued(issue.funder, issue.period, issue.issue, issue.terms, protected.figures)


def shown_again(issue: Issued, *history: Issued, complementary: bool = True) -> Issued:
    return as_issued(issue, protect(issue, history, RULE, complementary))


def unsafe(*issues: Issued, suppose: bool = True) -> list[Finding]:
    return [finding for finding in audit(issues, RULE, suppose) if not finding.is_safe]


def statuses(issue: Issued) -> dict[tuple[str, str], str]:
    return {
        (row["indicator"], "/".join(v for v in (row["province_of_duty"], row["sex"]) if v)): row["status"]
        for row in issue.figures.to_pylist()
        if row["window"] == "period"
    }


def by_sex(women: int, men: int, **fields: Any) -> list[dict[str, Any]]:
    return [
        figure("persons_reached", {}, women + men, **fields),
        figure("persons_reached", {"sex": "female"}, women, **fields),
        figure("persons_reached", {"sex": "male"}, men, **fields),
    ]


@WIDE
@given(modules_of_people(THREE, most=25), st.sampled_from([1, 2, 3]))
def test_no_hidden_figure_of_a_random_table_can_be_reckoned(modules: list[Module], most: int) -> None:
    issue = issued(counted(modules, every(THREE, most)))
    protected = protect(issue, [], RULE)
    assert protected.exposed == 0
    assert unsafe(as_issued(issue, protected)) == []


@settings(WIDE, max_examples=3)
@given(modules_of_people(FOUR, most=30))
def test_nor_one_of_a_table_of_four_dimensions(modules: list[Module]) -> None:
    issue = issued(counted(modules, every(FOUR, 3)))
    assert unsafe(shown_again(issue)) == []


@WIDE
@given(modules_of_people(THREE, most=25))
def test_the_truth_lies_within_the_bounds(modules: list[Module]) -> None:
    issue = issued(counted(modules, every(THREE, 2)))
    truth = issue.figures.column("value").to_pylist()
    for finding in audit([shown_again(issue)], RULE, suppose=False):
        if finding.what == "suppressed" and finding.row is not None:
            low, high = finding.interval.low, finding.interval.high
            assert low is None or low <= truth[finding.row]
            assert high is None or truth[finding.row] <= high


@WIDE
@given(modules_of_people(THREE, most=25))
def test_what_is_shown_is_as_it_was(modules: list[Module]) -> None:
    issue = issued(counted(modules, every(THREE, 2)))
    before, after = issue.figures.to_pylist(), protect(issue, [], RULE).figures.to_pylist()
    for old, new in zip(before, after, strict=True):
        if new["status"] == "suppressed":
            assert {new[name] for name in EMPTIED} == {None}
            assert new == old | dict.fromkeys(EMPTIED) | {"status": "suppressed"}
            assert old["persons"] or old["not_met"] or old["undecided"], "a mark stands for nobody"
        else:
            assert new == old
            assert not 0 < (new["persons"] or 0) < RULE.minimum


@WIDE
@given(modules_of_people(THREE, most=25), modules_of_people(THREE, most=6))
def test_issue_after_issue_gives_nothing_away(modules: list[Module], late: list[Module]) -> None:
    """Or it is told: what was issued before cannot be taken back, and a draft that exposes anything is not approved."""
    history: list[Issued] = []
    for drafted in (
        issued(counted(modules)),
        issued(counted([*modules, *late]), issue=2),
        issued(counted([*modules, *late], period=Q2), period=Q2),
    ):
        protected = protect(drafted, history, RULE)
        if protected.exposed:
            assert history, "a first issue exposes nothing"
            return
        history.append(as_issued(drafted, protected))
        assert unsafe(*history) == []


def test_without_complementary_suppression_the_attacker_succeeds() -> None:
    issue = issued(by_sex(women=3, men=40))
    protected = protect(issue, [], RULE, complementary=False)
    assert (protected.primary, protected.complementary) == (1, 0)
    finding, *_ = unsafe(as_issued(issue, protected))
    assert (finding.interval.low, finding.interval.high) == (3, 3)
    assert unsafe(shown_again(issue)) == []


def test_a_total_stays_where_something_else_can_be_hidden() -> None:
    assert statuses(shown_again(issued(by_sex(women=3, men=40)))) == {
        ("persons_reached", ""): "shown",
        ("persons_reached", "female"): "suppressed",
        ("persons_reached", "male"): "suppressed",
    }


def test_a_total_goes_where_nothing_else_can_be_hidden() -> None:
    found = statuses(shown_again(issued(by_sex(women=3, men=0))))
    assert found == {
        ("persons_reached", ""): "suppressed",
        ("persons_reached", "female"): "suppressed",
        ("persons_reached", "male"): "shown",  # nobody: zero needs no mark
    }


def test_no_data_and_zero_stay_apart_from_suppressed() -> None:
    rows = [*by_sex(women=3, men=40), figure("persons_reached", {"partner_id": "ijm"}, None, status="no_data")]
    rows.append(figure("persons_reached", {"partner_id": "iom"}, 43))
    protected = protect(issued(rows), [], RULE).figures.column("status").to_pylist()
    assert protected == ["shown", "suppressed", "suppressed", "no_data", "shown"]


def test_a_rate_that_would_give_a_figure_away_is_hidden_with_it() -> None:
    rows = [
        figure("persons_trained", {}, 40),
        figure("persons_trained", {"sex": "female"}, 3),
        figure("persons_trained", {"sex": "male"}, 37),
        figure("share_of_women", {}, "7.5", counts="percent", numerator=3, denominator=40, persons=40),
    ]
    assert statuses(shown_again(issued(rows)))["share_of_women", ""] == "suppressed"


def test_women_are_not_given_away_by_their_share_alone() -> None:
    rows = [
        figure("persons_trained", {}, 40),
        figure("share_of_women", {}, "7.5", counts="percent", numerator=3, denominator=40, persons=40),
    ]
    assert statuses(shown_again(issued(rows)))["share_of_women", ""] == "suppressed"


def test_a_small_change_since_an_earlier_issue_is_hidden() -> None:
    first = shown_again(issued(by_sex(women=20, men=40)))
    rows = by_sex(women=20, men=42)
    assert {finding.what for finding in unsafe(first, issued(rows, issue=2))} == {"issue minus earlier issue"}
    second = shown_again(issued(rows, issue=2), first)
    assert list(statuses(second).values()) == ["suppressed", "shown", "suppressed"]
    assert unsafe(first, second) == []


def test_an_issue_does_not_show_what_an_earlier_one_hid() -> None:
    def rows(second: int, third: int) -> list[dict[str, Any]]:
        cells = {"01": 3, "02": 7, "03": second, "04": third}
        parts = [figure("persons_reached", {"province_of_duty": code}, n) for code, n in cells.items()]
        return [figure("persons_reached", {}, sum(cells.values())), *parts]

    first = shown_again(issued(rows(20, 20)))
    hidden = {place for (_, place), status in statuses(first).items() if status == "suppressed"}
    assert hidden == {"01", "02"}
    second = shown_again(issued(rows(30, 20), issue=2), first)
    assert statuses(second)["persons_reached", "02"] == "suppressed"
    assert unsafe(first, second) == []


def test_cumulative_minus_period_is_hidden() -> None:
    rows = [figure("persons_reached", {}, 40), figure("persons_reached", {}, 42, window="cumulative")]
    assert len(unsafe(issued(rows))) == 1, "the attacker sees two who came before"
    assert unsafe(shown_again(issued(rows))) == []


@pytest.mark.parametrize("same_rule", [True, False])
def test_another_funders_extract_of_the_same_facts(same_rule: bool) -> None:
    other = issued([figure("persons_reached", {"sex": "female"}, 4)], funder="other")
    mine = issued(by_sex(women=4, men=40), programmes=["border"] if same_rule else ["elsewhere"])
    assert (protect(mine, [other], RULE).exposed > 0) == same_rule


def test_a_figure_hidden_for_one_funder_is_hidden_for_the_other() -> None:
    one = shown_again(issued(by_sex(women=4, men=40)))
    rows = [figure("persons_reached", {"sex": "male"}, 40), figure("persons_reached", {}, 44)]
    other = shown_again(issued(rows, funder="other"), one)
    assert statuses(other)["persons_reached", "male"] == "suppressed"
    assert unsafe(one, other) == []


def test_more_programmes_minus_fewer_is_hidden() -> None:
    few = shown_again(issued([figure("persons_reached", {}, 40)]))
    rows = [figure("persons_reached", {}, 42)]
    more = issued(rows, funder="other", programmes=["border", "elsewhere"])
    assert len(unsafe(few, more)) == 1
    assert unsafe(few, shown_again(more, few)) == []


def test_the_same_table_is_suppressed_in_the_same_way() -> None:
    people = range(60)
    modules = [Module(n, Q1.starts_on, {"province_of_duty": f"{n % 7:02}", "sex": "fm"[n % 3 == 0]}) for n in people]
    once = protect(issued(counted(modules)), [], RULE).figures
    assert once.column("status").to_pylist().count("suppressed") > 0
    assert protect(issued(counted(modules)), [], RULE).figures == once


def test_a_large_table_with_few_small_figures_takes_seconds() -> None:
    cells = {(f"{p:02}", f"m{m}"): 20 + (p * m) % 7 for p in range(45) for m in range(45)} | {("07", "m3"): 2}
    by_module = [figure("persons_trained", {"province_of_duty": p, "module_id": m}, n) for (p, m), n in cells.items()]
    rows = [
        figure("persons_trained", {"province_of_duty": p}, sum(n for (q, _), n in cells.items() if q == p))
        for p in sorted({p for p, _ in cells})
    ]
    issue = issued([*rows, *by_module])
    assert issue.figures.num_rows > 2000
    started = time.process_time()
    protected = protect(issue, [], RULE)
    assert time.process_time() - started < 10
    assert (protected.primary, protected.exposed) == (1, 0)
