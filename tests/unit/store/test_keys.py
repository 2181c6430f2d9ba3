"""The keys: never shown, never overwritten, one for all who start at once; sealed files notice every change."""

from __future__ import annotations

import base64
import io
import multiprocessing
import os
import pickle
import stat
import traceback
from pathlib import Path

import pyarrow as pa
import pytest

from tests.conftest import House, listing, row
from warehouse.store.home import Home
from warehouse.store.keys import Keys, KeyUnusable, load_keys, new_key_file, successor
from warehouse.store.schemas import VAULT
from warehouse.store.sealed import SealBroken, seal, seal_table, unseal, unseal_identities, unseal_table

TABLE = pa.table({"name": ["Canary Dara"] * 20_000})


@pytest.fixture
def secret(key_of_the_tests: Path) -> list[str]:
    return key_of_the_tests.read_text().split()


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No key named by the environment; the default one would lie under the returned folder."""
    for name in ("SALA_KEY", "SALA_KEY_FILE", "SALA_REQUIRE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "sala" / "key"


def test_a_key_is_never_shown(secret: list[str], key_of_the_tests: Path) -> None:
    keys = load_keys()
    shown = f"{keys} {keys!r} {[keys]} {keys.fingerprint}"
    assert "Keys(…)" in shown
    assert not any(part in shown for part in [*secret, *(part[-20:] for part in secret)])


@pytest.mark.parametrize(
    "damage", [lambda t: t[:-30], lambda t: t.replace("AGE", "EGA"), lambda t: "", lambda t: "\xff"]
)
def test_an_unusable_key_is_told_without_its_text(
    unset: Path, tmp_path: Path, secret: list[str], monkeypatch: pytest.MonkeyPatch, damage: object
) -> None:
    path = tmp_path / "damaged"
    path.write_text(damage("\n".join(secret)), encoding="latin-1")  # type: ignore[operator]
    monkeypatch.setenv("SALA_KEY_FILE", str(path))
    with pytest.raises(KeyUnusable) as raised:
        load_keys()
    told = "".join(traceback.format_exception(raised.value))
    assert "SALA-K001" in told
    assert not any(part[20:] in told for part in secret)


def test_the_environment_may_hold_the_key_itself(
    unset: Path, secret: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALA_KEY", " ".join(secret))
    keys = load_keys()
    assert keys.pseudonym == base64.b32decode(secret[1].removeprefix("PSEUDONYM-KEY-"))
    assert not unset.exists()
    monkeypatch.setenv("SALA_KEY", secret[0])
    with pytest.raises(KeyUnusable, match="SALA_KEY"):
        load_keys()


def test_a_named_key_that_is_missing_is_never_made(
    unset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALA_KEY_FILE", str(tmp_path / "nowhere" / "key"))
    with pytest.raises(KeyUnusable, match="no file"):
        load_keys()
    monkeypatch.delenv("SALA_KEY_FILE")
    monkeypatch.setenv("SALA_REQUIRE_KEY", "1")
    with pytest.raises(KeyUnusable, match="no file"):
        load_keys()
    assert not unset.exists()


def test_a_new_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a" / "key"
    before = os.umask(0)
    try:
        new_key_file(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text()
    with pytest.raises(KeyUnusable, match="never overwritten"):
        new_key_file(path)
    assert path.read_text() == text
    assert [p.name for p in path.parent.iterdir()] == ["key"]


def _fingerprint(start: object, answers: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    try:
        answers.put(load_keys().fingerprint)  # type: ignore[attr-defined]
    except Exception as error:
        answers.put(repr(error))  # type: ignore[attr-defined]


def test_processes_that_start_at_once_share_one_new_key(unset: Path) -> None:
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(8), context.Queue()
    processes = [context.Process(target=_fingerprint, args=(start, answers)) for _ in range(8)]
    for process in processes:
        process.start()
    found = {answers.get(timeout=30) for _ in processes}
    for process in processes:
        process.join()
    assert found == {load_keys().fingerprint}
    assert [p.name for p in unset.parent.iterdir()] == ["key"]


def test_the_loser_of_the_race_for_a_new_key_uses_the_winners(unset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def late(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        new_key_file(target)
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert load_keys().fingerprint == load_keys().fingerprint
    assert [p.name for p in unset.parent.iterdir()] == ["key"]


def test_pseudonyms_need_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = load_keys()
    new_key_file(tmp_path / "other")
    monkeypatch.setenv("SALA_KEY_FILE", str(tmp_path / "other"))
    other = load_keys()
    assert keys.pseudonymise("a") == keys.pseudonymise("a") != other.pseudonymise("a")
    assert len(keys.pseudonymise("a")) == 32
    assert keys.fingerprint != other.fingerprint


def sealed(home: Home, keys: Keys) -> Path:
    path = home.vault("acme", "0" * 64)
    seal_table(home, keys, TABLE, path)
    return path


def test_a_sealed_table_comes_back_and_its_bytes_say_nothing(tmp_path: Path) -> None:
    home, keys = Home(tmp_path), load_keys()
    path = sealed(home, keys)
    assert unseal_table(keys, path) == TABLE
    assert b"Canary" not in path.read_bytes()
    assert b"PAR1" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(home.scratch.iterdir()) == []


def test_every_cut_and_every_change_of_a_sealed_file_is_noticed(tmp_path: Path) -> None:
    home, keys = Home(tmp_path), load_keys()
    path = sealed(home, keys)
    data = path.read_bytes()
    places = [*range(0, 200, 11), len(data) // 2, len(data) - 17, len(data) - 1]
    for place in places:
        for altered in (data[:place], data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]):
            path.write_bytes(altered)
            with pytest.raises(SealBroken, match="SALA-S002"):
                unseal(keys, path)
    path.write_bytes(data + b"x")
    with pytest.raises(SealBroken):
        unseal(keys, path)
    path.unlink()
    with pytest.raises(SealBroken, match="no file"):
        unseal(keys, path)


def test_another_key_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sealed(Home(tmp_path), load_keys())
    new_key_file(tmp_path / "other")
    monkeypatch.setenv("SALA_KEY_FILE", str(tmp_path / "other"))
    with pytest.raises(SealBroken, match="a wrong key"):
        unseal(load_keys(), path)


def test_names_are_sealed_and_what_is_sealed_is_its_owners_alone(house: House, secret: list[str]) -> None:
    outcome = house.ingest("att_a.csv", listing(row(1), row(2, "z"), row(3)))
    keys, home = load_keys(), house.home
    assert unseal(keys, home.archive("acme", outcome["delivery_id"])) == house.path("att_a.csv").read_bytes()
    vault = unseal_table(keys, home.vault("acme", outcome["delivery_id"])).to_pylist()
    assert {v["name_latin"] for v in vault} == {"Canary Dara1", "Canary Dara3"}
    assert {v["person_id"] for v in vault} == {"K-0001", "K-0003"}
    files = [p for p in home.root.rglob("*") if p.is_file() and "inbox" not in p.parts and "locks" not in p.parts]
    assert len(files) >= 5
    sealed = [p for p in files if p.suffix == ".age"]
    assert len(sealed) == 2
    assert {oct(stat.S_IMODE(p.stat().st_mode)) for p in sealed} == {"0o600"}
    text = b"".join(p.read_bytes() for p in files)
    assert not any(part.encode() in text for part in secret)
    with pytest.raises(TypeError):
        pickle.dumps(keys)


def test_each_recipient_has_pseudonyms_of_its_own_that_nobody_can_join(tmp_path: Path) -> None:
    keys = load_keys()
    one, other = keys.for_recipient("fund-a"), keys.for_recipient("fund-b")
    officers = [f"officer-{number}" for number in range(50)]
    sent = [{key.pseudonymise(officer) for officer in officers} for key in (one, other, keys)]
    assert [len(names) for names in sent] == [50, 50, 50]
    assert len(set.union(*sent)) == 150
    assert one == keys.for_recipient("fund-a")
    assert successor(tmp_path / "next", keys).for_recipient("fund-a").secret == one.secret
    assert one.secret.hex() not in f"{one} {one!r}"
    assert "fund-a" in repr(one)


@pytest.mark.parametrize("name", ["", "Fund A", "fund_a", "-a", "fund-a\n", "ក"])
def test_a_recipient_has_one_spelling(name: str) -> None:
    with pytest.raises(ValueError, match="hyphens"):
        load_keys().for_recipient(name)


def test_a_vault_file_older_than_a_column_is_read_with_it_empty(tmp_path: Path) -> None:
    home, keys = Home(tmp_path), load_keys()
    path = home.vault("acme", "0" * 64)
    older = VAULT.remove(VAULT.get_field_index("birth_year"))
    seal_table(home, keys, older.empty_table(), path)
    assert unseal_identities(keys, path).schema == VAULT
    row = {"person_ref": "a", "name_latin": "Canary Dara"}
    seal_table(home, keys, pa.Table.from_pylist([row], schema=older), path)
    assert unseal_identities(keys, path).to_pylist() == [dict.fromkeys(VAULT.names) | row]


def test_what_is_sealed_and_no_table_is_told_as_such(tmp_path: Path) -> None:
    home, keys = Home(tmp_path), load_keys()
    path = home.vault("acme", "0" * 64)
    seal(home, keys, io.BytesIO(b"PAR1 but no table"), path)
    with pytest.raises(SealBroken, match="no table"):
        unseal_table(keys, path)
