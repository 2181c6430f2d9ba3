"""An issued extract in a home of its own; servers on loopback are in the test of their kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from warehouse.connectors.connection import Connection
from warehouse.contract.agreement import Agreement, Recipient
from warehouse.contract.agreements import parse
from warehouse.extracts.issues import AGREEMENT, Issue, Manifest, load_issue
from warehouse.store.home import PROJECT, Home

NOW = datetime(2013, 11, 15, 3, 0, tzinfo=UTC)
FILES = {"extract.csv": b"indicator,value\npersons_reached,42\n" * 3000, "methods.json": b"{}\n", "empty.csv": b""}
Sent = dict[str, bytes]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def agreement_of(*recipients: Recipient) -> Agreement:
    """The first agreement of the project, with these recipients."""
    path = sorted((PROJECT / "expectations" / "funders").glob("*.yaml"))[0]
    document = yaml.safe_load(path.read_text("utf-8"))
    document["versions"][0]["recipients"] = [recipient.model_dump() for recipient in recipients]
    return parse(yaml.safe_dump(document, allow_unicode=True))


@pytest.fixture
def issue(home: Home) -> Issue:
    return made_issue(home, agreement_of())


def made_issue(
    home: Home, agreement: Agreement, number: int = 1, issued: bool = True, files: Mapping[str, bytes] = FILES
) -> Issue:
    """An issue as `sala extract` leaves it."""
    folder = home.extract(agreement.id, "FY2013-Q3", number)
    folder.mkdir(parents=True)
    text = yaml.safe_dump(agreement.model_dump(mode="json"), allow_unicode=True)
    for name, content in {**files, AGREEMENT: text.encode()}.items():
        (folder / name).write_bytes(content)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = Manifest(
        funder=agreement.id,
        period="FY2013-Q3",
        issue=number,
        agreement_version=1,
        version="20131231-0123456789ab",
        content_hash="0" * 64,
        snapshot="none",
        models_fingerprint="1" * 64,
        code_fingerprint="2" * 64,
        libraries={},
        parameters={"as_of": "2013-12-31"},
        previous_issue=None,
        hidden={"primary": 0, "complementary": 0, "exposed": 0},
        history=("another-fund/FY2013/1",),
        files=sums,
        kept={AGREEMENT: hashlib.sha256(text.encode()).hexdigest()},
    )
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest)), "utf-8")
    (folder / "drafted.json").write_text("{}", "utf-8")
    if issued:
        (folder / "issued.json").write_text("{}", "utf-8")
    return load_issue(folder / "manifest.json")


def whole(sent: Mapping[str, bytes]) -> None:
    """Assert that exactly the issue arrived, and that its list of sums says so."""
    assert set(sent) == {*FILES, "SHA256SUMS"}
    assert {name: sent[name] for name in FILES} == FILES
    lines = [line.split("  ") for line in sent["SHA256SUMS"].decode().splitlines()]
    assert {name: digest for digest, name in lines} == {n: hashlib.sha256(c).hexdigest() for n, c in FILES.items()}


@pytest.fixture
def known() -> Callable[..., Callable[[str], Connection]]:
    """Connections by name, for one test."""

    def of(*connections: Connection) -> Callable[[str], Connection]:
        return {connection.name: connection for connection in connections}.__getitem__

    return of
