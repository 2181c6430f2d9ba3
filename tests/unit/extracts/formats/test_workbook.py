"""The workbook: numbers are numbers, nothing is a formula, it prints, and LibreOffice opens it."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from extracts_for_tests import make_context, make_rows, make_table
from lxml import etree
from reading_back import sheets

from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.rendering import render

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def written(folder: Path, context: Context | None = None, rows: list[dict[str, Any]] | None = None) -> Path:
    context = context or make_context()
    (path,) = render(make_table(rows or make_rows(context)), context, folder, ["xlsx"])
    return path


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("workbook"))


def parts(path: Path, name: str = "xl/worksheets/sheet") -> Iterator[etree._Element]:
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if part.startswith(name) and part.endswith(".xml"):
                yield etree.fromstring(archive.read(part))


def column(rows: list[list[Any]], heading: str) -> list[Any]:
    header = next(index for index, row in enumerate(rows) if heading in row)
    return [row[rows[header].index(heading)] for row in rows[header + 1 :]]


def test_the_sheets_stand_in_the_order_in_which_they_are_read(workbook: Path) -> None:
    names = list(sheets(workbook))
    assert names[0] == "Performance measurement"
    assert names[-2:] == ["Restatement", "Methods"]
    assert {"Province of duty", "Sex × Category", "Province of duty × Module × Sex"} < set(names)


def test_it_says_the_day_of_the_figures_and_no_time_of_writing(workbook: Path) -> None:
    (core,) = parts(workbook, "docProps/core")
    days = [one.text for one in core if etree.QName(one).localname in ("created", "modified")]
    assert days == ["2016-05-02T00:00:00Z"] * 2
    with zipfile.ZipFile(workbook) as archive:
        assert {one.date_time[0] for one in archive.infolist()} == {1980}


def test_every_page_is_set_up_for_paper(workbook: Path) -> None:
    found = list(parts(workbook))
    assert len(found) > 8
    for sheet in found:
        setup = sheet.find("m:pageSetup", MAIN)
        assert setup.get("orientation") == "landscape"
        assert (setup.get("paperSize"), setup.get("fitToHeight")) == ("9", "0")
        assert "&P of &N" in sheet.findtext("m:headerFooter/m:oddFooter", namespaces=MAIN)


def test_a_name_with_digits_and_ampersands_stays_itself_on_paper(tmp_path: Path) -> None:
    context = make_context()
    agreement = context.agreement.model_copy(update={"name": "2030 R&D " + "&" * 200})
    sheet = next(parts(written(tmp_path, make_context(agreement=agreement))))
    header = sheet.findtext("m:headerFooter/m:oddHeader", namespaces=MAIN)
    assert header.startswith("&L&8 2030 R&&D &&"), "&82030 would be a size of letters"
    assert len(header) < 256


def test_headings_are_repeated_on_paper_and_stay_on_the_screen(workbook: Path) -> None:
    panes = [sheet.find(".//m:pane", MAIN) for sheet in parts(workbook)]
    assert all(pane is not None and pane.get("state") == "frozen" for pane in panes)
    (book,) = parts(workbook, "xl/workbook")
    titles = [one for one in book.iterfind(".//m:definedName", MAIN) if one.get("name") == "_xlnm.Print_Titles"]
    assert len(titles) == len(panes)


def test_nothing_is_a_formula_or_a_link_or_a_number_kept_as_text(workbook: Path) -> None:
    assert [
        sheet for sheet in parts(workbook) if sheet.findall(".//m:f", MAIN) or sheet.findall(".//m:hyperlink", MAIN)
    ] == []
    texts = [cell for rows in sheets(workbook).values() for row in rows for cell in row if isinstance(cell, str)]
    assert [text for text in texts if re.fullmatch(r"[+-]?\d+(\.\d+)?%?", text)] == ["2"], "the issue, in words"
    assert "'=1+1 is text" in texts


def test_a_percentage_is_a_fraction_with_a_format(tmp_path: Path) -> None:
    rows = [
        row | {"value": Decimal("87.5")} for row in make_rows(make_context()) if row["indicator"] == "share_of_women"
    ]
    path = written(tmp_path, rows=rows)
    actual = column(sheets(path)["Performance measurement"], "Actual")
    assert actual[0] == 0.875
    (styles,) = parts(path, "xl/styles")
    assert "0.0%_0" in {one.get("formatCode") for one in styles.iterfind(".//m:numFmt", MAIN)}


def test_signs_differ_from_zero_and_are_explained(tmp_path: Path) -> None:
    statuses = ("suppressed", "no_data", "not_applicable", "withheld")
    rows = [row for row in make_rows(make_context()) if row["grouping"] == "total"]
    empty = dict.fromkeys(("value", "numerator", "denominator", "not_met", "undecided", "persons", "strict", "lenient"))
    empty |= dict.fromkeys(("n_pre", "n_post", "n_matched", "share_of_target", "note"))
    hidden = [row | empty | {"status": status} for row, status in zip(rows[::2], statuses, strict=False)]
    zero = rows[8] | {"value": Decimal(0)}
    read = sheets(written(tmp_path, rows=[*hidden, zero]))
    assert column(read["Performance measurement"], "Actual")[:5] == ["[c]", "[x]", "[z]", "[u]", 0]
    for name in ("Performance measurement", "Methods"):
        said = " ".join(str(row[0]) for row in read[name])
        assert all(f"{sign}  " in said for sign in ("[c]", "[x]", "[z]", "[u]", "–", "0")), name


def test_partners_that_sent_nothing_are_named_on_the_first_sheet(workbook: Path) -> None:
    said = [row[0] for row in sheets(workbook)["Performance measurement"]]
    assert any(str(text).startswith("Not received") and "Ministry of Justice with ASEAN-ACT" in text for text in said)


def test_the_causes_of_each_restatement_add_up(workbook: Path) -> None:
    rows = sheets(workbook)["Restatement"]
    header = next(index for index, row in enumerate(rows) if "Difference" in row)
    place = rows[header].index("Difference")
    body = [row for row in rows[header + 2 :] if row[place] != ""]
    assert [row[place] for row in body] == [6, -1.25]
    assert [sum(cell for cell in row[place + 1 :] if cell != "") for row in body] == [6, -1.25]
    assert rows[header + 1][place + 1 : place + 4] == ["late delivery", "identity merge or split", "corrected delivery"]


def test_a_first_issue_says_that_nothing_is_restated(tmp_path: Path) -> None:
    read = sheets(written(tmp_path, make_context(issue=1, restatements=())))
    assert any("first issue" in str(row[0]) for row in read["Restatement"])


def test_methods_say_by_which_rule_from_what_and_without_whom(workbook: Path) -> None:
    context = make_context()
    said = "\n".join(str(cell) for row in sheets(workbook)["Methods"] for cell in row)
    wanted = [*context.rule, context.version, context.content_hash, context.code, "volunteers", "missing"]
    wanted += [one.definition for one in context.terms.indicators]
    assert [text for text in wanted if text not in said] == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_opens_and_prints_it(workbook: Path, tmp_path: Path) -> None:
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(workbook)], check=True, capture_output=True, timeout=240)
    assert (tmp_path / "extract.pdf").stat().st_size > 20_000
