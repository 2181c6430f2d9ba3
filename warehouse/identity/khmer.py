"""The normal form of Khmer text: one spelling for what looks the same.

Khmer signs are typed in several orders that a screen shows alike, and NFC does not reorder them. A syllable is
base, robat, subscripts (Ro last), register shifter, vowel, signs: the order of the Unicode Standard, chapter
"Khmer", as SIL's khnormal applies it. Letter order decides, never the look of one font.
"""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType

# Zero-width space, joiners, word joiner, byte-order mark, soft hyphen, and Khmer's own invisible inherent vowels.
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u17b4\u17b5]")
_COENG = "\u17d2"
_SYLLABLE = re.compile("([\u1780-\u17b3])((?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd])*)")
_PART = re.compile("\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd]")

# Where each sign stands in its syllable.
_ROBAT, _SUBSCRIPT, _SUBSCRIPT_RO, _SHIFTER, _VOWEL_BEFORE, _VOWEL, _SIGN, _LAST = range(8)
_PLACE: MappingProxyType[str, int] = MappingProxyType(
    {
        "\u17cc": _ROBAT,
        **dict.fromkeys("\u17c9\u17ca", _SHIFTER),
        **dict.fromkeys("\u17c1\u17c2\u17c3", _VOWEL_BEFORE),
        **dict.fromkeys("\u17b6\u17b7\u17b8\u17b9\u17ba\u17bb\u17bc\u17bd\u17be\u17bf\u17c0\u17c4\u17c5", _VOWEL),
        **dict.fromkeys("\u17cb\u17cd\u17ce\u17cf\u17d0\u17d1\u17d3\u17dd", _SIGN),
        **dict.fromkeys("\u17c6\u17c7\u17c8", _LAST),
    }
)
_SAME: MappingProxyType[str, str] = MappingProxyType(
    {
        "\u17c1\u17b8": "\u17be",  # e + ii, typed as two vowels, look like oe
        "\u17c1\u17b6": "\u17c4",  # e + aa look like oo
        _COENG + "\u178a": _COENG + "\u178f",  # subscript Da and subscript Ta have one shape
        "\u17d3": "\u17c6",  # the lunar-date sign, deprecated, looks like nikahit
        "\u17a3": "\u17a2",  # deprecated independent vowels
        "\u17a4": "\u17a2\u17b6",
    }
)
_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


def digits(text: str) -> str:
    """Return the text with Khmer digits written as ASCII digits."""
    return text.translate(_DIGITS)


def normal(text: str) -> str:
    """Return the normal form of a text in Khmer: NFC, nothing invisible, signs in one order, ASCII digits."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFC", digits(text)))
    for typed, meant in _SAME.items():
        text = text.replace(typed, meant)
    text = _SYLLABLE.sub(_in_order, text)
    for typed, meant in _SAME.items():  # ordering can bring the two halves of a vowel together
        text = text.replace(typed, meant)
    return " ".join(text.split())


def _in_order(syllable: re.Match[str]) -> str:
    signs = _PART.findall(syllable[2])
    ordered = sorted(dict.fromkeys(signs), key=_place)  # a sign typed twice shows once; sorting is stable
    return syllable[1] + "".join(ordered)


def _place(sign: str) -> int:
    if sign[0] == _COENG:
        return _SUBSCRIPT_RO if sign[1] == "\u179a" else _SUBSCRIPT
    return _PLACE[sign]
