"""The workbook as a whole: which sheets there are, in which order."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from xlsxwriter import Workbook

from warehouse.extracts.formats.extract import Extract
from warehouse.extracts.formats.marks import printable
from warehouse.extracts.formats.xlsx.breakdown import draw_breakdowns
from warehouse.extracts.formats.xlsx.measurement import draw_measurement
from warehouse.extracts.formats.xlsx.methods import draw_methods
from warehouse.extracts.formats.xlsx.page import FONT
from warehouse.extracts.formats.xlsx.restatement import draw_restatement

# In memory, so that no scratch file is left by a process that is killed; text never becomes a formula or a link.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": FONT,
}


def write_xlsx(extract: Extract, folder: Path) -> list[Path]:
    """Write `extract.xlsx`; its properties say the day of the figures, never the time of writing."""
    context = extract.context
    path = folder / "extract.xlsx"
    with Workbook(str(path), _OPTIONS) as book:
        book.set_properties(
            {
                "title": printable(f"{context.agreement.name}, {context.period.id}"),
                "subject": f"Issue {context.issue}, version {context.version}",
                "company": printable(context.agreement.funder),
                "created": datetime.combine(context.as_of, time()),
            }
        )
        draw_measurement(book, extract)
        draw_breakdowns(book, extract)
        draw_restatement(book, extract)
        draw_methods(book, extract)
    return [path]
