"""Laws 1, 2 and 6 over the whole way: any order, everything twice, killed between steps, and no name anywhere."""

from __future__ import annotations

import base64
import random
import shutil
import signal
import threading
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from tests.leaks import leaks
from tests.prebuilt import AS_OF, Samples
from tests.sala_process import run_sala
from warehouse.contract import load_contracts
from warehouse.store import ledger
from warehouse.store.database import open_published
from warehouse.store.home import Home
from warehouse.store.keys import key_of
from warehouse.store.sealed import unseal_identities
from warehouse.store.versions import current


class Runner:
    """Runs `sala` over one home, and keeps what it said."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.said: list[str] = []

    def run(self, *words: str, bomb: int | None = None) -> int:
        done = run_sala(self.home, *words, bomb=bomb)
        self.said += [done.stdout, done.stderr]
        return done.returncode

    def content_hash(self) -> str:
        return str(current(self.home).manifest()["content_hash"])


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory, samples: Samples) -> Runner:
    """Every sample delivered once and run to the end."""
    runner = Runner(samples.copy(tmp_path_factory.mktemp("straight") / "home"))
    runner.said += samples.said
    return runner


class Again(NamedTuple):
    """The version that was current before a run, how the run ended, and rows of each answer meanwhile."""

    before: Path
    code: int
    answers: list[int]


def deliveries(seed: int) -> list[tuple[str, Path, str]]:
    """Every sample twice, the second time under another name, in a random order."""
    found = []
    for contract in load_contracts(Home(Path()).contracts):
        for path in sorted((contract.folder / "sample" / "received").iterdir()):
            found += [(contract.inbox, path, path.name), (contract.inbox, path, f"again {path.name}")]
    assert len(found) > 60
    random.Random(seed).shuffle(found)
    return found


def test_any_order_everything_twice_and_killed_between_steps(straight: Runner, tmp_path: Path) -> None:
    runner, chance = Runner(Home(tmp_path / "home")), random.Random(7)
    arriving = deliveries(seed=7)
    for part in range(3):
        for inbox, path, name in arriving[part::3]:
            (runner.home.root / inbox).mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, runner.home.root / inbox / name)
        assert runner.run("ingest", "--workers", "1", bomb=chance.randrange(3, 40)) == -signal.SIGKILL
    assert runner.run("ingest") in (0, 1)
    for words in (["transform", "--as-of", AS_OF], ["audit"], ["publish"]):
        assert runner.run(*words, bomb=0) == -signal.SIGKILL, words
        assert runner.run(*words) == 0, runner.said[-1]
    assert runner.content_hash() == straight.content_hash()
    balanced(runner.home, arrivals=len(arriving))


def balanced(home: Home, arrivals: int) -> None:
    records = ledger.read_all(home)
    for record in records:
        counts = record.counts
        assert counts.read == counts.accepted + counts.quarantined + counts.repeated == counts.counted
    assert sum(len(record.deliveries) for record in records) == arrivals


def test_the_ledger_of_one_delivery_balances(straight: Runner) -> None:
    samples = sum(
        1 for c in load_contracts(straight.home.contracts) for _ in (c.folder / "sample" / "received").iterdir()
    )
    balanced(straight.home, samples)


def test_each_step_says_what_it_did_in_order(straight: Runner) -> None:
    steps = ("ingest", "identify", "transform", "audit", "publish", "returns")
    heads = [line.split()[0] for line in straight.said[0].splitlines() if line.startswith(steps)]
    assert heads == list(steps)
    crosswalk = pq.read_table(straight.home.crosswalk)
    persons, officers = len(crosswalk), len(set(crosswalk["officer_key"].to_pylist()))
    assert officers < persons
    assert f"identify   {persons} persons of partners' lists are {officers} different ones " in straight.said[0]


@pytest.fixture(scope="module")
def again(straight: Runner) -> Again:
    """A second run of the same, and what a reader got of the published version all the while."""
    before, codes, answers = current(straight.home).path, list[int](), list[int]()
    run = threading.Thread(target=lambda: codes.append(straight.run("run", "--as-of", AS_OF)))
    run.start()
    while run.is_alive():
        with open_published(straight.home) as connection:
            answers.append(len(connection.execute("select * from marts.officers_trained limit 5").fetchall()))
        run.join(0.5)
    return Again(before, codes[0], answers)


def test_running_again_publishes_nothing_new(straight: Runner, again: Again) -> None:
    assert again.code in (0, 1)
    assert current(straight.home).path == again.before


def test_readers_are_not_disturbed_while_a_run_is_in_progress(again: Again) -> None:
    assert len(again.answers) > 5
    assert set(again.answers) == {5}


def identifiers(home: Home, key: Path) -> set[str]:
    """A few of every kind of identifier of every partner's samples, as the opened vault holds them."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in sorted((home.root / "vault").glob("partner=*/*.age")):
        for row in unseal_identities(key_of(key), path).to_pylist():
            for kind in ("person_id", "name_latin", "name_khmer", "police_id", "phone", "email"):
                found.setdefault((path.parent.name, kind), set()).add(str(row[kind] or ""))
    assert {kind for _, kind in found} >= {"name_latin", "name_khmer", "phone", "email"}
    long = {place: sorted(w for w in words if len(w) >= 7) for place, words in found.items()}
    return {word for words in long.values() for word in random.Random(3).sample(words, min(3, len(words)))}


def searched(home: Home) -> list[Path]:
    """Every file but the partners' own and what they get back of them; what is sealed is searched as it lies there."""
    theirs = {home.inbox, home.returns}  # docs/decisions/0015
    paths = [p for p in home.root.rglob("*") if p.is_file() and theirs.isdisjoint(p.parents)]
    assert {".parquet", ".duckdb", ".json", ".html", ".age", ".log"} <= {p.suffix for p in paths}
    return paths


def test_no_identifier_is_outside_vault_and_inbox_and_returns(straight: Runner, key_of_the_tests: Path) -> None:
    words = identifiers(straight.home, key_of_the_tests)
    summaries = list(straight.home.returns.rglob("summary.json"))
    assert len(summaries) > 5
    assert leaks(summaries, [], words) == []
    assert len(words) >= 15
    assert leaks(searched(straight.home), straight.said, words) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "base64", "hex"])
def test_a_name_planted_in_a_log_on_purpose_is_found(straight: Runner, key_of_the_tests: Path, encoding: str) -> None:
    name = sorted(identifiers(straight.home, key_of_the_tests))[0]
    data = f"could not read {name}!".encode("utf-16" if encoding == "utf-16" else "utf-8")
    data = base64.b64encode(data) if encoding == "base64" else data.hex().encode() if encoding == "hex" else data
    log = straight.home.root / "planted.log"
    log.write_bytes(data)
    try:
        assert leaks([log], [], {name}) == [str(log)]
        assert leaks([], [f"could not read {name}"], {name}) == ["output"]
    finally:
        log.unlink()
