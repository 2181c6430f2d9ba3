"""What a name is made of, whichever way it was written.

    "Pol. Col. SOK Chan-Dara"  ->  words sok, chan, dara  ->  classes sok, Can, dara  ->  necklace of "sokCandara"
    "Chandara Sok"             ->  words chandara, sok    ->  classes Candara, sok    ->  the same necklace

A *necklace* is a string without a beginning: the smallest of its rotations. The family name stands first or last, and
a two-part given name in one word or two; all of these are rotations of one string of sounds, so equal necklaces mean
the same name in either order.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from warehouse.identity import khmer
from warehouse.identity.romanisation import skeleton, sound_class

# Styles and ranks that partners write before or after a name. Only whole words count, and one word is always left.
# "Srey" and "Neang" are names as well: they go only as part of a longer style or in front of two further words.
_LATIN_WRITTEN = """mr mrs ms miss mister madam mme dr prof lok oknha excellency he hon judge prosecutor pol police gen
general lt ltcol lieutenant col colonel maj major capt captain cpt sgt sergeant brig brigadier cpl corporal insp
inspector officer warrant wo supt adjutant"""
_LATIN_STYLES = frozenset(_LATIN_WRITTEN.split())
_LATIN_STYLE_PAIRS = (("lok", "srey"), ("neak", "srey"), ("lok", "chumteav"))
_LATIN_LEADING = frozenset({"neang", "bong", "kru"})
_KHMER_WRITTEN = """លោកស្រី លោកជំទាវ អ្នកស្រី អ្នកនាង កញ្ញា លោកគ្រូ អ្នកគ្រូ លោក ឯកឧត្តម ឧកញ៉ា បណ្ឌិត
នាយឧត្តមសេនីយ៍ ឧត្តមសេនីយ៍ឯក ឧត្តមសេនីយ៍ទោ ឧត្តមសេនីយ៍ត្រី ឧត្តមសេនីយ៍ វរសេនីយ៍ឯក វរសេនីយ៍ទោ
វរសេនីយ៍ត្រី អនុសេនីយ៍ឯក អនុសេនីយ៍ទោ អនុសេនីយ៍ត្រី ព្រឹន្ទបាលឯក ព្រឹន្ទបាលទោ ពលបាលឯក ពលបាលទោ
ពលបាលត្រី នគរបាល"""
_KHMER_STYLES = re.compile("|".join(sorted(map(khmer.normal, _KHMER_WRITTEN.split()), key=len, reverse=True)))
_EXCELLENCY = re.compile(r"\bh\.\s*e\.")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_NOT_KHMER = re.compile("[^\u1780-\u17d3\u17dd ]+")
# DuckDB's distances count bytes, and a Khmer letter has three: each of the 94 signs becomes one ASCII character.
_ONE_BYTE = {0x1780 + i: 0x21 + i for i in range(0x7F - 0x21)}


@dataclass(frozen=True)
class Name:
    """A name as the comparisons see it; every field may be None.

    Attributes:
        words: Its words: lower-case ASCII letters, or Khmer in normal form with one ASCII character per sign.
        key: Necklace of the sounds (Latin) or of the letters (Khmer).
        first: The sounds with the family name taken to stand first, parted by a space: "sok Candara".
        last: The same with the family name taken to stand last.
        skeleton: Necklace of the consonants; Latin only.
        spelled: Necklace of the letters as written; Latin only.
    """

    words: tuple[str, ...]
    key: str | None = None
    first: str | None = None
    last: str | None = None
    skeleton: str | None = None
    spelled: str | None = None


def necklace(text: str) -> str:
    """Return the smallest rotation of a text: the same for every place its writer may have begun."""
    return min((text[i:] + text[:i] for i in range(len(text))), default="")


def latin_name(text: str) -> Name:
    """Return the parts of a name in Latin script; no words where it holds no letter."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", khmer.INVISIBLE.sub("", text)) if c.isascii())
    plain = _EXCELLENCY.sub(" ", letters.lower()).replace("'", "")
    words = _without_styles([w for w in _NOT_LETTERS.split(plain) if w])
    if not words:
        return Name(())
    sounds = [sound_class(word) for word in words]
    return Name(
        words=tuple(words),
        key=necklace("".join(sounds)),
        first=_parted(sounds[:1], sounds[1:]),
        last=_parted(sounds[-1:], sounds[:-1]),
        skeleton=necklace("".join(skeleton(sound) for sound in sounds)),
        spelled=necklace("".join(words)),
    )


def khmer_name(text: str) -> Name:
    """Return the parts of a name in Khmer script; no words where it holds no Khmer letter."""
    clean = _KHMER_STYLES.sub(" ", _NOT_KHMER.sub(" ", khmer.normal(text)))
    words = clean.split()
    if not words:
        return Name(())
    words = [word.translate(_ONE_BYTE) for word in words]
    return Name(
        words=tuple(words),
        key=necklace("".join(words)),
        first=_parted(words[:1], words[1:]),
        last=_parted(words[-1:], words[:-1]),
    )


def _parted(family: list[str], given: list[str]) -> str:
    return f"{''.join(family)} {''.join(given)}".strip()


def _without_styles(words: list[str]) -> list[str]:
    for pair in _LATIN_STYLE_PAIRS:
        if tuple(words[:2]) == pair and len(words) > 2:
            words = words[2:]
    kept = [word for word in words if word not in _LATIN_STYLES]
    if len(kept) > 2 and kept[0] in _LATIN_LEADING:
        kept = kept[1:]
    return kept or words
