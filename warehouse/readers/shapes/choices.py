"""A question with several answers, each a session: one column with all answers, a column for each, or both.

Every way becomes a column for each answer, under the header `question/answer`, with 1 where it was chosen and 0
where it was not: a wide layout. Where the export spells the answers both ways and the two differ, the row is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType

from warehouse.contract.model import Table
from warehouse.contract.properties import Choices
from warehouse.contract.shaping import headers_of_choices
from warehouse.contract.spelling import fold_text, tidy
from warehouse.readers.faults import HeaderDuplicated
from warehouse.readers.grid import FaultyCell, Grid, Opened, RefusedRow, Row
from warehouse.readers.shapes.named import Names, cell, names_of, rows_below

_MEANS = MappingProxyType({"1": "1", "1.0": "1", "true": "1", "0": "0", "0.0": "0", "false": "0", "": ""})


def unfolded(opened: Opened, table: Table) -> Opened:
    """Return the sheets with a column for each answer.

    Raises:
        HeaderDuplicated: The question, or one of its answers, has two columns.
    """
    choices = table.options.sessions.choices if table.options.sessions else None
    if choices is None:
        return opened
    return replace(opened, grids=tuple(_unfolded(grid, table, choices) for grid in opened.grids))


def _unfolded(grid: Grid, table: Table, choices: Choices) -> Grid:
    names = names_of(grid, table)
    if names is None:
        return grid
    own = {answer: _only(names, headers) for answer, headers in headers_of_choices(choices).items()}
    found = {answer: place for answer, place in own.items() if place is not None}
    question = _only(names, choices.question)
    if question is None and not found:
        return grid
    return _Unfolding(grid, names, choices, found, question).grid_of_answers()


def _only(names: Names, headers: list[str] | tuple[str, ...]) -> int | None:
    places = names.places(headers)
    if len(places) > 1:
        found = f"{headers[0]!r} in {len(places)} columns"
        raise HeaderDuplicated(names.where, found, "one column", "export it once, with names or with labels")
    return places[0] if places else None


@dataclass(frozen=True)
class _Unfolding:
    grid: Grid
    names: Names
    choices: Choices
    own: dict[str, int]  # answer → place of its column
    question: int | None

    def grid_of_answers(self) -> Grid:
        """Return the sheet with the question's column, if it has one, taken apart."""
        # Answers keep the columns they have; without any, new ones stand behind all others.
        width = max(map(len, self.grid.rows))
        alone = not self.own
        places = self.own or {answer: width + number for number, answer in enumerate(self.choices.answers)}
        rows, refused = [self._wide(row, width) if alone else row for row in self.grid.rows], self._uneven(alone)
        rows[self.names.row] = self._header(rows[self.names.row], places)
        for row in rows_below(self.grid, self.names):
            said = {answer: _plain(cell(self.grid, row, place)) for answer, place in self.own.items()}
            chosen = self._chosen(row)
            if chosen is None:
                known = ", ".join(self.choices.answers)
                refused.append(RefusedRow(row, "code_unknown", f"'{self.choices.question[0]}'", known))
            elif alone:
                said = {answer: _mark(answer in chosen, bool(chosen)) for answer in places}
            elif self.question is not None and chosen != {answer for answer, mark in said.items() if mark == "1"}:
                columns = f"'{self.choices.question[0]}' and the columns of its answers"
                refused.append(RefusedRow(row, "values_differ", columns))
            rows[row] = _replaced(rows[row], {places[answer]: mark for answer, mark in said.items()})
        faults = (*self.grid.faults, *(self._faults_of_all(places) if alone else ()))
        widths = self.grid.has_widths and not alone
        taken = self.grid.taken | ({self.question} if self.question is not None else set())
        refused = [*self.grid.refused, *refused]
        return replace(
            self.grid, rows=rows, refused=tuple(refused), faults=faults, has_widths=widths, taken=frozenset(taken)
        )

    def _wide(self, row: Row, width: int) -> Row:
        return [*row, *[""] * (width - len(row) + len(self.choices.answers))]

    def _uneven(self, alone: bool) -> list[RefusedRow]:
        """Return the rows of another width than the header, which cannot be told once all are equally wide."""
        if not (alone and self.grid.has_widths):
            return []
        rows = list(rows_below(self.grid, self.names))
        widths = {len(self.grid.rows[row]) for row in rows}
        usual = len(self.names.cells)
        if len(widths) == 1 and min(widths) > usual and not any(self._beyond(row, usual) for row in rows):
            return []  # every line ends with a separator
        return [RefusedRow(row, "row_width") for row in rows if len(self.grid.rows[row]) != usual]

    def _beyond(self, row: int, width: int) -> bool:
        return any(tidy(text) for text in self.grid.rows[row][width:])

    def _header(self, row: Row, places: dict[str, int]) -> Row:
        headers = {place: f"{self.choices.question[0]}/{answer}" for answer, place in places.items()}
        return _replaced(row, headers | ({self.question: ""} if self.question is not None else {}))

    def _chosen(self, row: int) -> set[str] | None:
        """Return the answers in the question's own column; None when it holds something else."""
        text = fold_text(cell(self.grid, row, self.question)) if self.question is not None else ""
        meaning = {fold_text(t): a for a, texts in self.choices.answers.items() for t in (a, *texts)}
        # Labels may hold spaces themselves: the longest one that fits is meant.
        labels = "|".join(map(re.escape, sorted(meaning, key=len, reverse=True)))
        each = re.compile(f"(?:{labels})(?=[ ,;]|$)")
        chosen: set[str] = set()
        place = 0
        while place < len(text):
            if text[place] in " ,;":
                place += 1
            elif match := each.match(text, place):
                chosen.add(meaning[match[0]])
                place = match.end()
            else:
                return None
        return chosen

    def _faults_of_all(self, places: dict[str, int]) -> list[FaultyCell]:
        found = [fault for fault in self.grid.faults if fault.position == self.question]
        return [replace(fault, position=place) for fault in found for place in places.values()]


def _plain(text: str) -> str:
    """Return 1 or 0 for what the platforms write; anything else stays, for the contract to refuse."""
    return _MEANS.get(fold_text(text), text)


def _mark(chosen: bool, answered: bool) -> str:
    return ("1" if chosen else "0") if answered else ""


def _replaced(row: Row, texts: dict[int, str]) -> Row:
    return [texts.get(place, text) for place, text in enumerate(row)]
