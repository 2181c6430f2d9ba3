"""What a pack says, before anybody draws it: plain data without a value of the partner's cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from warehouse.ingest.messages import CODES, COLUMNS, LABELS, PHRASES, Wording


@dataclass(frozen=True)
class Mark:
    """One refused cell or row of the file.

    Attributes:
        sheet: Its place in the file, from 1.
        row: As a spreadsheet shows it.
        name: The canonical column, or `#0`, `#1` … for the sheet's sessions; empty where the whole row is refused.
        position: Where the cell stands in the row of the partner's own file, from 0; None where nobody knows.
        text: Which of the pack's texts is said there.
    """

    sheet: int
    row: int
    name: str
    position: int | None
    text: int


@dataclass(frozen=True)
class Text:
    """What is said at a mark."""

    code: str
    english: Wording
    khmer: Wording


@dataclass(frozen=True)
class Fix:
    """One thing to mend: all refusals of a column by a rule.

    Attributes:
        column: The canonical column; None where whole rows are refused.
        headers: The partner's headers of it, in their order.
        rows: Rows that it holds back.
        people: Different people in them; None where the table has none.
        alone: Rows that nothing else holds back.
    """

    rule: str
    column: str | None
    headers: tuple[str, ...]
    text: Text
    rows: int
    people: int | None
    alone: int
    marks: tuple[Mark, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return what a report says of it."""
        english, khmer = self.text.english, self.text.khmer
        both = {name: {"en": getattr(english, name), "km": getattr(khmer, name)} for name in _TEXTS}
        counts = {"rows": self.rows, "people": self.people, "rows_held_by_this_alone": self.alone}
        where = {"column": self.column, "headers": list(self.headers), "cells": len(self.marks)}
        return {"code": self.text.code, "rule": self.rule, **where, **counts, **both}


_TEXTS = ("found", "expected", "action")


@dataclass(frozen=True)
class Reason:
    """Why a whole file is held; `found` and `expected` are in English only."""

    code: str
    english: Wording
    khmer: Wording
    found: str = ""
    expected: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return what a report says of it."""
        title = {"en": self.english.found, "km": self.khmer.found}
        action = {"en": self.english.action, "km": self.khmer.action}
        return {"code": self.code, "title": title, "found": self.found, "expected": self.expected, "action": action}


@dataclass(frozen=True)
class Total:
    """A number in a footer row of the file, and what was counted.

    Attributes:
        what: `rows`, `female`, `male`, `present`, `sum` or `mean`.
        header: Of the column that it is about; empty for rows.
        counted: The same of all rows of the file.
        counted_accepted: The same of the accepted rows alone; of people, of those of whom nothing is refused.
    """

    sheet: int
    row: int
    what: str
    header: str
    claimed: str
    counted: str
    counted_accepted: str

    @property
    def agrees(self) -> bool:
        """Whether both are the same number."""
        return float(self.claimed) == float(self.counted)


@dataclass(frozen=True)
class Since:
    """What changed since the delivery that this one corrects.

    Attributes:
        file: The earlier one's name.
        held: The code for which it was held as a whole, before any row was read.
        comparable: False where it can no longer be opened.
        left_out: Refused rows that are no longer in the file.
    """

    delivery_id: str
    file: str
    held: str | None = None
    comparable: bool = True
    mended: int = 0
    new: int = 0
    still: int = 0
    left_out: int = 0


@dataclass(frozen=True)
class Contents:
    """Everything that a pack says.

    Attributes:
        file: The delivered file's name, as it may be shown.
        rows: The numbers of law 1 by name; empty where no row was read.
        reason: Why the file is held as a whole.
        waiting: Refused rows that are right and wait for the others of their file.
        foreseen: Refused rows that the contract foresees, such as answers that were edited later: nothing to mend.
        notes: What was noticed of the layout, in English.
    """

    partner: str
    delivery_id: str
    file: str
    outcome: str
    rows: Mapping[str, int] = field(default_factory=dict)
    reason: Reason | None = None
    waiting: int = 0
    foreseen: int = 0
    fixes: tuple[Fix, ...] = ()
    texts: tuple[Text, ...] = ()
    totals: tuple[Total, ...] = ()
    since: Since | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_letter(self) -> bool:
        """Whether there is nothing to mark in the file itself."""
        return not self.fixes

    @property
    def khmer_reviewed(self) -> bool:
        """Whether a native speaker has read every Khmer text of the pack, its labels included."""
        said = [text.khmer.reviewed for text in self.texts] + ([self.reason.khmer.reviewed] if self.reason else [])
        ours = (*LABELS.values(), *PHRASES, *CODES.values(), *COLUMNS.values())
        return all([*said, *(phrase.reviewed for phrase in ours)])

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as it is stored beside the workbook: no value of any cell."""
        return {
            "partner": self.partner,
            "delivery_id": self.delivery_id,
            "file": self.file,
            "outcome": self.outcome,
            "rows": dict(self.rows),
            "rows_waiting": self.waiting,
            "rows_foreseen": self.foreseen,
            "reason": self.reason.as_dict() if self.reason else None,
            "fixes": [fix.as_dict() for fix in self.fixes],
            "totals": [vars(total) | {"agrees": total.agrees} for total in self.totals],
            "since": vars(self.since) if self.since else None,
            "notes": list(self.notes),
            "khmer_reviewed": self.khmer_reviewed,
        }
