"""`sala query`: every format, clear refusals, and no way out of the published version."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from warehouse.store.database import open_build
from warehouse.store.home import Home

ALL = "select * from marts.officers_trained order by persons_trained"


def test_a_table_shows_values_as_they_are(sala: Callable[..., Any], published: Home) -> None:
    said = sala("query", f"{ALL} limit 2")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split() == ["persons_trained", "province", "hours", "day", "note"]
    assert lines[1].split() == ["0", "ភ្នំពេញ", "1.50", "2024-05-01", "–"]
    assert len(lines) == 3


def test_a_table_says_when_it_does_not_show_all(sala: Callable[..., Any], published: Home) -> None:
    said = sala("query", ALL)
    assert len(said.out.splitlines()) == 1001
    assert "first 1000 rows" in said.err


def test_csv_and_json_hold_every_row(sala: Callable[..., Any], published: Home) -> None:
    rows = list(csv.DictReader(io.StringIO(sala("query", ALL, "--format", "csv").out)))
    assert len(rows) == 1500
    assert rows[3] == {"persons_trained": "3", "province": "ភ្នំពេញ", "hours": "1.50", "day": "2024-05-01", "note": ""}
    documents = json.loads(sala("query", ALL, "--json").out)
    assert len(documents) == 1500
    assert documents[3] == {"persons_trained": 3, "province": "ភ្នំពេញ", "hours": 1.5, "day": "2024-05-01", "note": None}
    assert json.loads(sala("query", f"{ALL} limit 0", "--json").out) == []


def test_parquet_needs_a_file_and_keeps_types(sala: Callable[..., Any], published: Home, tmp_path: Path) -> None:
    assert sala("query", ALL, "--format", "parquet").code == 2
    assert sala("query", ALL, "--format", "parquet", "--output", tmp_path / "o.parquet").code == 0
    table = pq.read_table(tmp_path / "o.parquet")
    assert (table.num_rows, str(table.schema.field("hours").type)) == (1500, "decimal128(8, 2)")


def test_text_formats_can_be_written_to_a_file(sala: Callable[..., Any], published: Home, tmp_path: Path) -> None:
    for form in ("csv", "json", "table"):
        said = sala("query", f"{ALL} limit 1", "--format", form, "-o", tmp_path / form)
        assert said.out == ""
        assert "ភ្នំពេញ" in (tmp_path / form).read_text()


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("selec 1", "syntax error"),
        ("select * from officers_traned", "did you mean 'marts.officers_trained'?"),
        ("", "no statement"),
        (" ; -- nothing", "no statement"),
        ("select 1; select 2", "2 statements"),
        ("select person_trained from marts.officers_trained", '"persons_trained"'),
        ("select * from read_csv('/etc/passwd')", "disabled by configuration"),
        ("copy marts.officers_trained to '/tmp/x.csv'", "disabled by configuration"),
        ("set enable_external_access = true", "locked"),
        ("create table marts.x (i int)", "read-only"),
        ("delete from marts.officers_trained", "read-only"),
        ("attach '/tmp/x.duckdb'", "disabled by configuration"),
        ("install httpfs", "disabled by configuration"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_block(
    sala: Callable[..., Any], published: Home, sql: str, told: str
) -> None:
    said = sala("query", sql)
    assert said.code == 4
    assert said.err.startswith("SALA-Q001")
    assert told in said.err
    assert "Traceback" not in said.err


def test_it_works_while_the_build_file_is_being_written(sala: Callable[..., Any], published: Home) -> None:
    with open_build(published, read_only=False) as writer:
        writer.execute("create table marts.more as select 1 as i")
        assert sala("query", "select count(*) as n from marts.officers_trained", "--json").out.split() == [
            *("[", '{"n":', "1500}", "]")
        ]


def test_control_characters_do_not_reach_the_terminal(sala: Callable[..., Any], published: Home) -> None:
    said = sala("query", "select 'a' || chr(27) || '[31mred' as x, '[bold]x[/bold]' as y")
    assert "\x1b" not in said.out
    assert "[bold]x[/bold]" in said.out, "values are not read as markup"


def test_tables_are_found_without_their_schema(sala: Callable[..., Any], published: Home) -> None:
    assert json.loads(sala("query", "select count(*) as n from officers_trained", "--json").out) == [{"n": 1500}]
    assert json.loads(sala("query", "select count(*) as n from expectation_results", "--json").out) == [{"n": 1}]
    said = sala("query", "show tables")
    assert "officers_trained" in said.out
    assert "expectation_results" in said.out


def test_a_statement_may_end_with_a_semicolon(sala: Callable[..., Any], published: Home) -> None:
    assert json.loads(sala("query", "select 1 as i;", "--json").out) == [{"i": 1}]


def test_json_is_json_whatever_the_values_and_names(sala: Callable[..., Any], published: Home) -> None:
    query = "select 'nan'::double as a, ['inf'::double, 1] as b, {'x': 'nan'::double} as c, 1 as i, 2 as i, 3 as i_2"

    def refuse(word: str) -> None:
        raise AssertionError(word)

    assert json.loads(sala("query", query, "--json").out, parse_constant=refuse) == [
        {"a": None, "b": [None, 1.0], "c": {"x": None}, "i": 1, "i_2": 2, "i_2_2": 3}
    ]
