"""A partner whose contract names a server on loopback, and a visit to it that does not wait for long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests import web_server
from tests.conftest import PARTNER, Document, House, properties
from warehouse.connectors.connection import Connection
from warehouse.connectors.fetch import Fetched, fetch
from warehouse.connectors.remote import Pace
from warehouse.contract.model import Contract

HASTE = Pace(pauses=(0.01, 0.01), silence=1.0, longest_file=20.0, longest_wait=1.0)
NAME = "att_{}.csv"


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
    connection: Connection | None = None

    def keeps(self, *sources: Document, expects: str | None = None) -> None:
        """Name the sources in the contract, and a file that a table of it expects."""

        def change(contract: Document) -> None:
            contract["servers"].extend(sources)
            for one in contract["schema"][0]["customProperties"] if expects else ():
                one["value"] = re.escape(expects or "") if one["property"] == "files" else one["value"]

        self.house.describe(change)

    def fetch(self, pace: Pace = HASTE, **options: Any) -> Fetched:
        """Fetch from the only source."""
        (done,) = fetch(self.house.home, self.contract, self.connected, pace, **options)
        return done

    @cached_property
    def contract(self) -> Contract:
        return self.house.contract

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
