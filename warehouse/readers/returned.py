"""What a return pack adds to a partner's rows, by which readers know a mended one that comes back."""

from __future__ import annotations

from collections.abc import Sequence

from warehouse.contract.model import Table
from warehouse.contract.spelling import fold_text
from warehouse.readers.faults import PackNotWhole

FIXES_SHEET = "Fixes – ការកែតម្រូវ"
SUMMARY_SHEET = "Summary – សង្ខេប"
RETURNED_SHEETS = frozenset({FIXES_SHEET, SUMMARY_SHEET})  # nobody's data: readers pass them over

# The first header of a workbook that was made of a file's rows: what it may be used for.
ROW_COLUMN = "Row of your file – លេខជួរដេកក្នុងឯកសាររបស់អ្នក"
SHOWN_COLUMN = "Row of your file (please do not send this list back) – លេខជួរដេក (សូមកុំផ្ញើបញ្ជីនេះមកវិញ)"
_ROW, _SHOWN = fold_text(ROW_COLUMN), fold_text(SHOWN_COLUMN)


def is_row_column(header: str) -> bool:
    """Return whether a header is the one that a pack puts before a partner's own."""
    return fold_text(header) == _ROW


def check_whole(header: Sequence[str], table: Table, where: str) -> None:
    """Refuse a pack that does not hold all that the partner's file does: it would take the place of that file.

    Args:
        header: The cells of the header row.
        table: The contract's table.
        where: The header's place.

    Raises:
        PackNotWhole: It only shows rows, or what is named like a pack is none.
    """
    folded = set(map(fold_text, header))
    action = "mend the rows in the file itself and send that under its own name"
    if _SHOWN in folded:
        raise PackNotWhole(where, "a list that only shows what is refused", "the file itself", action)
    if table.is_returned and _ROW not in folded:
        found, expected = "a workbook named like a return pack, without its first column", f"the column '{ROW_COLUMN}'"
        raise PackNotWhole(where, found, expected, f"send the pack as it came, with the cells mended; or {action}")
