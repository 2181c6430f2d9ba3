"""What to mend, by how much it matters: the refusals of a delivery, grouped by column and rule."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from warehouse.contract.columns import PLACEHOLDER
from warehouse.ingest.messages import filled, label
from warehouse.ingest.validate import FORESEEN
from warehouse.returns.contents import Fix, Mark, Text
from warehouse.returns.examination import Examined, Refused

WAITING = "file_held"  # the rule of rows that are right and wait for the others of their file
NOTHING_TO_MEND = FORESEEN | {WAITING}


def fixes_of(examined: Examined, refusals: list[Refused]) -> tuple[tuple[Fix, ...], tuple[Text, ...]]:
    """Return the fixes, the one that holds back most rows first, and the texts their marks refer to."""
    to_mend = [refused for refused in refusals if refused.rule not in NOTHING_TO_MEND]
    of_row = Counter(row_id for row_id, _, _ in {(r.row_id, r.column, r.rule) for r in to_mend})
    groups: dict[tuple[str | None, str, str], list[Refused]] = defaultdict(list)
    for refused in to_mend:
        groups[refused.column, refused.rule, refused.code].append(refused)
    texts: dict[tuple[str, str], int] = {}
    made = [_fix(examined, group, of_row, texts) for group in groups.values()]
    said = tuple(Text(code, *filled(code, message)) for code, message in texts)
    return tuple(sorted(made, key=lambda fix: (-fix.rows, -(fix.people or 0), fix.text.code, fix.column or ""))), said


def _fix(examined: Examined, group: list[Refused], of_row: Counter[str], texts: dict[tuple[str, str], int]) -> Fix:
    """Return what the refusals of one column by one rule come to; their texts are added to `texts`."""
    first, rows = group[0], {refused.row_id for refused in group}
    headers = tuple(dict.fromkeys(refused.header for refused in group if refused.header))
    many = label("columns", count=len(headers), first=f"'{headers[0]}'") if len(headers) > 1 else None
    english, _ = filled(first.code, first.message, many.english if many else None)
    _, khmer = filled(first.code, first.message, many.khmer if many else None)
    marks = dict.fromkeys(_mark(examined, refused, texts) for refused in group)
    return Fix(
        rule=first.rule,
        column=first.column,
        headers=headers,
        text=Text(first.code, english, khmer),
        rows=len(rows),
        people=_people(examined, group),
        alone=sum(of_row[row_id] == 1 for row_id in rows),
        marks=tuple(filter(None, marks)),
    )


def _people(examined: Examined, group: list[Refused]) -> int | None:
    """Return how many different people the refused rows name; None where rows are about nobody."""
    if examined.people is None:
        return None
    places = examined.rows_of(group)
    people = examined.people[places[places >= 0]]
    return len(np.unique(people[people >= 0]))


def _mark(examined: Examined, refused: Refused, texts: dict[tuple[str, str], int]) -> Mark | None:
    """Return what to mark: a cell, a session's header, the row; None for what stands in the file's or sheet's name."""
    sheet = next(sheet for sheet in examined.raw.sheets if sheet.number == refused.sheet)
    text = texts.setdefault((refused.code, refused.message), len(texts))
    contract = next((column for column in examined.table.columns if column.name == refused.column), None)
    if contract is None:
        return Mark(sheet.number, refused.row, "", None, text)
    row, name, template = refused.row, contract.name, contract.options.template
    sessions = examined.table.options.sessions
    if template is not None or (sessions and sessions.column == name):
        headers = [session.header for session in sheet.sessions]
        if refused.session not in headers or not _of_session(template):
            return None
        name = f"#{headers.index(refused.session)}"
        row = sheet.header_row if template else row
    return Mark(sheet.number, row, name, sheet.positions.get(name), text)


def _of_session(template: str | None) -> bool:
    """Return whether a value comes from a session's cell, or by a template from its header."""
    return template is None or any(name.startswith("session.") for name in PLACEHOLDER.findall(template))
