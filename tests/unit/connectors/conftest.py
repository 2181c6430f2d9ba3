"""A partner whose contract names a server on loopback, and a visit to it that does not wait for long."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from open_data_contract_standard.model import OpenDataContractStandard

from tests import web_server
from tests.conftest import PARTNER, Document, House, document, properties
from warehouse.connectors.connection import Connection
from warehouse.connectors.fetch import Fetched, fetch
from warehouse.connectors.remote import Pace
from warehouse.contract.building import Builder
from warehouse.contract.model import Contract

HASTE = Pace(pauses=(0.01, 0.01), silence=1.0, longest_file=20.0, longest_wait=1.0)


def source(kind: str, location: str | None = None, **custom: Any) -> Document:
    """A further server of the contract."""
    made: Document = {"server": "office", "type": kind} | ({} if kind == "api" else {"format": "csv"})
    if location is not None:
        made["path" if kind == "local" else "location"] = location
    return made | ({"customProperties": properties(**custom)} if custom else {})


@dataclass
class Office:
    """A partner that keeps its files elsewhere."""

    house: House
    contract: Contract = field(init=False)
    written: Document = field(init=False)
    connection: Connection | None = None

    def keeps(self, *sources: Document, expects: str | None = None) -> None:
        """Name the sources in the contract, and a file that a table of it expects."""
        self.written = copy.deepcopy(document())
        self.written["servers"] += sources
        for one in self.written["schema"][0]["customProperties"] if expects else ():
            one["value"] = re.escape(expects or "") if one["property"] == "files" else one["value"]
        # As it would be read from its file, which takes longer than a visit.
        builder = Builder(
            self.house.home.contracts / PARTNER, "", OpenDataContractStandard.model_validate(self.written)
        )
        built = builder.build()
        assert built is not None, builder.mistakes
        self.contract = built

    def fetch(self, pace: Pace = HASTE, **options: Any) -> Fetched:
        """Fetch from the only source."""
        (done,) = fetch(self.house.home, self.contract, self.connected, pace, **options)
        return done

    def connected(self, name: str) -> Connection:
        assert self.connection is not None
        return self.connection

    @property
    def inbox(self) -> dict[str, bytes]:
        folder = self.house.home.root / "inbox" / PARTNER
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def scratch(self) -> list[Path]:
        """Files of unfinished work."""
        found = self.house.home.scratch.rglob("*")
        return [path for path in found if path.is_file() and path.parent.name != "locks"]


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


@pytest.fixture
def web() -> Iterator[web_server.Web]:
    with web_server.running() as made:
        yield made
