"""Archive and vault are looked at as a whole: what is cut, changed, exchanged or missing is told by its file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.vault.conftest import Household, files_of
from warehouse.store.keys import KeyOfAnotherHome, load_keys, new_key_file
from warehouse.vault.verify import verify

DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:-1]), "SALA-S002"),
    "emptied": (lambda path: path.write_bytes(b""), "SALA-S002"),
    "changed": (lambda path: path.write_bytes(path.read_bytes()[:-20] + bytes(20)), "SALA-S002"),
    "removed": (lambda path: path.unlink(), "SALA-V005"),
}


def sealed(household: Household, zone: str) -> list[Path]:
    return [path for path in household.home.sealed_files() if zone in path.parts]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("zone", ["archive", "vault"])
def test_a_damaged_file_is_told_by_its_name_and_nothing_is_changed(
    household: Household, zone: str, damage: str
) -> None:
    path = sealed(household, zone)[0]
    act, code = DAMAGES[damage]
    act(path)
    before = files_of(household.home.root)
    problems = verify(household.home, load_keys())["problems"]
    assert [(p["where"], p["code"]) for p in problems] == [(str(path), code)]
    assert files_of(household.home.root) == before


def test_the_vault_of_another_delivery_is_noticed(household: Household) -> None:
    one, two = sealed(household, "vault")[:2]
    shutil.copy(one, two)
    assert [p["where"] for p in verify(household.home, load_keys())["problems"]] == [str(two)]


def test_a_wrong_key_is_one_clear_error(household: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_key_file(tmp_path / "another")
    monkeypatch.setenv("SALA_KEY_FILE", str(tmp_path / "another"))
    before = files_of(household.home.root)
    with pytest.raises(KeyOfAnotherHome):
        verify(household.home, load_keys())
    for words in (["verify"], ["erase", "0" * 32], ["expire", "--older-than", "1"], ["rotate", "--new-key-file", "x"]):
        done = household.sala("vault", *words)
        assert done.returncode == 4
        assert "SALA-K002" in done.stderr
    assert files_of(household.home.root) == before


def test_the_command_lists_the_problems_and_says_so_in_its_exit_code(household: Household) -> None:
    done = household.sala("vault", "verify")
    assert done.returncode == 0
    assert "7 sealed files, 0 problems" in done.stdout
    sealed(household, "vault")[0].unlink()
    done = household.sala("vault", "verify", "--json")
    assert done.returncode == 1
    assert len(json.loads(done.stdout)["problems"]) == 1
