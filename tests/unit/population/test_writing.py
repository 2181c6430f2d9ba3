"""How names are written: what a slip, a variant or a hidden sign may do to them."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.population import names
from warehouse.population.names import FAMILY, GIVEN, code_point_orders, romanisations
from warehouse.population.writing import ZERO_WIDTH, slip, slip_in_khmer, widen

OFFICIAL = [romanisations(entry[1])[0] for entry in (*FAMILY, *GIVEN)]
KHMER = [entry[0] for entry in (*FAMILY, *GIVEN)]


def edits(one: str, other: str) -> int:
    """Return the distance of two texts, counting the exchange of two neighbours as one edit."""
    rows = [list(range(len(other) + 1))]
    for n, a in enumerate(one, start=1):
        row = [n]
        for m, b in enumerate(other, start=1):
            row.append(min(rows[-1][m] + 1, row[-1] + 1, rows[-1][m - 1] + (a != b)))
            if n > 1 and m > 1 and a == other[m - 2] and b == one[n - 2]:
                row[-1] = min(row[-1], rows[-2][m - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


@given(st.sampled_from(OFFICIAL), st.sampled_from(OFFICIAL), st.integers(0, 2**32))
def test_a_slip_is_one_edit_and_changes_the_name(family: str, first: str, seed: int) -> None:
    name = f"{family} {first}"
    assert edits(name, slip(name, random.Random(seed))) == 1


def test_a_slip_never_exchanges_equal_letters() -> None:
    assert {slip("Annnna", random.Random(seed)) for seed in range(300)}.isdisjoint({"Annnna"})


@given(st.sampled_from(KHMER), st.integers(0, 2**32))
def test_a_slip_in_khmer_is_one_edit(name: str, seed: int) -> None:
    assert edits(name, slip_in_khmer(name, random.Random(seed))) == 1


@given(st.sampled_from(KHMER), st.sampled_from(KHMER), st.integers(0, 2**32))
def test_zero_width_spaces_are_all_that_is_added(family: str, first: str, seed: int) -> None:
    name = f"{family} {first}"
    wide = widen(name, random.Random(seed))
    assert wide.replace(ZERO_WIDTH, "") == name
    assert 1 <= wide.count(ZERO_WIDTH) <= 2


def test_every_name_has_other_romanisations_and_none_twice() -> None:
    assert len(FAMILY) == 24
    assert len(GIVEN) == 28
    for _, syllables, *_ in (*FAMILY, *GIVEN):
        found = romanisations(syllables)
        assert len(found) >= 3
        assert len(found) == len(set(found))
    assert len(set(OFFICIAL[: len(FAMILY)])) == len(FAMILY)
    assert len(set(OFFICIAL[len(FAMILY) :])) == len(GIVEN)


def test_syllables_combine_with_the_official_first() -> None:
    assert romanisations("Da/Ta ra/rah") == ["Dara", "Darah", "Tara", "Tarah"]


def test_names_are_khmer_in_normal_form_and_no_two_are_alike() -> None:
    assert all(unicodedata.normalize("NFC", name) == name for name in KHMER)
    assert all(unicodedata.name(c).startswith("KHMER ") for name in KHMER for c in name)
    assert len({name for name, _ in FAMILY}) == len(FAMILY)
    assert len({entry[0] for entry in GIVEN}) == len(GIVEN)


@pytest.mark.parametrize(
    ("khmer", "orders"),
    [
        ("ស្រី", ["ស្រី", "សី្រ"]),  # vowel before the subscript
        ("ម៉ៅ", ["ម៉ៅ", "មៅ៉"]),  # vowel before the sign that shifts the series
        ("សុខ", ["សុខ"]),
    ],
)
def test_other_orders_hold_the_same_code_points(khmer: str, orders: list[str]) -> None:
    assert code_point_orders(khmer) == orders
    assert all(sorted(order) == sorted(khmer) for order in orders)


@pytest.mark.parametrize("woman", [True, False])
def test_names_fit_the_sex_and_follow_zipf(woman: bool) -> None:
    shares = names.given_shares(0.8, woman)
    fits = [("w" if woman else "m") in entry[2] for entry in GIVEN]
    assert [bool(share) for share in shares] == fits
    assert shares.sum() == pytest.approx(1)
    borne = [share for share in shares if share]
    assert borne == sorted(borne, reverse=True)
    assert all(fits[n] for n in names.alike(woman).ravel())
