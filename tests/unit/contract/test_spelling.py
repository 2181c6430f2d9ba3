"""How texts are compared: spelling counts, layout does not."""

from __future__ import annotations

import unicodedata

import pytest

from warehouse.contract import lookups
from warehouse.contract.spelling import fold_name, fold_text, tidy


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  a \t b\n", "a b"),
        ("a\u00a0b", "a b"),
        ("\u200bសុខ\u200b ដារា\ufeff", "សុខ ដារា"),
        ("e\u0301", "\u00e9"),
        ("\u2060", ""),
        ("\x1f", ""),
    ],
)
def test_tidy(written: str, kept: str) -> None:
    assert tidy(written) == kept


def test_case_does_not_matter_in_codes_and_headers() -> None:
    assert fold_text(" Full\nNAME ") == fold_text("full name")
    assert fold_text("STRASSE") == fold_text("straße")


def test_punctuation_does_not_make_another_place() -> None:
    assert fold_name("Mondul-Kiri") == fold_name("mondul kiri") == fold_name("Mondulkiri.")
    assert fold_name("Banteay Meanchey") != fold_name("Otdar Meanchey")


@pytest.mark.parametrize("lookup", ["provinces", "ranks", "units"])
def test_no_alias_stands_for_two_codes(lookup: str) -> None:
    aliases, codes = lookups.aliases(lookup), lookups.codes(lookup)
    assert len(aliases) > len(codes) > 10
    assert set(aliases.values()) == codes
    assert all(alias == fold_name(alias) for alias in aliases)
    assert all(unicodedata.is_normalized("NFC", alias) for alias in aliases)


def test_the_25_provinces_are_known_by_old_names_and_neighbours_stay_apart() -> None:
    aliases = lookups.aliases("provinces")
    assert len(lookups.codes("provinces")) == 25
    assert (
        aliases[fold_name("Kampong Som")] == aliases[fold_name("Sihanoukville")] == aliases[fold_name("Preah Sihanouk")]
    )
    assert aliases[fold_name("Tboung Khmum")] == "25"
    assert aliases[fold_name("Mondul Kiri")] != aliases[fold_name("Ratanak Kiri")]
