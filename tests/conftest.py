"""A partner invented for the tests, and a home with its inbox; no test touches the key of the person who runs it."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.prebuilt import Samples, built_once
from tests.prebuilt import samples as samples_of
from warehouse import pipeline
from warehouse.contract import Contract, find, load_contracts
from warehouse.store import ledger
from warehouse.store.home import Home
from warehouse.store.keys import new_key_file

PARTNER = "acme"
LONG_AGO = 1_700_000_000  # seconds; a file of that age is not taken for one still growing
HEADER = "Event,Date,ID,Name,Province,Hours,Mark"
Document = dict[str, Any]


def properties(**values: Any) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in values.items()]


def column(name: str, header: str | None = None, custom: Document | None = None, **standard: Any) -> Document:
    made: Document = {"name": name, "logicalType": "string", **standard}
    if header:
        made["physicalName"] = header
    if custom:
        made["customProperties"] = properties(**custom)
    return made


def columns() -> list[Document]:
    return [
        column("programme_id", custom={"template": "acme-training"}),
        column("event_id", "Event", required=True, primaryKey=True),
        column(
            "session_date", "Date", {"dateFormats": ["%d/%m/%Y"]}, logicalType="date", required=True, primaryKey=True
        ),
        column("person_id", "ID", classification="restricted", primaryKey=True),
        column("name_latin", "Name", classification="restricted"),
        column("province_of_duty", "Province"),
        column("hours", "Hours", logicalType="number"),
        column("status", "Mark", {"codes": {"present": ["P", "✓"], "absent": ["A"]}, "blank": "unknown"}),
    ]


def long_table() -> Document:
    custom = properties(
        entity="attendance",
        files=r"att_(?P<slot>[a-z0-9-]+)(?:_v(?P<revision>\d+))?(?: \(\d+\))?\.csv",
        format="delimited",
        toleratedRefusedPercent=50,
        courseWindow={"from": "2024-01-01", "to": "2024-12-31"},
        footer=["Total.*"],
    )
    return {"name": "attendance_list", "customProperties": custom, "properties": columns()}


def plain_table() -> Document:
    """The same without footers, so that the reader's fast way is open to it."""
    table = long_table()
    table["name"] = "plain_list"
    table["customProperties"] = [
        {**p, "value": r"plain_(?P<slot>[a-z0-9-]+)(?:_v(?P<revision>\d+))?\.csv"} if p["property"] == "files" else p
        for p in table["customProperties"]
        if p["property"] != "footer"
    ]
    return table


def workbook_table() -> Document:
    custom = properties(
        entity="attendance",
        files=r"sheet_(?P<slot>[a-z0-9-]+)\.xlsx",
        format="workbook",
        sheets=r"List.*",
        ignoredSheets="Notes",
        toleratedRefusedPercent=50,
        headerWithin=5,
    )
    return {"name": "sheet_list", "customProperties": custom, "properties": columns()}


def document() -> Document:
    """The contract as a document, to be changed by a test before it is written."""
    return {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": PARTNER,
        "name": "Acme (invented)",
        "version": "1.0.0",
        "status": "active",
        "servers": [{"server": "inbox", "type": "local", "path": f"inbox/{PARTNER}", "format": "csv"}],
        "team": {"name": "Acme data", "members": [{"username": "data@example.org", "role": "owner"}]},
        "customProperties": properties(
            programmes=[{"id": "acme-training", "name": "Training", "funder": "Example Fund"}]
        ),
        "schema": [long_table(), plain_table(), workbook_table()],
    }


@dataclass
class House:
    """A home with one partner, and what a test asks of it."""

    home: Home
    delivered: list[str] = field(default_factory=list)

    @property
    def contract(self) -> Contract:
        return find(load_contracts(self.home.contracts), PARTNER)

    def describe(self, change: Callable[[Document], object] = lambda _: None, partner: str = PARTNER) -> None:
        """Write the contract, changed."""
        made = copy.deepcopy(document())
        change(made)
        folder = self.home.contracts / partner
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "contract.odcs.yaml").write_text(
            yaml.safe_dump(made, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )

    def path(self, name: str | bytes) -> Path:
        return self.home.root / "inbox" / PARTNER / (os.fsdecode(name) if isinstance(name, bytes) else name)

    def deliver(self, name: str | bytes, content: str | bytes, at: int = LONG_AGO) -> Path:
        """Put a file into the inbox."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (at, at))
        return path

    def ingest(self, name: str | bytes, content: str | bytes | None = None) -> dict[str, Any]:
        """Deliver a file and return its outcome."""
        if content is not None:
            self.deliver(name, content)
        return pipeline.ingest(PARTNER, os.fsdecode(name), self.home)

    def records(self) -> list[ledger.Record]:
        return ledger.read_all(self.home)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run, the same for all its workers."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def key_of_the_tests(shared: Path) -> Iterator[Path]:
    path = built_once(shared, "key", lambda folder: new_key_file(folder / "key")) / "key"
    before = os.environ.get("SALA_KEY_FILE")
    os.environ["SALA_KEY_FILE"] = str(path)
    yield path
    os.environ.pop("SALA_KEY_FILE")
    if before is not None:
        os.environ["SALA_KEY_FILE"] = before


@pytest.fixture(scope="session")
def samples(shared: Path, key_of_the_tests: Path) -> Samples:
    return samples_of(shared)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(Home(tmp_path / "home", tmp_path / "partners"))
    made.path("x").parent.mkdir(parents=True)
    made.describe()
    return made


def row(number: int = 1, mark: str = "P", **changes: str) -> str:
    """One line of the list; `changes` by header."""
    cells = {"Event": "E1", "Date": "05/06/2024", "ID": f"K-{number:04}", "Name": f"Canary Dara{number}"}
    cells |= {"Province": "Kampot", "Hours": "6", "Mark": mark} | changes
    return ",".join(cells.values())


def listing(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    """A delimited file: the header and the rows."""
    return end.join((header, *(rows or (row(1), row(2))))) + end
