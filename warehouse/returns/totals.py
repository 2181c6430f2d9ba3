"""Totals that a partner's own footer rows state, against what was counted above them.

Total 25 │ │ 23 │ 24        25 people on the list, 23 present on the first day, 24 on the second
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from warehouse.contract.entities import Kind
from warehouse.ingest.columns import Column, Rows
from warehouse.ingest.validate import repeated_rows
from warehouse.readers.raw import REAL_DATE, Footer, RawSheet
from warehouse.returns.contents import Total
from warehouse.returns.examination import Examined, Refused

_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:\.\d+)?(?![\w/-]|[.,]\d)")
_ALONE = re.compile(r"[^\d]*(\d+(?:\.\d+)?)[^\d]*")
_MEAN = re.compile(r"average|mean|មធ្យម", re.IGNORECASE)
_SEXES = {
    "female": re.compile(r"\b(?:fe|wo)m[ae][a-z]*|ស្រី|នារី", re.IGNORECASE),
    "male": re.compile(r"\bm[ae](?:n|les?)\b|ប្រុស", re.IGNORECASE),
}
_NUMBERS = (Kind.DECIMAL, Kind.INTEGER)
Counting = Callable[[str], list[str]]  # from the number claimed to what all rows come to, and the accepted ones


def totals_of(examined: Examined, refusals: list[Refused]) -> tuple[Total, ...]:
    """Return every total of the file's footer rows that can be counted again, in their order."""
    accepted = ~repeated_rows(examined.conformed, examined.table)
    refused = examined.rows_of(refusals)
    accepted[refused[refused >= 0]] = False
    return tuple(total for sheet in examined.raw.sheets for total in _Sheet(examined, sheet, accepted).totals())


@dataclass(frozen=True)
class _Sheet:
    """One sheet's footers; a row of a wide sheet is one person, in as many conformed rows as there are sessions."""

    examined: Examined
    sheet: RawSheet
    accepted: npt.NDArray[np.bool_]

    def totals(self) -> Iterator[Total]:
        """Yield the totals, each over the rows since the footer before, or over all where there are none since."""
        own = np.flatnonzero(self.examined.conformed.sheet_numbers == self.sheet.number)
        numbers = self.examined.conformed.row_numbers[own]
        begin = 0
        for footer in self.sheet.footers:
            above = own[numbers < footer.row_number]
            section = own[(numbers > begin) & (numbers < footer.row_number)]
            rows = section if len(section) else above
            yield from self._of(footer, rows)
            begin = footer.row_number

    def _of(self, footer: Footer, rows: Rows) -> Iterator[Total]:
        cells = [(name, text.translate(_KHMER_DIGITS)) for name, text in footer.cells.items()]
        is_mean = bool(_MEAN.search(cells[0][1]))
        sex = next((sex for sex, pattern in _SEXES.items() if pattern.search(cells[0][1])), None)
        if sex and (column := self.examined.conformed.columns.get("sex")):
            rows = rows[np.array([value == sex for value in column.values])[column.codes[rows]]]
        of_rows = None if is_mean else self._people(footer, cells, rows, sex)
        if of_rows:
            yield of_rows
        for name, text in cells[1:]:
            counted = self._counted(name, rows, is_mean)
            if counted and _ALONE.fullmatch(text) and not text.startswith(REAL_DATE):
                claimed = _ALONE.sub(r"\1", text)
                what, header, count = counted
                yield Total(self.sheet.number, footer.row_number, what, header, claimed, *count(claimed))

    def _people(self, footer: Footer, cells: list[tuple[str, str]], rows: Rows, sex: str | None) -> Total | None:
        """Return the first number of the footer that stands under no column that can be counted."""
        for name, text in cells:
            found = _NUMBER.findall(text)
            if len(found) == 1 and found[0].isdecimal() and not self._counted(name, rows, is_mean=False):
                numbers = self.examined.conformed.row_numbers
                whole = np.setdiff1d(numbers[rows], numbers[rows[~self.accepted[rows]]])
                counted = str(len(np.unique(numbers[rows]))), str(len(whole))
                return Total(self.sheet.number, footer.row_number, sex or "rows", "", found[0], *counted)
        return None

    def _counted(self, name: str, rows: Rows, is_mean: bool) -> tuple[str, str, Counting] | None:
        """Return what a number under a column is about, the column's header, and how to count it."""
        table, conformed = self.examined.table, self.examined.conformed
        sessions = table.options.sessions
        if name.startswith("#") and sessions:
            header = self.sheet.sessions[int(name[1:])].header
            codes = [code for code, value in enumerate(conformed.sessions.values) if value == header]
            rows = rows[np.isin(conformed.sessions.codes[rows], codes)]
            name = sessions.column
        else:
            header = self.sheet.headers.get(name, "")
        contract = next((column for column in table.columns if column.name == name), None)
        if contract is None:
            return None
        counted = [_values(conformed.columns[name], some) for some in (rows, rows[self.accepted[rows]])]
        if contract.column.kind in _NUMBERS:
            what = "mean" if is_mean else "sum"
            return what, header, lambda claimed: [_number(values, claimed, is_mean) for values in counted]
        if contract.name == "status" and not is_mean:
            return "present", header, lambda _: [str(values.count("present")) for values in counted]
        return None


def _values(column: Column, rows: Rows) -> list[object | None]:
    return [column.values[code] for code in column.codes[rows]]


def _number(values: list[object | None], claimed: str, is_mean: bool) -> str:
    """Return the sum or mean, with as many decimal places as the claim has."""
    known = [Decimal(str(value)) for value in values if value is not None]
    found = sum(known, Decimal(0)) / (max(1, len(known)) if is_mean else 1)
    return str(found.quantize(Decimal(1).scaleb(-len(claimed.partition(".")[2]))))
