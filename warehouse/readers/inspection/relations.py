"""Where the parts of an Office Open XML package stand."""

from __future__ import annotations

import zipfile
from xml.parsers import expat


def relations(archive: zipfile.ZipFile, member: str) -> dict[str, str]:
    """Return identifier → member of the archive, of the workbook's parts.

    Args:
        archive: The workbook.
        member: The list of relations.
    """
    targets: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship":
            target = attributes["Target"]
            targets[attributes["Id"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    parser = expat.ParserCreate()
    parser.StartElementHandler = relation
    with archive.open(member) as stream:
        parser.ParseFile(stream)
    return targets


def local(tag: str) -> str:
    """Return a tag's name without its prefix."""
    return tag.rsplit(":", 1)[-1]
