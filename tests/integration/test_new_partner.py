"""A new partner is one new folder, made by following docs/contracts.md to the letter."""

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from warehouse import pipeline
from warehouse.contract import load_contracts
from warehouse.store.database import open_published
from warehouse.store.home import PROJECT, Home

PARTNER = "legal-aid-centre"
BLOCK = re.compile(r"^```(?:csv|yaml) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    contracts = tmp_path / "partners"
    blocks = BLOCK.findall((PROJECT / "docs" / "contracts.md").read_text(encoding="utf-8"))
    assert {name for name, _ in blocks} == {"contract.odcs.yaml", "sample/received/attendance_2024-05.csv"}
    for name, text in blocks:
        path = contracts / PARTNER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Home(tmp_path / "home", contracts)


def test_the_documented_contract_is_valid_against_the_standard_too(home: Home) -> None:
    assert [c.id for c in load_contracts(home.contracts)] == [PARTNER]
    lint = Path(sys.executable).with_name("datacontract")
    done = subprocess.run(
        [lint, "lint", home.contracts / PARTNER / "contract.odcs.yaml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_folder_alone_brings_the_partner_into_the_warehouse(home: Home) -> None:
    shutil.copytree(home.contracts / PARTNER / "sample" / "received", home.root / "inbox" / PARTNER)
    outcomes = pipeline.ingest_all(home)
    assert [(o["rows_read"], o["rows_accepted"], o["rows_quarantined"]) for o in outcomes] == [(7, 5, 2)]
    pipeline.identify(home)
    pipeline.transform(date(2024, 6, 1), home)
    pipeline.audit(home)
    pipeline.publish(home)
    with open_published(home) as connection:
        refused = connection.execute("select row_number, rule from quality.refused_rows order by 1").fetchall()
        assert refused == [(7, "date_outside_window"), (8, "name_unknown")]
        reached = "select persons_reached, officers_reached, provinces_of_duty_names from marts.programme_summary"
        assert connection.execute(reached).fetchall() == [(2, 2, "Kampot, Takeo")]
        fresh = connection.execute("select partner_id from quality.freshness").fetchall()
        assert fresh == [(PARTNER,)]


def test_its_dag_is_there(home: Home) -> None:
    code = "from airflow.dag_processing.dagbag import DagBag; print(sorted(i for i in DagBag('dags').dags if i.startswith('ingest_')))"
    environment = {
        "PATH": str(Path(sys.executable).parent),
        "AIRFLOW_HOME": str(home.root / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(PROJECT),
        "SALA_CONTRACTS": str(home.contracts),
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip().splitlines()[-1] == f"['ingest_{PARTNER}']", done.stderr[-2000:]
