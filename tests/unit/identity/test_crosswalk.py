"""The crosswalk: every person of bronze once, in order, whatever the files are called and however often it is run."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from tests.conftest import House
from warehouse.identity.crosswalk import write_crosswalk
from warehouse.store.files import write_parquet
from warehouse.store.schemas import CROSSWALK, bronze


def persons(house: House, entity: str, delivery: str, *references: str) -> None:
    schema = bronze(entity)
    columns = {f.name: pa.nulls(len(references), f.type) for f in schema}
    table = pa.table(columns | {"person_ref": list(references)}, schema=schema)
    write_parquet(house.home, house.home.bronze(entity, "acme", delivery), table)


def test_every_person_once_in_order(house: House) -> None:
    persons(house, "attendance", "1", "c", "a", "c")
    persons(house, "assessment", "2", "b")
    persons(house, "participant", "3", "a", "d")
    assert write_crosswalk(house.home) == 4
    table = pq.read_table(house.home.crosswalk)
    assert table.schema == CROSSWALK
    assert table["person_ref"].to_pylist() == ["a", "b", "c", "d"]
    before = house.home.crosswalk.read_bytes()
    assert write_crosswalk(house.home) == 4
    assert house.home.crosswalk.read_bytes() == before


def test_nobody_is_an_empty_crosswalk(house: House) -> None:
    assert write_crosswalk(house.home) == 0
    assert pq.read_table(house.home.crosswalk).schema == CROSSWALK
