"""Which spellings of one Khmer name in Latin script sound the same: rules of sound, as data, each with its reason.

There is no one romanisation of Khmer: the same officer is Sok and Sokh, Srey and Srei, Vuthy and Wuthi. A *class* is
what is left of a word when the differences that carry no sound are gone: two words of one class may be one name.
The *skeleton* is coarser: consonants alone, voiced and unvoiced stops as one, one letter for a vowel at the start.

The rules name sounds, not names. They run in order on a word of lower-case ASCII letters; capitals are the sounds
that need more than one letter in Latin script, so that a later rule does not read them again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Rule:
    """One step from spelling towards sound.

    Attributes:
        pattern: What is replaced, a regular expression.
        by: What stands there afterwards.
        reason: Why the two are one sound to a Khmer speaker who writes in Latin letters.
    """

    pattern: str
    by: str
    reason: str


CLASS_RULES = (
    Rule("ee", "i", "a long i in the English way (Ly, Lee), before doubled letters fall together"),
    Rule("tch|chh|ch|j", "C", "one series of palatal stops, aspirated or not; French tch, English j"),
    Rule("ngh|ng", "N", "one nasal, written with two or three letters"),
    Rule("gn|nh", "n", "the palatal nasal, in the French and the Vietnamese way"),
    Rule("ph|bh|f", "p", "aspiration is written or not (Phal, Pal); Khmer has no f"),
    Rule("th|dh", "t", "aspiration is written or not (Thy, Ty)"),
    Rule("kh|gh|ck|q", "k", "aspiration is written or not; q stands for k"),
    Rule("c", "C", "a bare c is the scholarly way to write the palatal stop, never k"),
    Rule("sh|z|x", "s", "Khmer has one s"),
    Rule("w", "v", "one sound between v and w (Vuthy, Wuthy)"),
    Rule("lh|ll", "l", "h after l is silent"),
    Rule(r"h(?![aeiouy])", "", "h after a vowel or at the end only colours the vowel (Sokh, Sok)"),
    Rule(r"(?<=[aeiouy])r(?![aeiouy])", "", "r after a vowel is silent (Bophar, Bopha; Sorn, Son)"),
    Rule("(?<=.)s$", "", "a final s is a breath, often left out, or added (Ros, Ro)"),
    Rule(r"(.)\1+", r"\1", "a letter is doubled at will (Chan, Chann; Vanna, Vana)"),
    Rule("(?:i|ie|iea|ee|ye)[uv]$", "Iv", "one diphthong (Khiev, Khieu)"),
    Rule("(?:a?e|ea|a?eo)[uv]$|a?eo$", "Ev", "one diphthong (Keo, Kev, Keov, Kaev)"),
    Rule("(?:a|ao)[uv]$|ao$", "Av", "one diphthong (Mao, Mav)"),
    Rule("iea|ea|ia|io", "E", "one diphthong (Chea, Chia; Meas, Mias)"),
    Rule("a?e[yi]|a[yi]|o[yi]", "Y", "one diphthong, and its neighbours (Srey, Srei; Chhay, Chhai)"),
    Rule(
        "oeu|eou|eu|oe|ue|ie|ui|[iy]+|ae|e",
        "I",
        "close front and central vowels, told apart by no convention (Kim, Kem, Keum; Pich, Pech; Heng, Hieng)",
    ),
    Rule(
        "uo|ou|oo|ua|u|oa|au|ao|o",
        "O",
        "one Khmer sign is read o or u, and each is written in many ways "
        "(Sok, Suk; Touch, Tuch; Kosal, Kusal; Suon, Soun)",
    ),
    Rule("d$", "t", "a final stop has no voice (Sambath, Sambad)"),
    Rule("b$", "p", "a final stop has no voice (Tep, Teb)"),
    Rule("g$", "k", "a final stop has no voice"),
    Rule(r"(.)\1+", r"\1", "what has become one sound is one"),
)
SKELETON_RULES = (
    Rule("^[aEIOY]+", "A", "that a word begins with a vowel is heard; which one is spelled in many ways"),
    Rule("(?<=.)[aAEIOY]", "", "vowels carry most of the variation"),
    Rule("d", "t", "ដ and ត are both written d and t (Dara, Tara)"),
    Rule("b", "p", "ប is written b and p (Bopha, Popha)"),
    Rule("g", "k", "Khmer has no g"),
    Rule("N", "n", "ng and n are confused at the end of a word"),
    Rule("v$", "", "a final v is the end of a diphthong"),
)


def _compiled(rules: tuple[Rule, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rule.pattern), rule.by) for rule in rules)


_CLASS, _SKELETON = _compiled(CLASS_RULES), _compiled(SKELETON_RULES)


@lru_cache(maxsize=1 << 16)
def sound_class(word: str) -> str:
    """Return the romanisation class of one word in lower-case ASCII letters; never empty for a word."""
    return _apply(_CLASS, word) or word


@lru_cache(maxsize=1 << 16)
def skeleton(sounds: str) -> str:
    """Return the consonant skeleton of a class; never empty for a class."""
    return _apply(_SKELETON, sounds) or sounds


def _apply(rules: tuple[tuple[re.Pattern[str], str], ...], word: str) -> str:
    for pattern, by in rules:
        word = pattern.sub(by, word)
    return word
