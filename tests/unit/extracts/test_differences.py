"""What is no number has no amount, what is hidden has no cause, and small amounts are told together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.extracts.worlds_for_tests import agreement_of, figures
from warehouse.extracts.differences import NOT_ASKED, Stand, differences, tellable

TERMS = agreement_of(1).versions[0]
WITHOUT_SEX = TERMS.model_copy(update={"indicators": (TERMS.indicators[0].model_copy(update={"disaggregations": ()}),)})


def rows(*stands: Stand) -> list[dict[str, Any]]:
    return list(differences(stands, "fund", "FY2012", 1, 2).to_pylist())


def told(*stands: Stand) -> list[tuple[Any, ...]]:
    return [(r["before_status"], r["after_status"], r["difference"], r["cause"], r["amount"]) for r in rows(*stands)]


def stand(cause: str, value: int | None, status: str = "shown") -> Stand:
    return Stand(cause, figures([(None, value)], status), TERMS)


def test_amounts_stand_beside_the_difference_they_add_up_to() -> None:
    assert told(stand("", 5), stand("rule_change", 9), stand("late_delivery", 8)) == [
        ("shown", "shown", Decimal(3), "rule_change", Decimal(4)),
        ("shown", "shown", Decimal(3), "late_delivery", Decimal(-1)),
    ]


def test_causes_that_come_to_nothing_leave_no_row() -> None:
    assert told(stand("", 5), stand("rule_change", 9), stand("late_delivery", 5)) == []


def test_what_becomes_a_number_has_causes_and_no_amount() -> None:
    path = stand("", None, "withheld"), stand("rule_change", None, "withheld"), stand("late_delivery", 8)
    assert told(*path) == [("withheld", "shown", None, "late_delivery", None)]


def test_over_a_figure_that_is_no_number_the_causes_are_named_together() -> None:
    path = stand("", 5), stand("rule_change", None, "not_applicable"), stand("late_delivery", 8)
    assert told(*path) == [("shown", "shown", Decimal(3), "rule_change and late_delivery", Decimal(3))]


@pytest.mark.parametrize("ends", [(5, None), (None, 5)])
def test_what_is_suppressed_at_an_end_has_not_even_a_cause(ends: tuple[int | None, int | None]) -> None:
    before, after = ends
    path = stand("", before, "suppressed"), stand("rule_change", 6), stand("late_delivery", after, "suppressed")
    ((_, _, difference, cause, amount),) = told(*path)
    assert (difference, cause, amount) == (None, "suppressed", None)


def test_a_cell_without_a_row_counts_nobody_and_one_not_asked_for_is_no_zero() -> None:
    before, after = figures([(None, 2)]), figures([(None, 2), ("f", 2)])
    assert told(Stand("", before, TERMS), Stand("late_delivery", after, TERMS)) == [
        ("shown", "shown", Decimal(2), "late_delivery", Decimal(2))
    ]
    assert told(Stand("", before, WITHOUT_SEX), Stand("rule_change", after, TERMS)) == [
        (NOT_ASKED, "shown", None, "rule_change", None)
    ]


def test_small_amounts_are_told_together_to_a_funder() -> None:
    causes = (("rule_change", Decimal(20)), ("late_delivery", Decimal(-2)))
    assert tellable(causes, "persons", 5) == (("rule_change and late_delivery", Decimal(18)),)
    assert tellable(causes, "persons", 2) == causes
    assert tellable(causes, "hours", 2) == (("rule_change and late_delivery", Decimal(18)),)
    assert tellable(causes, "hours", 1) == causes
    assert tellable(causes[1:], "persons", 5) == causes[1:]
