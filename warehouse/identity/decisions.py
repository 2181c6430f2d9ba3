"""What reviewers decided: a pair of persons is the same officer, or is not, by whom, when and why.

    sala identity decide ──┐
    workbook, imported  ───┴──► identity/decisions.csv ──load_decisions──► resolution, where they win over the model

One line per decision, in the order in which they were taken; lines are added, never changed. A later line about the
same pair supersedes the former, and `undecided` gives the pair back to the model. The file lies outside everything
that can be derived, so it outlives every rebuild; it holds person_refs and no identifier (law 6).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from warehouse.errors import TerminalError
from warehouse.identity.contradictions import Contradiction, contradictions
from warehouse.identity.decision_rules import COLUMNS, SAME_OR_NOT, Fields, Flaw, flaws
from warehouse.store.files import only_one, whole_file
from warehouse.store.home import Home

DECIDED = pa.schema([pa.field(name, pa.string()) for name in ("left", "right", "verdict")])
LOCK = "decisions"


class DecisionsInvalid(TerminalError):
    """The file of decisions holds mistakes; `flaws` lists them all."""

    code: ClassVar[str] = "SALA-I101"
    title: ClassVar[str] = "The reviewed decisions hold mistakes"

    def __init__(self, where: str, found: Sequence[Flaw], action: str) -> None:
        self.flaws = tuple(found)
        told = "\n            ".join(flaw.told for flaw in self.flaws)
        count = f"{len(self.flaws)} mistake{'' if len(self.flaws) == 1 else 's'}"
        super().__init__(where, f"{count}\n            {told}", f"the columns {', '.join(COLUMNS)}", action)


class DecisionsContradict(TerminalError):
    """Decisions that cannot all be true; `contradictions` lists them all."""

    code: ClassVar[str] = "SALA-I102"
    title: ClassVar[str] = "Reviewed decisions contradict each other"

    def __init__(self, where: str, found: Sequence[Contradiction]) -> None:
        self.contradictions = tuple(found)
        told = "\n            ".join(contradiction.told for contradiction in self.contradictions)
        super().__init__(
            where,
            told,
            "no two persons held apart whom other decisions join",
            "decide one of these pairs anew, or take a decision back with: sala identity decide --undecided",
        )


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes:
        left: person_ref.
        right: The other person_ref, the larger of the two.
        verdict: `same`, `not same`, or `undecided`: the model decides.
        who: Name or role of the reviewer.
        when: The moment, in UTC.
        why: The reason, without a personal value.
        line: Its line in the file; 0 while it is not there.
        place: What to call it while it has no line.
    """

    left: str
    right: str
    verdict: str
    who: str
    when: dt.datetime
    why: str
    line: int = 0
    place: str = "a new decision"

    @property
    def named(self) -> str:
        """What to call it in a message."""
        return f"line {self.line}" if self.line else self.place

    @property
    def pair(self) -> tuple[str, str]:
        """The two persons, the smaller first."""
        return self.left, self.right

    def says_what(self, other: Decision | None) -> bool:
        """True when the other says the same about the pair, for the same reason and by the same reviewer."""
        return other is not None and (self.verdict, self.who, self.why) == (other.verdict, other.who, other.why)

    def as_fields(self) -> list[str]:
        """Return the cells of its line."""
        moment = self.when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return [self.left, self.right, self.verdict, self.who, moment, self.why]


def decision(fields: Fields, line: int = 0) -> Decision:
    """Return the decision of fields without a flaw."""
    left, right = sorted((fields["left"], fields["right"]))
    when = dt.datetime.fromisoformat(fields["when"])
    return Decision(left, right, fields["verdict"], fields["who"], when, fields["why"], line)


def read_decisions(home: Home) -> list[Decision]:
    """Return every decision ever taken, in order; none when there is no file.

    Raises:
        DecisionsInvalid: The file holds mistakes.
    """
    return _read(home.decisions)


def in_force(decisions: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    """Return the last decision about each pair."""
    return {each.pair: each for each in decisions}


def load_decisions(home: Home) -> pa.Table:
    """Return the decisions in force, ordered: left, right (person_ref, left < right), verdict `same` or `not same`.

    Raises:
        DecisionsInvalid: The file holds mistakes.
        DecisionsContradict: They cannot all be true.
    """
    history = read_decisions(home)
    _refuse_contradictions(home, history)
    rows = sorted((*pair, each.verdict) for pair, each in in_force(history).items() if each.verdict in SAME_OR_NOT)
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[], [], []], schema=DECIDED)


def record_decisions(home: Home, taken: Iterable[Decision]) -> list[Decision]:
    """Add decisions to the file, all or none, and return those added; what is in force already is not told twice.

    Any number of processes may do so at once: each adds its lines to all that were there before.

    Raises:
        DecisionsInvalid: The file, or one of the new decisions, holds mistakes; nothing was changed.
        DecisionsContradict: With them the decisions could not all be true; nothing was changed.
    """
    with only_one(home, LOCK):
        history = read_decisions(home)
        now, added = in_force(history), list[Decision]()
        for each in taken:
            if not each.says_what(now.get(each.pair)):
                now[each.pair] = each
                added.append(each)
        _refuse_flaws(home.decisions, added)
        _refuse_contradictions(home, now.values())
        if added:
            _append(home, added)
        return added


def erase_decisions(home: Home, person_refs: Iterable[str]) -> int:
    """Remove every decision about these persons, and return how many; the only way in which a line is removed.

    Who asks to be erased is erased here too, although the file is otherwise only added to. Mistakes in the file are
    no obstacle: they stay as they are.
    """
    erased = frozenset(person_refs)
    with only_one(home, LOCK):
        if not home.decisions.exists():
            return 0
        with home.decisions.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            text = file.read()
        kept, removed = _without(text, erased)
        if removed:
            with whole_file(home, home.decisions) as scratch:
                scratch.write_bytes(kept.encode(errors="surrogateescape"))
        return removed


def _without(text: str, erased: frozenset[str]) -> tuple[str, int]:
    """Return the text of the file without the decisions about these persons, and how many they were."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:  # no table any more: whatever line names one of them goes
        lines = text.splitlines(keepends=True)
        left = [line for line in lines if not any(person in line for person in erased)]
        return "".join(left), len(lines) - len(left)
    kept = [row for row in rows if erased.isdisjoint(row)]
    return _text(kept), len(rows) - len(kept)


def _read(path: Path) -> list[Decision]:
    action = "mend each line; what was decided stays in the lines above and below"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise DecisionsInvalid(str(path), [Flaw("the file", "encoding", "not text in UTF-8")], action) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, history = list[Flaw](), list[Decision]()
    header: list[str] | None = None
    try:
        for cells in reader:
            place = f"line {reader.line_num}"
            if header is None:
                header = cells
                found += [] if tuple(cells) == COLUMNS else [Flaw(place, "header", "another header")]
            elif len(cells) != len(COLUMNS):
                found += [Flaw(place, "cells", f"{len(cells)} cells")] if cells else []
            else:
                fields = dict(zip(COLUMNS, cells, strict=True))
                mistaken = flaws(fields, place)
                found += mistaken
                history += [] if mistaken else [decision(fields, reader.line_num)]
    except csv.Error:
        found.append(Flaw(f"line {reader.line_num}", "quotes", "a quote that is not closed, or text after it"))
    if found:
        raise DecisionsInvalid(str(path), found, action)
    return history


def _append(home: Home, added: Sequence[Decision]) -> None:
    """Write the former bytes and the new lines as one whole file: a kill leaves the former."""
    path = home.decisions
    former = path.read_bytes() if path.exists() else _text([COLUMNS]).encode()
    former += b"" if former.endswith(b"\n") else b"\n"
    with whole_file(home, path) as scratch:
        scratch.write_bytes(former + _text([each.as_fields() for each in added]).encode())


def _text(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _refuse_flaws(path: Path, added: Sequence[Decision]) -> None:
    found = [flaw for each in added for flaw in flaws(dict(zip(COLUMNS, each.as_fields(), strict=True)), each.named)]
    if found:
        raise DecisionsInvalid(str(path), found, "say it otherwise; nothing was changed")


def _refuse_contradictions(home: Home, decisions: Iterable[Decision]) -> None:
    found = contradictions(in_force(decisions).values())
    if found:
        raise DecisionsContradict(str(home.decisions), found)
