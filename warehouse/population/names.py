"""Invented names: Khmer spelling, official romanisation, and the other romanisations people write.

A name is a few syllables, and each syllable has its official romanisation first, then others; the romanisations of a
name are all combinations. Sources of the alternatives: how officials' and public figures' names are spelled in English
newspapers (Sok/Sokh, Chan/Chann, Srey/Srei, Heng/Haeng, Keo/Kev, Seth/Sith, Phal/Phol …).
"""

from __future__ import annotations

import difflib
import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

FAMILY = (  # most frequent first
    ("សុខ", "Sok/Sokh/Sock/Suk"),
    ("ចាន់", "Chan/Chann/Chhan/Jan"),
    ("ជា", "Chea/Jea/Chia"),
    ("ហេង", "Heng/Haeng/Hieng"),
    ("គឹម", "Kim/Keum/Kym"),
    ("លី", "Ly/Li/Lee"),
    ("កែវ", "Keo/Kev/Kaev/Keov"),
    ("លឹម", "Lim/Leum/Lym"),
    ("ម៉ៅ", "Mao/Mav/Mau"),
    ("មាស", "Meas/Meah/Mears"),
    ("ញ៉ែម", "Nhem/Nhaem/Nyem"),
    ("អ៊ុក", "Ouk/Uk/Ok"),
    ("ពេជ្រ", "Pech/Pich/Pec"),
    ("ផាន់", "Phan/Phann/Pan"),
    ("ប្រាក់", "Prak/Brak/Prack"),
    ("រស់", "Ros/Ruos/Rors"),
    ("សំ", "Sam/Som/Sorm"),
    ("សេង", "Seng/Saeng/Sieng"),
    ("ស៊ឹម", "Sim/Seum/Sym"),
    ("សួន", "Suon/Soun/Sourn"),
    ("ទេព", "Tep/Tepp/Tip"),
    ("ទូច", "Touch/Tuch/Toch"),
    ("យឹម", "Yim/Yeum/Yem"),
    ("នួន", "Nuon/Noun/Nourn"),
)
GIVEN = (  # most frequent first; then who bears it: w(omen), m(en) or both
    ("សុភា", "So/Sau/Su phea/pheah/phia", "wm"),
    ("តារា", "Da/Ta/Dah ra/rah", "wm"),
    ("ស្រី", "Srey/Srei/Sray/Sri", "w"),
    ("ចាន់", "Chan/Chann/Chhan", "wm"),
    ("សុខា", "So/Sok/Su kha/ka", "wm"),
    ("វណ្ណា", "Van/Vann na/nah", "wm"),
    ("រិទ្ធី", "Ri/Rit/Ry thy/thi/thea", "m"),
    ("បុប្ផា", "Bo/Bup/Bop pha/phah", "w"),
    ("ពិសិដ្ឋ", "Pi/Pis/Py seth/sith/set", "m"),
    ("សំណាង", "Sam/Som nang/naing/neang", "m"),
    ("សុផល", "So/Su/Sau phal/phol/pal", "m"),
    ("ម៉ាលី", "Ma/Mah ly/li/lee", "w"),
    ("មករា", "Ma/Mak/Mea ka/kka ra/rah", "wm"),
    ("ណារី", "Na/Nah ry/ri/rey", "w"),
    ("វុទ្ធី", "Vu/Vut thy/thi/ty", "m"),
    ("សុភាព", "So/Su/Sau pheap/peap/phiep", "wm"),
    ("ផល្លា", "Phal/Pal/Phol la/lah", "wm"),
    ("កុសល", "Ko/Kau/Ku sal/sol", "m"),
    ("សារ៉ាត់", "Sa/Sah rath/rat/roth", "m"),
    ("ធីតា", "Thi/Thy/Ti da/ta/dah", "w"),
    ("វាសនា", "Veas/Veah/Vieas na/nar", "wm"),
    ("ចាន់ធូ", "Chan/Chann thou/thu/tho", "wm"),
    ("វិបុល", "Vi/Vy/Vib bol/bul/boul", "m"),
    ("សុធា", "So/Su thea/tea/thia", "wm"),
    ("គន្ធា", "Kun/Kon/Kan thea/tea/thia", "w"),
    ("បូរី", "Bo/Bou rey/ry/rei", "m"),
    ("ពៅ", "Pov/Pow/Peou", "wm"),
    ("មុំ", "Mom/Mum/Morm", "w"),
)
COENG = "្"  # makes the next consonant a subscript
VOWELS = frozenset(map(chr, range(0x17B6, 0x17C6)))  # dependent vowel signs, in canonical order after subscripts
SHIFTERS = frozenset("៉៊")  # change the series of the consonant, in canonical order before vowels


@dataclass(frozen=True)
class Pool:
    """All spellings of a list of names, one after the other: `texts[first[n]]` is the usual one of name n.

    Attributes:
        texts: The spellings.
        first: For each name, the place of its usual spelling.
        others: For each name, how many other spellings follow it; may be 0.
    """

    texts: tuple[str, ...]
    first: Places
    others: Places

    def place(self, names: Places, other: npt.NDArray[np.bool_], draw: np.random.Generator) -> Places:
        """Return the place of a spelling of each name: the usual one, or, where `other`, any other there is."""
        chosen = 1 + (draw.random(len(names)) * self.others[names]).astype(np.int64)
        return np.asarray(self.first[names] + np.where(other & (self.others[names] > 0), chosen, 0))


def _pool(spellings: list[list[str]]) -> Pool:
    counts = np.array([len(texts) for texts in spellings])
    return Pool(tuple(itertools.chain(*spellings)), np.cumsum(counts) - counts, counts - 1)


def romanisations(syllables: str) -> list[str]:
    """Return all romanisations of a name, the official one first."""
    combinations = itertools.product(*(syllable.split("/") for syllable in syllables.split()))
    return list(dict.fromkeys("".join(parts) for parts in combinations))


def code_point_orders(khmer: str) -> list[str]:
    """Return the spelling and those that look the same with their code points in another order.

    People type the vowel before the subscript (ស្រី as ស ី ្ រ), or before the sign that shifts the consonant's series.
    """
    found = [khmer]
    for place in range(len(khmer) - 2):
        one, two, three = khmer[place], khmer[place + 1], khmer[place + 2]
        if one == COENG and three in VOWELS:
            found.append(khmer[:place] + three + one + two + khmer[place + 3 :])
        if two in SHIFTERS and three in VOWELS:
            found.append(khmer[: place + 1] + three + two + khmer[place + 3 :])
    return found


@cache
def latin() -> tuple[Pool, Pool]:
    """Return the romanisations of family names and of given names."""
    return _pool([romanisations(f[1]) for f in FAMILY]), _pool([romanisations(g[1]) for g in GIVEN])


@cache
def khmer() -> tuple[Pool, Pool]:
    """Return the Khmer spellings of family names and of given names."""
    return _pool([code_point_orders(f[0]) for f in FAMILY]), _pool([code_point_orders(g[0]) for g in GIVEN])


def family_shares(exponent: float) -> Shares:
    """Return how frequent each family name is."""
    weights = np.arange(1, len(FAMILY) + 1, dtype=np.float64) ** -exponent
    return np.asarray(weights / weights.sum())


def given_shares(exponent: float, woman: bool) -> Shares:
    """Return how frequent each given name is among women or among men."""
    weights = np.arange(1, len(GIVEN) + 1, dtype=np.float64) ** -exponent
    weights *= ["w" in g[2] if woman else "m" in g[2] for g in GIVEN]
    return np.asarray(weights / weights.sum())


@cache
def alike(woman: bool, nearest: int = 3) -> Places:
    """Return for each given name the `nearest` others a woman or man may bear that look most like it.

    Parents like to give their children names that sound alike: Sophea and Sopheap.
    """
    official = [romanisations(g[1])[0] for g in GIVEN]
    borne = [n for n, g in enumerate(GIVEN) if ("w" if woman else "m") in g[2]]
    rows = []
    for name in official:
        rest = [n for n in borne if official[n] != name]
        ratios = {n: difflib.SequenceMatcher(None, name, official[n]).ratio() for n in rest}
        rows.append(sorted(rest, key=lambda n: (-ratios[n], n))[:nearest])
    return np.array(rows)
