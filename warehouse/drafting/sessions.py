"""Recognises a wide table: columns whose headers repeat with another day or number, a column a session."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from warehouse.contract.spelling import fold_text, tidy
from warehouse.drafting.patterns import literal
from warehouse.drafting.vocabulary import codes_of, key, vocabulary
from warehouse.readers.kinds import kind_of_column

_D = "0-9០-៩"
_PIECES = re.compile(
    rf"(?P<date>[{_D}]{{4}}-[{_D}]{{1,2}}-[{_D}]{{1,2}}|[{_D}]{{1,2}}([/.-])[{_D}]{{1,2}}\2(?:[{_D}]{{4}}|[{_D}]{{2}}))"
    rf"|(?P<time>[{_D}]{{1,2}}[.:][{_D}]{{2}}(?:\s?[AP]M)?)"
    rf"|(?P<number>[{_D}]+)"
    r"|(?P<words>[^0-9០-៩]+)"
)


# A learning platform's: the maximum stands in the header only, the kind behind what the activity is.
_GRADED = re.compile(r"(?P<words>grade|score|marks?|points|note|total)\s*/\s*(?P<maximum>\d+(?:\.\d+)?)", re.IGNORECASE)
_NAMED = re.compile(r"(?:quiz|test|assignment|exam|devoir)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Sessions:
    """The session columns of a table.

    Attributes:
        positions: Position in the header → header.
        pattern: What matches each of these headers.
        groups: The named groups of the pattern, with what they held.
        column: The canonical column their cells are of.
    """

    positions: dict[int, str]
    pattern: str
    groups: dict[str, list[str]]
    column: str


@dataclass(frozen=True)
class _Skeleton:
    pattern: str
    groups: tuple[tuple[str, str], ...]


def find_sessions(
    headers: Sequence[str], cells: Mapping[int, Sequence[str]], known: frozenset[int], elsewhere: Sequence[str] = ()
) -> Sessions | None:
    """Return the session columns, or None in a table that has none.

    Args:
        headers: The header's cells.
        cells: The texts of each column.
        known: Positions that are certainly columns of another meaning.
        elsewhere: Headers of the same table in other sheets, which the pattern should match too.
    """
    alike: dict[str, dict[int, _Skeleton]] = defaultdict(dict)
    for position, header in enumerate(headers):
        skeleton = _skeleton(tidy(header)) if header and position not in known else None
        if skeleton:
            alike[skeleton.pattern][position] = skeleton
    if not alike:
        return None
    most = max(map(len, alike.values()))
    pattern, found = next((pattern, found) for pattern, found in alike.items() if len(found) == most)
    others = [other.pattern for header in elsewhere if header and (other := _skeleton(tidy(header)))]
    pattern = _widest(pattern, others)
    groups: dict[str, list[str]] = defaultdict(list)
    for skeleton in found.values():
        for name, text in skeleton.groups:
            groups[name].append(text)
    if not {"date", "maximum"} & groups.keys() and len(found) < 2:
        return None
    if "kind" in groups:
        kinds = "|".join(literal(text) for text in dict.fromkeys(groups["kind"]))
        pattern = pattern.replace("(?P<kind>)", f"(?P<kind>{kinds})")
    return Sessions({p: tidy(headers[p]) for p in found}, pattern, dict(groups), _column(groups, found, cells))


def _column(groups: Mapping[str, list[str]], found: Mapping[int, _Skeleton], cells: Mapping[int, Sequence[str]]) -> str:
    texts = dict.fromkeys(text for position in found for text in cells[position])
    marks = {fold_text(text) for text in texts if tidy(text)} <= set(codes_of("status"))
    numbers = kind_of_column(list(texts)) == "number" and not marks
    return "score" if numbers or "maximum" in groups or "kind" in groups else "status"


def _widest(pattern: str, others: Sequence[str]) -> str:
    """Return the pattern that other sheets' headers need, where it is this one with brackets that may be missing."""
    bare = pattern.replace(r"\(?", "").replace(r"\)?", "")
    return max((o for o in [pattern, *others] if o.replace(r"\(?", "").replace(r"\)?", "") == bare), key=len)


def _skeleton(header: str) -> _Skeleton | None:
    """Return a header without what varies; None when it is no session's."""
    if graded := _GRADED.fullmatch(header):
        return _Skeleton(rf"{literal(graded['words'])}\s*/\s*(?P<maximum>[\d.]+)", (("maximum", graded["maximum"]),))
    named = _NAMED.match(header)
    before = named[0] if named else ""
    kind = _kind(header[len(before) :])
    if not kind:
        before = ""
    rest = header[len(before + kind) :]
    parts, groups = (
        ([_words(before), "(?P<kind>)"] if before else ["(?P<kind>)"], [("kind", kind)]) if kind else ([], [])
    )
    words = []
    for name, text in _pieces(rest):
        if name == "words" and _names_a_group(groups):
            groups.append(("group", text.strip()))
            parts.append(r"\s*(?P<group>\S.*)")
        elif name == "time":
            hour, _, minute = text.replace(".", ":").partition(":")
            groups += [("hour", hour), ("minute", minute)]
            parts.append(rf"(?P<hour>{_digits(hour)}{{1,2}})[.:](?P<minute>{_digits(hour)}{{2}})(?:\s?[AP]M)?")
        elif name == "words":
            words.append(text)
            parts.append(_words(text))
        elif name == "number" and not (groups and groups[-1][0] == "number"):
            group = "maximum" if kind or (words and words[-1].rstrip().endswith("/")) else "number"
            groups.append((group, text))
            parts.append(f"(?P<{group}>{_digits(text)}+)")
        else:
            groups.append((name, text))
            parts.append(f"(?P<{name}>{_shape(text)})")
    names = [name for name, _ in groups]
    if len(set(names)) < len(names) or not (kind or "date" in names or _counts(names, words)):
        return None
    return _Skeleton("".join(parts), tuple(groups))


def _names_a_group(groups: Sequence[tuple[str, str]]) -> bool:
    """True for words behind a day and an hour: they name who had the session."""
    return {"date", "hour"} <= {name for name, _ in groups}


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    for match in _PIECES.finditer(text):
        yield str(match.lastgroup), match[0]


def _kind(header: str) -> str:
    """Return the words at a header's beginning that name a kind of assessment."""
    plain = header.casefold()
    spelt = sorted(codes_of("kind"), key=len, reverse=True)
    found = next((word for word in spelt if len(word) > 3 and plain.startswith(word)), "")
    after = plain[len(found) : len(found) + 1]
    return header[: len(found)] if not after.isalpha() else ""


def _counts(named: Sequence[str], words: Sequence[str]) -> bool:
    """True for a number beside a word for a session, or alone."""
    text = key(" ".join(words))
    return "number" in named and (not text or text in map(key, vocabulary()["sessions"]))


def _words(text: str) -> str:
    folded = r"\s*".join(re.sub(r"\\[()]", r"\g<0>?", literal(word)) for word in text.split())
    return (r"\s*" if text[0].isspace() else "") + folded + (r"\s*" if text[-1].isspace() and folded else "")


def _shape(text: str) -> str:
    """Return the pattern of texts written like a date or a time."""
    runs = re.split(rf"([{_D}]+)", text)
    return "".join(
        (f"{_digits(run)}{{{len(run) if len(run) > 2 else '1,2'}}}" if run[0].isdecimal() else literal(run))
        for run in runs
        if run
    )


def _digits(text: str) -> str:
    return r"[0-9]" if text.isascii() else f"[{_D}]"
