"""Delimited files as the world's programs write them, made from rows whose truth is known.

Each is another way to write the same rows, or a way to spoil them. Whatever is accepted must be those rows; a row
that is not accepted must be named; and what has two readings must be held.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import HEADER, House, long_table, properties
from tests.fuzz.samples import Sample
from warehouse.store.home import Home

Rows = list[list[str]]
Form = tuple[Rows, str | bytes]  # the rows it says, and how it is written
NAMES = (
    "Sok Dara",
    "សុខ ដារ៉ា",
    'Chan "Tom" Vuthy',
    "Kim, Sopheap",
    "Ly Srey-Mom",
    "កែវ ពៅ",
    "O'Neil Seng",
    "Heng\nPich",
)
TITLES = HEADER.split(",")
TRUTH: Rows = [
    ["E1", f"{day:02}/06/2024", f"K-{number:04}", name, "Kampot", "6", "P"]
    for number, (day, name) in enumerate(zip((13, 14, 17, 18, 19, 20, 21, 24), NAMES, strict=True), start=1)
]
PLAIN = [[c.replace("\n", " ").replace(",", "").replace('"', "") for c in row] for row in TRUTH]
LATIN = [[*row[:3], f"André Ünal {row[2]}", *row[4:]] for row in TRUTH]


def written(rows: Rows, delimiter: str = ",", end: str = "\n", **dialect: object) -> str:
    """Return rows as a well-behaved program writes them."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, **dialect).writerows([TITLES, *rows])  # type: ignore[arg-type]
    return text.getvalue()


def file(delimiter: str = ",", end: str = "\n", **dialect: object) -> Form:
    """Return the rows, commas, quotes and line ends in their cells, in a dialect."""
    return TRUTH, written(TRUTH, delimiter, end, **dialect)


def changed(change: Callable[[str], str | bytes], rows: Rows = TRUTH) -> Form:
    """Return the rows, their text changed."""
    return rows, change(written(rows))


def cells(change: Callable[[str], str], *columns: int) -> Form:
    """Return the rows, some columns' cells changed."""
    return TRUTH, written([[change(c) if i in columns else c for i, c in enumerate(row)] for row in TRUTH])


def lines(change: Callable[[list[str]], list[str]]) -> Form:
    """Return plain rows, their lines changed."""
    return PLAIN, "\n".join(change(written(PLAIN).splitlines())) + "\n"


def _other_order(found: list[str]) -> list[str]:
    """Two exports in one file, of which the second has two columns in another order."""
    second = [",".join([*(c := line.split(","))[:2], c[3], c[2], *c[4:]]) for line in (found[0], *found[4:])]
    return [*found[:4], *second]


def every(text: str, step: int = 3) -> Callable[[list[str]], list[str]]:
    return lambda found: [line + (text if i and i % step == 0 else "") for i, line in enumerate(found)]


# Written otherwise, and saying the same: held where the contract promises another way, never read as something else.
FORMS: dict[str, Form] = {
    "plain": file(),
    "every cell in quotes": file(quoting=csv.QUOTE_ALL),
    "texts in quotes": file(quoting=csv.QUOTE_NONNUMERIC),
    "line ends of Windows": file(end="\r\n"),
    "line ends of old Macs": file(end="\r"),
    "mixed line ends": changed(lambda text: text.replace("\nE1,1", "\r\nE1,1")),
    "one carriage return too many": changed(lambda text: text.replace("\n", "\r\r\n", 2)),
    "no line end at the end": changed(lambda text: text.rstrip("\n")),
    "UTF-8 with a mark": changed(lambda text: codecs.BOM_UTF8 + text.encode()),
    "UTF-8 with two marks": changed(lambda text: codecs.BOM_UTF8 * 2 + text.encode()),
    "UTF-16 with a mark": changed(lambda text: text.encode("utf-16")),
    "UTF-16, big end first": changed(lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be")),
    "UTF-16 without a mark": changed(lambda text: text.encode("utf-16-le")),
    "UTF-32": changed(lambda text: text.encode("utf-32")),
    "semicolons": file(";"),
    "tabulators": file("\t"),
    "bars": file("|"),
    "a line that names the delimiter": (TRUTH, "sep=;\n" + written(TRUTH, ";")),
    "a line that names the usual delimiter": changed(lambda text: "sep=,\n" + text),
    "single quotes": file(quotechar="'"),
    "quotes escaped by a backslash": file(doublequote=False, escapechar="\\"),
    "nothing in quotes but escapes": file(quoting=csv.QUOTE_NONE, escapechar="\\", quotechar=None),
    "a space behind each delimiter": lines(lambda found: [line.replace(",", ", ") for line in found]),
    "spaces to make columns even": lines(lambda found: [line.replace(",", "   ,") for line in found]),
    "blank lines between": lines(lambda found: [text for line in found for text in (line, "")]),
    "blank lines at the end": lines(lambda found: [*found, "", "", ""]),
    "lines of delimiters only": lines(lambda found: [*found[:3], ",,,,,,", *found[3:], ",,,,,,"]),
    "a delimiter at every end": lines(lambda found: [line + "," for line in found]),
    "three delimiters at every end": lines(lambda found: [line + ",,," for line in found]),
    "a delimiter at the end of rows only": lines(every(",", 1)),
    "a delimiter at some ends": lines(every(",")),
    "the header again": lines(lambda found: [*found[:4], found[0], *found[4:]]),
    "the header twice": lines(lambda found: [found[0], *found]),
    "titles above": lines(lambda found: ["Report of June 2024", "", *found]),
    "a total below": lines(lambda found: [*found, "Total,,,,,48,"]),
    "a signature below": lines(lambda found: [*found, "Seen and approved"]),
    "columns in another order": lines(lambda found: [",".join(reversed(line.split(","))) for line in found]),
    "an index before": lines(lambda found: [f"{i or ''},{line}" for i, line in enumerate(found)]),
    "a column nobody knows": lines(lambda found: [line + (",x" if i else ",Remark") for i, line in enumerate(found)]),
    "headers in capitals": lines(lambda found: [found[0].upper(), *found[1:]]),
    "the end of a DOS file": changed(lambda text: text + "\x1a"),
}  # fmt: skip
# Spoiled: what is lost cannot come back, so that all depends on its being noticed.
SPOILED: dict[str, Form] = {
    "cp1252 that lost Khmer": changed(lambda text: text.encode("cp1252", "replace")),
    "UTF-8 read as cp1252": changed(lambda text: text.encode().decode("cp1252", "replace")),
    "UTF-8 read as Latin-1": changed(lambda text: text.encode().decode("latin-1")),
    "one byte that is no UTF-8": changed(lambda text: text.encode().replace(b"Sok", b"S\xffk")),
    "half a letter": changed(lambda text: text.encode().replace("ដ".encode(), "ដ".encode()[:2], 1)),
    "a NUL byte": changed(lambda text: text.replace("Dara", "Da\x00ra")),
    "NUL bytes at the end": changed(lambda text: text + "\x00" * 64),
    "a comma without quotes": changed(lambda text: text.replace('"Kim, Sopheap"', "Kim, Sopheap")),
    "quotes not doubled": changed(lambda text: text.replace('""', '"')),
    "a quote that does not end": changed(lambda text: text.replace('Pich"', "Pich")),
    "a quote that does not begin": changed(lambda text: text.replace('"Heng', "Heng")),
    "a quote within a cell": changed(lambda text: text.replace("Ly Srey", 'Ly "Srey')),
    "two stray quotes": lines(lambda found: [*found[:2], found[2].replace("K-", '"K-'), *found[3:5],
                                            found[5].replace("Kampot", 'Kampot"'), *found[6:]]),
    "a line end within a row": changed(lambda text: text.replace("Ly Srey", "Ly\nSrey")),
    "a cell too few": lines(lambda found: [*found[:3], found[3].replace(",Kampot", ""), *found[4:]]),
    "a cell too many": lines(lambda found: [*found[:3], found[3].replace("Kampot", "Kampot,x"), *found[4:]]),
    "cells pushed to the right": lines(lambda found: [*found[:3], found[3].replace("E1,", "E1,,"), *found[4:]]),
    "cut off in a row": changed(lambda text: text[:-30]),
    "two exports in one file": lines(lambda found: [*found[:4], found[0], *found[4:]]),
    "two exports with columns in another order": lines(_other_order),
    "mixed delimiters": lines(lambda found: [*found[:3], found[3].replace(",", ";"), *found[4:]]),
    "no header": lines(lambda found: found[1:]),
    "a header misspelt": lines(lambda found: [found[0].replace("Province", "Provinz"), *found[1:]]),
    "a header twice": lines(lambda found: [found[0].replace("Hours", "Name"), *found[1:]]),
    "a header emptied": lines(lambda found: [found[0].replace("Hours", ""), *found[1:]]),
    "days and months exchanged": cells(lambda day: "/".join((day[3:5], day[:2], day[6:])), 1),
    "dates of another form": cells(lambda day: "-".join(reversed(day.split("/"))), 1),
    "years of two digits": cells(lambda day: day[:6] + day[8:], 1),
    "years of the Buddhist era": cells(lambda day: day.replace("2024", "2567"), 1),
    "dates as numbers of a spreadsheet": cells(lambda day: str(45443 + int(day[:2])), 1),
    "ids as formulas": cells(lambda text: f'="{text}"', 2),
    "a decimal comma": cells(lambda text: text + ",0", 5),
    "hours with a unit": cells(lambda text: text + " h", 5),
    "an error of a spreadsheet": cells(lambda text: "#N/A", 5),
    "marks nobody agreed on": cells(lambda text: "yes", 6),
}  # fmt: skip
# Written otherwise within the cells; the same to a person, and to the contract.
SPELT: dict[str, Form] = {
    "blanks around texts": cells(lambda text: f"  {text} ", 0, 1, 2, 3, 4, 5, 6),
    "blanks of another kind": cells(lambda text: f"\u00a0{text}\u200b", 0, 1, 2, 4, 5, 6),
    "Khmer digits": cells(lambda text: text.translate({48 + i: 0x17E0 + i for i in range(10)}), 1, 5),
    "wide digits": cells(lambda text: text.translate({48 + i: 0xFF10 + i for i in range(10)}), 1, 5),
    "decimals": cells(lambda text: text + ".0", 5),
    "a tick": cells(lambda text: "✓", 6),
}
ACCENTS: dict[str, Form] = {
    "accents in UTF-8": changed(str, LATIN),
    "accents in cp1252": changed(lambda text: text.encode("cp1252"), LATIN),
    "accents in Latin-1": changed(lambda text: text.encode("latin-1"), LATIN),
    "accents in UTF-8 read as cp1252": changed(lambda text: text.encode().decode("cp1252"), LATIN),
    "accents taken apart": changed(lambda text: text.replace("é", "e\u0301"), LATIN),
}


DIALECTS: dict[str, dict[str, str]] = {"promised": {}, "detected": {"delimiter": "detect", "encoding": "detect"}}
GROUPS: dict[str, dict[str, Form]] = {
    "written otherwise": FORMS,
    "spelt otherwise": SPELT,
    "accents": ACCENTS,
    "spoiled": SPOILED,
}


@dataclass(frozen=True)
class Nasty:
    """One file: its group and name, the plain sample whose rows it should have, and its bytes."""

    group: str
    name: str
    sample: Sample
    data: bytes


def nasty_files(folder: Path, dialect: dict[str, str]) -> list[Nasty]:
    """Return every file of every group.

    Args:
        folder: An empty one, where the invented partner's contract is written.
        dialect: What that contract promises of delimiter, quotes and encoding.
    """
    house = House(Home(folder / "home", folder / "partners"))
    house.describe(lambda made: made.update(schema=[_table(dialect)]))
    table = house.contract.tables[0]

    def nasty(group: str, name: str, rows: Rows, text: str | bytes) -> Nasty:
        plain = written(rows).encode()
        sample = Sample("nasty", "att_n.csv", plain, house.contract, table, {"slot": "n", "revision": ""})
        return Nasty(group, name, sample, text.encode() if isinstance(text, str) else text)

    return [nasty(group, name, *form) for group, forms in GROUPS.items() for name, form in forms.items()]


def _table(dialect: dict[str, str]) -> dict[str, object]:
    table = long_table()
    table["customProperties"] += properties(dialect=dialect) if dialect else []
    return table
