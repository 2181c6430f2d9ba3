"""A run that begins to build beside identify: what arrives meanwhile, or another writer, changes nothing."""

import shutil
from datetime import date
from pathlib import Path

import duckdb

from tests.prebuilt import AS_OF, Samples
from warehouse import pipeline
from warehouse.contract import load_contracts
from warehouse.store.home import Home
from warehouse.store.locks import writer_lock

DAY = date.fromisoformat(AS_OF)


def test_what_arrives_while_a_build_is_begun_is_in_it(samples: Samples, tmp_path: Path) -> None:
    home = samples.copy(tmp_path / "home")
    before = deliveries(home)
    with pipeline.start_transform(home) as transformation:
        pipeline.begin_transform(DAY, home, transformation)
        deliver_once_more(home)
        pipeline.identify(home)
        pipeline.transform(DAY, home, transformation)
    assert deliveries(home) == before + 1


def test_a_build_that_could_not_be_begun_is_begun_by_transform(samples: Samples, tmp_path: Path) -> None:
    home = samples.copy(tmp_path / "home")
    inputs = (home.inputs / "deliveries.parquet").read_bytes()
    deliver_once_more(home)
    with pipeline.start_transform(home) as transformation:
        with writer_lock(home, "publish"):
            pipeline.begin_transform(DAY, home, transformation)
        assert (home.inputs / "deliveries.parquet").read_bytes() == inputs, "another's build may be reading them"
        assert pipeline.transform(DAY, home, transformation)["models"] > 50


def deliver_once_more(home: Home) -> None:
    """Put a file that was ingested into the inbox under another name, and ingest it: one more delivery of the same."""
    contract = next(c for c in load_contracts(home.contracts) if c.id == "iom")
    inbox = home.root / contract.inbox
    received = next((contract.folder / "sample" / "received").rglob("*.csv"))
    shutil.copy(received, inbox / f"{received.stem} (1){received.suffix}")
    (outcome,) = pipeline.ingest_all(home, "iom")
    assert outcome["outcome"] == "repeat"


def deliveries(home: Home) -> int:
    with duckdb.connect(str(home.build_database), read_only=True) as build:
        (count,) = build.execute("select sum(times_delivered) from quality.file_loads").fetchone() or (0,)
    return int(count)
