"""What survey and learning platforms need: repeat groups joined, edited and repeated answers, rejected submissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from warehouse.contract.model import Table
from warehouse.contract.properties import TableProperties
from warehouse.contract.spelling import fold_text, tidy
from warehouse.drafting.dates import read_dates
from warehouse.drafting.finding import Found
from warehouse.drafting.mapping import Mapping
from warehouse.drafting.model import Line
from warehouse.drafting.opening import Sample
from warehouse.drafting.patterns import literal
from warehouse.readers.grid import Grid
from warehouse.readers.shapes.repeat import repeated

_CHILD, _PARENT = "_submission__uuid", "_uuid"
_REJECTED = ("Not Approved", "On Hold", "validation_status_not_approved", "validation_status_on_hold")
_MOMENTS = ("completion time", "timestamp", "horodatage")


def joined(sample: Sample) -> tuple[Sample, Line | None]:
    """Return the sample with a repeat group's rows beside their submissions, and the property that says so."""
    grids = sample.opened.grids
    child = next((grid for grid in grids if _holds(grid, _CHILD)), None)
    parent = next((grid for grid in grids if _holds(grid, _PARENT) and grid is not child), None)
    if child is None or parent is None:
        return sample, None
    value = {"sheet": literal(tidy(child.name)), "parent": literal(tidy(parent.name)), "on": {_CHILD: _PARENT}}
    options = TableProperties.model_validate(sample.options.model_dump(by_alias=True) | {"repeat": value})
    whole = repeated(sample.opened, Table("", (), (), options))
    others = [grid for grid in whole.grids if _holds(grid, _CHILD) and grid.name != child.name]
    doubts = [f"{len(others)} more repeat groups are not read: which of them are the rows?"] if others else []
    kept = tuple(grid for grid in whole.grids if grid not in others)
    return replace(sample, opened=replace(whole, grids=kept)), Line("repeat", value, doubts)


def _holds(grid: Grid, header: str) -> bool:
    return bool(grid.rows) and header in map(fold_text, grid.rows[0])


def answers(main: Found, mapping: Mapping) -> Iterator[Line]:
    """Yield which of several rows about the same thing counts, and which rows the partner itself rejects."""
    headers = {fold_text(header): header for header in main.headers if header}
    if {"_id", "_submission_time"} <= headers.keys():
        yield Line("keep", {"by": [headers["_id"]], "order": headers["_submission_time"], "take": "latest"})
    elif person := _person(main, mapping):
        yield from _repeated_persons(main, mapping, headers, person)
    if "_validation_status" in headers:
        refused = {"header": headers["_validation_status"], "values": list(_REJECTED), "reason": "it was not approved"}
        yield Line("refuses", [refused], ["submissions that the partner rejects are refused: is that right?"])


def _person(main: Found, mapping: Mapping) -> str | None:
    """Return the header that tells persons apart, where some of them have several rows."""
    place = mapping.positions.get("person_id")
    if mapping.entity != "assessment" or place is None or mapping.header("person_id") not in main.headers:
        return None
    texts = [fold_text(text) for text in main.column(main.headers.index(mapping.header("person_id"))) if tidy(text)]
    return mapping.header("person_id") if len(set(texts)) < len(texts) else None


def _repeated_persons(main: Found, mapping: Mapping, headers: dict[str, str], person: str) -> Iterator[Line]:
    doubt = "persons answered more than once: which of their rows counts?"
    moment = next((headers[text] for text in _MOMENTS if text in headers), None)
    grade = mapping.sessions.positions if mapping.sessions and mapping.sessions.column == "score" else {}
    if moment:
        dates = read_dates(list(dict.fromkeys(main.column(main.headers.index(moment)))))
        value = {"by": [person], "order": moment, "take": "latest"}
        yield Line("keep", value | ({"formats": list(dates.formats)} if dates.formats else {}), [doubt])
    elif len(grade) == 1:
        yield Line("keep", {"by": [person], "order": next(iter(grade.values())), "take": "highest"}, [doubt])
