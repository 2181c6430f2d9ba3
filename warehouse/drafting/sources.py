"""Where the values of columns come from that no header gives: titles, sheets' names, sessions, the file's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from warehouse.contract.entities import Column
from warehouse.contract.spelling import fold_name, fold_text
from warehouse.drafting.finding import Found
from warehouse.drafting.mapping import Mapping
from warehouse.drafting.meanings import describe, describe_dates
from warehouse.drafting.model import DraftColumn
from warehouse.drafting.patterns import NamePattern, literal
from warehouse.drafting.vocabulary import codes_of, names_of, title_of

_TITLE = re.compile(r"(?P<word>[^:៖\d]{2,40}?)\s*(?P<colon>[:៖])\s*(?P<value>\S.*)")
_PART = "[^,;(]+"  # of a line that says more than the place: "Takeo province, 13-14 May"
_HOURS = re.compile(r"(?P<hours>\d+)\s*(?P<words>hours (?:a|per) day|heures par jour|ម៉ោងក្នុងមួយថ្ងៃ)", re.IGNORECASE)
_SESSION = {
    "session_date": ("date",),
    "session_number": ("number", "hour"),  # two sessions of one day differ by the hour
    "kind": ("kind",),
    "maximum": ("maximum",),
}
_WORD = re.compile(r"[^\W_]+")
_FILL_IN = "FILL IN"


@dataclass
class Titles:
    """The lines above the tables that give a column: pattern → column, and what they say.

    Attributes:
        patterns: A pattern for each such line.
        values: Canonical column → what the lines say of it.
        groups: Canonical column → the group that holds it.
        near: Canonical column → lines that may tell it to a person, as they stand.
    """

    patterns: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    near: dict[str, list[str]] = field(default_factory=dict)


def read_titles(tables: Sequence[Found], mapping: Mapping, names: Sequence[str]) -> Titles:
    """Return the lines above the tables that give a column no header gives.

    Args:
        tables: The table in each sheet.
        mapping: What the headers give.
        names: The canonical columns of the entity.
    """
    titles = Titles()
    free = [name for name in names if name not in mapping.positions]
    for text in dict.fromkeys(text for table in tables for text in table.above):
        if (match := _HOURS.search(text)) and "hours" in free:
            _keep(titles, "hours", rf"(?P<hours>\d+) {match['words']}", match["hours"])
        elif match := _TITLE.fullmatch(text):
            _read_title(titles, match, free)
    return titles


def _read_title(titles: Titles, match: re.Match[str], free: Sequence[str]) -> None:
    """Keep a line `word: value`: with a pattern where it gives a column, as it stands where it only may."""
    columns, value, part = title_of(match["word"]), match["value"], ".+"
    if "event_id" in columns:
        titles.near.setdefault("module_id", []).append(match[0])  # a training's name often is a module's
    column = next((c for c in columns if c in free), None)
    if column == "province_of_training" and fold_name(value) not in names_of("provinces"):
        value, part = re.split(r"[,;(]", value)[0], _PART
        if fold_name(value) not in names_of("provinces"):
            titles.near.setdefault(column, []).append(match[0])
            return
    if column:
        group = column.removesuffix("_id")
        _keep(titles, column, rf"{literal(match['word'])}\s*{match['colon']}\s*(?P<{group}>{part})", value)


def _keep(titles: Titles, column: str, pattern: str, value: str) -> None:
    group = re.search(r"\(\?P<(\w+)>", pattern)
    if titles.groups.setdefault(column, group[1] if group else column) and pattern not in titles.patterns:
        if any(f"<{titles.groups[column]}>" in known for known in titles.patterns):
            return  # another spelling of the same line
        titles.patterns.append(pattern)
    titles.values.setdefault(column, []).append(value)


@dataclass(frozen=True)
class Around:
    """What there is beside the cells: the mapping, the titles, the sheets' and the file's name."""

    mapping: Mapping
    titles: Titles
    sheets: tuple[str, ...]
    file: NamePattern
    month: str | None


def templated(column: Column, around: Around, partner: str) -> DraftColumn | None:
    """Return a column with a template; None where nothing gives it and it may be left out."""
    draft = DraftColumn(column)
    sessions = around.mapping.sessions
    group = next((g for g in _SESSION.get(column.name, ()) if sessions and g in sessions.groups), "")
    if sessions and group:
        draft.line("template", f"{{session.{group}}}")
        describe(draft, sessions.groups[group], frozenset(), around.month)
        draft.lines = [line for line in draft.lines if line.name != "blank"]
    elif column.name in around.titles.groups:
        draft.line("template", f"{{title.{around.titles.groups[column.name]}}}")
        describe(draft, around.titles.values[column.name], frozenset(), around.month)
    elif column.lookup == "provinces" and column.name == "province_of_training" and _are_provinces(around.sheets):
        draft.line("template", "{sheet}")
    elif column.name == "province_of_training" and "place" in around.file.groups:
        draft.line("template", "{file.place}", "no column says where it was held: the file's name was taken for it")
        describe(draft, [around.file.groups["place"]], frozenset(), around.month)
    elif column.demanded:
        _demanded(draft, around, partner)
    else:
        return None
    return draft


def _are_provinces(sheets: Sequence[str]) -> bool:
    return bool(sheets) and all(fold_name(sheet) in names_of("provinces") for sheet in sheets)


def kind_in(name: str) -> str | None:
    """Return the kind of assessment that a file's name tells."""
    words = _words(name)
    spelt = sorted(codes_of("kind").items(), key=lambda pair: -len(pair[0]))
    return next((code for text, code in spelt if _words(text) in words), None)


def _words(text: str) -> str:
    return f" {' '.join(re.findall(_WORD, fold_text(text)))} "


def _demanded(draft: DraftColumn, around: Around, partner: str) -> None:
    """Give a column that every row needs a value, and say what is to be looked at."""
    name, groups = draft.name, around.file.groups
    if name == "programme_id":
        draft.line("template", f"{partner}-programme", fill_in="the programme, as declared above")
    elif name == "event_id":
        parts = [f"{{file.{group}}}" for group in groups] + (["{sheet}"] if len(around.sheets) > 1 else [])
        value = " ".join([*around.file.stem.split()[:2], *parts])
        draft.line("template", value, "no column names the training: the file's name was taken for it")
    elif name in ("session_date", "starts_on") and "day" in groups:
        draft.line("template", "{file.day}", "no column holds the day: the file's name was taken for it")
        describe_dates(draft, [groups["day"]], around.month)
    elif name in ("session_date", "starts_on"):
        draft.line("template", "1900-01-01", fill_in="no column holds the day: where is it written?")
        draft.line("dateFormats", ["%Y-%m-%d"])
    elif name == "status":
        draft.line("template", "present", "no column says who was present: everybody listed was taken to be")
        draft.line("blank", "unknown")
    elif name == "kind":
        named = kind_in(around.file.glob)
        told = "the file's name says so" if named else "nothing says whether it is a pre-test or a post-test"
        draft.line("template", named or "other", f"every row is taken for '{named or 'other'}': {told}")
    else:
        draft.line("template", _FILL_IN, fill_in="where does this come from?")
