"""Decisions as a workbook: a reviewer fills in verdicts in a spreadsheet, and all of them come back or none.

    uncertain pairs + decisions in force ──write_book──► one sheet ──reviewer──► read_book ──► new decisions

What comes back was not sent by a partner: it is a file that the user of the command names, and we made it. So it is
read here and not in the child process that opens partners' files; its size is checked first all the same, and nothing
but the texts of its cells is used.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import python_calamine as calamine
import xlsxwriter

from warehouse.errors import FileHeld
from warehouse.identity.decision_rules import COLUMNS, SAME_OR_NOT, VERDICTS, Flaw, flaws
from warehouse.identity.decisions import Decision, DecisionsInvalid, decision, in_force
from warehouse.readers.archives import check_archive

SHEET = "Decisions"
HEADINGS = ("left", "right", "verdict", "who", "why", "when")
WIDTHS = {"left": 34, "right": 34, "verdict": 12, "who": 16, "why": 40, "when": 20}
OTHER_WIDTH = 18
GUIDE = (
    "Fill in verdict, who and why on the sheet Decisions; leave rows you are not sure of as they are.",
    "same: the two persons are one officer.  not same: they are two.  undecided: the model decides.",
    "why is a reason without a name, number or address of the person; it is kept where no identifier may be.",
    "Do not change left, right and when. The other columns are for you; they are not read.",
    "Give the file back with: sala identity decisions import FILE",
)


class BookInvalid(DecisionsInvalid):
    """The workbook holds mistakes; `flaws` lists them all, with the addresses of the cells."""

    code: ClassVar[str] = "SALA-I105"
    title: ClassVar[str] = "The workbook of decisions holds mistakes"


def write_book(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a workbook with a row per pair.

    Args:
        rows: By :data:`HEADINGS`, then whatever helps the reviewer; all rows with the same names.
    """
    target = io.BytesIO()
    # In memory: a temporary file of the library would hold what the reviewer is shown.
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(SHEET)
        names = list(rows[0]) if rows else list(HEADINGS)
        for column, name in enumerate(names):
            page.write_string(0, column, name, bold)
            page.set_column(column, column, WIDTHS.get(name, OTHER_WIDTH))
        for number, row in enumerate(rows, start=1):
            for column, name in enumerate(names):
                value = row[name]
                if isinstance(value, int | float):
                    page.write_number(number, column, value)
                else:
                    page.write_string(number, column, str(value or ""))  # a string whatever it begins with
        verdict = names.index("verdict")
        page.data_validation(1, verdict, max(len(rows), 1), verdict, {"validate": "list", "source": list(VERDICTS)})
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(len(rows), 1), len(names) - 1)
        guide = book.add_worksheet("Guide")
        guide.set_column(0, 0, 110)
        for line, text in enumerate(GUIDE):
            guide.write_string(line, 0, text)
    return target.getvalue()


def read_book(
    path: Path, history: Sequence[Decision], known: frozenset[str], who: str, now: dt.datetime
) -> list[Decision]:
    """Return the new decisions of a workbook, in its order: rows as they were given out, or without verdict, are none.

    Args:
        path: The workbook.
        history: Every decision so far.
        known: The person_refs there are.
        who: The reviewer of rows that name none; may be empty.
        now: The moment to record.

    Raises:
        BookInvalid: It holds mistakes; all of them are listed.
    """
    found, taken = list[Flaw](), dict[tuple[str, str], Decision]()
    given_out = {tuple(each.as_fields()) for each in history}
    former = in_force(history)
    for number, cells, columns in _rows(path):
        place = _Row(number, columns)
        if not any(cells[name] for name in ("verdict", "who", "why")):
            continue
        if tuple(cells[name] for name in COLUMNS) in given_out:
            continue
        fields = cells | {"who": cells["who"] or who, "when": now.isoformat()}
        wrong = flaws(fields, place("left"), place)
        if not wrong:
            new = decision(fields, 0)
            wrong = list(_conflicts(new, cells, place, taken, former, known))
            taken[new.pair] = Decision(**(vars(new) | {"place": place("verdict")}))
        found += wrong
    if found:
        action = "mend the cells and import it again; nothing was changed"
        raise BookInvalid(str(path), found, action)
    return list(taken.values())


class _Row:
    """Addresses of one row's cells."""

    def __init__(self, number: int, columns: Mapping[str, int]) -> None:
        self._number, self._columns = number, columns

    def __call__(self, column: str) -> str:
        return f"{_letters(self._columns.get(column, 0))}{self._number}"


def _conflicts(
    new: Decision,
    cells: Mapping[str, str],
    place: _Row,
    taken: Mapping[tuple[str, str], Decision],
    former: Mapping[tuple[str, str], Decision],
    known: frozenset[str],
) -> Iterator[Flaw]:
    """Yield what is wrong with a decision only beside the others, or beside what there is."""
    for side in ("left", "right"):
        if cells[side] not in known:
            yield Flaw(place(side), "known", "a person nobody knows")
    if new.pair in taken:
        yield Flaw(place("verdict"), "once", f"a pair that stands at {taken[new.pair].place} too")
    before = former.get(new.pair)
    if before is None or before.verdict not in SAME_OR_NOT or new.says_what(before):
        return  # the last: a workbook imported twice
    if before.as_fields()[4] != cells["when"]:
        yield Flaw(place("verdict"), "newer", f"a pair that was decided since, by line {before.line}")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str], dict[str, int]]]:
    """Yield the row number, the texts by heading, and the columns of the headings."""
    grid = _grid(path)
    header = [_text(cell).strip() for cell in grid[0]] if grid else []
    columns = {name: header.index(name) for name in HEADINGS if name in header}
    missing = [name for name in HEADINGS if name not in columns]
    if missing:
        flaw = Flaw("row 1", "headings", f"no column {', '.join(missing)}")
        raise BookInvalid(str(path), [flaw], "export it again and fill in that one")
    for number, cells in enumerate(grid[1:], start=2):
        yield number, {name: _text(cells[place]).strip() for name, place in columns.items()}, columns


def _grid(path: Path) -> list[list[Any]]:
    if not path.is_file():
        raise BookInvalid(str(path), [Flaw("the file", "workbook", "no file")], "correct the name")
    try:
        check_archive(path)
        sheet = calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET)
        return sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, calamine.PasswordError, FileHeld, OSError, ValueError) as error:
        flaw = Flaw("the file", "workbook", f"something else ({type(error).__name__})")
        raise BookInvalid(str(path), [flaw], "export it again and fill in that one") from None


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _letters(column: int) -> str:
    """Return the letters of a column, as a spreadsheet shows them; 0 is A."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
