"""Text that is safe in a spreadsheet, and the marks that stand where there is no number."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import NamedTuple

# A spreadsheet reads text that begins so as a formula, also after the file was saved and opened again: an apostrophe
# before it, which everybody sees, ends that. Numbers are written as numbers and never come here.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_CELL = 32_767  # characters a cell of a workbook holds


class Mark(NamedTuple):
    """What stands in the place of a figure, and what it means; None of them can be taken for zero."""

    sign: str
    meaning: str


# After the shorthand for tables of the United Kingdom's Government Analysis Function.
MARKS: MappingProxyType[str, Mark] = MappingProxyType(
    {
        "not_applicable": Mark("[z]", "not applicable: there is nothing to divide by"),
        "withheld": Mark("[u]", "withheld: too few people were assessed both times to compare them"),
        "no_data": Mark("[x]", "no data: those who owed data for the period sent none"),
        "suppressed": Mark("[c]", "confidential: so few people that they, or others, could be recognised"),
    }
)
NOBODY = Mark("–", "nobody recorded with this combination")


def harmless(text: str) -> str:
    """Return printable text that no spreadsheet takes for a formula."""
    return printable(f"'{text}" if text.startswith(_FORMULA) else text)


def printable(text: str) -> str:
    """Return text that XML can hold: what it cannot becomes U+FFFD, and ends of line are line feeds."""
    return _NOT_XML.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")


def cell_text(text: str) -> str:
    """Return what a workbook's cell says for a text: harmless, and no longer than a cell holds."""
    safe = harmless(text)
    return safe if len(safe) <= _CELL else safe[: _CELL - 1] + "…"
