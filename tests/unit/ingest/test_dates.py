"""How a column of dates is written is decided once, by its own cells and the course; what stays open is held."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from warehouse.contract.entities import ENTITIES
from warehouse.contract.model import ColumnContract, Table
from warehouse.contract.properties import ColumnProperties, TableProperties
from warehouse.ingest.dates import Dated, decide
from warehouse.ingest.days import Reading
from warehouse.readers.raw import REAL_DATE

DMY, MDY, ISO = "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d"
YEAR = ("2024-01-01", "2024-12-31")
JUNE = ("2024-06-01", "2024-06-30")


def read(
    texts: Iterable[str],
    *formats: str,
    name: str = "session_date",
    window: tuple[str, str] | None = YEAR,
    required: bool = False,
    **custom: Any,
) -> Dated:
    column = next(c for c in ENTITIES["attendance"] if c.name == name)
    options: dict[str, Any] = {"entity": "attendance", "files": ".*", "format": "workbook"}
    options |= {"toleratedRefusedPercent": 0}
    if window:
        options["courseWindow"] = {"from": window[0], "to": window[1]}
    properties = ColumnProperties.model_validate({"dateFormats": formats, **custom})
    contract = ColumnContract(column, ("Date",), required, False, False, properties)
    table = Table("t", (contract,), (), TableProperties.model_validate(options))
    return decide(contract, "Date", Counter(texts), table)


def codes(made: Dated) -> list[str]:
    return [doubt.code for doubt in made.doubts]


def told(made: Dated, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(evidence.as_dict()[name] for name in names) for evidence in made.evidence]


def day(made: Dated, text: str) -> object:
    value, rule = made.converted[text]
    return rule or value


def test_a_row_that_only_one_format_can_read_decides_for_all() -> None:
    made = read(["05/06/2024"] * 3 + ["13/06/2024"], DMY, MDY)
    assert day(made, "05/06/2024") == dt.date(2024, 6, 5)
    assert codes(made) == []
    names = ("reading", "how", "sure_percent", "supporting", "contradicting", "cells", "unsettled")
    assert told(made, *names) == [("DD/MM/YYYY", "unambiguous_rows", 100, 1, 0, 4, 0)]
    american = read(["05/06/2024", "06/13/2024"], DMY, MDY)
    assert day(american, "05/06/2024") == dt.date(2024, 5, 6)


def test_the_course_decides_where_no_row_does() -> None:
    made = read(["05/06/2024", "06/06/2024"], DMY, MDY, window=JUNE)
    assert day(made, "05/06/2024") == dt.date(2024, 6, 5)
    assert told(made, "reading", "how", "supporting", "cells") == [("DD/MM/YYYY", "course_window", 1, 2)]


def test_what_stays_open_is_held_with_both_readings() -> None:
    made = read(["05/06/2024", "05/05/2024"], DMY, MDY)
    assert codes(made) == ["SALA-F020"]
    assert "DD/MM/YYYY or MM/DD/YYYY" in made.doubts[0].found
    assert "2024-06-05 or 2024-05-06" in made.doubts[0].found
    assert day(made, "05/06/2024") == "date_ambiguous"
    assert day(made, "05/05/2024") == dt.date(2024, 5, 5), "both readings give this day"
    assert told(made, "how", "sure_percent", "unsettled") == [("undecided", 0, 1)]


def test_dates_outside_the_course_in_every_reading_decide_nothing() -> None:
    made = read(["05/06/2023", "07/06/2023"], DMY, MDY)
    assert codes(made) == ["SALA-F020"]
    assert day(read(["05/06/2023"], DMY), "05/06/2023") == dt.date(2023, 6, 5), "the window's own rule refuses it"


@pytest.mark.parametrize(("wrong", "held"), [(1, []), (2, ["SALA-F020"])])
def test_fewer_than_one_in_twenty_contradictions_are_slips(wrong: int, held: list[str]) -> None:
    texts = [f"{number}/06/2024" for number in range(13, 31)] * 2 + ["05/06/2024"]  # 36 decide for DD/MM
    made = read([*texts, *["06/13/2024"] * wrong], DMY, MDY)
    assert codes(made) == held
    expected = "date_ambiguous" if held else dt.date(2024, 6, 5)
    assert day(made, "05/06/2024") == expected
    assert day(made, "06/13/2024") == ("date_ambiguous" if held else "date_unreadable")
    assert told(made, "supporting", "contradicting") == [(36, wrong)]


def test_one_date_too_few_makes_the_contradiction_count() -> None:
    right = [f"{number}/06/2024" for number in range(13, 31)]
    assert codes(read([*right, "13/07/2024", "06/13/2024"], DMY, MDY)) == ["SALA-F020"], "1 in 20 is not fewer"
    assert codes(read([*right, "13/07/2024", "14/07/2024", "06/13/2024"], DMY, MDY)) == []


def test_formats_that_share_no_text_stand_side_by_side() -> None:
    made = read(["2024-06-05"] * 3 + ["13/06/2024", "05/07/2024"], ISO, DMY, MDY)
    assert codes(made) == []
    assert day(made, "05/07/2024") == dt.date(2024, 7, 5)
    assert told(made, "reading", "how") == [("YYYY-MM-DD", "declared"), ("DD/MM/YYYY", "unambiguous_rows")]


def test_an_exception_to_how_the_column_is_written_holds_nothing_and_is_not_believed() -> None:
    made = read(["2024-06-05"] * 60 + ["13/06/2024", "05/07/2024"], ISO, DMY, MDY)
    assert codes(made) == []
    assert day(made, "13/06/2024") == dt.date(2024, 6, 13)
    assert day(made, "05/07/2024") == "date_ambiguous", "one certain date says nothing of another hand's"
    assert told(made, "cells", "unsettled") == [(60, 0), (2, 1)]


def test_a_spreadsheet_that_swapped_what_it_could_is_held() -> None:
    stored = [REAL_DATE + "2024-05-06", REAL_DATE + "2024-07-06"]
    made = read([*stored, "13/06/2024"], DMY)
    assert codes(made) == ["SALA-F021"]
    assert "2024-05-06 is 2024-06-05" in made.doubts[0].found
    assert day(made, stored[0]) == "date_ambiguous"
    assert told(made, "how", "unsettled") == [("undecided", 2), ("declared", 0)]


@pytest.mark.parametrize(
    ("texts", "window"),
    [
        ([REAL_DATE + "2024-06-05", REAL_DATE + "2024-06-14", "13/06/2024"], YEAR),  # a stored day beyond 12
        ([REAL_DATE + "2024-06-05", "04/06/2024", "13/06/2024"], YEAR),  # a text it would have taken for a date
        ([REAL_DATE + "2024-06-05", "13/06/2024"], JUNE),  # 6 May is outside the course
        ([REAL_DATE + "2024-06-06", "13/06/2024"], YEAR),  # the same day both ways
        ([REAL_DATE + "2024-06-05"], YEAR),
    ],
)
def test_other_mixtures_of_texts_and_dates_are_read(texts: list[str], window: tuple[str, str]) -> None:
    made = read(texts, DMY, window=window)
    assert codes(made) == []
    assert told(made, "how", "sure_percent")[0] == ("workbook_type", 100)


def test_a_birth_date_that_stays_open_is_left_out_and_holds_nothing() -> None:
    made = read(["05/06/1980", "05/05/1981"], DMY, MDY, name="birth_date")
    assert codes(made) == []
    assert made.converted["05/06/1980"] == (None, None)
    assert day(made, "05/05/1981") == dt.date(1981, 5, 5)
    assert told(made, "how", "unsettled") == [("undecided", 1)]
    demanded = read(["05/06/1980"], DMY, MDY, name="birth_date", required=True)
    assert day(demanded, "05/06/1980") == "date_ambiguous"
    decided = read(["05/06/1980", "13/06/1980"], DMY, MDY, name="birth_date")
    assert day(decided, "05/06/1980") == dt.date(1980, 6, 5)


def test_nobody_is_born_after_the_course() -> None:
    made = read(["13/06/45"], "%d/%m/%y", name="birth_date")
    assert day(made, "13/06/45") == dt.date(1945, 6, 13)


def test_the_course_tells_where_the_buddhist_year_turns() -> None:
    civil = read(["១០/០៦/២៥៦៧"], DMY, era="buddhist")
    assert day(civil, "១០/០៦/២៥៦៧") == dt.date(2024, 6, 10)
    turning = read(["10/06/2568", "10/02/2567"], DMY, era="buddhist")
    assert day(turning, "10/06/2568") == dt.date(2024, 6, 10)
    assert day(turning, "10/02/2567") == dt.date(2024, 2, 10)
    assert "Visakha Bochea" in turning.evidence[0].reading
    declared = read(["10/06/2567"], DMY, era="buddhist", window=None)
    assert day(declared, "10/06/2567") == dt.date(2024, 6, 10)
    assert codes(read(["10/06/2567"], DMY, era="detect", window=None)) == ["SALA-F020"]
    assert codes(read(["10/02/2567"], DMY, era="detect", window=None)) == []
    assert day(read(["10/06/2024"], DMY, era="detect", window=None), "10/06/2024") == dt.date(2024, 6, 10)


def test_two_eras_in_one_column_are_held() -> None:
    assert codes(read(["10/02/2567", "11/02/2024"], DMY, era="detect")) == ["SALA-F020"]


def test_blanks_and_what_is_no_date() -> None:
    made = read(["", " \u200b", "soon", "31/02/2024"], DMY)
    assert [day(made, text) for text in ("", " \u200b", "soon", "31/02/2024")] == [None, None, *["date_unreadable"] * 2]
    assert made.evidence == []


DAYS = st.lists(st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31)), min_size=1, max_size=30)
RIVALS = (("%d/%m/%Y", "%m/%d/%Y"), ("%d/%m/%y", "%m/%d/%y", "%y/%m/%d"), ("%Y-%m-%d", "%Y-%d-%m"))


@given(DAYS, st.sampled_from(RIVALS), st.integers(0, 2), st.sampled_from(["common", "buddhist", "detect"]))
def test_a_column_written_in_one_format_is_read_in_it_or_held(
    days: list[dt.date], forms: tuple[str, ...], which: int, era: str
) -> None:
    writing = Reading(forms[which % len(forms)], "common" if era == "detect" else era)
    written = {writing.write(day): day for day in days}
    made = read([writing.write(day) for day in days], *forms, era=era)
    for text, right in written.items():
        value, rule = made.converted[text]
        assert value == right or rule == "date_ambiguous"
    assert bool(made.doubts) == any(rule for _, rule in made.converted.values())


MIXED = st.lists(
    st.sampled_from(["05/06/2024", "13/06/2024", "06/13/2024", "04/04/2024", "2024-06-07", "x", "01/02/2023"])
    | st.sampled_from([REAL_DATE + "2024-06-05", REAL_DATE + "2024-06-15"]),
    max_size=60,
)


@given(MIXED, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(texts: list[str], chance: random.Random) -> None:
    stirred = [*texts]
    chance.shuffle(stirred)
    first, second = read(texts, ISO, DMY, MDY), read(stirred, ISO, DMY, MDY)
    assert first.converted == second.converted
    assert sorted(map(repr, first.evidence)) == sorted(map(repr, second.evidence))
    assert sorted(d.found for d in first.doubts) == sorted(d.found for d in second.doubts)


@given(st.lists(st.sampled_from(["05/06/2024", "13/06/2024", "06/13/2024", "04/04/2024", "14/06/2024"]), min_size=1))
def test_one_more_certain_row_of_the_right_reading_makes_nothing_uncertain(texts: list[str]) -> None:
    before = read(texts, DMY, MDY)
    if before.evidence[0].how == "unambiguous_rows":
        more = "25/06/2024" if before.evidence[0].reading == "DD/MM/YYYY" else "06/25/2024"
        after = read([*texts, more], DMY, MDY)
        assert after.doubts == []
        assert {t: after.converted[t] for t in texts} == before.converted
        assert after.evidence[0].sure_percent >= before.evidence[0].sure_percent


def test_one_declared_format_that_no_cell_speaks_for_is_told_so() -> None:
    open_ = read(["05/06/2024", "12/06/2024"], DMY, window=None)
    assert told(open_, "how", "sure_percent", "supporting", "cells") == [("declared", 0, 0, 2)]
    note = "'Date': dates read as DD/MM/YYYY; every day is at most 12: nothing in the file speaks against month first"
    assert open_.evidence[0].note == note
    assert str(read(["06/05/2024"], MDY, window=None).evidence[0].note).endswith("against day first")
    assert (codes(open_), day(open_, "05/06/2024")) == ([], dt.date(2024, 6, 5)), "what is declared is held to"


@pytest.mark.parametrize(
    ("texts", "form", "window"),
    [
        (["05/06/2024", "13/06/2024"], DMY, None),  # no month is the 13th
        (["05/06/2024", "06/06/2024"], DMY, JUNE),  # 6 May is outside the course
        (["06/06/2024"], DMY, None),  # the same in either order
        (["2024-06-05"], ISO, None),
        (["05 June 2024"], "%d %B %Y", None),
    ],
)
def test_a_declared_format_that_something_speaks_for_needs_no_word(
    texts: list[str], form: str, window: tuple[str, str] | None
) -> None:
    made = read(texts, form, window=window)
    assert told(made, "how", "sure_percent", "supporting") == [("declared", 100, len(texts))]
    assert made.evidence[0].note is None
