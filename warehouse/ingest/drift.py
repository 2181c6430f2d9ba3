"""What changed in a partner's file since the delivery before it: told, never stored, and nothing is decided by it.

"Before" is by the files' own times, whatever order they were ingested in (law 2): for that the ledger keeps only each
file's layout, and the comparison is made when somebody looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from warehouse.contract.model import Contract
from warehouse.contract.spelling import fold_text
from warehouse.contract.wording import close
from warehouse.store.ledger import Record

_SETTLED = frozenset({"empty", "mixed"})  # kinds that say too little to call a column changed


@dataclass(frozen=True)
class Drift:
    """One change.

    Attributes:
        kind: `renamed`, `moved`, `retyped`, `added`, `dropped`, `new_code`, `new_form_version` or `header_moved`;
            when a file is compared before it is loaded also `uneven`, `cut` and `held`.
        column: The canonical column, where the change is one of a column of the contract.
        found: What changed, in a sentence; headers and numbers, never a cell.
        nearest: The nearest entry of the contract, or what to do.
    """

    kind: str
    column: str | None
    found: str
    nearest: str = ""

    def as_dict(self) -> dict[str, str | None]:
        """Return the fields for a report."""
        return asdict(self)


def drifts(records: Iterable[Record], contracts: Iterable[Contract]) -> dict[str, list[Drift]]:
    """Return by delivery what changed since the accepted delivery of the same table before it; nothing: no entry."""
    known = {(c.id, t.name): [h for column in t.columns for h in column.headers] for c in contracts for t in c.tables}
    tables: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        if record.layout:
            tables[record.partner, record.table or ""].append(record)
    found: dict[str, list[Drift]] = {}
    for table, delivered in tables.items():
        before: Record | None = None
        for record in sorted(delivered, key=_when):
            changes = list(changes_between(before.layout if before else {}, record.layout, known.get(table, [])))
            found |= {record.delivery_id: changes} if changes else {}
            before = record if record.outcome == "accepted" else before
    return found


def last_of_tables(records: Iterable[Record]) -> list[Record]:
    """Return the last delivery of each table, ordered by partner and table."""
    last: dict[tuple[str, str], Record] = {}
    for record in sorted((r for r in records if r.layout), key=_when):
        last[record.partner, record.table or ""] = record
    return [last[table] for table in sorted(last)]


def changes_between(before: dict[str, Any], now: dict[str, Any], headers: Sequence[str]) -> Iterator[Drift]:
    """Yield what differs between two layouts of one table.

    Args:
        before: The layout of the delivery before; empty for the first one, of which only refused codes are told.
        now: The layout now.
        headers: All headers the contract knows.
    """
    if before:
        old, new = _columns(before), _columns(now)
        yield from (change for name in new if name in old for change in _of_column(name, old[name], new[name]))
        yield from _moved(before, now)
        yield from _others(before, now, headers)
    for name, cells in now.get("refused_codes", {}).items():
        found = f"{cells_of(cells)} of '{name}' with a code that the contract does not list"
        yield Drift("new_code", name, found, f"add the spelling to the codes of '{name}', or have the cells mended")


def cells_of(number: int) -> str:
    """Return a number of cells in words."""
    return "1 cell" if number == 1 else f"{number} cells"


def _when(record: Record) -> tuple[int, str]:
    return min(d.modified_ns for d in record.deliveries), record.delivery_id


def _columns(layout: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Return canonical column → what it looks like in each group of sheets."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for table in layout["tables"]:
        for column in table["columns"]:
            found[column["name"]].append(column)
    return dict(found)


def _of_column(name: str, old: list[dict[str, str]], new: list[dict[str, str]]) -> Iterator[Drift]:
    spelt = {fold_text(column["header"]) for column in old}
    for header in dict.fromkeys(c["header"] for c in new if fold_text(c["header"]) not in spelt):
        yield Drift("renamed", name, f"'{old[0]['header']}' is now written '{header}'", f"known as '{name}'")
    before, now = ({c["kind"] for c in columns} - _SETTLED for columns in (old, new))
    if before and now and not before & now:
        found = f"'{new[0]['header']}' holds {_kinds(now)}, before it held {_kinds(before)}"
        yield Drift("retyped", name, found, f"known as '{name}'")


def _kinds(kinds: set[str]) -> str:
    return " and ".join(f"{kind}s" for kind in sorted(kinds))


def _moved(before: dict[str, Any], now: dict[str, Any]) -> Iterator[Drift]:
    """Yield the fewest columns whose going elsewhere explains the new order, and the header's new row."""
    was, is_ = before["tables"][0], now["tables"][0]
    order = {column["name"]: place for place, column in enumerate(was["columns"])}
    common = [column for column in is_["columns"] if column["name"] in order]
    stayed = _longest_rising([order[column["name"]] for column in common])
    for place, column in enumerate(common):
        if place not in stayed:
            neighbour = f"after '{common[place - 1]['header']}'" if place else "first"
            yield Drift("moved", column["name"], f"'{column['header']}' stands {neighbour} now")
    if was["header_row"] != is_["header_row"]:
        found = f"the header stands in row {is_['header_row']}, before in row {was['header_row']}"
        yield Drift("header_moved", None, found)


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the places of a longest rising run of numbers, gaps allowed."""
    runs: list[list[int]] = [[]]
    for place, number in enumerate(numbers):
        rising = [run for run in runs if not run or numbers[run[-1]] < number]
        longest = max(rising, key=len)
        runs.append([*longest, place])
    longest = max(runs, key=len)
    return set(longest)


def _others(before: dict[str, Any], now: dict[str, Any], headers: Sequence[str]) -> Iterator[Drift]:
    """Yield columns beside the contract's that came or went, and new versions of a form."""
    old, new = ({text: None for table in layout["tables"] for text in table["unknown"]} for layout in (before, now))
    for text in (t for t in new if t not in old):
        meant = close(text, headers)
        nearest = f"did you mean '{meant}'?" if meant else "nothing in the contract is called like it"
        yield Drift("added", None, f"column {text!r} is new and was not read", nearest)
    for text in (t for t in old if t not in new):
        yield Drift("dropped", None, f"column {text!r} is gone; it was not read")
    seen, versions = ({v for table in layout["tables"] for v in table["versions"]} for layout in (before, now))
    if seen and versions - seen:
        found = f"answers were taken with form version {', '.join(sorted(versions - seen))}"
        yield Drift("new_form_version", None, found, f"before: {', '.join(sorted(seen))}")
