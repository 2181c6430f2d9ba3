"""The faults planted in IOM's exports: one at a time, in rows of people who are seen at other sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from warehouse.demo.samples.delivery import Cell

Rows = list[list[Cell]]
BORDER = "IOM_kobo_border-control_2012.csv"
ROLLOUT = "IOM_kobo_roll-out_2013.csv"
REFRESHER = "IOM_kobo_refresher_2013.csv"
IDENTIFYING = ("id", "name_latin", "name_khmer", "birth_date", "police_id", "phone")


def spoil(exports: dict[str, Rows], headers: Sequence[str]) -> Iterator[tuple[str, Rows]]:
    """Yield every export with its faults; the refresher comes twice, the second time corrected."""
    at = {header: index for index, header in enumerate(headers)}
    for name, rows in exports.items():
        if name == BORDER:
            yield name, _border(rows, at)
        elif name == ROLLOUT:
            yield name, _rollout(rows, at)
        elif name == REFRESHER:
            yield name, [_changed(row, at, {"session/topic": "teaching_techniques"}) for row in rows[:-2]]
            yield name.replace(".csv", "_v2.csv"), rows
        else:
            yield name, rows


def _changed(row: Sequence[Cell], at: dict[str, int], changes: dict[str, Cell]) -> list[Cell]:
    copy = list(row)
    for header, value in changes.items():
        copy[at[header]] = value
    return copy


def _border(rows: Rows, at: dict[str, int]) -> Rows:
    # Five rows per person: one of each five is spoilt, the others stay and keep the person reached.
    faults: dict[int, dict[str, Cell]] = {
        10: {"session/topic": "karaoke"},
        25: {"session/date": "13 March"},
        40: {"session/date": "2021-03-12"},
        55: {"participant/duty_province": "Prey Nokor"},
        70: {"participant/duty_province": ""},
        85: {"session/attendance": "maybe"},
        100: {"session/hours": "60"},
        115: {f"participant/{field}": "" for field in IDENTIFYING},
        130: {"session/hours": "six"},
        145: {"participant/rank": ""},
        190: {"participant/name_latin": '=HYPERLINK("x")'},  # a formula typed into the form
        160: {"session/date": "03/12/2012"},  # 12 March, or 3 December?
        176: {"session/date": "13/03/2012"},  # a phone set to another language: certain, so accepted
    }
    present: dict[str, Cell] = {"session/attendance": "present"}
    spoilt = [_changed(row, at, present) if n // 5 * 5 in faults else row for n, row in enumerate(rows)]
    spoilt = [_changed(row, at, faults.get(n, {})) for n, row in enumerate(spoilt)]
    short = spoilt[205][:-1]  # a cell lost on the way
    spoilt[205] = short
    again = _changed(rows[201], at, {"_id": 4_990_001, "_uuid": "5f0c3a1e-8f57-4f5e-9a43-5d1f3f0b7c11"})
    return [*spoilt, again]


def _rollout(rows: Rows, at: dict[str, int]) -> Rows:
    # The same session of the same person, submitted twice with different answers.
    person = [_changed(row, at, {"session/attendance": "present"}) for row in rows[30:33]]
    other = _changed(person[1], at, {"session/attendance": "absent", "_id": 4_990_002})
    return [*rows[:30], *person, *rows[33:], other]


def whole_files(
    exports: dict[str, Rows], headers: Sequence[str], export: Callable[[Rows], bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files that cannot be loaded, and one that was sent twice under two names."""
    at = {header: index for index, header in enumerate(headers)}
    yield "IOM_kobo_refresher_2013_v2 (1).csv", export(exports[REFRESHER])
    yield "IOM_kobo_border-control_2011.csv", b""
    american = []
    for row in exports[BORDER][:20]:
        day = date.fromisoformat(str(row[at["session/date"]])) - timedelta(days=7)  # 5 to 9 March: each is a month
        american.append(_changed(row, at, {"session/date": f"{day:%m/%d/%Y}"}))
    yield "IOM_kobo_border-control_2010.csv", export(american)
    yield "final list NEW.csv", export(exports[REFRESHER][:4])
    whole = export(exports[REFRESHER][:6])
    yield "IOM_kobo_refresher_2012.csv", whole.replace(b";validation_status_approved;", b";")
