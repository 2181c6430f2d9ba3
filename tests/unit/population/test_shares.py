"""The shares of the standard mix are those of the lists, and what is planted is where the truth says."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
import pytest

from warehouse.contract import entities, lookups
from warehouse.population import CLASSES, STANDARD, Appearances, Mix, appearances
from warehouse.population import people as people_of
from warehouse.store.schemas import DAY_BITS, PERSONS

COUNT = 30_000


@pytest.fixture(scope="module")
def lists() -> Appearances:
    return appearances(COUNT, 11)


@pytest.fixture(scope="module")
def frame(lists: Appearances) -> pd.DataFrame:
    """Persons and truth side by side; difficulty as a set."""
    assert lists.persons["person_ref"].equals(lists.truth["person_ref"])
    joined = lists.persons.to_pandas().join(lists.truth.drop_columns(["person_ref"]).to_pandas())
    made: pd.DataFrame = joined.assign(difficulty=joined.difficulty.map(set))
    return made


def share_of(frame: pd.DataFrame, difficulty: str) -> float:
    return float(frame.difficulty.map(lambda marks: difficulty in marks).mean())


@pytest.mark.parametrize(
    ("difficulty", "expected"),
    [
        ("romanised", STANDARD.romanised),
        ("typing slip", STANDARD.typing_slip + STANDARD.khmer_slip * (1 - STANDARD.no_khmer)),
        ("order swapped", STANDARD.order_swapped),
        ("no Khmer", STANDARD.no_khmer),
        ("no birth date", STANDARD.no_birth_date + STANDARD.birth_year_only),
        ("date wrong", STANDARD.day_month_swapped + STANDARD.year_off),
        ("registered twice", STANDARD.registered_twice),  # two of 2 appearances, of one person in five
    ],
)
def test_a_difficulty_has_the_share_of_the_mix(frame: pd.DataFrame, difficulty: str, expected: float) -> None:
    assert share_of(frame, difficulty) == pytest.approx(expected, abs=0.012)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("name_khmer", 1 - STANDARD.no_khmer),
        ("birth_date", 1 - STANDARD.no_birth_date - STANDARD.birth_year_only),
        ("birth_year", STANDARD.birth_year_only),
        ("police_id", STANDARD.police_id),
        ("phone", STANDARD.phone),
        ("email", STANDARD.email),
        ("rank", 1 - STANDARD.rank_missing),
        ("unit", 1 - STANDARD.unit_missing),
        ("name_latin", 1.0),
    ],
)
def test_a_column_is_filled_as_often_as_the_mix_says(frame: pd.DataFrame, column: str, expected: float) -> None:
    assert frame[column].notna().mean() == pytest.approx(expected, abs=0.012)


def test_zero_width_spaces_stand_in_the_share_of_khmer_names(frame: pd.DataFrame) -> None:
    khmer = frame.name_khmer.dropna()
    assert khmer.str.contains("\u200b").mean() == pytest.approx(STANDARD.zero_width, abs=0.012)


@pytest.mark.parametrize("count", [300, 3_000, COUNT])
def test_a_person_appears_twice_on_average_at_every_size(count: int) -> None:
    of_person = Counter(appearances(count, 5).truth["true_person"].to_pylist())
    assert sum(of_person.values()) == count
    assert count / len(of_person) == pytest.approx(2, rel=0.05)
    assert {1, 2, 3, 4} <= set(of_person.values()) <= {1, 2, 3, 4, 5}


def test_one_person_in_five_is_registered_twice_by_one_partner(frame: pd.DataFrame) -> None:
    sizes = frame.groupby(["true_person", "partner_id"]).size()
    assert set(sizes) == {1, 2}
    assert (sizes == 2).sum() / frame.true_person.nunique() == pytest.approx(STANDARD.registered_twice, abs=0.012)
    twice = frame.groupby(["true_person", "partner_id"]).person_ref.transform("size") == 2
    assert (frame.difficulty.map(lambda marks: "registered twice" in marks) == twice).all()


@pytest.mark.parametrize("count", [40, COUNT])
def test_who_is_registered_twice_never_stands_twice_on_one_day(count: int) -> None:
    lists = appearances(count, 7)
    frame = lists.persons.select(["partner_id", "course_days"]).to_pandas()
    frame["true_person"] = lists.truth["true_person"].to_pandas()
    frame = frame.explode("course_days")
    frame["event"], frame["day"] = frame.course_days // 2**DAY_BITS, frame.course_days % 2**DAY_BITS
    first, last = (int(day.astype(int)) for day in (people_of.FIRST_DAY, people_of.LAST_DAY))
    assert frame["day"].between(first, last).all()
    assert (frame.groupby("event").partner_id.nunique() == 1).all()
    assert not frame.duplicated(["true_person", "partner_id", "day"]).any()


def test_most_of_the_siblings_are_alike_and_of_one_unit(lists: Appearances) -> None:
    people = people_of.invent(COUNT, np.random.default_rng(1), STANDARD)
    younger = np.flatnonzero((people.sibling >= 0) & (people.sibling < np.arange(COUNT)))
    elder = people.sibling[younger]
    assert 2 * len(younger) / COUNT == pytest.approx(STANDARD.siblings, abs=0.003)
    assert (people.sibling[elder] == younger).all()
    assert (people.family[elder] == people.family[younger]).all()
    assert (people.unit[0][elder] == people.unit[0][younger]).all()
    assert (people.province[0][elder] == people.province[0][younger]).all()
    apart = (people.born[younger] - people.born[elder]).astype(int)
    assert 0.3 < (apart == 0).mean() < 0.7
    assert apart.max() <= 3 * 365
    named = people.given * 100 + people.second
    assert (named[elder] != named[younger]).all()
    planted = lists.truth.to_pandas().dropna(subset="sibling").drop_duplicates("true_person")
    assert dict(zip(planted.true_person, planted.sibling, strict=True)) == dict(
        zip(planted.sibling, planted.true_person, strict=True)
    )


def test_wrong_dates_are_a_swap_or_a_year_off(frame: pd.DataFrame) -> None:
    dated = frame.dropna(subset="birth_date")
    wrong = dated.difficulty.map(lambda marks: "date wrong" in marks)
    right = dated[~wrong].drop_duplicates("true_person").set_index("true_person").birth_date
    assert (dated[~wrong].groupby("true_person").birth_date.nunique() == 1).all()
    compared = dated[wrong & dated.true_person.isin(right.index)]
    assert len(compared) > 500
    swaps = 0
    for found, true in zip(compared.birth_date, compared.true_person.map(right), strict=True):
        swap = (found.year, found.month, found.day) == (true.year, true.day, true.month)
        swaps += swap
        assert swap or (abs(found.year - true.year) == 1 and found.month == true.month)
    assert swaps / len(compared) == pytest.approx(4 / 7, abs=0.06)


def digits(texts: Any) -> Any:
    """Return the last eight digits of each number, in whichever script and form it is written."""
    return texts.dropna().map(lambda text: "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())[-8:])


def test_who_shares_no_id_shares_none_with_the_persons_other_appearances(frame: pd.DataFrame) -> None:
    shares = pd.Series(False, index=frame.index)
    for number in (digits(frame.police_id), digits(frame.phone), frame.email.dropna()):
        shares |= (
            pd.DataFrame({"n": number, "p": frame.true_person})
            .dropna()
            .duplicated(keep=False)
            .reindex(frame.index, fill_value=False)
        )
    several = frame.true_person.duplicated(keep=False)
    marked = frame.difficulty.map(lambda marks: "no shared id" in marks)
    assert (marked == (several & ~shares)).all()


def test_ids_and_phones_are_wrong_as_often_as_the_mix_says(frame: pd.DataFrame) -> None:
    for column, expected in (("police_id", STANDARD.police_id_wrong), ("phone", STANDARD.phone_changed)):
        number = digits(frame[column])
        of_person = number.groupby(frame.true_person)
        several = of_person.transform("size") == 2
        differing = 1 - (of_person.transform("nunique") == 1)[several].mean()
        assert differing == pytest.approx(2 * expected * (1 - expected), abs=0.02), column


def test_codes_are_those_of_the_seeds(frame: pd.DataFrame) -> None:
    for column, lookup in (("rank", "ranks"), ("unit", "units"), ("province_of_duty", "provinces")):
        assert set(frame[column].dropna()) <= lookups.codes(lookup), column
        assert frame[column].nunique() > 10
    assert frame.province_of_duty.nunique() == 25
    assert set(frame.category) <= set(entities.CATEGORIES)
    assert set(frame.sex) == set(entities.SEXES)


def test_the_tables_have_the_declared_columns(lists: Appearances) -> None:
    assert lists.persons.schema == PERSONS
    marks = {mark for marks in lists.truth["difficulty"].to_pylist() for mark in marks}
    assert marks == set(CLASSES)


def test_clean_is_none_of_the_others(frame: pd.DataFrame) -> None:
    assert all((marks == {"clean"}) or ("clean" not in marks and marks) for marks in frame.difficulty if marks)
    clean = frame[frame.difficulty == {"clean"}]
    assert 0.02 < len(clean) / COUNT < 0.15
    assert clean.name_latin.str.casefold().groupby(clean.true_person).nunique().max() == 1


def test_references_say_nothing_about_persons(frame: pd.DataFrame) -> None:
    assert frame.person_ref.is_monotonic_increasing
    assert frame.person_ref.is_unique
    number = frame.true_person.str[1:].astype(int)
    assert abs(np.corrcoef(number, np.arange(COUNT))[0, 1]) < 0.02


@pytest.mark.parametrize("count", [1, 30, 2_000])
def test_the_same_seed_gives_the_same_tables(count: int) -> None:
    one, again, other = appearances(count, 1), appearances(count, 1), appearances(count, 2)
    assert one.persons.equals(again.persons)
    assert one.truth.equals(again.truth)
    assert not one.persons.equals(other.persons)


def test_a_mix_without_faults_has_none() -> None:
    shares: dict[str, Any] = {f.name: 0.0 for f in fields(Mix)} | {"name_exponent": 0.8, "police_id": 0.45}
    found = appearances(2_000, 1, Mix(**shares)).truth["difficulty"].to_pylist()
    assert {mark for marks in found for mark in marks} <= {"clean", "no shared id", "common name"}


def test_every_share_says_what_it_means() -> None:
    assert all(len(str(field.metadata.get("meaning", ""))) > 10 for field in fields(Mix))


@pytest.mark.parametrize("count", [0, -1, 10_000_001])
def test_an_impossible_count_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 10 million"):
        appearances(count, 1)
