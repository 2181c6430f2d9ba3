"""Where the parts of an Office Open XML package stand."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from xml.parsers import expat

_NEEDED = ("worksheet", "sharedStrings", "styles")  # without styles a date is a number, an id has lost its zeros
_SHEET = re.compile(r"xl/worksheets/sheet[^/]*")


def sheet_members(archive: zipfile.ZipFile, member: str, sheets: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return sheet name → member of the archive.

    Args:
        archive: The workbook.
        member: The list of its relations.
        sheets: Name and identifier of each sheet, as the workbook lists them.

    Raises:
        ValueError: Two sheets have one name, or show one part: its rows would count twice, another's not at all;
            a part of the archive is a sheet that the workbook does not list; or its styles or texts are not there.
        KeyError: A sheet is none of the parts.
    """
    parts = _relations(archive, member)
    present = set(archive.namelist())
    if any(kind in _NEEDED and target not in present for _, target, kind in parts):
        raise ValueError("a part that is not there")
    targets = {identifier: target for identifier, target, _ in parts}
    members = {name: targets[identifier] for name, identifier in sheets}
    if len(members) < len(sheets) or len(set(members.values())) < len(sheets):
        raise ValueError("two sheets that are one")
    if set(filter(_SHEET.fullmatch, present)) - set(members.values()):
        raise ValueError("a sheet that is not listed")
    return members


def _relations(archive: zipfile.ZipFile, member: str) -> list[tuple[str, str, str]]:
    """Return identifier, member and kind of each part."""
    targets: list[tuple[str, str, str]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship":
            target = attributes["Target"]
            place = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets.append((attributes["Id"], place, attributes["Type"].rpartition("/")[2]))

    parser = expat.ParserCreate()
    parser.StartElementHandler = relation
    with archive.open(member) as stream:
        parser.ParseFile(stream)
    return targets


def local(tag: str) -> str:
    """Return a tag's name without its prefix."""
    return tag.rsplit(":", 1)[-1]
