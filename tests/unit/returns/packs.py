"""Packs of the invented partner, written and opened again."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from tests.conftest import HEADER, House
from warehouse.readers.child import Stopped
from warehouse.returns import run
from warehouse.returns.run import Written, write_packs
from warehouse.returns.style import CELL_COLOUR, ROW_COLOUR
from warehouse.store.keys import load_keys

__all__ = ["FIXES", "SUMMARY", "book", "coloured", "draw_small", "list_of", "notes", "packs", "said"]
FIXES, SUMMARY = 0, 1  # sheets


def packs(house: House) -> list[Written]:
    """Write the partner's packs; none may fail."""
    done = write_packs(house.home, [house.contract], load_keys())
    assert [one.error for one in done if one.error] == []
    return done


def book(written: Written) -> Workbook:
    """Open a pack's workbook."""
    return openpyxl.load_workbook(written.folder / written.summary["workbook"])


def cells(workbook: Workbook, sheet: str) -> list[Cell]:
    return [cell for row in workbook[sheet].iter_rows() for cell in row if isinstance(cell, Cell)]


def coloured(workbook: Workbook, sheet: str, colour: str = CELL_COLOUR) -> set[str]:
    """The cells of a sheet in one of our colours."""
    assert colour in (CELL_COLOUR, ROW_COLOUR)
    return {c.coordinate for c in cells(workbook, sheet) if c.fill.fill_type and c.fill.start_color.rgb == colour}


def notes(workbook: Workbook, sheet: str) -> dict[str, str]:
    """What is noted at each cell."""
    return {cell.coordinate: cell.comment.text for cell in cells(workbook, sheet) if cell.comment}


def said(workbook: Workbook, place: int) -> str:
    """All texts of one of our sheets."""
    rows = workbook.worksheets[place].iter_rows(values_only=True)
    return "\n".join(str(value) for row in rows for value in row if value is not None)


def list_of(*rows: str | list[str], title: str = "List") -> bytes:
    """A workbook as a spreadsheet program writes it."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    for row in (HEADER, *rows):
        sheet.append(row.split(",") if isinstance(row, str) else row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def draw_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every pack meet a limit the first time, so that it shows the refused rows only."""
    real = run.run_in_child

    def limited(work: object, arguments: tuple[object, ...], reads: list[Path], folder: Path) -> None:
        if not arguments[3]:
            raise Stopped("more memory than allowed")
        real(work, arguments, reads, folder)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "run_in_child", limited)
