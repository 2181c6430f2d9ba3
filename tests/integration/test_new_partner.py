"""A new partner is one new folder, made from its export alone by following docs/contracts.md to the letter."""

import glob
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import openpyxl
import pytest

from tests.replayed import replayed
from warehouse import pipeline, reporting
from warehouse.cli import main
from warehouse.contract import load_contracts
from warehouse.drafting.writing import DOUBT, gaps
from warehouse.store.database import open_published
from warehouse.store.home import PROJECT, Home

PARTNER = "legal-aid-centre"
BLOCK = re.compile(r"^```(csv|diff|sh)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARTNERS = "expectations/partners"
AS_OF = date(2024, 6, 1)
NOT_RUN = {"pytest"}  # it would write into the checkout; tests/golden holds every committed partner against its files


def blocks() -> Iterator[tuple[str, str, str]]:
    """The blocks of the page's first part, in their order: what kind, of which file, the text."""
    page = (PROJECT / "docs" / "contracts.md").read_text(encoding="utf-8")
    part = page[page.index("## Start to end") : page.index("## When a delivery looks different")]
    yield from (match.groups("") for match in BLOCK.finditer(part))  # type: ignore[misc]


def changed(text: str, difference: str) -> str:
    """The text after the changes of a diff block: each group of lines stands in it exactly once."""
    for hunk in difference.strip("\n").split("\n\n"):
        lines = hunk.splitlines()
        old, new = ("".join(f"{line[1:]}\n" for line in lines if line[0] in marks) for marks in ("- ", "+ "))
        assert text.count(old) == 1, f"the page's change does not fit the draft:\n{old}"
        text = text.replace(old, new)
    return text


@dataclass
class Followed:
    """What following the page gave: the home, the first draft, and each command with its end and output."""

    home: Home
    draft: str = ""
    said: list[tuple[str, int, str]] = field(default_factory=list)

    def run(self, line: str) -> tuple[int, str]:
        """Run a line of the page, on a folder of contracts of its own."""
        program, *words = shlex.split(line.replace(PARTNERS, str(self.home.contracts)))
        words = [path for word in words for path in (sorted(glob.glob(word)) if "*" in word else [word])]  # noqa: PTH207
        if program == "datacontract":
            lint = Path(sys.executable).with_name("datacontract")
            done = subprocess.run([lint, *words], capture_output=True, text=True)
            return done.returncode, done.stdout
        assert program == "sala", line
        with redirect_stdout(StringIO()) as out:
            code = main(["--home", str(self.home.root), "--contracts", str(self.home.contracts), *words])
        return code, out.getvalue()

    def follow(self, kind: str, name: str, text: str) -> None:
        """Do what one block of the page says."""
        path = self.home.contracts / PARTNER / name
        if kind == "csv":
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
        elif kind == "diff":
            self.draft = path.read_text(encoding="utf-8")
            path.write_text(changed(self.draft, text), encoding="utf-8")
        else:
            lines = [line for line in text.strip().splitlines() if line.split()[0] not in NOT_RUN]
            self.said += [(line, *self.run(line)) for line in lines]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """The page, followed once; the committed agreements, which name other partners, are left out."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "funders").mkdir()
    followed = Followed(Home(folder / "home", folder / "partners", funders=folder / "funders"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SALA_FUNDERS", str(folder / "funders"))
        for block in blocks():
            followed.follow(*block)
        yield followed


@pytest.fixture
def home(page: Followed, tmp_path: Path) -> Home:
    """A home with the folder as it is after the last step."""
    shutil.copytree(page.home.contracts, tmp_path / "partners")
    return Home(tmp_path / "home", tmp_path / "partners")


def test_the_page_leads_from_the_export_to_a_contract_without_a_mistake(page: Followed) -> None:
    ends = [(" ".join(line.split()[1:3]).split(" exp")[0], code) for line, code, _ in page.said]
    assert [code for _, code in ends] == [0, 1, 0, 0, 0], ends  # the first trial holds the file, as the page says
    printed = [out for _, _, out in page.said]
    assert "11 columns, 6 doubts, 7 places to fill in" in printed[0]
    assert "7 read, 0 accepted, 7 refused" in printed[1]
    assert "7 read, 5 accepted, 2 refused" in printed[2]
    written = (page.home.contracts / PARTNER / "contract.odcs.yaml").read_text(encoding="utf-8")
    assert gaps(written) == []
    assert DOUBT not in written


def test_the_draft_alone_is_a_contract_already(page: Followed, tmp_path: Path) -> None:
    (tmp_path / PARTNER).mkdir()
    (tmp_path / PARTNER / "contract.odcs.yaml").write_text(page.draft, encoding="utf-8")
    (contract,) = load_contracts(tmp_path)
    assert [c.name for c in contract.tables[0].columns if c.column.identifies] == ["person_id", "name_latin"]
    assert contract.tables[0].primary_key == ("event_id", "session_date", "person_id")
    for name in ("Piseth", "Sophea", "Bopha", "Dara", "101"):
        assert name not in page.draft, "a person of the sample stands in the contract"


def ingested(home: Home) -> list[tuple[str, int, int, int]]:
    done = pipeline.ingest_all(home)
    return [(o["outcome"], o["rows_read"], o["rows_accepted"], o["rows_quarantined"]) for o in done]


@pytest.fixture(scope="module")
def loaded(page: Followed, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the folder as it is after the last step, and its sample published."""
    folder = tmp_path_factory.mktemp("loaded")
    shutil.copytree(page.home.contracts, folder / "partners")
    home = Home(folder / "home", folder / "partners")
    shutil.copytree(home.contracts / PARTNER / "sample" / "received", home.root / "inbox" / PARTNER)
    assert ingested(home) == [("accepted", 7, 5, 2)]
    pipeline.identify(home)
    pipeline.transform(AS_OF, home)
    pipeline.audit(home)
    pipeline.publish(home)
    return home


def test_the_folder_alone_brings_the_partner_into_the_warehouse(loaded: Home) -> None:
    with open_published(loaded) as connection:
        refused = connection.execute("select row_number, rule from quality.refused_rows order by 1").fetchall()
        assert refused == [(7, "date_outside_window"), (8, "name_unknown")]
        reached = "select persons_reached, officers_reached, provinces_of_duty_names from marts.programme_summary"
        assert connection.execute(reached).fetchall() == [(2, 2, "Kampot, Takeo")]
        fresh = connection.execute("select partner_id from quality.freshness").fetchall()
        assert fresh == [(PARTNER,)]


def test_the_pack_mended_and_sent_back_under_its_own_name_counts_in_the_place_of_the_file(
    loaded: Home, tmp_path: Path
) -> None:
    shutil.copytree(loaded.root, tmp_path / "home")
    home = replace(loaded, root=tmp_path / "home")
    (pack,) = reporting.give_back(home, {}.__getitem__, datetime(2024, 6, 1, tzinfo=UTC))
    (workbook,) = Path(pack["folder"]).glob("*.xlsx")
    opened = openpyxl.load_workbook(workbook)
    for cell in (cell for line in opened["Rows"].iter_rows() for cell in line if cell.comment):
        cell.value = {"07/06/2024": "07/05/2024", "Atlantis": "Takaev"}[str(cell.value)]
    opened.save(home.root / "inbox" / PARTNER / workbook.name)
    assert ingested(home) == [("accepted", 7, 7, 0)]
    pipeline.identify(home)
    with replayed(home, AS_OF, tmp_path / "r", "file_loads", "fct_attendance", "programme_summary") as connection:
        files = connection.execute("select file_names, is_active from quality.file_loads order by 1").fetchall()
        assert files == [("attendance_2024-05.csv", False), ("attendance_2024-05.csv.xlsx", True)]
        counted = "select count(*), count(distinct officer_key) from marts.fct_attendance"
        assert connection.execute(counted).fetchall() == [(7, 4)]
        reached = "select persons_reached, provinces_of_duty_names from marts.programme_summary"
        assert connection.execute(reached).fetchall() == [(4, "Kampot, Takeo")]


def test_a_later_delivery_of_another_layout_is_explained(page: Followed, tmp_path: Path) -> None:
    sample = page.home.contracts / PARTNER / "sample" / "received" / "attendance_2024-05.csv"
    later = tmp_path / "attendance_2024-06.csv"
    text = sample.read_text(encoding="utf-8")
    later.write_text(text.replace("Name,Sex", "Full name,Sex").replace(",Y\n", ",Oui\n"), encoding="utf-8")
    code, out = page.run(f"sala contract diff {PARTNER} {later} --json")
    assert code == 1
    found = {(d["kind"], d["column"]) for d in json.loads(out)["differences"]}
    assert {("renamed", "name_latin"), ("new_code", "status")} <= found


def test_its_dag_is_there(home: Home) -> None:
    found = "sorted(i for i in DagBag('dags').dags if i.startswith('ingest_'))"
    code = f"from airflow.dag_processing.dagbag import DagBag; print({found})"
    environment = {
        "PATH": str(Path(sys.executable).parent),
        "AIRFLOW_HOME": str(home.root / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(PROJECT),
        "SALA_CONTRACTS": str(home.contracts),
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip().splitlines()[-1] == f"['ingest_{PARTNER}']", done.stderr[-2000:]
