"""A new key for archive and vault: everything opens with it alone, pseudonyms stay, a kill anywhere is mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import listing, row
from tests.unit.vault.conftest import Household, files_of
from warehouse import pipeline
from warehouse.errors import TransientError
from warehouse.store.home import PROJECT
from warehouse.store.keys import (
    KeyOfAnotherHome,
    Keys,
    KeyUnusable,
    RotationUnfinished,
    key_of,
    load_keys,
    new_key_file,
    require_key,
)
from warehouse.store.locks import VaultBusy, vault_alone, vault_in_use
from warehouse.store.sealed import SealBroken, unseal
from warehouse.vault.rotate import rotate


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "new"


def opened(household: Household, keys: Keys) -> dict[str, bytes]:
    return {str(path): unseal(keys, path) for path in household.home.sealed_files()}


def test_only_the_new_key_opens_what_the_former_did_and_nobody_has_another_pseudonym(
    household: Household, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, reference = load_keys(), household.reference()
    before = opened(household, old)
    assert len(before) == 7
    told: list[tuple[str, int, int]] = []
    result = rotate(household.home, old, new, lambda *phase: told.append(phase))
    assert (result["changed"], result["files"], result["resealed"], result["verified"]) == (True, 7, 7, 7)
    assert [t for t in told if t[1] == t[2]] == [("check", 7, 7), ("seal", 7, 7), ("verify", 7, 7)]
    assert oct(new.stat().st_mode)[-3:] == "600"
    keys = key_of(new)
    assert opened(household, keys) == before
    for path in household.home.sealed_files():
        with pytest.raises(SealBroken):
            unseal(old, path)
        assert oct(path.stat().st_mode)[-3:] == "600"
    with pytest.raises(KeyOfAnotherHome):
        require_key(household.home, old)
    assert not household.home.rotation.exists()
    monkeypatch.setenv("SALA_KEY_FILE", str(new))
    outcome = household.house.ingest("att_d.csv", listing(row(2, Event="E9"), row(8, Event="E9")))
    assert outcome["outcome"] == "accepted"
    assert reference in {row["person_ref"] for row in household.zone("bronze") if row["event_id"] == "E9"}


def test_a_key_made_by_itself_takes_over_the_pseudonyms_and_loses_nothing(household: Household, new: Path) -> None:
    new_key_file(new)
    own = new.read_text().split()
    rotate(household.home, load_keys(), new)
    text = new.read_text()
    assert own[0] in text
    assert f"SET-ASIDE-{own[1]}" in text
    assert key_of(new).pseudonym == load_keys().pseudonym
    assert list(new.parent.iterdir()) == [new]


def test_run_again_it_finds_nothing_to_do_with_either_key(household: Household, new: Path) -> None:
    rotate(household.home, load_keys(), new)
    before = files_of(household.home.root)
    for keys in (load_keys(), key_of(new)):
        result = rotate(household.home, keys, new)
        assert (result["changed"], result["resealed"]) == (False, 0)
        assert files_of(household.home.root) == before


def test_a_kill_at_any_point_is_mended_by_running_it_again(household: Household, new: Path) -> None:
    before = opened(household, load_keys())
    marks = set()

    def between() -> None:
        if not household.home.rotation.exists():
            marks.add("one key")
            return
        marks.add("two keys")
        household.house.deliver("att_e.csv", listing(row(9)))
        for keys in (load_keys(), key_of(new)):
            with pytest.raises(RotationUnfinished, match="SALA-V002"):
                require_key(household.home, keys)
        with pytest.raises(RotationUnfinished):
            pipeline.ingest("acme", "att_e.csv", household.home)

    killed = household.killed_everywhere(["vault", "rotate", "--new-key-file", str(new)], range(100), between)
    assert killed >= 3
    assert marks == {"one key", "two keys"}
    assert opened(household, key_of(new)) == before
    require_key(household.home, key_of(new))


def test_an_unfinished_change_goes_on_with_the_former_key_and_to_no_third(
    household: Household, new: Path, tmp_path: Path
) -> None:
    assert household.sala("vault", "rotate", "--new-key-file", str(new), bomb=6).returncode < 0
    assert household.home.rotation.exists()
    with pytest.raises(RotationUnfinished, match="another key"):
        rotate(household.home, load_keys(), tmp_path / "third")
    with pytest.raises(RotationUnfinished, match="former key"):
        rotate(household.home, key_of(new), new)
    new_key_file(tmp_path / "stranger")
    with pytest.raises(KeyOfAnotherHome):
        rotate(household.home, key_of(tmp_path / "stranger"), new)
    assert rotate(household.home, load_keys(), new)["files"] == 7


def test_a_wrong_key_or_a_broken_file_changes_nothing(household: Household, new: Path, tmp_path: Path) -> None:
    new_key_file(tmp_path / "stranger")
    before = files_of(household.home.root)
    with pytest.raises(KeyOfAnotherHome):
        rotate(household.home, key_of(tmp_path / "stranger"), new)
    assert not new.exists()
    new.parent.mkdir()
    new.write_text("no key")
    with pytest.raises(KeyUnusable):
        rotate(household.home, load_keys(), new)
    new.unlink()
    path = household.home.sealed_files()[3]
    path.write_bytes(path.read_bytes()[:-1])
    before[str(path.relative_to(household.home.root))] = path.read_bytes()
    with pytest.raises(SealBroken, match=path.name):
        rotate(household.home, load_keys(), new)
    assert files_of(household.home.root) == before


def test_ingest_is_told_to_wait_and_the_change_waits_for_ingest(household: Household, new: Path) -> None:
    household.house.deliver("att_f.csv", listing(row(9)))
    with vault_alone(household.home):
        with pytest.raises(VaultBusy) as raised, vault_in_use(household.home):
            pass
        assert isinstance(raised.value, TransientError)
        outcomes = pipeline.ingest_all(household.home, workers=1)
    assert [(o["outcome"], o["error"]["code"]) for o in outcomes] == [("waiting", "SALA-V101")]
    alone = (
        "from warehouse.store.locks import *; from warehouse.store.home import *; from pathlib import Path; import sys"
    )
    alone += "\nprint('asks', flush=True)\nwith vault_alone(Home(Path(sys.argv[1]))): print('alone', flush=True)"
    command = [sys.executable, "-c", alone, str(household.home.root)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with vault_in_use(household.home), vault_in_use(household.home):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout is not None
        assert process.stdout.readline() == "asks\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
    assert process.communicate(timeout=30)[0] == "alone\n"
    assert [o["outcome"] for o in pipeline.ingest_all(household.home, workers=1)] == ["accepted"]


def test_the_command_says_what_it_did_and_never_takes_a_key_as_a_word(household: Household, new: Path) -> None:
    assert household.sala("vault", "rotate").returncode == 2
    done = household.sala("vault", "rotate", "--new-key-file", str(new), "--json")
    result = json.loads(done.stdout)
    assert (result["resealed"], result["fingerprint"]) == (7, key_of(new).fingerprint)
    again = household.sala("vault", "rotate", "--new-key-file", str(new))
    assert f"nothing to change: {new} is the key of this home" in again.stdout
    assert "SALA_KEY_FILE" not in again.stdout
    secrets = new.read_text().split()
    assert not any(secret in text for secret in secrets for text in (done.stdout, done.stderr, again.stdout))
    verified = household.sala("vault", "verify", "--json", SALA_KEY_FILE=str(new))
    assert json.loads(verified.stdout)["problems"] == []
    assert verified.returncode == 0
