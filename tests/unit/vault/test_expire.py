"""Retention: who was not seen for some years loses what identifies them; counts stay, and others keep theirs."""

from __future__ import annotations

import json
from datetime import date

import pyarrow as pa
import pytest

from tests.conftest import House, listing, row
from tests.unit.vault.conftest import Household
from warehouse import pipeline
from warehouse.store.files import write_parquet
from warehouse.store.keys import load_keys
from warehouse.vault.erase import search
from warehouse.vault.expire import expire, years_before


@pytest.fixture
def years(house: House) -> Household:
    """Dara1 was seen in January and June, Dara2 in January only, Dara3 in June only."""
    house.ingest("att_a.csv", listing(row(1, Date="10/01/2024"), row(2, Date="10/01/2024")))
    house.ingest("att_b.csv", listing(row(1), row(3)))
    return Household(house)


def names(household: Household) -> set[str]:
    return {str(r["name_latin"]) for r in household.vault_rows()}


def test_only_who_was_not_seen_since_loses_identifiers_and_every_row_stays(years: Household) -> None:
    rows = years.zone("bronze")
    assert expire(years.home, load_keys(), 2, date(2026, 1, 10), "2026-01-10") == []
    (report,) = expire(years.home, load_keys(), 2, date(2026, 1, 11), "2026-01-11")
    assert (report["cause"], report["persons"], report["rows"], report["finished"]) == ("expired", 1, 0, True)
    assert names(years) == {"Canary Dara1", "Canary Dara3"}
    assert years.zone("bronze") == rows
    years.balanced()
    assert search(years.home, load_keys(), ["Canary Dara2", "K-0002"]).found == []
    assert expire(years.home, load_keys(), 2, date(2026, 1, 11), "2026-01-11") == []


def test_an_officer_seen_by_one_partner_keeps_what_another_said(years: Household) -> None:
    refs = [years.reference(f"Canary Dara{n}") for n in (2, 3)]
    write_parquet(years.home, years.home.crosswalk, pa.table({"person_ref": refs, "officer_key": ["o", "o"]}))
    assert expire(years.home, load_keys(), 2, date(2026, 1, 11), "2026-01-11") == []


def test_who_comes_again_is_known_again_and_is_the_same_person(years: Household) -> None:
    reference = years.reference()
    expire(years.home, load_keys(), 2, date(2026, 1, 11), "2026-01-11")
    outcome = years.house.ingest("att_c.csv", listing(row(2, Date="10/12/2024", Event="E9")))
    assert outcome["rows_accepted"] == 1
    assert years.reference() == reference
    assert pipeline.ingest_all(years.home, workers=1) == []


def test_the_years_come_from_the_command_or_the_environment(years: Household) -> None:
    assert years.sala("vault", "expire").returncode == 2
    done = years.sala("vault", "expire", "--as-of", "2026-01-11", "--json", SALA_RETENTION_YEARS="2")
    assert done.returncode == 0, done.stderr
    assert [report["persons"] for report in json.loads(done.stdout)] == [1]
    done = years.sala("vault", "expire", "--older-than", "1", "--as-of", "2026-01-11")
    assert "2 persons" in done.stdout
    assert names(years) == set()


def test_a_leap_day_has_a_day_years_before() -> None:
    assert years_before(date(2024, 2, 29), 1) == date(2023, 3, 1)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)
