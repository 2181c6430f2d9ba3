"""How texts are compared: spelling counts, layout does not."""

from __future__ import annotations

import re
import unicodedata

_ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff]")
# White space, hyphens, full stops and apostrophes do not make another place, rank or unit.
_PUNCTUATION = re.compile("[\\s\\-‐-―.'’_]+")


def tidy(text: str) -> str:
    """Return a cell's text in NFC, without zero-width characters, with single inner spaces."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(_ZERO_WIDTH.sub("", unicodedata.normalize("NFC", text)).split())


def fold_text(text: str) -> str:
    """Return the form in which headers and codes are compared: tidy and case-folded."""
    return tidy(text).casefold()


def fold_name(text: str) -> str:
    """Return the form in which names of places, ranks and units are compared: letters and digits only."""
    return _PUNCTUATION.sub("", fold_text(text))
