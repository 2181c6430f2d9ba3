"""An officer erased between two runs of identify: gone from what it keeps, and everybody else is who they were."""

from __future__ import annotations

from datetime import date

import pyarrow.parquet as pq
import pytest

from tests.conftest import PARTNER, House, listing, row
from warehouse import pipeline
from warehouse.store.home import Home
from warehouse.store.keys import key_of, load_keys
from warehouse.store.sealed import unseal, unseal_table
from warehouse.vault.erase import search
from warehouse.vault.expire import expire
from warehouse.vault.rotate import rotate
from warehouse.vault.verify import verify

DAY = date(2026, 12, 31)


@pytest.fixture
def known(house: House) -> House:
    """Two lists, identified once: Dara3 stands in both, Dara1 and Dara2 in the first; nobody has a namesake."""
    house.ingest("att_a.csv", listing(row(1), row(2), row(3)))
    house.ingest("att_b.csv", listing(row(3, Event="E2"), row(4, Event="E2", Name="Canary Sopheap")))
    pipeline.identify(house.home)
    return house


def officers(home: Home) -> dict[str, str]:
    table = pq.ParquetFile(home.crosswalk).read()
    return dict(zip(table["person_ref"].to_pylist(), table["officer_key"].to_pylist(), strict=True))


def reference(house: House, name: str) -> str:
    paths = (house.home.root / "vault").glob(f"partner={PARTNER}/*.age")
    rows = [row for path in paths for row in unseal_table(load_keys(), path).to_pylist()]
    return next(str(row["person_ref"]) for row in rows if row["name_latin"] == name)


def test_what_identity_kept_of_an_erased_officer_goes_and_the_others_keep_their_keys(known: House) -> None:
    home, gone = known.home, reference(known, "Canary Dara2")
    before = officers(home)
    (report,) = pipeline.erase(home, before[gone], DAY)
    assert (report["persons"], report["rows"], report["finished"]) == (1, 1, True)
    for _ in range(2):
        pipeline.identify(home)
        assert officers(home) == {person: key for person, key in before.items() if person != gone}
    kept = unseal_table(load_keys(), home.identity_features)
    assert gone not in kept["person_ref"].to_pylist()
    assert len(kept) == 3
    assert search(home, load_keys(), ["Canary Dara2", "K-0002", "dara2"]).found == []


def test_officers_whose_identifiers_expired_keep_their_keys(known: House) -> None:
    before = officers(known.home)
    (report,) = expire(known.home, load_keys(), 1, DAY, DAY.isoformat())
    assert (report["persons"], report["finished"]) == (4, True)
    pipeline.identify(known.home)
    assert officers(known.home) == before


def test_a_new_key_opens_what_identity_kept_and_changes_nobody(
    known: House, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, new = known.home, tmp_path_factory.mktemp("new") / "key"
    before, features = officers(home), unseal(load_keys(), home.identity_features)
    rotate(home, load_keys(), new)
    monkeypatch.setenv("SALA_KEY_FILE", str(new))
    assert unseal(key_of(new), home.identity_features) == features
    pipeline.identify(home)
    assert officers(home) == before
    assert verify(home, load_keys())["problems"] == []
