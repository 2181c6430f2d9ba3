"""Every query of docs/warehouse.md runs on a published warehouse of the samples and answers something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.prebuilt import Samples
from warehouse import pipeline
from warehouse.cli.demonstration import show
from warehouse.demo import figures
from warehouse.store.database import open_published
from warehouse.store.home import PROJECT, Home

QUESTIONS = re.findall(r"```sql\n(.*?)```", (PROJECT / "docs" / "warehouse.md").read_text("utf-8"), re.DOTALL)
PUBLISHED_FIGURES = {  # persons reached, of whom officers
    "ijm-police-training": (279, 279),
    "ijm-latest-course": (25, 25),
    "iom-border-2012": (120, 120),
    "iom-tot-2013": (20, 20),
    "iom-rollout-2013": (125, 125),
    "ijm-partner-workshop-pp": (136, 52),
    "ijm-partner-workshop-provinces": (110, 42),
}
KNOWN_TO_IJM = {"iom": 31, "moj-asean-act": 6}  # persons whom the samples list in both


@pytest.fixture(scope="module")
def home(samples: Samples) -> Home:
    return samples.home


@pytest.fixture
def reader(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(home) as connection:
        yield connection


def test_there_are_fourteen_questions() -> None:
    assert len(QUESTIONS) == 14


@pytest.mark.parametrize("query", QUESTIONS, ids=range(len(QUESTIONS)))
def test_the_question_is_answered(reader: duckdb.DuckDBPyConnection, query: str) -> None:
    assert reader.execute(query).fetchall()


def test_the_published_figures_are_reproduced(reader: duckdb.DuckDBPyConnection) -> None:
    query = "select programme_id, persons_reached, officers_reached from marts.programme_summary"
    found = {programme: counts for programme, *counts in reader.execute(query).fetchall()}
    assert {programme: tuple(found[programme]) for programme in PUBLISHED_FIGURES} == PUBLISHED_FIGURES


def test_officers_whom_two_partners_list_are_counted_once(reader: duckdb.DuckDBPyConnection) -> None:
    query = "select other_partner_id, persons_in_both from marts.partner_overlap where partner_id = 'ijm'"
    found = dict(reader.execute(query).fetchall())
    # Some have another phone, post and province by then, and some have a namesake: nobody can tell all of them.
    assert abs(found["iom"] - KNOWN_TO_IJM["iom"]) <= 4
    assert abs(found["moj-asean-act"] - KNOWN_TO_IJM["moj-asean-act"]) <= 2
    ((total, at_least, at_most),) = reader.execute(
        "select persons_sum, u.persons_reached_lenient, u.persons_reached_strict from marts.partner_overlap as o "
        "cross join marts.officers_trained as u where o.grouping_level = 'all' and u.grouping_level = 'total' "
        "and u.population = 'all' and u.province_basis = 'duty'"
    ).fetchall()
    never_seen_present = 5 + 1 + 1 + 1  # of IJM's courses and workshops, IOM's roll-out, the academy's course
    assert at_least <= total - sum(KNOWN_TO_IJM.values()) - never_seen_present <= at_most


def test_the_demonstration_prints_whom_two_partners_share(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    result = figures(home)
    everybody, overall = result.overlap[-1], result.different_officers[-1]
    assert (everybody["partner"], overall["partner"], overall["population"]) == ("all partners", "all partners", "all")
    assert everybody["persons_union"] < everybody["persons_sum"]
    assert overall["persons_reached_lenient"] <= overall["persons_reached"] <= overall["persons_reached_strict"]
    show(home, result)
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    pair = result.overlap[0]
    assert [pair["partner"], pair["other_partner"]] in [words[:2] for words in printed]
    (shown,) = [words for words in printed if words[:2] == [pair["partner"], pair["other_partner"]]]
    assert [shown[4], shown[-1]] == [str(pair["persons_in_both"]), str(pair["persons_union"])]
    bounds = [str(overall["persons_reached_strict"]), "-", str(overall["persons_reached_lenient"])]
    assert any(words[:2] == ["all", "partners"] and words[-3:] == bounds for words in printed)


def test_somebody_registered_twice_is_one_officer(reader: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select partner_id, count(*) - count(distinct officer_key) from marts.bridge_officer_person "
        "group by partner_id order by partner_id"
    )
    assert reader.execute(query).fetchall() == [*(("ijm", 1), ("iom", 1), ("moj-asean-act", 0), ("police-academy", 0))]


def test_refused_rows_are_rows_not_rows_times_rules(reader: duckdb.DuckDBPyConnection) -> None:
    refused = {row[0]: row[3] for row in reader.execute(QUESTIONS[-1]).fetchall()}
    loads = "select partner_id, sum(rows_quarantined)::bigint from quality.file_loads group by partner_id"
    assert refused == dict(reader.execute(loads).fetchall())
    assert sum(refused.values()) > 0


def test_the_workshops_are_not_all_officers(reader: duckdb.DuckDBPyConnection) -> None:
    mixed = "select persons_reached > officers_reached, officers_reached > 0 from marts.programme_summary"
    assert set(reader.execute(f"{mixed} where programme_id like 'ijm-partner-workshop%'").fetchall()) == {(True, True)}


def test_the_place_of_training_is_not_the_province_of_duty(reader: duckdb.DuckDBPyConnection) -> None:
    columns = "provinces_of_training_names, provinces_of_duty_names, provinces_of_duty"
    query = f"select {columns} from marts.programme_summary where programme_id = 'moj-asean-act-2023'"
    six = "Battambang, Kampong Cham, Kampot, Kep, Koh Kong, Preah Sihanouk"
    assert reader.execute(query).fetchall() == [("Preah Sihanouk", six, 6)]


def test_tables_and_columns_are_described_in_the_database_itself(reader: duckdb.DuckDBPyConnection) -> None:
    silent = reader.execute(
        "select table_name from duckdb_tables() where comment is null union all "
        "select table_name || '.' || column_name from duckdb_columns() where comment is null and not internal"
    ).fetchall()
    assert reader.execute("select count(*) from duckdb_tables()").fetchall()[0][0] > 20
    assert silent == []


def test_a_partner_without_data_is_a_row(tmp_path: Path) -> None:
    home = Home(tmp_path)
    pipeline.identify(home)
    pipeline.transform(date(2026, 11, 1), home)
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        found = connection.execute("select partner_id, status from quality.freshness order by 1").fetchall()
    assert found == [(name, "no data") for name in ("ijm", "iom", "moj-asean-act", "police-academy")]
