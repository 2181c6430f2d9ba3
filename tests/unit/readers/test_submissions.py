"""Submissions as JSON: sheets of text, an independent count, and nothing hostile gets further than a clear outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from warehouse.contract.properties import TableProperties
from warehouse.errors import FileHeld
from warehouse.readers import submissions
from warehouse.readers.faults import EncodingWrong, FileEmpty, FileTooLarge, FormatWrong, SheetUnknown
from warehouse.readers.grid import Grid
from warehouse.readers.submissions import count_objects, open_submissions

ALL: dict[str, Any] = {"entity": "attendance", "files": ".*", "format": "submissions", "toleratedRefusedPercent": 0}


def document(*given: dict[str, Any]) -> str:
    return json.dumps({"asset": "aX", "fetched_until": "2024-03-01T00:00:00Z", "submissions": list(given)})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kobo_aX.json"


def sheets(path: Path, text: str | bytes, **options: Any) -> dict[str, Grid]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return {grid.name: grid for grid in open_submissions(path, TableProperties(**(ALL | options))).grids}


def test_submissions_and_each_group_are_sheets(path: Path) -> None:
    first = {"_id": 7, "_uuid": "u1", "event/code": "E1", "people": [{"people/badge": "007"}, {"people/mark": 1.50}]}
    second = {"_id": 8, "_uuid": "u2", "event/note": None, "event/sure": True, "_tags": ["x"], "_geolocation": [None]}
    status = {"_validation_status": {"uid": "validation_status_on_hold", "label": "On Hold"}}
    found = sheets(path, document(first, second | status))
    assert found["submissions"].rows == [
        ["_id", "_uuid", "event/code", "event/note", "event/sure", "_validation_status"],
        ["7", "u1", "E1", "", "", ""],
        ["8", "u2", "", "", "TRUE", "On Hold"],
    ]
    assert found["people"].rows == [
        ["_submission__uuid", "_submission__id", "people/badge", "people/mark"],
        ["u1", "7", "007", ""],
        ["u1", "7", "", "1.5"],
    ]
    assert [found[name].counted for name in ("submissions", "people")] == [3, 3]


def test_numbers_stay_as_they_are_written(path: Path) -> None:
    found = sheets(path, '{"submissions": [{"a": 1.50, "b": 12345678901234567890, "c": 1e400}]}')
    assert found["submissions"].rows[1] == ["1.50", "12345678901234567890", "1e400"]


def test_a_group_that_the_contract_does_not_name_holds_the_file(path: Path) -> None:
    text = document({"_uuid": "u", "visits": [{"visits/day": "1"}]})
    assert set(sheets(path, text, ignoredSheets="visits")) == {"submissions"}
    with pytest.raises(SheetUnknown):
        sheets(path, text, sheets="submissions")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", FileEmpty),
        ("  \n", FileEmpty),
        (document(), FileEmpty),
        ('{"submissions": [{"a": 1}', FormatWrong),
        ('{"submissions": [{"a": 1}}]', FormatWrong),
        ('{"submissions": [{"a": 1}]} {}', FormatWrong),
        ('[{"a": 1}]', FormatWrong),
        ('{"submissions": {"a": 1}}', FormatWrong),
        ('{"submissions": [[{"a": 1}]]}', FormatWrong),
        ('{"submissions": [{"a": 1, "a": 2}]}', FormatWrong),
        ('{"submissions": [{"a": NaN}]}', FormatWrong),
        ('{"submissions": [{"a": "\\ud800"}]}', FormatWrong),
        ('{"submissions": [{"a": ["b"]}]}', FormatWrong),
        ('{"submissions": [{"submissions": [{"a": 1}]}]}', FormatWrong),
        ('{"submissions": ' + "[" * 200_000 + "]" * 200_000 + "}", FormatWrong),
        ('{"submissions": [' + '{"a":' * 200_000, FormatWrong),
        (b'{"submissions": [{"a": "\xff"}]}', EncodingWrong),
        ("\x00\x01\x02", FormatWrong),
    ],
)
def test_what_is_no_such_document_is_held(path: Path, text: str | bytes, fault: type[FileHeld]) -> None:
    with pytest.raises(fault):
        sheets(path, text)


def test_depth_is_measured_before_anything_is_parsed() -> None:
    with pytest.raises(FormatWrong, match="brackets within brackets"):
        count_objects(b'{"submissions": [' + b'{"a": [' * 20)


def test_a_document_beyond_the_limit_is_not_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "LARGEST", 10)
    with pytest.raises(FileTooLarge):
        sheets(path, document({"a": 1}))


PLAIN = st.dictionaries(st.text(max_size=4), st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)))
GROUPS = st.dictionaries(st.sampled_from(["g", 'q"', "[x", "é\\"]), st.lists(PLAIN, max_size=3), max_size=2)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(
    given_ones=st.lists(st.tuples(PLAIN, GROUPS), max_size=4), indent=st.sampled_from([None, 1]), escaped=st.booleans()
)
def test_the_count_knows_how_many_objects_each_list_holds(
    given_ones: list[tuple[dict[str, Any], dict[str, Any]]], indent: int | None, escaped: bool
) -> None:
    whole = [plain | groups for plain, groups in given_ones]
    text = json.dumps({"submissions": whole}, indent=indent, ensure_ascii=escaped)
    expected: dict[str, int] = {"submissions": len(whole)}
    for _, groups in given_ones:
        for name, rows in groups.items():
            expected[name] = expected.get(name, 0) + len(rows)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return  # half of a character, which is refused before anything is counted
    assert count_objects(data) == {name: number for name, number in expected.items() if number}
