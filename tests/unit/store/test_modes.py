"""Who may read what the store writes: published data as the umask says, sealed files their owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PARTNER, House, listing
from warehouse.store.files import whole_file
from warehouse.store.home import Home


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_whole_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    with whole_file(Home(tmp_path), tmp_path / "CURRENT") as scratch:
        scratch.write_text("x")
    assert mode(tmp_path / "CURRENT") == 0o640


def test_archive_and_vault_are_their_owners_only(house: House) -> None:
    delivery = house.ingest("att_a.csv", listing())["delivery_id"]
    assert mode(house.home.archive(PARTNER, delivery)) == 0o600
    assert mode(house.home.vault(PARTNER, delivery)) == 0o600
    assert mode(house.home.bronze("attendance", PARTNER, delivery)) == 0o640
