"""The second look at an XLS: what its records contradict is no workbook."""

from __future__ import annotations

import struct

import pytest

from warehouse.readers.inspection import xls
from warehouse.store.home import PROJECT

SAMPLE = PROJECT / "tests" / "golden" / "shapes" / "signin-xls" / "sample" / "received" / "attendance_kpt-02.xls"


@pytest.fixture
def stream() -> bytearray:
    found = xls.workbook_stream(SAMPLE.read_bytes())
    assert found is not None
    return bytearray(found)


def place_of(stream: bytearray, kind: int) -> int:
    """Where the body of the first record of a kind begins."""
    place = 0
    for found, _, body in xls._records(bytes(stream)):
        if found == kind:
            return place + 4
        place += 4 + len(body)
    raise AssertionError


def test_formulas_are_found_at_the_sheet_that_the_workbook_leads_to(stream: bytearray) -> None:
    assert xls._formulas(bytes(stream)) == {0: dict.fromkeys([(1, 4), (2, 4), (3, 4), (4, 4)], False)}
    struct.pack_into("<I", stream, place_of(stream, xls._SHEET), 7)
    with pytest.raises(ValueError, match="does not begin"):
        xls._formulas(bytes(stream))


def test_a_result_is_of_a_known_kind(stream: bytearray) -> None:
    stream[place_of(stream, xls._FORMULA) + 6] = 9
    with pytest.raises(ValueError, match="of no kind"):
        xls._formulas(bytes(stream))
