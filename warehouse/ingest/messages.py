"""What partners are told: each rule and fault has a stable code and sentences they can act on, in two languages.

The texts stand in `messages.yaml`, for the rules of rows and for what holds a whole file; a value is never quoted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml


class Wording(NamedTuple):
    """One language's text.

    Attributes:
        found: What is wrong: of a rule a sentence, of a fault its title.
        action: What to do; empty where the first says all.
        expected: What should stand there; empty for a fault.
        reviewed: A native speaker has read it.
    """

    found: str
    action: str
    expected: str = ""
    reviewed: bool = True

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, one after the other."""
        return f"{self.found} {self.action}".strip()

    def filled(self, values: Mapping[str, str]) -> Wording:
        """Return the texts with nothing left open."""
        found, action, expected = (text.format(**values) for text in (self.found, self.action, self.expected))
        return Wording(found, action, expected, self.reviewed)


class Message(NamedTuple):
    """A row rule's code and texts: `{subject}` is the partner's header, `{expected}` what may stand there."""

    code: str
    english: Wording
    khmer: Wording


class Phrase(NamedTuple):
    """A label, or what may stand for a `{subject}` or an `{expected}`; `reviewed` as a `Wording` is."""

    english: str
    khmer: str
    reviewed: bool = True


_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_DAY = r"(?:\d[^,;]{0,25}|[^,;]{0,25}\d)"  # 31/12/2024, 31 December 2024
_TEXT = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
_CATALOGUE: dict[str, Any] = yaml.safe_load(_TEXT)
CATALOGUE = hashlib.sha256(_TEXT.encode()).hexdigest()[:16]  # changes whenever a text does

MESSAGES: MappingProxyType[str, Message] = MappingProxyType(
    {
        rule: Message(entry["code"], Wording(**entry["en"]), Wording(**entry["km"]))
        for rule, entry in _CATALOGUE["rules"].items()
    }
)
RULES: MappingProxyType[str, Message] = MappingProxyType({message.code: message for message in MESSAGES.values()})
FAULTS: MappingProxyType[str, tuple[str, Wording]] = MappingProxyType(  # by code: what to do in English, all in Khmer
    {
        code: (
            entry["en"]["action"],
            Wording(entry["km"]["title"], entry["km"]["action"], reviewed=entry["km"]["reviewed"]),
        )
        for code, entry in _CATALOGUE["faults"].items()
    }
)
LABELS: MappingProxyType[str, Phrase] = MappingProxyType(
    {name: Phrase(entry["en"], entry["km"], entry["reviewed"]) for name, entry in _CATALOGUE["labels"].items()}
)
CODES, COLUMNS = (
    {name: Phrase(entry["en"], entry["km"], entry["reviewed"]) for name, entry in _CATALOGUE[words].items()}
    for words in ("codes", "columns")
)
PHRASES = tuple(Phrase(entry["en"], entry["km"], entry["reviewed"]) for entry in _CATALOGUE["phrases"])
_MEANINGS, _NAMES = ({word.english: word.khmer for word in words.values()} for words in (CODES, COLUMNS))
_MEANING = re.compile(r" \(([^()]+)\)(?=; |$)")  # behind the partner's codes of one meaning


def sentence(rule: str, subject: str, expected: str) -> str:
    """Return the English sentence of a rule, filled in."""
    return MESSAGES[rule].english.sentence.format(subject=subject, expected=expected)


def filled(code: str, told: str, subject: str | None = None) -> tuple[Wording, Wording]:
    """Return a rule's texts in English and Khmer, filled in as a sentence once told was.

    A refused row keeps its English sentence alone; what was filled in is found in it again. A sentence that an
    earlier catalogue wrote stays as it is, without a Khmer one.

    Args:
        code: The rule's stable code.
        told: What `sentence` returned for it.
        subject: What to fill in for `{subject}` instead.
    """
    message = RULES[code]
    found = _pattern(message.english.sentence).fullmatch(told)
    if found is None:
        return Wording(told, ""), Wording("", "", reviewed=message.khmer.reviewed)
    values = found.groupdict() | ({"subject": subject} if subject is not None else {})
    return message.english.filled(values), message.khmer.filled({n: in_khmer(value) for n, value in values.items()})


def fault(code: str, found: str, expected: str) -> tuple[str, Wording]:
    """Return what to do about a file held as a whole, in English, and its title and the same in Khmer."""
    action, khmer = FAULTS[code]
    values = {"found": found, "expected": expected}
    return action.format(**values), khmer.filled({name: in_khmer(value) for name, value in values.items()})


def label(name: str, **values: object) -> Phrase:
    """Return a label of the return pack, filled in."""
    phrase = LABELS[name]
    return Phrase(phrase.english.format(**values), phrase.khmer.format(**values), phrase.reviewed)


def called(column: str) -> str:
    """Return what a canonical column is called in a sentence, where the partner has no header for it."""
    return COLUMNS[column].english if column in COLUMNS else column.replace("_", " ")


def in_khmer(text: str) -> str:
    """Return a filled phrase in Khmer; codes, headers and dates, which are the same in any language, as they are."""
    for phrase in PHRASES:
        if found := _pattern(phrase.english).fullmatch(text):
            return phrase.khmer.format(**{name: _word(name, value) for name, value in found.groupdict().items()})
    parts = text.split(", ")
    if all(part in _NAMES or part[:1] == part[-1:] == "'" for part in parts):  # what rows have in common
        return ", ".join(_NAMES.get(part, part) for part in parts)
    return _word("codes", text)


def _word(placeholder: str, text: str) -> str:
    """Return what stands for a phrase's placeholder in Khmer, where the word is ours and not the partner's."""
    if placeholder == "codes":
        return _MEANING.sub(lambda found: f" ({_MEANINGS.get(found[1], found[1])})", text)
    return {"column": _NAMES, "meaning": _MEANINGS}.get(placeholder, {}).get(text, text)


def placeholders(text: str) -> frozenset[str]:
    """Return the names that a text leaves open."""
    return frozenset(_PLACEHOLDER.findall(text))


def _pattern(template: str) -> re.Pattern[str]:
    """Return what matches a template filled in: a `{day…}` begins or ends with a digit, everything else is any text."""
    parts = list(_PLACEHOLDER.split(template))
    parts[::2] = map(re.escape, parts[::2])
    parts[1::2] = [f"(?P<{name}>{_DAY if name.startswith('day') else '.*?'})" for name in parts[1::2]]
    return re.compile("".join(parts), re.DOTALL)
