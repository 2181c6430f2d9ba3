"""How headers, sessions, dates and file names of an unknown export are understood."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.contract.entities import ENTITIES
from warehouse.contract.properties import TableProperties
from warehouse.contract.spelling import fold_text
from warehouse.drafting.dates import read_dates
from warehouse.drafting.patterns import name_pattern, one_of
from warehouse.drafting.sessions import find_sessions
from warehouse.drafting.vocabulary import begins_with, codes_of, is_ignored, key, matches, vocabulary
from warehouse.readers.raw import REAL_DATE

IN_ITS_TIME = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine too


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Name (Latin)", "name_latin"),
        ("  NAME\n(in Khmer) ", "name_khmer"),
        ("E-mail address", "email"),
        ("Phone (if any)", "phone"),
        ("participant/id", "person_id"),
        ("event/province", "province_of_training"),
        ("participant/duty_province", "province_of_duty"),
        ("Participants / Sex", "sex"),
        ("ខេត្តបំពេញការងារ", "province_of_duty"),
        ("ឋានន្តរស័ក្តិ", "rank"),
        ("Date de naissance", "birth_date"),
        ("Unité", "unit"),
        ("Police ID number", "police_id"),
    ],
)
def test_headers_are_known_in_three_languages(header: str, column: str) -> None:
    assert matches(header)[0].column == column


def test_likeness_is_further_than_any_spelling() -> None:
    near, far = matches("Grade"), matches("Grade/10.00")
    assert near[0].distance == 0
    assert {match.column for match in far} >= {"score"}
    assert min(match.distance for match in far) >= 10
    assert matches("Shoe size") == ()


@pytest.mark.parametrize("header", ["_uuid", "__version__", "No.", "ល.រ", "Remarks"])
def test_what_platforms_and_people_add_is_known(header: str) -> None:
    assert is_ignored(header)


def test_a_partners_id_is_no_platforms_id() -> None:
    assert is_ignored("_id")
    assert is_ignored("ID") is None


def test_the_vocabulary_names_only_what_there_is() -> None:
    columns = {column.name: column for entity in ENTITIES.values() for column in entity}
    listed = vocabulary()
    assert listed["columns"].keys() == columns.keys()
    assert listed["titles"].keys() <= columns.keys()
    for name in listed["codes"].keys() - {"empty"}:
        assert set(listed["codes"][name]) <= set(columns[name].codes), name
    for entity, members in ENTITIES.items():  # within an entity the first column of a spelling wins: say it once
        spelt = [key(s) for c in members for s in dict.fromkeys(map(key, listed["columns"][c.name]))]
        twice = {s for s in spelt if spelt.count(s) > 1}
        assert twice <= {"resultat", "result", "លទ្ធផល", "date", "mark", "grade", key("សិក្ខាសាលា"), "status"}, entity


def test_words_begin_a_row_only_as_whole_words() -> None:
    assert begins_with("Total (12)", "footers") == "total"
    assert begins_with("Totally Canary", "footers") is None
    assert begins_with("សរុបរួម ១២", "footers") == "សរុបរួម"


def test_a_spelling_means_one_code() -> None:
    for column in ("status", "sex", "category", "kind", "outcome"):
        listed = [fold_text(s) for code in vocabulary()["codes"][column].values() for s in code]
        assert len(listed) == len(set(listed)), column
        assert codes_of(column)


@pytest.mark.parametrize(
    ("headers", "groups", "column"),
    [
        (["Day 1 03/10/2016", "Day 2 04/10/2016"], {"number", "date"}, "status"),
        (["Day 1 (06/11/2023)", "Day 12 (07/11/2023)"], {"number", "date"}, "status"),
        (["ថ្ងៃទី១ ០៦/០៣/២០០៦", "ថ្ងៃទី២ ០៧/០៣/២០០៦"], {"number", "date"}, "status"),
        (["12.03.2024 08.00 All students", "13.03.2024 13.30 Group: B"], {"date", "hour", "minute", "group"}, "status"),
        (["2024-05-01"], {"date"}, "status"),
        (["1", "2", "3"], {"number"}, "status"),
        (["Session 1", "Session 2"], {"number"}, "status"),
        (["Pre-test /20", "Post-test /20", "Practical /100"], {"kind", "maximum"}, "score"),
        (["Pre-test", "Post-test"], {"kind"}, "score"),
    ],
)
def test_columns_that_repeat_are_sessions(headers: list[str], groups: set[str], column: str) -> None:
    cells = {place: ["✓", "P"] if column == "status" else ["12", "7.5"] for place in range(len(headers))}
    sessions = find_sessions(headers, cells, frozenset())
    assert sessions is not None
    assert set(sessions.groups) == groups
    assert sessions.column == column
    assert all(re.fullmatch(sessions.pattern, header) for header in headers)


@pytest.mark.parametrize("headers", [["Phone 1", "Phone 2"], ["Name", "Sex"], ["Q1", "Q2"], ["Session 1"]])
def test_columns_that_do_not_are_not(headers: list[str]) -> None:
    assert find_sessions(headers, {place: ["x"] for place in range(len(headers))}, frozenset()) is None


def test_brackets_that_other_sheets_write_are_allowed_for() -> None:
    sessions = find_sessions(["Day 1 03/10/2016"], {0: ["P"]}, frozenset(), ["Name", "Day 1 (04/10/2016)"])
    assert sessions is not None
    assert re.fullmatch(sessions.pattern, "Day 2 (05/10/2016)")
    assert re.fullmatch(sessions.pattern, "Day 2 05/10/2016")


def test_one_day_above_twelve_decides_the_whole_column() -> None:
    assert read_dates(["06/05/2024", "13/05/2024"]).formats == ("%d/%m/%Y",)
    found = read_dates(["05/06/2024", "05/13/2024"])
    assert (found.formats, found.doubts) == (("%m/%d/%Y",), ())


def test_what_nothing_decides_is_a_doubt_with_both_readings() -> None:
    (doubt,) = read_dates(["05/06/2024"]).doubts
    assert "%d/%m/%Y" in doubt
    assert "%m/%d/%Y" in doubt
    assert "ask the partner" in doubt


def test_the_month_in_the_files_name_speaks_for_a_reading() -> None:
    assert read_dates(["05/06/2024"], "2024-05").formats == ("%m/%d/%Y",)
    assert read_dates(["05/06/2024"], "2024-06").formats == ("%d/%m/%Y",)


def test_dates_that_lie_closer_together_are_likelier() -> None:
    found = read_dates(["04/05/2024", "05/05/2024", "06/05/2024"])
    assert found.formats == ("%d/%m/%Y",)
    assert "within 3 days" in found.doubts[0]


def test_eras_numerals_and_real_dates() -> None:
    khmer = read_dates(["០៤/០៤/២៥៦៦", "១៥/០៤/២៥៦៦"])
    assert (khmer.formats, khmer.buddhist, khmer.first) == (("%d/%m/%Y",), True, dt.date(2023, 4, 4))
    real = read_dates([REAL_DATE + "2024-05-01", "2024-05-02", "late"])
    assert (real.formats, real.first, real.last) == (("%Y-%m-%d",), dt.date(2024, 5, 1), dt.date(2024, 5, 2))
    assert "1 of 3" in real.doubts[0]


@IN_ITS_TIME
@given(st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)), min_size=1, max_size=8), st.sampled_from("/-."))
def test_what_is_chosen_reads_every_date(days: list[dt.date], mark: str) -> None:
    texts = [day.strftime(f"%d{mark}%m{mark}%Y") for day in days]
    found = read_dates(texts)
    assert found.share == 1.0
    if any(day.day > 12 for day in days) and not found.doubts:
        assert (found.first, found.last) == (min(days), max(days))


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("attendance_2024-05.csv", ["attendance_2024-06.csv", "attendance_2024-06_v2.csv"]),
        ("Liste (2024).xlsx", ["Liste (2025).xlsx", "Liste (2025) (1).xlsx"]),
        ("IJM_12M_Block1.xlsx", ["IJM_12M_Block2.xlsx"]),
        ("export 05-06-2024 v3.csv", ["export 06-06-2024.csv", "export 06-06-2024_v4.csv"]),
        ("ឈ្មោះ_2024-05.csv", ["ឈ្មោះ_2024-06.csv"]),
    ],
)
def test_a_files_name_becomes_a_pattern_for_names_like_it(name: str, others: list[str]) -> None:
    found = name_pattern(name)
    assert TableProperties.model_validate(
        {"entity": "event", "files": found.pattern, "format": "workbook", "toleratedRefusedPercent": 0}
    )
    for other in others:
        assert re.fullmatch(found.pattern, other), other
    assert not re.fullmatch(found.pattern, "x" + name)


@IN_ITS_TIME
@given(
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30).filter(lambda t: "." not in t)
)
def test_any_name_becomes_a_pattern_that_holds_it(stem: str) -> None:
    plain = re.sub(r"(?i)[_ -]*(v|ver|version|rev)[_. -]?\d{1,3}$| \(\d+\)$", "", stem)
    assert re.fullmatch(name_pattern(f"{plain}.csv").pattern, f"{plain}.csv") or plain != stem


def test_the_moment_of_an_export_is_known_as_a_whole() -> None:
    found = name_pattern("Feedback - 2024-05-03-11-22-33.csv")
    assert found.groups == {"moment": "2024-05-03-11-22-33"}
    assert re.fullmatch(found.pattern, "Feedback - 2025-12-31-23-59-59.csv")
    assert "counts beside those before" in found.doubts[0]


def test_exports_that_hold_all_submissions_again_are_one_thing() -> None:
    found = name_pattern("SLT_-_all_versions_-_False_-_2024-06-20-03-11-22.csv")
    later = re.fullmatch(found.pattern, "SLT_-_all_versions_-_False_-_2025-01-02-13-14-15.csv")
    assert later
    assert later.groupdict() == {"revision": None}
    assert found.groups == {}
    assert "takes the place of the one before" in found.doubts[0]


@pytest.mark.parametrize(
    ("name", "place", "other"),
    [
        ("Sign-in Battambang 2024-05-13.xlsx", "Battambang", "Sign-in Siem Reap 2024-06-01 (2).xlsx"),
        ("list_phnom_penh_v2.csv", "phnom_penh", "list_Takeo_v3.csv"),
        ("កំពត_2024-05.csv", "កំពត", "តាកែវ_2024-06.csv"),
    ],
)
def test_a_place_in_a_files_name_may_be_another_next_time(name: str, place: str, other: str) -> None:
    found = name_pattern(name)
    assert found.groups["place"] == place
    assert any("a place in the name" in doubt for doubt in found.doubts)
    assert (match := re.fullmatch(found.pattern, other))
    assert match["place"] in ("Siem Reap", "Takeo", "តាកែវ")


def test_a_word_that_only_begins_like_a_place_is_none() -> None:
    assert name_pattern("Keppel_2024-05.csv").groups == {"month": "2024-05"}


def test_sheets_become_a_pattern() -> None:
    assert re.fullmatch(one_of(["Week 1", "Week 2"]), "Week 13")
    assert one_of(["Takeo", "Siem Reap"]) == "Takeo|Siem Reap"
    assert re.fullmatch(one_of(["List (new)"]), "List (new)")
