from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.benchmark.generate import FAULTS, Delivery, generate
from warehouse.benchmark.spellings import PARTNER
from warehouse.contract import load_contracts

ROWS = 20_000


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Delivery]:
    work = tmp_path_factory.mktemp("delivered")
    return work, generate(work / "home", work / "contracts", ROWS, files=4)


def rows(work: Path, sql: str) -> list[tuple[object, ...]]:
    files = work / "home" / "inbox" / PARTNER / "*.csv"
    source = f"read_csv('{files}', all_varchar=true, header=true, delim=',', quote='', nullstr='NULL')"
    return duckdb.sql(sql.replace("FILES", source)).fetchall()


def test_all_rows_are_spread_over_the_files(delivered: tuple[Path, Delivery]) -> None:
    work, delivery = delivered
    assert len(delivery.files) == 4
    assert rows(work, "select count(*) from FILES") == [(ROWS,)]
    assert delivery.bytes == sum(f.stat().st_size for f in delivery.files) > ROWS * 100


def test_the_same_seed_gives_the_same_bytes(delivered: tuple[Path, Delivery], tmp_path: Path) -> None:
    again = generate(tmp_path / "again" / "home", tmp_path / "again" / "contracts", ROWS, files=4)
    other = generate(tmp_path / "other" / "home", tmp_path / "other" / "contracts", ROWS, files=4, seed=1)
    first = [f.read_bytes() for f in delivered[1].files]
    assert [f.read_bytes() for f in again.files] == first
    assert [f.read_bytes() for f in other.files] != first


def test_a_person_is_the_same_in_every_row(delivered: tuple[Path, Delivery]) -> None:
    work, delivery = delivered
    described = '"Name", "ឈ្មោះ", "Sex", "Rank", "Unit", "Category"'
    sound = "\"Person id\" <> ''"
    found = rows(
        work, f'select count(distinct "Person id"), count(distinct ("Person id", {described})) from FILES where {sound}'
    )
    assert found == [(delivery.persons, delivery.persons)]


def test_validation_has_work_but_not_too_much(delivered: tuple[Path, Delivery]) -> None:
    work, _ = delivered
    for column, text in FAULTS:
        [(count,)] = rows(work, f"select count(*) from FILES where \"{column}\" = '{text}'")
        assert 0 < int(str(count)) < ROWS / 100, column
    [(distinct,)] = rows(work, "select count(*) from (select distinct * from FILES)")
    assert ROWS * 0.98 < int(str(distinct)) < ROWS


def test_the_contract_it_writes_is_one(delivered: tuple[Path, Delivery]) -> None:
    work, delivery = delivered
    [contract] = load_contracts(work / "contracts")
    assert all(contract.table_for(file.name) for file in delivery.files)
