"""Looks into an XLSX without the reader: rows, and cells without a value.

It shares no code with the reader, which makes its row count the independent count of law 1. It also sees
what the reader does not tell: cells that hold an error (#N/A), and formulas without a stored result, which
would both come out blank.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

_CELL = re.compile(r"([A-Z]+)([0-9]+)")
# What leaves a cell blank: white space, characters without width, and both as OOXML escapes them.
_BLANK = re.compile(r"(?:[\s\x1c-\x1f\u200b-\u200d\u2060\ufeff]|_x00(?:09|0A|0D|20|A0)_)*")


@dataclass
class SheetFacts:
    """Facts of one sheet: non-blank rows, and (row from 1, column from 0) of cells without a value."""

    rows: int = 0
    errors: list[tuple[int, int]] = field(default_factory=list)
    uncached: list[tuple[int, int]] = field(default_factory=list)


def inspect(path: Path, sheets: list[str]) -> dict[str, SheetFacts]:
    """Return the facts of the named sheets of an XLSX."""
    with zipfile.ZipFile(path) as archive:
        members = _sheet_members(archive)
        blank = _blank_strings(archive)
        facts = {}
        for name in sheets:
            with archive.open(members[name]) as stream:
                facts[name] = _Sheet(blank).read(stream)
        return facts


def _sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet name → member of the archive."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            target = attributes["Target"]
            targets[attributes["Id"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            names[attributes["name"]] = next((v for k, v in attributes.items() if _local(k) == "id"), "")

    for member, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        parser = expat.ParserCreate()
        parser.StartElementHandler = handler
        with archive.open(member) as stream:
            parser.ParseFile(stream)
    return {name: targets[identifier] for name, identifier in names.items()}


def _blank_strings(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the indices of shared strings that hold nothing but white space."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return frozenset()
    blank: set[str] = set()
    texts: list[str] = []
    position = 0

    def start(tag: str, _attributes: dict[str, str]) -> None:
        if _local(tag) == "si":
            texts.clear()

    def end(tag: str) -> None:
        nonlocal position
        if _local(tag) == "si":
            if _BLANK.fullmatch("".join(texts)):
                blank.add(str(position))
            position += 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, texts.append
    with archive.open("xl/sharedStrings.xml") as stream:
        parser.ParseFile(stream)
    return frozenset(blank)


class _Sheet:
    """Expat handlers over one sheet's cells."""

    def __init__(self, blank: frozenset[str]) -> None:
        self.blank, self.facts = blank, SheetFacts()
        self.row_has_value = False
        self.row = self.column = 0  # of the present cell, from 1
        self.kind, self.formula = "", False
        self.text: list[str] = []

    def read(self, stream: IO[bytes]) -> SheetFacts:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.ParseFile(stream)
        return self.facts

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self._move(attributes.get("r", ""))
            self.kind = attributes.get("t", "n")
            self.formula, self.in_formula = False, False
            self.text.clear()
        elif name == "row":
            self.row_has_value = False
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name == "f":
            self.formula = self.in_formula = True

    in_formula = False

    def _move(self, place: str) -> None:
        """Go to the cell of that name; one without a name stands to the right of the one before."""
        if match := _CELL.fullmatch(place):
            self.row, self.column = int(match[2]), 0
            for letter in match[1]:
                self.column = self.column * 26 + ord(letter) - 64
        else:
            self.column += 1

    def characters(self, text: str) -> None:
        if not self.in_formula:
            self.text.append(text)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "f":
            self.in_formula = False
        elif name == "c":
            value = "".join(self.text).strip()
            filled = not _BLANK.fullmatch(value) and not (self.kind == "s" and value in self.blank)
            if self.kind == "e":
                self.facts.errors.append((self.row, self.column - 1))
            elif self.formula and not value and self.kind != "str":
                self.facts.uncached.append((self.row, self.column - 1))
            self.row_has_value |= filled
        elif name == "row":
            self.facts.rows += self.row_has_value


def _local(tag: str) -> str:
    return tag.rsplit(":", 1)[-1]
