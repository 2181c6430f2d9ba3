"""From a cell's text to a typed value, or to the name of the rule it breaks; dates are decided in `dates.py`.

Each converter is a plain function of one text; conform calls it once for each *distinct* text of a column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import NamedTuple

from warehouse.contract import lookups
from warehouse.contract.entities import Kind
from warehouse.contract.model import ColumnContract, Table
from warehouse.contract.properties import CourseWindow
from warehouse.contract.spelling import fold_name, fold_text, tidy
from warehouse.ingest.days import Reading, common_year, in_words
from warehouse.ingest.messages import CODES
from warehouse.readers.raw import REAL_DATE

_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_SHOWN = 3  # spellings of one code that a sentence offers
_LARGEST = 10**6  # an integer or a number from it on is no count of sessions, hours or points
# What programs leave of letters that they could not write or took for others: question marks, the sign for a broken
# character, and UTF-8 read as cp1252 or Latin-1 (Khmer begins with E1 9E or E1 9F, accented Latin with C2 or C3).
_LOST = re.compile(
    "[?]{3}|[?]{2} +[?]|\ufffd|\u00e1[\u017e\u0178\x9e\x9f][^A-Za-z ]|\u00c2[\u00a0-\u00bf]|\u00c3[\x80-\u00bf]"
)
_NAMES = MappingProxyType(
    {
        "provinces": "the official name of a province of Cambodia",
        "ranks": "the official name of a rank",
        "units": "the official name of a unit",
        "modules": "the agreed name of a module",
    }
)


class Converted(NamedTuple):
    """A value, or the rule it breaks; both None for a cell that is rightly empty."""

    value: object | None
    rule: str | None = None


Converter = Callable[[str], Converted]


# The texts that a converter returns as they are match all its patterns (of RE2): printable ASCII with single spaces,
# of which nothing has to be said. They are found for all texts of a column at once, in a tenth of the time.
_UNCHANGED = "^[!-<>@-~][!->@-~]*( [!->@-~]+)*$"


def converter(contract: ColumnContract, table: Table, programmes: frozenset[str]) -> Converter:
    """Return the function that converts the texts of one column."""
    kind = contract.column.kind
    if contract.name == "programme_id":
        return _coded(contract, {fold_text(p): p for p in programmes}, "code_unknown", fold_text)
    if kind is Kind.CODE:
        return _coded(contract, {c: c for c in contract.column.codes}, "code_unknown", fold_text)
    if kind is Kind.LOOKUP:
        return _coded(contract, lookups.aliases(contract.column.lookup), "name_unknown", fold_name)
    if contract.name == "birth_year":
        return _year(contract)
    if kind in (Kind.INTEGER, Kind.DECIMAL):
        return _numbered(contract)
    return _person_name if contract.name in ("name_latin", "name_khmer") else _text


def _text(raw: str) -> Converted:
    if not raw:
        return Converted(None)
    if _LOST.search(raw):
        return Converted(None, "letters_lost")
    # What is printable holds no control character.
    text = tidy(raw if raw.isprintable() else _CONTROL.sub("", raw.removeprefix(REAL_DATE)))
    if text.startswith("="):
        return Converted(None, "formula_in_text")
    return Converted(text or None)


def _person_name(raw: str) -> Converted:
    """Return a name; digits without a letter are an id in the wrong column, and would make another person of each."""
    value, rule = _text(raw)
    if value and any(map(str.isalnum, raw)) and not any(map(str.isalpha, raw)):
        return Converted(None, "name_without_letters")
    return Converted(value, rule)


OWN_VALUES: Mapping[Converter, tuple[str, ...]] = MappingProxyType(
    {_text: (_UNCHANGED,), _person_name: (_UNCHANGED, "[A-Za-z]")}
)


def _coded(contract: ColumnContract, shared: dict[str, str], unknown: str, fold: Callable[[str], str]) -> Converter:
    own = {fold_text(raw): code for code, raws in contract.options.codes.items() for raw in raws}
    blank = contract.options.blank

    def convert(raw: str) -> Converted:
        text = tidy(raw)
        if not text:
            if blank == "refuse":
                return Converted(None, "required_empty")
            return Converted(None if blank in (None, "empty") else blank)
        code = own.get(fold_text(text)) or shared.get(fold(text))
        return Converted(code) if code else Converted(None, unknown)

    return convert


def _numbered(contract: ColumnContract) -> Converter:
    whole = contract.column.kind is Kind.INTEGER
    quantum = Decimal(1).scaleb(-getattr(contract.column.arrow_type, "scale", 0))

    def convert(raw: str) -> Converted:
        text = tidy(raw).translate(_KHMER_DIGITS)
        if not text:
            return Converted(None)
        if contract.options.decimalComma:
            text = text.replace(",", ".")
        try:
            number = Decimal(text) if _NUMBER.fullmatch(text) else None
        except InvalidOperation:
            number = None
        if number is None or abs(number) >= _LARGEST or (whole and number != number.to_integral_value()):
            return Converted(None, "number_unreadable")
        rounded = number.quantize(quantum)
        if abs(rounded) >= _LARGEST:
            return Converted(None, "number_unreadable")
        return Converted(int(rounded) if whole else rounded)

    def with_blank(raw: str) -> Converted:
        # A dash where a number should be is how gradebooks write "no grade".
        own = {fold_text(text) for texts in contract.options.codes.values() for text in texts}
        return Converted(None) if fold_text(raw) in own else convert(raw)

    return with_blank if contract.options.codes else convert


def _year(contract: ColumnContract) -> Converter:
    read = _numbered(contract)

    def convert(raw: str) -> Converted:
        number, rule = read(raw)
        if not isinstance(number, int):
            return Converted(None, rule)
        year = common_year(number, contract.options.era)
        return Converted(year) if year else Converted(None, "number_unreadable")

    return convert


def describe_expected(contract: ColumnContract, rule: str, table: Table) -> str:
    """Return what may stand in the column, for the rule's sentence."""
    if rule == "code_unknown":
        return _codes(contract)
    if rule == "name_unknown":
        return _NAMES[contract.column.lookup]
    if rule in ("date_unreadable", "date_ambiguous"):
        formats = contract.options.dateFormats
        # Year first, or a month in letters: no second reading.
        clear = [form for form in formats if form.startswith("%Y") or "%b" in form.lower()]
        return _formats(tuple(clear) if clear and rule == "date_ambiguous" else formats, contract, table)
    window = table.options.courseWindow
    return describe_window(contract, window) if rule == "date_outside_window" and window else ""


def _codes(contract: ColumnContract) -> str:
    """Return the partner's codes with what they mean, and what an empty cell means."""
    own = "; ".join(_meant(raws, code) for code, raws in contract.options.codes.items() if raws)
    blank = contract.options.blank
    empty = f"; leave it empty for {CODES[blank].english}" if blank in CODES else ""
    return (own or ", ".join(contract.column.codes)) + empty


def _meant(raws: tuple[str, ...], code: str) -> str:
    """Return the first few spellings of a code, with its meaning where none of them says it already."""
    meaning = CODES[code].english if code in CODES else ""
    shown = raws[:_SHOWN]
    said = not meaning or {fold_text(raw) for raw in shown} & {fold_text(code), fold_text(meaning)}
    return ", ".join(shown) + ("" if said else f" ({meaning})")


def describe_window(contract: ColumnContract, window: CourseWindow) -> str:
    """Return the course window, written as the partner writes dates."""
    return f"{_written(window.from_, contract)} to {_written(window.to, contract)}"


def _formats(formats: tuple[str, ...], contract: ColumnContract, table: Table) -> str:
    if not formats:
        return "a date of the spreadsheet"
    window = table.options.courseWindow
    example = _written(window.to if window else dt.date(2024, 5, 31), contract, formats)
    return f"{' or '.join(dict.fromkeys(map(in_words, formats)))}, for example {example}"


def _written(day: dt.date, contract: ColumnContract, formats: tuple[str, ...] = ()) -> str:
    era = "common" if contract.options.era == "detect" else contract.options.era
    return Reading((formats or contract.options.dateFormats or ("%d/%m/%Y",))[0], era).write(day)
