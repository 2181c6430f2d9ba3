"""The worked example of docs/examples/oulad on real data: every row accounted for, figures equal to a direct query.

The data are never committed. They are looked for in `SALA_OULAD`, else beside the checkout.
"""

import contextlib
import os
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from warehouse import pipeline
from warehouse.store import ledger
from warehouse.store.home import PROJECT, Home

EXAMPLE = PROJECT / "docs" / "examples" / "oulad"
DATA = Path(os.environ.get("SALA_OULAD", PROJECT.parent / "shared" / "data" / "oulad"))
pytestmark = pytest.mark.skipif(
    not (DATA / "scores.csv").exists(), reason=f"no OULAD files in {DATA}; set SALA_OULAD to where they are"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The whole job, once."""
    root = tmp_path_factory.mktemp("oulad")
    shutil.copytree(EXAMPLE, root / "contracts" / "oulad")
    home = Home(root / "home", root / "contracts")
    (home.inbox / "oulad").mkdir(parents=True)
    for name in ("registrations.csv", "scores.csv"):
        shutil.copy2(DATA / name, home.inbox / "oulad")
    for token in pipeline.pending("oulad", home):
        assert pipeline.ingest("oulad", token, home)["outcome"] == "accepted"
    pipeline.identify(home)
    pipeline.transform(date(2016, 1, 1), home)
    pipeline.audit(home)
    pipeline.publish(home)
    return home


@pytest.fixture(scope="module")
def codes() -> dict[str, dict[str, str]]:
    """Canonical column → partner's spelling → code, from the contract itself."""
    contract = yaml.safe_load((EXAMPLE / "contract.odcs.yaml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = {}
    for prop in contract["schema"][0]["properties"]:
        for custom in prop.get("customProperties", []):
            if custom["property"] == "codes":
                found[prop["name"]] = {raw: code for code, raws in custom["value"].items() for raw in raws}
    return found


def published(home: Home, query: str) -> list[tuple[object, ...]]:
    database = home.published / (home.published / "CURRENT").read_text(encoding="utf-8").strip()
    with contextlib.closing(duckdb.connect(str(database), read_only=True)) as connection:
        return connection.execute(query).fetchall()


def direct(query: str) -> list[tuple[object, ...]]:
    """Run a query on the files themselves; `registrations` and `scores` are all text."""
    with contextlib.closing(duckdb.connect()) as connection:
        for name in ("registrations", "scores"):
            file = str(DATA / f"{name}.csv").replace("'", "''")
            connection.execute(f"create view {name} as select * from read_csv('{file}', all_varchar = true)")
        return connection.execute(query).fetchall()


def test_every_row_is_accounted_for_and_the_18_empty_scores_are_refused(home: Home) -> None:
    counts = {record.table: record.counts for record in ledger.read_all(home)}
    found = {
        table: (c.counted, c.read, c.accepted, c.quarantined, c.repeated)
        for table, c in counts.items()
        if table is not None
    }
    assert found == {
        "registrations": (12_489, 12_489, 12_489, 0, 0),
        "scores": (36_184, 36_184, 36_166, 18, 0),
    }
    refused = home.quarantine("assessment", "oulad")
    with contextlib.closing(duckdb.connect()) as connection:
        rules = connection.execute(
            "select rule, column_name, count(*) from read_parquet(?) group by all", [str(refused)]
        ).fetchall()
    assert rules == [("required_empty", "score", 18)]


def test_as_many_persons_as_the_files_hold(home: Home) -> None:
    assert direct("select count(distinct student) from registrations") == [(12_400,)]
    assert published(home, "select count(*) from marts.dim_officer") == [(12_400,)]


def test_officers_per_region_and_module_equal_a_direct_query(home: Home, codes: dict[str, dict[str, str]]) -> None:
    expected = {
        (codes["province_of_duty"][str(region)], codes["module_id"][str(module)]): persons
        for region, module, persons in direct(
            "select region, module, count(distinct student) from registrations group by all"
        )
    }
    assert len(expected) == 13 * 6
    facts = published(
        home,
        """
        select province_of_duty, module_id, count(distinct officer_key)
        from marts.fct_module_completion where registered group by all
        """,
    )
    mart = published(
        home,
        """
        select province_code, module_id, persons_registered from marts.officers_trained
        where grouping_level = 'province_module' and province_basis = 'duty' and population = 'all'
        """,
    )
    assert {(province, module): persons for province, module, persons in facts} == expected
    assert {(province, module): persons for province, module, persons in mart if persons} == expected


def test_scores_per_module_equal_a_direct_query(home: Home, codes: dict[str, dict[str, str]]) -> None:
    expected = {
        codes["module_id"][str(module)]: (rows, total)
        for module, rows, total in direct(
            """
            select module, count(*), sum(cast(score as decimal(10, 3)))
            from scores where score is not null group by all
            """
        )
    }
    facts = published(home, "select module_id, count(*), sum(score) from marts.fct_assessment group by all")
    assert {module: (rows, total) for module, rows, total in facts} == expected
