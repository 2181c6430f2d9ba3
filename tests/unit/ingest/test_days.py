"""One text and one format: numerals, month names, eras, clocks; a day or none, never another one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from warehouse.contract.properties import CourseWindow
from warehouse.ingest.days import Given, Reading, common_year, plain, stored_day
from warehouse.readers.raw import REAL_DATE

DAY = dt.date(2024, 6, 5)
ALWAYS = Given()
FORMATS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d/%m/%y", "%y/%m/%d", "%Y-%m-%d", "%d.%m.%y", "%d %B %Y"),
    *("%d%m%Y", "%Y%m%d", "%d%m%y", "%Y/%m/%d %H:%M", "%B %d, %Y"),
)


def day(text: str, form: str, era: str = "common", given: Given = ALWAYS) -> dt.date | None:
    return Reading(form, era).day(plain(text), given)


def window(first: str, last: str) -> Given:
    return Given(CourseWindow.model_validate({"from": first, "to": last}))


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        (" 5/6/2024 ", "%d/%m/%Y", DAY),
        ("០៥/០៦/២០២៤", "%d/%m/%Y", DAY),
        ("05/06/24", "%d/%m/%y", DAY),
        ("05/06/68", "%d/%m/%y", dt.date(2068, 6, 5)),
        ("05/06/69", "%d/%m/%y", dt.date(1969, 6, 5)),
        ("05062024", "%d%m%Y", DAY),
        ("5062024", "%d%m%Y", None),  # run together, it has two readings
        ("31/02/2024", "%d/%m/%Y", None),
        ("2024-06-05", "%d/%m/%Y", None),
        ("45448", "%d/%m/%Y", None),
        ("05/06/0024", "%d/%m/%Y", None),
        ("05/06/2024 x", "%d/%m/%Y", None),
        ("១២ មីនា ២០២៤", "%d %B %Y", dt.date(2024, 3, 12)),
        ("1 កុម្ភៈ 2024", "%d %B %Y", dt.date(2024, 2, 1)),
        ("1 កុម្ភះ 2024", "%d %b %Y", dt.date(2024, 2, 1)),
        ("ថ្ងៃទី១២ ខែមីនា ឆ្នាំ២០២៤", "ថ្ងៃទី%d ខែ%B ឆ្នាំ%Y", dt.date(2024, 3, 12)),
        ("12 MARCH 2024", "%d %B %Y", dt.date(2024, 3, 12)),
        ("12 mars 2024", "%d %B %Y", dt.date(2024, 3, 12)),
        ("12 févr. 2024", "%d %b %Y", dt.date(2024, 2, 12)),
        ("12 FEVRIER 2024", "%d %b %Y", dt.date(2024, 2, 12)),
        ("3 août 2024", "%d %B %Y", dt.date(2024, 8, 3)),
        ("Wednesday, June 5, 2024", "%A, %B %d, %Y", DAY),
        ("12 Marsh 2024", "%d %B %Y", None),
        ("12.03.2024 08.00", "%d.%m.%Y %H.%M", dt.date(2024, 3, 12)),
    ],
)
def test_texts_in_one_format(text: str, form: str, expected: dt.date | None) -> None:
    assert day(text, form) == expected


@pytest.mark.parametrize("language", ["km", "en", "fr"])
def test_every_month_of_three_languages_is_its_number(language: str) -> None:
    from babel import Locale

    for width in ("wide", "abbreviated"):
        for number, name in Locale(language).months["format"][width].items():
            assert day(f"15 {name} 2024", "%d %B %Y") == dt.date(2024, number, 15), name


@pytest.mark.parametrize(
    ("text", "form", "zone", "expected"),
    [
        ("2023/04/04 9:14:05 AM GMT+7", "%Y/%m/%d %I:%M:%S %p %z", None, dt.date(2023, 4, 4)),
        ("2023/04/04 11:14:05 PM GMT+7", "%Y/%m/%d %I:%M:%S %p %z", None, dt.date(2023, 4, 4)),
        ("2023/04/04 12:14:05 PM GMT-5", "%Y/%m/%d %I:%M:%S %p %z", None, dt.date(2023, 4, 5)),
        ("2023/04/04 12:14:05 AM GMT+7", "%Y/%m/%d %I:%M:%S %p %z", None, dt.date(2023, 4, 4)),
        ("2023-04-04T17:14:05.250Z", "%Y-%m-%dT%H:%M:%S.%f%z", None, dt.date(2023, 4, 5)),
        ("2023-04-04T16:59:05.250+00:00", "%Y-%m-%dT%H:%M:%S.%f%z", None, dt.date(2023, 4, 4)),
        ("2023-04-04 20:00", "%Y-%m-%d %H:%M", None, dt.date(2023, 4, 4)),
        ("2023-04-04 20:00", "%Y-%m-%d %H:%M", "UTC", dt.date(2023, 4, 5)),
        ("2023-04-04 00:30", "%Y-%m-%d %H:%M", "Asia/Tokyo", dt.date(2023, 4, 3)),
        ("2023-04-04", "%Y-%m-%d", "Asia/Tokyo", dt.date(2023, 4, 4)),  # no clock, no zone
    ],
)
def test_a_moment_is_the_day_that_it_was_in_cambodia(text: str, form: str, zone: str | None, expected: dt.date) -> None:
    assert day(text, form, given=Given(zone=ZoneInfo(zone) if zone else None)) == expected


@pytest.mark.parametrize(
    ("text", "era", "given_", "expected"),
    [
        ("05/06/2567", "buddhist", Given(), DAY),
        ("05/06/2568", "visakha", Given(), DAY),
        ("05/03/2567", "visakha", Given(), dt.date(2024, 3, 5)),
        ("29/02/2567", "buddhist", Given(), dt.date(2024, 2, 29)),  # 2567 itself is no leap year
        ("29/02/2566", "buddhist", Given(), None),
        ("05/06/2024", "buddhist", Given(), None),  # 1481 is no year of a course
        ("05/06/2567", "common", Given(), None),
        # In May the course says whether Visakha Bochea has been.
        ("10/05/2567", "visakha", window("2024-01-01", "2024-12-31"), dt.date(2024, 5, 10)),
        ("10/05/2568", "visakha", window("2024-01-01", "2024-12-31"), dt.date(2024, 5, 10)),
        ("10/05/2568", "visakha_late", window("2024-01-01", "2024-12-31"), dt.date(2024, 5, 10)),
        ("10/05/2568", "visakha", Given(), dt.date(2024, 5, 10)),
        ("10/05/2568", "visakha_late", Given(), dt.date(2025, 5, 10)),
    ],
)
def test_eras(text: str, era: str, given_: Given, expected: dt.date | None) -> None:
    assert day(text, "%d/%m/%Y", era, given_) == expected


def test_a_short_year_of_the_buddhist_era_and_of_a_birth() -> None:
    assert day("05/06/67", "%d/%m/%y", "buddhist") == DAY
    assert day("05/06/13", "%d/%m/%y", "buddhist", Given(latest=2024)) == dt.date(1970, 6, 5)
    assert day("05/06/45", "%d/%m/%y", given=Given(latest=2024)) == dt.date(1945, 6, 5)


def test_a_stored_date_has_no_era_and_is_the_day_in_cambodia() -> None:
    assert stored_day(REAL_DATE + "2024-06-05", Given()) == DAY
    assert stored_day(REAL_DATE + "2024-06-04T20:00:00", Given(zone=ZoneInfo("UTC"))) == DAY
    assert stored_day(REAL_DATE + "2024-06-05T20:00:00", Given()) == DAY
    assert stored_day(REAL_DATE + "1899-12-31", Given()) is None


def test_a_year_of_birth() -> None:
    assert [common_year(2513, era) for era in ("buddhist", "visakha", "detect", "common")] == [1970, 1970, 1970, None]
    assert [common_year(1970, era) for era in ("buddhist", "detect", "common")] == [None, 1970, 1970]


@given(
    st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)),
    st.sampled_from(FORMATS),
    st.sampled_from(["common", "buddhist", "visakha", "visakha_late"]),
)
def test_what_is_written_is_read_back(written: dt.date, form: str, era: str) -> None:
    reading = Reading(form, era)
    assert reading.day(plain(reading.write(written)), Given()) == written


@given(st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)), st.sampled_from(FORMATS), st.sampled_from(FORMATS))
def test_formats_of_different_shapes_never_share_a_text(written: dt.date, form: str, other: str) -> None:
    first, second = Reading(form, "common"), Reading(other, "common")
    if first.shape != second.shape:
        assert second.day(plain(first.write(written)), Given()) in (None, written)


@given(st.text(max_size=20), st.sampled_from(FORMATS), st.sampled_from(["common", "buddhist", "visakha"]))
def test_no_text_breaks_a_reading(text: str, form: str, era: str) -> None:
    found = day(text, form, era)
    assert found is None or 1900 <= found.year < 2200
