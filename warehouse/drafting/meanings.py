"""What the cells of one column mean: codes, empty cells, formats of dates and numbers."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from warehouse.contract import lookups
from warehouse.contract.entities import Column, Kind
from warehouse.contract.spelling import fold_name, fold_text, tidy
from warehouse.drafting.dates import read_dates
from warehouse.drafting.model import DraftColumn
from warehouse.drafting.vocabulary import codes_of, names_of, vocabulary
from warehouse.ingest.drift import cells_of
from warehouse.readers.kinds import kind_of

_FEW = 40  # different texts of a column that can be a list of codes
_SHOWN = 12  # texts a doubt quotes
_ID_DIGITS = 5  # so many and a text may be a telephone number or an id
_OFTEN = 0.2  # share of a column's cells that hold a value and something else
# Cells of platforms that hold more than the value: "28.00 / 30"; "P (2/2)" and why there is none.
_PARTS = {
    "score": (r"(?P<value>[\d.]+) ?/ ?[\d.]+",),
    "maximum": (r"[\d.]+ ?/ ?(?P<value>[\d.]+)",),
    "status": (r"(?P<value>\S{1,3}) \(\d+/\d+\)|User enrolment (?:starts|ends) .+",),
}
_COMMA = re.compile(r"[+-]?\d+,\d+")
_BUDDHIST_YEAR = re.compile("[2២][4៤5៥][0-9០-៩]{2}")
_POINT = re.compile(r"[+-]?\d+\.\d+")


def describe(draft: DraftColumn, texts: Sequence[str], personal: frozenset[str], month: str | None) -> None:
    """Add to a column of the sample what its cells tell.

    Args:
        draft: The column, changed.
        texts: All its cells.
        personal: Folded texts of the columns that identify persons: none of them is ever written.
        month: The month the file's name tells.
    """
    kind = draft.column.kind
    texts = _extracted(draft, texts)
    if kind is Kind.CODE or (kind is Kind.LOOKUP and not draft.column.identifies):
        _describe_codes(draft, texts, personal)
    elif kind is Kind.DATE:
        describe_dates(draft, texts, month)
    elif kind in (Kind.INTEGER, Kind.DECIMAL):
        _describe_numbers(draft, texts, personal)


def _extracted(draft: DraftColumn, texts: Sequence[str]) -> list[str]:
    """Return the part of each cell that is the value, where cells hold more, and say how it is found."""
    filled = [plain for text in texts if (plain := tidy(text))]
    for pattern in _PARTS.get(draft.name, ()):
        found = sum(bool(re.fullmatch(pattern, text)) for text in filled)
        if found and found >= _OFTEN * len(filled):
            draft.line("extract", pattern)
            parts = [re.fullmatch(pattern, tidy(text)) for text in texts]
            return [(m["value"] or "") if m else text for m, text in zip(parts, texts, strict=True)]
    return list(texts)


def describe_dates(draft: DraftColumn, texts: Iterable[str], month: str | None) -> None:
    """Add the formats of a column's dates, with what speaks for them."""
    dates = read_dates(list(dict.fromkeys(texts)), month)
    formats = list(dates.formats) or ["%Y-%m-%d"]
    doubts = list(dates.doubts)
    if dates.first is None or dates.last is None:
        doubts.append("no date was found to tell the format by")
    else:
        draft.days = (dates.first, dates.last)
    draft.line("dateFormats", formats, *doubts)
    if dates.buddhist:
        draft.line("era", "buddhist")


def _describe_codes(draft: DraftColumn, texts: Sequence[str], personal: frozenset[str]) -> None:
    counted = Counter(tidy(text) for text in texts)
    blanks = counted.pop("", 0)
    known, unknown, likely = _sorted_out(draft.column, counted)
    quotable = [t for t in unknown if may_be_shown(t, personal)]
    doubts = [
        f"{text!r} was taken for '{code}' by likeness" for text, code in likely.items() if may_be_shown(text, personal)
    ]
    if unknown and len(counted) <= _FEW:
        shown = ", ".join(f"{text!r} ({counted[text]})" for text in quotable[:_SHOWN])
        rest = len(unknown) - len(quotable[:_SHOWN])
        more = f"{'; ' if shown else ''}{rest} more that are not shown" if rest else ""
        doubts.append(f"unknown texts, with their cells: {shown}{more}; add each to a code, or such rows are refused")
    elif unknown:
        doubts.append(f"{len(unknown)} different texts are unknown: is this a '{draft.name}'?")
    if known or doubts:
        draft.line("codes", known, *doubts)
    _describe_blank(draft, blanks, known)


def _sorted_out(column: Column, counted: Counter[str]) -> tuple[dict[str, list[str]], list[str], dict[str, str]]:
    """Return the texts by code, those of no known meaning, and those that are only like a known one."""
    codes: dict[str, list[str]] = {}
    unknown: list[str] = []
    likely: dict[str, str] = {}
    for text in sorted(counted, key=lambda text: (-counted[text], text)):
        code, by_likeness = _code(column, text)
        if code is None:
            unknown.append(text)
        elif column.kind is Kind.CODE or fold_name(text) not in lookups.aliases(column.lookup):
            codes.setdefault(code, []).append(text)  # the shared lists need no telling
        likely |= {text: code} if code and by_likeness else {}
    return codes, unknown, likely


def _code(column: Column, text: str) -> tuple[str | None, bool]:
    """Return the code of a text, and whether that was concluded from likeness."""
    if column.kind is Kind.CODE:
        return codes_of(column.name).get(fold_text(text)), False
    names = names_of(column.lookup)
    if fold_name(text) in names:
        return names[fold_name(text)], False
    if column.lookup == "modules":  # of provinces, ranks and units likeness proves nothing
        words = [w for w in fold_text(text).split() if len(w) > 3]
        holding = {code for name, code in names.items() if words and all(fold_name(w) in name for w in words)}
        near = difflib.get_close_matches(fold_name(text), list(names), n=1, cutoff=0.85)
        found = holding.pop() if len(holding) == 1 else names[near[0]] if near else None
        return found, True
    return None, False


def may_be_shown(text: str, personal: frozenset[str]) -> bool:
    """True for a text that is no person's: short, and in no column that identifies anybody."""
    digits = sum(letter.isdecimal() for letter in text)
    return fold_text(text) not in personal and len(text) <= 80 and digits < _ID_DIGITS and "@" not in text


def _describe_blank(draft: DraftColumn, blanks: int, known: dict[str, list[str]]) -> None:
    if draft.name == "status":
        marks_only = not known.get("absent") and bool(known.get("present"))
        meaning = "absent" if marks_only and blanks else "unknown"
        unseen = "no cell of the sample is empty: does one that comes mean absent, not known, or a mistake (refuse)?"
        doubt = f"empty in {cells_of(blanks)}: absent, or not known?" if blanks else unseen
        draft.line("blank", meaning, doubt)
    elif draft.column.kind is Kind.CODE and "unknown" in draft.column.codes:
        draft.line("blank", "unknown")
    elif draft.column.kind is Kind.LOOKUP and blanks:
        draft.line("blank", "empty")


def _describe_numbers(draft: DraftColumn, texts: Sequence[str], personal: frozenset[str]) -> None:
    distinct = [text for text in dict.fromkeys(map(tidy, texts)) if text]
    comma, point = (sum(bool(form.fullmatch(text)) for text in distinct) for form in (_COMMA, _POINT))
    if comma and not point:
        draft.line("decimalComma", True, f"{comma} different numbers are written with a comma")
    if draft.name == "birth_year" and sum(bool(_BUDDHIST_YEAR.fullmatch(t)) for t in distinct) * 2 > len(distinct) > 0:
        draft.line("era", "buddhist", "years are of the Buddhist era, 543 ahead")
    empty = {fold_text(word) for word in vocabulary()["codes"]["empty"]}
    strays = [text for text in distinct if kind_of(text) != "number"]
    blank = [text for text in strays if fold_text(text) in empty]
    if blank:
        draft.line("codes", {"empty": blank})
    if unreadable := [text for text in strays if text not in blank]:
        shown = [repr(text) for text in unreadable if may_be_shown(text, personal)][:3]
        quoted = f", such as {', '.join(shown)}" if shown and len(unreadable) <= _FEW else ""
        draft.doubts.append(f"{len(unreadable)} different texts are no numbers{quoted}: such rows are refused")
