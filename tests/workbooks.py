"""Writes XLSX files by hand, cell by cell, as no well-behaved program would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def text(value: str) -> str:
    """An inline-string cell; `{r}` becomes its name."""
    return f'<c r="{{r}}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def shared(number: int) -> str:
    """A cell that refers to a shared string."""
    return f'<c r="{{r}}" t="s"><v>{number}</v></c>'


def rich(*runs: str) -> str:
    """A cell of rich text."""
    parts = "".join(f"<r><rPr><b/></rPr><t>{escape(run)}</t></r>" for run in runs)
    return f'<c r="{{r}}" t="inlineStr"><is>{parts}</is></c>'


def uncached(formula: str) -> str:
    """A formula whose result was never stored."""
    return f'<c r="{{r}}"><f>{escape(formula)}</f></c>'


def cached(formula: str, value: str) -> str:
    """A formula with its stored text."""
    return f'<c r="{{r}}" t="str"><f>{escape(formula)}</f><v>{escape(value)}</v></c>'


ERROR = '<c r="{r}" t="e"><v>#N/A</v></c>'
EMPTY = '<c r="{r}"/>'


def sheet_xml(rows: Sequence[Sequence[str]], named: bool = True) -> str:
    """A sheet of ready cells or texts; without names its cells stand only in order."""
    lines = []
    for y, row in enumerate(rows, start=1):
        cells = []
        for x, cell in enumerate(row):
            made = cell if cell.startswith("<c") else text(cell)
            cells.append(made.replace("{r}", f"{chr(65 + x)}{y}") if named else made.replace(' r="{r}"', ""))
        lines.append(f'<row r="{y}">{"".join(cells)}</row>' if named else f"<row>{''.join(cells)}</row>")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}><sheetData>{"".join(lines)}</sheetData></worksheet>'
    )


def workbook(
    sheets: Mapping[str, str],
    strings: Sequence[str] = (),
    states: Mapping[str, str] | None = None,
    charts: Sequence[str] = (),
    extra: Mapping[str, bytes] | None = None,
) -> bytes:
    """A whole workbook: sheet name → sheet XML, shared strings (XML of `si`), `hidden` sheets, chart sheets."""
    names = [*sheets, *charts]
    state = {name: f' state="{value}"' for name, value in (states or {}).items()}
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}"{state.get(name, "")} r:id="rId{i}"/>'
        for i, name in enumerate(names, 1)
    )
    members = {"xl/workbook.xml": f"<workbook {MAIN} {R}><sheets>{listed}</sheets></workbook>"}
    relations, types = [], []
    for i, name in enumerate(names, start=1):
        kind = "chartsheet" if name in charts else "worksheet"
        member = f"xl/{kind}s/sheet{i}.xml"
        body = f"<chartsheet {MAIN}><sheetViews/></chartsheet>" if name in charts else sheets[name]
        members[member] = body
        relations.append(f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{kind}s/sheet{i}.xml"/>')
        types.append(f'<Override PartName="/{member}" ContentType="{SHEETML}.{kind}+xml"/>')
    if strings:
        items = "".join(f"<si>{s if s.startswith('<') else f'<t>{escape(s)}</t>'}</si>" for s in strings)
        members["xl/sharedStrings.xml"] = f"<sst {MAIN}>{items}</sst>"
        relations.append(f'<Relationship Id="rIdS" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>')
        types.append(f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEETML}.sharedStrings+xml"/>')
    members["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(relations)}</Relationships>'
    )
    members["_rels/.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    members["[Content_Types].xml"] = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEETML}.sheet.main+xml"/>{"".join(types)}</Types>'
    )
    return archive({name: body.encode() for name, body in members.items()} | dict(extra or {}))


def archive(members: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in members.items():
            file.writestr(name, body)
    return buffer.getvalue()


def listed(*rows: Sequence[str], header: str = "Event,Date,ID,Name,Province,Hours,Mark", named: bool = True) -> str:
    """A sheet of the invented partner's list."""
    return sheet_xml([header.split(","), *rows], named)


def person(number: int, mark: str = "P", **changes: str) -> list[str]:
    """One row of the invented partner's list; `changes` by header."""
    cells = {"Event": "E1", "Date": "05/06/2024", "ID": f"K-{number:04}", "Name": f"Canary Dara{number}"}
    return [*(cells | {"Province": "Kampot", "Hours": "6", "Mark": mark} | changes).values()]
