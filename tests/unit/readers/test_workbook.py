"""Every workbook format gives the same rows, faults and notes; what a cell does not tell is never passed over."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.binary_workbooks import ERROR, Formula, Sheet, Styled, xls, xlsb
from tests.workbooks import archive
from warehouse.contract.properties import TableProperties
from warehouse.readers.faults import FormatWrong, PasswordProtected
from warehouse.readers.grid import FaultyCell, Grid, Region
from warehouse.readers.raw import REAL_DATE
from warehouse.readers.workbook import open_workbook

OPTIONS = TableProperties(entity="attendance", files=".*", format="workbook", toleratedRefusedPercent=0)
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def opened(tmp_path: Path, data: bytes) -> Grid:
    path = tmp_path / "received"  # no name to go by, as in the sandbox
    path.write_bytes(data)
    return open_workbook(path, OPTIONS).grids[0]


def xlsx(sheet: Sheet) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"date_1904": sheet.since_1904})
    page = book.add_worksheet("List")
    styles = [None, book.add_format({"num_format": "000000"}), book.add_format({"num_format": "dd/mm/yyyy"})]
    for top, left, bottom, right in sheet.merged:
        page.merge_range(top, left, bottom, right, "")
    for y, row in enumerate(sheet.rows):
        for x, cell in enumerate(row):
            if cell is ERROR:
                page.write_formula(y, x, "=NA()", None, "#N/A")
            elif isinstance(cell, Formula):
                page.write_formula(y, x, "=1", None, "" if cell.result is None else cell.result)
            elif isinstance(cell, Styled):
                page.write_number(y, x, cell.number, styles[cell.style])
            elif cell is not None:
                page.write(y, x, cell)
    for y in sheet.hidden_rows:
        page.set_row(y, None, None, {"hidden": True})
    for x in (*sheet.hidden_columns, *((200,) if sheet.hidden_columns else ())):
        page.set_column(x, x, None, None, {"hidden": True})
    book.close()
    return made.getvalue()


def ods(sheet: Sheet) -> bytes:
    zero = dt.date(1904, 1, 1) if sheet.since_1904 else dt.date(1899, 12, 30)
    hidden = 'table:visibility="collapse"'
    columns = "".join(
        f"<table:table-column {hidden if x in sheet.hidden_columns else ''}/>" for x in range(max(map(len, sheet.rows)))
    )

    def made(y: int, x: int, cell: object) -> str:
        spans = next(((b - y + 1, r - x + 1) for t, le, b, r in sheet.merged if (t, le) == (y, x)), None)
        span = f'table:number-rows-spanned="{spans[0]}" table:number-columns-spanned="{spans[1]}"' if spans else ""
        if cell is ERROR:
            kind = 'office:value-type="string" '
            kind, text = kind + 'table:formula="of:=NA()" office:string-value="" calcext:value-type="error"', "#N/A"
        elif isinstance(cell, Formula):
            value = "" if cell.result is None else f'office:value-type="float" office:value="{cell.result}"'
            kind, text = f'table:formula="of:=1" {value}', "" if cell.result is None else str(cell.result)
        elif isinstance(cell, Styled) and cell.style == 2:
            day = (zero + dt.timedelta(days=cell.number)).isoformat()
            kind, text = f'office:value-type="date" office:date-value="{day}"', day
        elif isinstance(cell, Styled):
            kind, text = f'office:value-type="float" office:value="{cell.number}"', f"{int(cell.number):06}"
        elif isinstance(cell, str):
            kind, text = 'office:value-type="string"', cell
        elif cell is None:
            return "<table:table-cell/>"
        else:
            kind, text = f'office:value-type="float" office:value="{cell}"', str(cell)
        return f"<table:table-cell {kind} {span}><text:p>{text}</text:p></table:table-cell>"

    rows = "".join(
        f"<table:table-row {hidden if y in sheet.hidden_rows else ''}>"
        + "".join(made(y, x, cell) for x, cell in enumerate(row))
        + "</table:table-row>"
        for y, row in enumerate(sheet.rows)
    )
    return ods_of(columns + rows)


def ods_of(table: str) -> bytes:
    names = " ".join(
        f'xmlns:{prefix}="urn:{prefix}"' for prefix in ("office", "table", "text", "calcext")
    )  # programs go by the prefixes
    content = (
        f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="List">{table}'
    )
    content += "</table:table></office:spreadsheet></office:body></office:document-content>"
    return archive({"mimetype": ODS_TYPE, "META-INF/manifest.xml": b"<m/>", "content.xml": content.encode()})


FORMATS: dict[str, Callable[[Sheet], bytes]] = {"xlsx": xlsx, "xls": xls, "xlsb": xlsb, "ods": ods}


@pytest.mark.parametrize("made", FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_same_rows_and_what_is_wrong_with_them(
    tmp_path: Path, made: Callable[[Sheet], bytes]
) -> None:
    sheet = Sheet(
        [
            ["Day 1", None, "ID", "Date", None],
            ["✓", "ឡ", Styled(1234, 1), Styled(45418, 2), " "],
            [None, "\u200b", None, None, " "],
            ["hidden", ERROR, 7.5, Formula(3), "beside"],
        ],
        hidden_rows=frozenset({2, 3}),
        hidden_columns=(4,),
        merged=((0, 0, 0, 1),),
    )
    grid = opened(tmp_path, made(sheet))
    assert [[*row] for row in grid.rows if any(cell.strip(" \u200b") for cell in row)] == [
        ["Day 1", "", "ID", "Date", ""],
        ["✓", "ឡ", "001234", f"{REAL_DATE}2024-05-06", " " if made is not ods else grid.rows[1][4]],
        ["hidden", "", "7.5", "3", "beside"],
    ]
    assert grid.counted == 3
    assert grid.faults == (FaultyCell(3, 1, "error_cell"),)
    assert grid.merged == (Region(0, 0, 0, 1),)
    assert grid.notes == ("1 hidden row(s) and 1 hidden column(s) were read",)


@pytest.mark.parametrize("since_1904", [False, True])
@pytest.mark.parametrize("made", FORMATS.values(), ids=FORMATS)
def test_a_date_is_the_same_day_by_either_calendar(
    tmp_path: Path, made: Callable[[Sheet], bytes], since_1904: bool
) -> None:
    number = (dt.date(2024, 2, 29) - (dt.date(1904, 1, 1) if since_1904 else dt.date(1899, 12, 30))).days
    grid = opened(tmp_path, made(Sheet([[Styled(number, 2)]], since_1904=since_1904)))
    assert grid.rows[0] == [f"{REAL_DATE}2024-02-29"]


@pytest.mark.parametrize("made", FORMATS.values(), ids=FORMATS)
def test_a_formula_that_was_never_computed_is_told(tmp_path: Path, made: Callable[[Sheet], bytes]) -> None:
    grid = opened(tmp_path, made(Sheet([["a", "b"], ["x", Formula(None)]])))
    assert grid.faults == (FaultyCell(1, 1, "formula_without_result"),)


@pytest.mark.parametrize("made", [xls, xlsb])
def test_an_empty_result_is_one_where_other_formulas_were_computed(
    tmp_path: Path, made: Callable[[Sheet], bytes]
) -> None:
    assert opened(tmp_path, made(Sheet([["a", Formula(1)], ["x", Formula(None)]]))).faults == ()


def cell(text: str, attributes: str = 'office:value-type="string"') -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def test_an_ods_cell_or_row_that_stands_for_many_counts_as_many(tmp_path: Path) -> None:
    many = 'table:number-columns-repeated="2" office:value-type="float" office:value="5"'
    broken = 'table:formula="of:=1/0" office:value-type="float" office:value="0" table:number-columns-repeated="2"'
    rows = f'<table:table-row table:number-rows-repeated="3">{cell("05", many)}{cell("Err:502", broken)}'
    rows += '</table:table-row><table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
    grid = opened(tmp_path, ods_of(rows + "</table:table-row>"))
    assert grid.counted == 3
    assert [row[:2] for row in grid.rows[:3]] == [["05", "05"]] * 3
    assert {(f.row, f.position) for f in grid.faults} == {(row, column) for row in range(3) for column in (2, 3)}


def test_a_comment_on_an_ods_cell_is_not_its_text(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>ask again</text:p></office:annotation>"
    rows = f"<table:table-row>{cell('a')}</table:table-row>"
    rows += f'<table:table-row><table:table-cell office:value-type="string">{note}<text:p> </text:p></table:table-cell>'
    assert opened(tmp_path, ods_of(rows + "</table:table-row>")).counted == 1


def test_a_number_format_that_fills_up_with_zeros_is_known(tmp_path: Path) -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    page = book.add_worksheet("List")
    for x, shown in enumerate(["000", "000 000 000", r"0##\-###", "0", "0.00", "#,##0", "00;-00", "General"]):
        page.write_number(0, x, 12, book.add_format({"num_format": shown}))
    book.close()
    assert opened(tmp_path, made.getvalue()).rows[0] == ["012", "000000012", "000012", "12", "12", "12", "12", "12"]


def cut(data: bytes, member: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    return archive(members | {member: members[member][:-30]})


@pytest.mark.parametrize("made", FORMATS.values(), ids=FORMATS)
def test_a_number_among_texts_with_zeros_may_have_lost_its_own(tmp_path: Path, made: Callable[[Sheet], bytes]) -> None:
    sheet = Sheet([["ID", "Age"], ["0123", 9], [45, 30], [1234, 31], [Styled(45, 1), 32], ["K-01", 33]])
    grid = opened(tmp_path, made(sheet))
    assert grid.faults == (FaultyCell(2, 0, "zeros_lost"),)
    assert [row[0] for row in grid.rows] == ["ID", "0123", "45", "1234", "000045", "K-01"]


PLAIN = Sheet([["a"], ["b"]])
HELD: dict[str, tuple[Callable[[], bytes], type[Exception]]] = {
    "a protected XLS": (lambda: xls(PLAIN, protected=True), PasswordProtected),
    "a protected ODS": (
        lambda: archive({"META-INF/manifest.xml": b"<manifest:encryption-data/>", "content.xml": b"x"}),
        PasswordProtected,
    ),
    "half an XLS": (lambda: xls(PLAIN)[:700], FormatWrong),
    "a compound file without a workbook": (lambda: xls(PLAIN).replace(b"W\0o\0r\0k\0", b"W\0a\0r\0k\0"), FormatWrong),
    "an XLSB whose sheet is cut off": (lambda: cut(xlsb(PLAIN), "xl/worksheets/sheet1.bin"), FormatWrong),
    "a web page called workbook": (lambda: b"<html><table><tr><td>a</td></tr></table></html>", FormatWrong),
    "an archive of something else": (lambda: archive({"word/document.xml": b"<w/>"}), FormatWrong),
}


@pytest.mark.parametrize(("made", "fault"), HELD.values(), ids=HELD)
def test_what_cannot_be_read_is_held(tmp_path: Path, made: Callable[[], bytes], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        opened(tmp_path, made())
