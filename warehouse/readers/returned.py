"""The sheets that a return pack adds to a partner's workbook; a corrected one comes back with them."""

from __future__ import annotations

FIXES_SHEET = "Fixes – ការកែតម្រូវ"
SUMMARY_SHEET = "Summary – សង្ខេប"
RETURNED_SHEETS = frozenset({FIXES_SHEET, SUMMARY_SHEET})  # nobody's data: readers pass them over
