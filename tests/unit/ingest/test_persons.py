"""Who a row is about: two people are never one, one person is one in every delivery of a partner."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from pyrage import x25519

from tests.conftest import PARTNER, House, listing, row
from warehouse import pipeline
from warehouse.ingest import persons
from warehouse.ingest.columns import Column
from warehouse.ingest.persons import _identity_text, says_who
from warehouse.store.keys import Keys


def text(**identity: object) -> str:
    return _identity_text("acme", identity)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"person_id": "1-23"}, {"person_id": "12-3"}),
        ({"person_id": "1"}, {"person_id": "01"}),
        ({"person_id": "1", "name_latin": "A"}, {"name_latin": "1"}),
        ({"name_latin": "Sok Dara"}, {"name_khmer": "Sok Dara"}),
        ({"name_latin": "Sok Dara", "police_id": "1"}, {"name_latin": "Sok Dara", "police_id": "2"}),
        ({"email": "a@example.org"}, {"email": "b@example.org"}),
        ({"phone": "012 1"}, {"phone": "012 2"}),
        ({"person_id": "-", "name_latin": "Sok"}, {"person_id": "-", "name_latin": "Sao"}),
        ({"phone": "1", "birth_date": "2000-01-01"}, {"phone": "2", "birth_date": "2000-01-01"}),
        ({"name_latin": "Sok", "birth_year": 1970}, {"name_latin": "Sok", "birth_year": 1980}),
        ({"phone": "1", "birth_year": 1970}, {"phone": "2", "birth_year": 1970}),
    ],
)
def test_two_people_stay_two(one: dict[str, object], other: dict[str, object]) -> None:
    assert text(**one) != text(**other)
    assert _identity_text("iom", one) != text(**one), "another partner's id is another id"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"person_id": "K-1", "name_latin": "Sok"}, {"person_id": " k-1", "name_latin": "Sok Dara"}),
        ({"name_latin": "Sok Dara", "phone": "1"}, {"name_latin": "SOK  DARA", "phone": "2"}),
        ({"name_latin": "Sok-Dara"}, {"name_latin": "Sok Dara"}),
        ({"email": "A@example.org"}, {"email": "a@example.org "}),
        ({"person_id": "K-1", "birth_year": 1970}, {"person_id": "K-1"}),
        (
            {"name_latin": "Sok", "birth_date": "1970-01-02", "birth_year": 1970},
            {"name_latin": "Sok", "birth_date": "1970-01-02"},
        ),
    ],
)
def test_one_person_stays_one(one: dict[str, object], other: dict[str, object]) -> None:
    assert text(**one) == text(**other)


@pytest.mark.parametrize(
    ("value", "says"), [(None, False), ("-", False), ("…", False), ("។", False), ("0", True), ("សុខ", True)]
)
def test_a_dash_names_nobody(value: str | None, says: bool) -> None:
    assert says_who(value) is says


@pytest.mark.parametrize("remembered", [3, 200])
def test_what_is_remembered_of_ids_is_what_would_be_made_anew(monkeypatch: pytest.MonkeyPatch, remembered: int) -> None:
    monkeypatch.setattr(persons, "REMEMBERED", remembered)
    ids, names = ["7", "-", None, "8", "07", "-", "9", " 7"], ["Sok", "Sok", "Sao", "Sok", None, "Chan", "Sok", "Sok"]
    rows = np.arange(len(ids), dtype=np.int32)
    of = {"person_id": Column.of(rows, [*ids]), "name_latin": Column.of(rows, [*names])}
    key = Keys(x25519.Identity.generate(), b"k" * 32)
    for keys, partner in ((key, "acme"), (key, "acme"), (key, "iom"), (replace(key, pseudonym=b"o" * 32), "acme")) * 2:
        made = [{"person_id": own_id, "name_latin": name} for own_id, name in zip(ids, names, strict=True)]
        expected = [keys.pseudonymise(_identity_text(partner, identity)) for identity in made]
        assert persons._references(partner, of, len(ids), keys) == expected


def test_persons_are_the_same_in_every_delivery_and_only_pseudonyms_leave_the_vault(house: House) -> None:
    first = house.ingest("att_a.csv", listing(row(1), row(2)))
    second = house.ingest("att_b.csv", listing(row(2, "A"), row(3)))
    files = [house.home.bronze("attendance", PARTNER, o["delivery_id"]) for o in (first, second)]
    one, two = (pq.ParquetFile(f).read()["person_ref"].to_pylist() for f in files)
    assert len({*one, *two}) == 3
    assert one[1] == two[0]
    assert pipeline.identify(house.home)["persons"] == 3
    crosswalk = pq.read_table(house.home.crosswalk)
    assert crosswalk["person_ref"].to_pylist() == sorted({*one, *two})
    columns = set(pq.read_schema(files[0]).names)
    assert not columns & {
        "person_id",
        "name_latin",
        "name_khmer",
        "police_id",
        "phone",
        "email",
        "birth_date",
        "birth_year",
    }
    assert "Canary" not in json.dumps(crosswalk.to_pylist())


def test_rows_that_name_nobody_are_refused(house: House) -> None:
    rows = [row(1), row(2, ID="-", Name="-"), row(3, ID="", Name=""), row(4, ID="-"), row(5, ID="-", Event="E2")]
    outcome = house.ingest("att_a.csv", listing(*rows))
    assert (outcome["rows_accepted"], outcome["rows_quarantined"]) == (3, 2)
    references = pq.ParquetFile(house.home.bronze("attendance", PARTNER, outcome["delivery_id"])).read()["person_ref"]
    assert len(set(references.to_pylist())) == 3, "a dash as an id makes one person of many"
