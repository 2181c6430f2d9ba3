"""What a rendered extract says beside its figures: whose it is, by which rule, from which version, with which gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from warehouse.contract.agreement import Agreement, Terms
    from warehouse.contract.periods import Period

State = Literal["delivered", "nothing for the period", "missing"]


@dataclass(frozen=True)
class Definition:
    """What an indicator means, from its model's documentation; how the funder words it stands in the terms.

    Attributes:
        meaning: One or two sentences.
        numerator: What is counted above the line, in words; "" when the indicator is a count.
        denominator: What it is divided by, in words; "" when the indicator is a count.
    """

    meaning: str
    numerator: str = ""
    denominator: str = ""


@dataclass(frozen=True)
class Exclusion:
    """Persons the figures leave out, or could not decide about.

    Attributes:
        what: Why, in words, such as "not in the population: social workers".
        persons: How many different persons; None when the number itself is too small to be shown.
    """

    what: str
    persons: int | None


@dataclass(frozen=True)
class Submission:
    """What one partner of the agreement sent for the period, so that zero and missing differ.

    Attributes:
        partner: Its name as readers know it.
        state: `nothing for the period` is a partner's own word; `missing` owed data and did not send it.
        last_delivery: Day of its newest delivery of any period; None when there never was one.
    """

    partner: str
    state: State
    last_delivery: date | None = None


@dataclass(frozen=True)
class Restated:
    """One figure that was issued before and would be issued differently now.

    Attributes:
        indicator: Its id.
        window: `period` or `cumulative`.
        period: Id of the period it was issued for.
        cell: What it is about in words, such as "Battambang, women"; "total" without a disaggregation.
        before: As issued; None when it was not shown, as `before_status` says.
        after: As it is now; None when it is not shown, as `after_status` says.
        before_status: A status of the result table.
        after_status: The same.
        causes: Cause in words, and by how much it moved the figure; they add up to the difference.
    """

    indicator: str
    window: str
    period: str
    cell: str
    before: Decimal | None
    after: Decimal | None
    before_status: str = "shown"
    after_status: str = "shown"
    causes: tuple[tuple[str, Decimal], ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """After minus before; None when either is not shown."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Context:
    """Everything a renderer needs beside the result table. Nothing here comes from a clock.

    Attributes:
        agreement: The funder's agreement.
        terms: The version of it that is in force for the period.
        period: What the extract is about.
        issue: 1 for the first issue of this period, then 2, 3 …
        as_of: The day the figures are for.
        version: Name of the published version they were computed from.
        content_hash: That version's hash, hexadecimal.
        code: Fingerprint of the code that computed them.
        rule: The counting rule, a sentence a line.
        definitions: By indicator id.
        labels: By dimension, then by code: what readers call it. A code without a label is shown as it is.
        exclusions: Persons left out, and undecided ones.
        submissions: One for each partner of the agreement.
        restatements: Empty in a first issue.
    """

    agreement: Agreement
    terms: Terms
    period: Period
    issue: int
    as_of: date
    version: str
    content_hash: str
    code: str
    rule: tuple[str, ...]
    definitions: Mapping[str, Definition]
    labels: Mapping[str, Mapping[str, str]]
    exclusions: tuple[Exclusion, ...] = ()
    submissions: tuple[Submission, ...] = ()
    restatements: tuple[Restated, ...] = ()

    def label(self, dimension: str, code: str | None) -> str:
        """Return what readers call a code; None, which is a total, stays empty."""
        return "" if code is None else self.labels.get(dimension, {}).get(code, code)
