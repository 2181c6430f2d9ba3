"""Packs of exports in other formats and shapes than a plain list: golden samples through the real ingest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.unit.returns.packs import FIXES, book, coloured, notes, said
from warehouse.contract import load_contracts
from warehouse.pipeline import ingest_all
from warehouse.returns.run import Written, write_packs
from warehouse.store.home import PROJECT, Home
from warehouse.store.keys import load_keys

SHAPES = PROJECT / "tests" / "golden" / "shapes"


def packs_of(shape: str, folder: Path) -> dict[str, Written]:
    """The packs of a golden sample, by the file's name."""
    shutil.copytree(SHAPES / shape, folder / "partners" / shape)
    home = Home(folder / "home", folder / "partners")
    contracts = load_contracts(home.contracts)
    shutil.copytree(SHAPES / shape / "sample" / "received", home.root / contracts[0].inbox)
    for path in (home.root / contracts[0].inbox).iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    ingest_all(home, workers=1)
    return {pack.summary["file"]: pack for pack in write_packs(home, contracts, load_keys())}


@pytest.mark.parametrize("shape", ["kobo-api", "signin-xls", "moodle-attendance"])
def test_every_format_gets_a_pack(shape: str, tmp_path: Path) -> None:
    found = packs_of(shape, tmp_path)
    assert len(found) > 1
    assert [pack.error for pack in found.values() if pack.error] == []
    for pack in found.values():
        if pack.summary["kind"] != "letter":
            opened = book(pack)
            assert any(notes(opened, sheet.title) for sheet in opened.worksheets[2:])
            assert len(said(opened, FIXES)) > 300


def test_a_column_of_another_sheet_is_mended_by_its_row_and_what_was_foreseen_is_no_fix(tmp_path: Path) -> None:
    """Of a Kobo export the province stands with the submission; the rows refused stand on the repeat group's sheet."""
    pack = packs_of("kobo-repeat-xlsx", tmp_path)["sessions_2024-03.xlsx"]
    assert pack.summary["kind"] == "own"
    assert pack.summary["rows_foreseen"] > 0
    assert not {"SALA-R017", "SALA-R018"} & {fix["code"] for fix in pack.summary["fixes"]}
    (fix,) = [fix for fix in pack.summary["fixes"] if fix["column"] == "province_of_duty"]
    marked = book(pack)
    at = {
        (s.title, c) for s in marked.worksheets[2:] for c, note in notes(marked, s.title).items() if fix["code"] in note
    }
    assert len(at) == 1
    ((sheet, cell),) = at
    assert cell in coloured(marked, sheet)
    (received,) = (tmp_path / "home").rglob("inbox/*/sessions_2024-03.xlsx")
    width = openpyxl.load_workbook(received)[sheet].max_column
    assert marked[sheet].max_column == width, "no cell was made where the file has none"
