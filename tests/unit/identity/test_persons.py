"""One row per person from vault and bronze: the latest known of everything, in whatever order it came."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pyarrow as pa
import pytest

from tests.conftest import House
from warehouse.identity.persons import read_persons
from warehouse.store.files import write_parquet
from warehouse.store.keys import load_keys
from warehouse.store.schemas import DAY_BITS, PERSONS, VAULT, bronze
from warehouse.store.sealed import SealBroken, seal_table

Row = dict[str, Any]
MAY, JUNE = dt.date(2024, 5, 1), dt.date(2024, 6, 1)


def deliver(
    house: House, delivery: str, rows: list[Row], identities: list[Row], entity: str = "attendance", partner: str = "p"
) -> tuple[str, str]:
    whole = {"partner_id": partner, "delivery_id": delivery, "programme_id": "prog", "event_id": "e1"}
    whole |= {"session_date": MAY, "status": "present"} if entity == "attendance" else {}
    made = pa.Table.from_pylist([whole | row for row in rows], schema=bronze(entity))
    write_parquet(house.home, house.home.bronze(entity, partner, delivery), made)
    if identities:
        vault = pa.Table.from_pylist(identities, schema=VAULT)
        seal_table(house.home, load_keys(), vault, house.home.vault(partner, delivery))
    return partner, delivery


def read(house: House, *deliveries: tuple[str, str]) -> dict[str, Row]:
    table = read_persons(house.home, load_keys(), deliveries)
    assert table.schema == PERSONS
    assert table["person_ref"].to_pylist() == sorted(set(table["person_ref"].to_pylist()))
    return {row["person_ref"]: row for row in table.to_pylist()}


def test_nobody_is_an_empty_table(house: House) -> None:
    assert read(house) == {}


def test_identifiers_and_attributes_of_one_delivery(house: House) -> None:
    born = dt.date(1980, 1, 2)
    identity = {"person_ref": "a", "name_latin": "Sok Dara", "police_id": "007", "phone": "012", "birth_date": born}
    one = deliver(house, "d1", [{"person_ref": "a", "sex": "male", "rank": "captain"}], [identity])
    row = read(house, one)["a"]
    assert (row["partner_id"], row["name_latin"], row["police_id"], row["birth_date"]) == ("p", "Sok Dara", "007", born)
    assert (row["phone"], row["email"], row["sex"], row["rank"], row["unit"]) == ("012", None, "male", "captain", None)
    assert len(row["course_days"]) == 1


def test_the_latest_known_stands_and_unknown_is_not_known(house: House) -> None:
    old = [{"person_ref": "a", "rank": "captain", "sex": "female", "province_of_duty": "01"}]
    new = [{"person_ref": "a", "rank": "major", "sex": "unknown", "session_date": JUNE}]
    one = deliver(house, "z", old, [{"person_ref": "a", "phone": "999", "email": "old@example.org"}])
    two = deliver(house, "y", new, [{"person_ref": "a", "phone": "111"}])
    row = read(house, one, two)["a"]
    assert (row["rank"], row["sex"], row["province_of_duty"]) == ("major", "female", "01")
    assert (row["phone"], row["email"]) == ("111", "old@example.org")


def test_any_order_of_deliveries_and_rows_gives_the_same(house: House) -> None:
    rows = [
        {"person_ref": "a", "rank": "captain"},
        {"person_ref": "a", "rank": "major"},
        {"person_ref": "a", "unit": "post"},
    ]
    found = []
    for order in itertools.permutations(rows):
        one = deliver(house, "d1", list(order), [{"person_ref": "a", "name_latin": n} for n in ("Sok", "Sokh")])
        two = deliver(house, "d2", [{"person_ref": "a"}], [{"person_ref": "a", "name_latin": "Sak"}])
        found += [read(house, one, two), read(house, two, one)]
    assert all(each == found[0] for each in found)
    assert (found[0]["a"]["rank"], found[0]["a"]["name_latin"]) == ("major", "Sokh")


def test_who_is_written_in_several_ways_is_known_by_the_latest_delivery_of_that_way(house: House) -> None:
    others = [{"person_ref": ref} for ref in ("alike", "gone")]
    written = [{"person_ref": ref, "name_latin": "Sok", "phone": "1"} for ref in ("a", "alike")]
    one = deliver(house, "d1", [{"person_ref": "a", "session_date": JUNE}, *others], written)
    two = deliver(house, "d2", [{"person_ref": "a"}, *others], [written[0] | {"name_latin": "Sokh"}, written[1]])
    found = read(house, two, one)
    assert [(found[ref]["name_latin"], found[ref]["phone"]) for ref in ("a", "alike")] == [("Sok", "1")] * 2
    assert found["gone"]["name_latin"] is None
    assert read(house, two)["a"]["name_latin"] == "Sokh"


def test_a_roster_counts_by_the_day_of_enrolment_and_an_assessment_names_a_person(house: House) -> None:
    roster = [{"person_ref": "a", "rank": "major", "enrolled_on": JUNE}, {"person_ref": "b", "rank": "captain"}]
    one = deliver(house, "d1", roster, [], entity="participant")
    two = deliver(house, "d2", [{"person_ref": "a", "rank": "captain"}], [])
    three = deliver(house, "d3", [{"person_ref": "c"}], [{"person_ref": "c", "email": "c@x"}], entity="assessment")
    found = read(house, one, two, three)
    assert {ref: row["rank"] for ref, row in found.items()} == {"a": "major", "b": "captain", "c": None}
    assert found["c"]["email"] == "c@x"
    assert found["b"]["course_days"] == found["c"]["course_days"] == []


def test_course_days_are_where_somebody_was_present(house: House) -> None:
    rows = [{"person_ref": ref, "session_number": n} for ref in "ab" for n in (1, 2)]
    rows += [{"person_ref": "c", "status": "absent"}, {"person_ref": "d", "event_id": "e2"}]
    rows += [{"person_ref": "e", "session_date": JUNE}]
    one = deliver(house, "d1", rows, [])
    two = deliver(house, "d2", [{"person_ref": "f"}], [], partner="q")
    days = {ref: row["course_days"] for ref, row in read(house, one, two).items()}
    assert days["a"] == days["b"], "two persons of one course day are not seen as such"
    assert days["c"] == []
    assert days["e"][0] % 2**DAY_BITS == (JUNE - dt.date(1970, 1, 1)).days, "resolution reads the day at the end"
    assert [len(days[ref]) for ref in "abdef"] == [1, 1, 1, 1, 1]
    assert len({days[ref][0] for ref in "abdef"}) == 4, "another event, day or partner is the same course day"


def test_what_was_superseded_says_nothing(house: House) -> None:
    deliver(house, "d1", [{"person_ref": "a"}, {"person_ref": "gone"}], [{"person_ref": "a", "phone": "1"}])
    two = deliver(house, "d2", [{"person_ref": "a"}], [{"person_ref": "a", "name_latin": "Sok"}])
    found = read(house, two)
    assert set(found) == {"a"}
    assert found["a"]["phone"] is None


def test_a_damaged_vault_file_is_told(house: House) -> None:
    one = deliver(house, "d1", [{"person_ref": "a"}], [{"person_ref": "a", "phone": "1"}])
    path = house.home.vault(*one)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SealBroken, match="SALA-S002"):
        read(house, one)
