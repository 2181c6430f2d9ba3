"""Legacy Khmer fonts: Latin letters that such a font shows as Khmer. What they spell is not in the text itself.

Until Unicode was common, Khmer was typed in fonts such as Limon, each with a code of its own in the place of Latin-1.
In a workbook the font's name gives it away; a text alone does so by letters that no Latin spelling has together. No
kept library converts them (`kfc` of 2020 returns a Limon text as it is), and a wrong name is worse than none: they are
held.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

# Families of the converters that Cambodia's own move to Unicode was made with.
_LEGACY = re.compile(r"(?:limon|abc[-_ ]?(?:text|font|zoom|body)|khek|baidok)(?![a-z])", re.IGNORECASE)
_KHMER = re.compile("[\u1780-\u17ff]")
_LATIN = re.compile("[A-Za-z\u00a1-\u00ff]")
# What the codes leave in the middle of words; a Latin name has hardly one of these, and a column of them never half.
_MARKS = (
    re.compile("[\u00a1-\u00bf\u00d7\u00f7\u0192\u02c6\u2018\u2020-\u2022\u2030-\u203a\u20ac]"),  # signs
    re.compile(r"[^\W\d_][;:,<>\[\]\\|{}@#^*+=&`][^\W\d_]"),  # punctuation between two letters
    re.compile("[a-z\u00df-\u00ff][A-Z\u00c0-\u00de]"),  # a capital after a small letter
)
_FEWEST = 3  # texts; fewer say nothing of a column
_MOST = 5000  # texts, about; a million of them took 4 s and said no more


def is_legacy(font: str) -> bool:
    """True for the name of a font that shows Latin letters as Khmer."""
    return _LEGACY.match(font.strip()) is not None


def is_written_in_latin(text: str) -> bool:
    """True where such a font would show something else than the letters say; in Khmer letters it changes nothing."""
    return _LATIN.search(text) is not None and _KHMER.search(text) is None


def look_legacy(texts: Sequence[str]) -> bool:
    """True when the distinct texts of a column can hardly be Latin: half of them or more have marks, of two kinds."""
    step = max(1, len(texts) // _MOST)  # which are looked at must not depend on their order
    sample = [text for text in texts if crc32(text.encode()) % step == 0] if step > 1 else texts
    latin = [text for text in sample if is_written_in_latin(text)]
    found = [[bool(mark.search(text)) for mark in _MARKS] for text in latin]
    marked = sum(any(kinds) for kinds in found)
    return marked >= _FEWEST and marked * 2 >= len(latin) and sum(map(any, zip(*found, strict=True))) >= 2
