"""What a file's sender is told to do about a header that is not the promised one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import House
from warehouse.contract.model import Table
from warehouse.readers.faults import ColumnUnknown, HeaderMissing
from warehouse.readers.header import find_header


def said(table: Table, header: list[str]) -> HeaderMissing:
    with pytest.raises(HeaderMissing) as raised:
        find_header([header, *[["x"] * len(header)] * 2], table, "the file")
    return raised.value


@pytest.fixture
def table(house: House) -> Table:
    return house.contract.tables[0]


def promised(table: Table) -> list[str]:
    return list(dict.fromkeys(column.headers[0] for column in table.columns if column.headers))


def test_a_missing_column_is_told_by_what_it_may_be_called_now(table: Table) -> None:
    header = ["group_1/Name" if text == "Name" else text for text in promised(table)]
    assert said(table, header).action.endswith("'Name': did you mean 'group_1/Name'?")


def test_a_column_of_the_file_is_suggested_once(table: Table) -> None:
    spelt = {"name_latin": ("Name A",), "session_date": ("Name Bc",)}
    columns = tuple(replace(column, headers=spelt.get(column.name, column.headers)) for column in table.columns)
    kept = [text for text in promised(table) if text not in ("Name", "Date")]
    action = said(replace(table, columns=columns), [*kept, "Name B"]).action
    assert action.endswith("synonyms; 'Name Bc': did you mean 'Name B'?")


def test_the_headers_of_a_file_are_never_listed_as_a_hint(table: Table) -> None:
    header = [text for text in promised(table) if text != "Name"]
    assert said(table, [*header, "Qwxyz"]).action == (
        "put the column back, or add the new spelling to the contract's synonyms"
    )


def test_the_headers_of_a_contract_are_never_listed_as_a_hint(table: Table) -> None:
    holding = replace(table, options=table.options.model_copy(update={"unknownColumns": "hold"}))
    header = [*promised(table), "Qwxyz"]
    with pytest.raises(ColumnUnknown) as raised:
        find_header([header, ["x"] * len(header)], holding, "the file")
    assert raised.value.action == "take the column out, or ask for it to be added to the contract"
