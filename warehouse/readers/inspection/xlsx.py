"""Looks into an XLSX by expat over its sheets' XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple
from xml.parsers import expat

from warehouse.readers.fonts import is_legacy
from warehouse.readers.grid import Region
from warehouse.readers.inspection.facts import SheetFacts, digits_shown
from warehouse.readers.inspection.relations import local, sheet_members
from warehouse.readers.inspection.rows import PlainRows, column_of, in_rows

_CELL = re.compile(r"([A-Z]+)([0-9]+)")
# What leaves a cell blank: white space, characters without width, and both as OOXML escapes them.
_BLANK = re.compile(r"(?:[\s\x1c-\x1f\u200b-\u200d\u2060\ufeff]|_x00(?:09|0A|0D|20|A0)_)*")


class _Styles(NamedTuple):
    """Cell styles: those that fill numbers up with zeros, and to how many digits; those of a legacy Khmer font."""

    digits: dict[str, int]
    legacy: frozenset[str]


class _Strings(NamedTuple):
    """Indices of shared strings: those that hold nothing but white space, those partly in a legacy Khmer font."""

    blank: frozenset[str]
    legacy: frozenset[str]


def inspect_xlsx(path: Path, sheets: Sequence[str]) -> dict[str, SheetFacts]:
    """Return the facts of the named sheets."""
    with zipfile.ZipFile(path) as archive:
        members = _sheet_members(archive)
        strings, styles = _strings(archive), _styles(archive)
        facts = {}
        for name in sheets:
            with archive.open(members[name]) as stream:
                facts[name] = _Sheet(strings, styles).read(stream)
        return facts


def _sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet name → member of the archive."""
    sheets: list[tuple[str, str]] = []

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "sheet":
            sheets.append((attributes["name"], next((v for k, v in attributes.items() if local(k) == "id"), "")))

    parser = expat.ParserCreate()
    parser.StartElementHandler = sheet
    with archive.open("xl/workbook.xml") as stream:
        parser.ParseFile(stream)
    return sheet_members(archive, "xl/_rels/workbook.xml.rels", sheets)


def _styles(archive: zipfile.ZipFile) -> _Styles:
    """Return what the workbook's cell styles say: how a number is shown, and in which font."""
    if "xl/styles.xml" not in archive.namelist():
        return _Styles({}, frozenset())
    formats: dict[str, int] = {}
    fonts: list[str] = []
    styles: list[tuple[int, str]] = []
    within: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name, parent = local(tag), within[-1] if within else ""
        within.append(name)
        if name == "numFmt":
            formats[attributes["numFmtId"]] = digits_shown(attributes["formatCode"])
        elif name == "font" and parent == "fonts":
            fonts.append("")
        elif name == "name" and parent == "font" and fonts:
            fonts[-1] = attributes.get("val", "")
        elif name == "xf" and parent == "cellXfs":
            styles.append((formats.get(attributes.get("numFmtId", ""), 0), attributes.get("fontId", "")))

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, lambda _: within.pop()
    with archive.open("xl/styles.xml") as stream:
        parser.ParseFile(stream)
    legacy = {str(place) for place, font in enumerate(fonts) if is_legacy(font)}
    return _Styles(
        {str(place): digits for place, (digits, _) in enumerate(styles) if digits},
        frozenset(str(place) for place, (_, font) in enumerate(styles) if font in legacy),
    )


def _strings(archive: zipfile.ZipFile) -> _Strings:
    """Return which shared strings are blank or in a legacy font.

    Raises:
        ValueError: There are more or fewer than the part says: each behind the gap would stand in a wrong cell.
    """
    if "xl/sharedStrings.xml" not in archive.namelist():
        return _Strings(frozenset(), frozenset())
    blank: set[str] = set()
    legacy: set[str] = set()
    texts: list[str] = []
    position, promised = 0, ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal promised
        if local(tag) == "si":
            texts.clear()
        elif local(tag) == "sst":
            promised = attributes.get("uniqueCount", "")
        elif local(tag) == "rFont" and is_legacy(attributes.get("val", "")):
            legacy.add(str(position))

    def end(tag: str) -> None:
        nonlocal position
        if local(tag) == "si":
            if _BLANK.fullmatch("".join(texts)):
                blank.add(str(position))
            position += 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, texts.append
    with archive.open("xl/sharedStrings.xml") as stream:
        parser.ParseFile(stream)
    if promised and int(promised) != position:
        raise ValueError("other shared texts than promised")
    return _Strings(frozenset(blank), frozenset(legacy))


class _Sheet:
    """Expat handlers over one sheet's cells."""

    def __init__(self, strings: _Strings, styles: _Styles) -> None:
        self.strings, self.styles, self.facts = strings, styles, SheetFacts()
        self.hidden: list[range] = []  # columns
        self.filled: set[int] = set()  # columns with a value
        self.row_has_value = self.row_is_hidden = False
        self.row = self.column = -1  # of the present cell, from 0
        self.kind, self.style, self.formula, self.in_formula = "", "", False, False
        self.text: list[str] = []

    def read(self, stream: IO[bytes]) -> SheetFacts:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        plain = PlainRows(self.strings.blank | self.strings.legacy, self.styles.digits.keys() | self.styles.legacy)
        for part, is_row in in_rows(stream):
            found = plain.read(part) if is_row else None
            if found and found[0] > self.row:
                self.row, columns = found
                self.facts.rows += bool(columns)
                self.filled |= columns
            else:
                parser.Parse(part)
        parser.Parse(b"", True)
        self.facts.hidden_columns = sum(len(self.filled.intersection(columns)) for columns in self.hidden)
        return self.facts

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "c":
            self._move(attributes.get("r", ""))
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.formula, self.in_formula = False, False
            self.text.clear()
        elif name == "row":
            self.row_has_value = False
            self.row_is_hidden = _is_true(attributes.get("hidden", ""))
            row = int(attributes.get("r", self.row + 2)) - 1
            if row <= self.row:
                raise ValueError("rows in no order")
            self.row, self.column = row, -1
        elif name == "f":
            self.formula = self.in_formula = True
        elif name == "col" and _is_true(attributes.get("hidden", "")):
            self.hidden.append(range(int(attributes["min"]) - 1, int(attributes["max"])))
        elif name == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            self.facts.merged.append(Region(*_place(first), *_place(last or first)))

    def _move(self, name: str) -> None:
        """Go to the cell of that name; one without a name stands to the right of the one before.

        Raises:
            ValueError: It stands elsewhere than where its name says: programs differ in which of both they believe.
        """
        row, column = _place(name) if name else (self.row, self.column + 1)
        if row != self.row or column <= self.column:
            raise ValueError("a cell that is not where its name says")
        self.column = column

    def characters(self, text: str) -> None:
        if not self.in_formula:
            self.text.append(text)

    def end(self, tag: str) -> None:
        name = local(tag)
        if name == "f":
            self.in_formula = False
        elif name == "c":
            self._end_cell("".join(self.text).strip())
        elif name == "row":
            self.facts.rows += self.row_has_value
            self.facts.hidden += self.row_has_value and self.row_is_hidden

    def _end_cell(self, value: str) -> None:
        place = self.row, self.column
        if self.kind == "e":
            self.facts.errors.append(place)
        elif self.formula and not value and self.kind != "str":
            self.facts.uncached.append(place)
        elif self.kind == "n" and value and self.style in self.styles.digits:
            self.facts.padded[place] = self.styles.digits[self.style]
        shared = self.kind == "s"
        if not _BLANK.fullmatch(value) and not (shared and value in self.strings.blank):
            self.row_has_value = True
            self.filled.add(self.column)
            if self.style in self.styles.legacy or (shared and value in self.strings.legacy):
                self.facts.legacy.append(place)


def _is_true(attribute: str) -> bool:
    return attribute in ("1", "true")


def _place(name: str) -> tuple[int, int]:
    """Return row and column of a cell's name, from 0."""
    match = _CELL.fullmatch(name)
    if not match:
        raise ValueError("a cell without a name")
    return int(match[2]) - 1, column_of(match[1])
