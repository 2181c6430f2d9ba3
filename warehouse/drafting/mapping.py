"""Which canonical column each header of a sample is, and which entity the table holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from warehouse.contract.entities import ENTITIES, Kind
from warehouse.contract.spelling import fold_name, fold_text, tidy
from warehouse.drafting.finding import Found
from warehouse.drafting.sessions import Sessions, find_sessions
from warehouse.drafting.vocabulary import (
    codes_of,
    ignored_by_platform,
    is_ignored,
    matches,
    names_in_two,
    names_of,
)
from warehouse.readers.kinds import kind_of

_LIKENESS = 10  # a distance from which on a header is only like one
_KHMER = re.compile("[\u1780-\u17ff]")
_PHONE = re.compile(r"[+(]?[0-9០-៩][0-9០-៩ ()./-]{7,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_YES_OR_NO = frozenset({"0", "1", "true", "false"})  # as survey platforms write each answer of a question
_MOST = 0.7  # share of a column's different texts that must speak for a guess


@dataclass
class Mapping:
    """How a table's columns were understood.

    Attributes:
        entity: The entity its rows are.
        headers: The header's cells.
        positions: Canonical column → position.
        ignored: Position → why it is passed over: the list that knows it, or "" for a header nobody knows.
        sessions: The session columns of a wide table.
        joins: Canonical column → header of the column whose texts are put behind its own.
        questions: Questions with several answers, which are not read.
        doubts: Canonical column → what is not certain.
    """

    entity: str
    headers: tuple[str, ...] = ()
    positions: dict[str, int] = field(default_factory=dict)
    ignored: dict[int, str] = field(default_factory=dict)
    sessions: Sessions | None = None
    joins: dict[str, str] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    doubts: dict[str, list[str]] = field(default_factory=dict)

    def header(self, column: str) -> str:
        """Return the header of a column."""
        return self.headers[self.positions[column]]

    def ignored_headers(self) -> list[tuple[int, str]]:
        """Return the headers that are passed over, with their places."""
        return [(place, self.headers[place]) for place in sorted(self.ignored)]

    def doubt(self, column: str, text: str) -> None:
        """Keep one doubt about a column."""
        self.doubts.setdefault(column, []).append(text)


def map_columns(tables: Sequence[Found]) -> Mapping:
    """Return how the columns of a table that stands in one or several sheets are best understood."""
    headers = tables[0].headers
    cells = {place: _distinct(tables, place, header) for place, header in enumerate(headers)}
    platform = ignored_by_platform(headers)
    known = frozenset(p for p, h in enumerate(headers) if h and (p in platform or is_ignored(h) or _surely(h)))
    elsewhere = [h for table in tables[1:] for h in table.headers]
    sessions = find_sessions(headers, cells, known, elsewhere)
    candidates = [_mapped(entity, headers, cells, sessions) for entity in ENTITIES]
    best = max(candidates, key=lambda mapping: _fitness(mapping, headers, cells))
    _by_values(best, headers, cells)
    taken = _taken(best)
    best.questions = sorted(set(_answers(headers, cells).values()))
    best.ignored |= {
        place: "" for place, header in enumerate(headers) if header and cells[place] and place not in taken
    }
    return best


def _distinct(tables: Sequence[Found], place: int, header: str) -> list[str]:
    """Return the different texts under a header, in whatever sheet and place it stands."""
    texts: dict[str, None] = {}
    for table in tables:
        where = table.place_of(header)
        texts |= dict.fromkeys(table.column(where) if where is not None else ())
    return [text for text in texts if tidy(text)]


def _surely(header: str) -> bool:
    found = matches(header)
    return bool(found) and found[0].distance == 0


def _mapped(entity: str, headers: Sequence[str], cells: dict[int, list[str]], sessions: Sessions | None) -> Mapping:
    mapping = Mapping(entity, tuple(headers), sessions=sessions)
    columns = {c.name: n for n, c in enumerate(ENTITIES[entity])}
    wide = sessions.positions if sessions else {}
    known = {place: why for place, header in enumerate(headers) if (why := is_ignored(header))}
    known |= ignored_by_platform(headers)
    mapping.ignored = {place: why for place, why in known.items() if place not in wide}
    both = names_in_two(headers)
    if both and "name_latin" in columns:
        mapping.positions["name_latin"] = both[0]
        mapping.joins["name_latin"] = headers[both[1]]
    found = sorted(
        (match.distance, columns[match.column], place, match.column)
        for place, header in enumerate(headers)
        if header and place not in wide and place not in mapping.ignored and place not in (both or ())
        for match in matches(header)
        if match.column in columns and not (sessions and match.column == sessions.column)
    )
    for distance, _, place, column in found:
        if column in mapping.positions or place in mapping.positions.values():
            continue
        mapping.positions[column] = place
        if distance >= _LIKENESS:
            mapping.doubt(column, f"{headers[place]!r} was taken for '{column}' by its likeness")
    _right_script(mapping, cells)
    if "email" in mapping.positions and not {"person_id", "police_id"} & mapping.positions.keys():
        mapping.positions["person_id"] = mapping.positions.pop("email")
        mapping.doubt(
            "person_id", "no column holds an id; the e-mail address tells persons apart: is it always theirs?"
        )
    return mapping


def _right_script(mapping: Mapping, cells: dict[int, list[str]]) -> None:
    """Call a column of names after the script its cells are in."""
    for name, other in (("name_latin", "name_khmer"), ("name_khmer", "name_latin")):
        place = mapping.positions.get(name)
        if place is None or other in mapping.positions or not cells[place]:
            continue
        khmer = sum(bool(_KHMER.search(text)) for text in cells[place]) / len(cells[place])
        if (khmer >= 0.5) == (name == "name_latin"):
            mapping.positions[other] = mapping.positions.pop(name)
            if name in mapping.joins:
                mapping.joins[other] = mapping.joins.pop(name)
            return


def _fitness(mapping: Mapping, headers: Sequence[str], cells: dict[int, list[str]]) -> float:
    """Return how well an entity explains the table; what its rows cannot do without counts most."""
    fitness = 0.0
    for column in ENTITIES[mapping.entity]:
        place = mapping.positions.get(column.name)
        if place is None:
            continue
        sure = 0.5 if mapping.doubts.get(column.name) else 1.0
        if column.kind is Kind.CODE and cells[place]:
            sure *= _share_known(column.name, cells[place])
        fitness += sure * (3.0 if column.demanded and column.name not in ("programme_id", "event_id") else 1.0)
    if mapping.sessions:
        names = {column.name for column in ENTITIES[mapping.entity]}
        fitness += 20.0 if mapping.sessions.column in names else 0.0
    return fitness


def _share_known(column: str, texts: Sequence[str]) -> float:
    known = codes_of(column)
    return sum(fold_text(text) in known for text in texts) / len(texts)


def _by_values(mapping: Mapping, headers: Sequence[str], cells: dict[int, list[str]]) -> None:
    """Give columns that no header names to headers nobody knows, where the cells speak for it."""
    names = [column.name for column in ENTITIES[mapping.entity]]
    taken = _taken(mapping) | set(_answers(headers, cells))
    for place, header in enumerate(headers):
        if place in taken or not header or all(kind_of(text) != "text" for text in cells[place]):
            continue
        column = next((c for c in _told_by(cells[place]) if c in names and c not in mapping.positions), None)
        if column:
            mapping.positions[column] = place
            mapping.doubt(column, f"{header!r} was taken for '{column}' by what its cells hold")


def _answers(headers: Sequence[str], cells: dict[int, list[str]]) -> dict[int, str]:
    """Return place → question of the columns that say yes or no to one of a question's answers."""
    found = {
        place: header.rsplit("/", 1)[0]
        for place, header in enumerate(headers)
        if "/" in header and cells[place] and {fold_text(text) for text in cells[place]} <= _YES_OR_NO
    }
    together = Counter(found.values())
    return {place: question for place, question in found.items() if together[question] > 1}


def _taken(mapping: Mapping) -> set[int]:
    """Return the places of columns whose meaning is settled."""
    joined = {mapping.headers.index(header) for header in mapping.joins.values()}
    wide = mapping.sessions.positions if mapping.sessions else ()
    return {*mapping.positions.values(), *mapping.ignored, *wide, *joined}


def _told_by(texts: Sequence[str]) -> list[str]:
    """Return the columns that a column's texts may be of, the likeliest first."""
    plain = [tidy(text) for text in texts]
    tests = [
        ("email", lambda text: bool(_EMAIL.fullmatch(text))),
        ("sex", lambda text: fold_text(text) in codes_of("sex")),
        ("province_of_duty", lambda text: fold_name(text) in names_of("provinces")),
        ("province_of_training", lambda text: fold_name(text) in names_of("provinces")),
        ("rank", lambda text: fold_name(text) in names_of("ranks")),
        ("unit", lambda text: fold_name(text) in names_of("units")),
        ("module_id", lambda text: fold_name(text) in names_of("modules")),
        ("category", lambda text: fold_text(text) in codes_of("category")),
        ("status", lambda text: fold_text(text) in codes_of("status")),
        ("phone", lambda text: bool(_PHONE.fullmatch(text)) and text[0] in "+0(០" and kind_of(text) != "date"),
    ]
    return [column for column, test in tests if sum(map(test, plain)) >= _MOST * len(plain)]
