"""A home with two partners' deliveries of the same people, and `sala` run as a process that may be killed."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.conftest import PARTNER, House, listing, row
from tests.sala_process import run_sala
from warehouse.store import ledger
from warehouse.store.home import Home
from warehouse.store.keys import load_keys
from warehouse.store.sealed import unseal_identities

GONE = "Canary Dara2"  # row(2): K-0002


@dataclass
class Household:
    """The house, and what a test asks of its vault."""

    house: House

    @property
    def home(self) -> Home:
        return self.house.home

    def sala(self, *words: str, bomb: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return run_sala(self.home, *words, bomb=bomb, **environment)

    def killed_everywhere(self, words: list[str], places: range, after: Callable[[], None]) -> int:
        """Kill the command at each place in turn, look at the home after each; return at how many it was killed."""
        for place in places:
            done = self.sala(*words, bomb=place)
            if done.returncode != -signal.SIGKILL:
                assert done.returncode == 0, done.stderr
                return place
            after()
        raise AssertionError("the command never came to its end")

    def vault_rows(self) -> list[dict[str, Any]]:
        keys = load_keys()
        paths = sorted((self.home.root / "vault").glob("partner=*/*.age"))
        return [row for path in paths for row in unseal_identities(keys, path).to_pylist()]

    def reference(self, name: str = GONE) -> str:
        return next(row["person_ref"] for row in self.vault_rows() if row["name_latin"] == name)

    def zone(self, name: str) -> list[dict[str, Any]]:
        paths = sorted((self.home.root / name / "attendance").glob(f"partner={PARTNER}/*.parquet"))
        return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]

    def balanced(self) -> None:
        """Law 1, by the ledger and by the rows that are there."""
        records = ledger.read_all(self.home)
        for record in records:
            counts = record.counts
            assert counts.read == counts.accepted + counts.quarantined + counts.repeated == counts.counted
        assert sum(r.counts.accepted for r in records) == len(self.zone("bronze"))
        assert sum(r.counts.quarantined for r in records) == len({r["row_id"] for r in self.zone("quarantine")})


@pytest.fixture
def household(house: House) -> Household:
    """Two lists with the same person in both, one list with rows refused, and a file that is held."""
    made = Household(house)
    house.ingest("att_a.csv", listing(row(1), row(2), row(3, "z"), row(2, Date="06/06/2024"), row(2)))
    house.ingest("att_b.csv", listing(row(2, "A", Event="E2"), row(4, Event="E2"), row(5, "z", Event="E2")))
    house.ingest("plain_c.csv", listing(row(6, Event="E3"), row(7, Event="E3")))
    house.ingest("nobody expects this.csv", listing(row(2)))
    return made


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes; locks and unfinished work left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "scratch" not in path.parts and path.suffix != ".lock"
    }
