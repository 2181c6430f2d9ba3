"""Where the parts of an Office Open XML package stand."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from xml.parsers import expat

_SHEET = re.compile(r"xl/worksheets/sheet[^/]*")


def sheet_members(archive: zipfile.ZipFile, member: str, sheets: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return sheet name → member of the archive.

    Args:
        archive: The workbook.
        member: The list of its relations.
        sheets: Name and identifier of each sheet, as the workbook lists them.

    Raises:
        ValueError: Two sheets have one name, or show one part: its rows would count twice, another's not at all;
            or a part of the archive is a sheet that the workbook does not list.
        KeyError: A sheet is none of the parts.
    """
    targets = dict(_relations(archive, member))
    members = {name: targets[identifier] for name, identifier in sheets}
    if len(members) < len(sheets) or len(set(members.values())) < len(sheets):
        raise ValueError("two sheets that are one")
    if set(filter(_SHEET.fullmatch, archive.namelist())) - set(members.values()):
        raise ValueError("a sheet that is not listed")
    return members


def _relations(archive: zipfile.ZipFile, member: str) -> list[tuple[str, str]]:
    """Return identifier and member of each part."""
    targets: list[tuple[str, str]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship":
            target = attributes["Target"]
            targets.append((attributes["Id"], target.lstrip("/") if target.startswith("/") else f"xl/{target}"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = relation
    with archive.open(member) as stream:
        parser.ParseFile(stream)
    return targets


def local(tag: str) -> str:
    """Return a tag's name without its prefix."""
    return tag.rsplit(":", 1)[-1]
