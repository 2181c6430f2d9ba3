"""Change the key of archive and vault: every sealed file is sealed anew, the pseudonyms stay.

    check all open ──► journal ──► each file replaced whole ──► verify all ──► fingerprint ──► journal gone

Killed anywhere, it is run again with the same two keys: what has the new key already is passed over. While the
journal is there nobody else opens or adds to the vault (SALA-V002); while it runs, they are told to wait (SALA-V101).
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from warehouse.store.files import sync, write_json
from warehouse.store.home import Home
from warehouse.store.keys import (
    KeyOfAnotherHome,
    Keys,
    RotationUnfinished,
    fingerprint_of,
    key_of,
    make_key_of,
    require_key,
    successor,
)
from warehouse.store.locks import vault_alone
from warehouse.store.sealed import SealBroken, seal, unseal

OnFile = Callable[[str, int, int], None]


def rotate(home: Home, keys: Keys, new_key_file: Path, on_file: OnFile = lambda *_: None) -> dict[str, Any]:
    """Seal everything of the home under the key in `new_key_file`, which is made when it is not there.

    Args:
        home: Whose archive and vault.
        keys: The key so far; once no file needs it, the new one does as well.
        new_key_file: Where the new key lies; its pseudonyms become those of the key so far.
        on_file: Called with the phase (`check`, `seal`, `verify`), how many files are done and how many there are.

    Returns:
        `changed` (false where the home had this key already), `files`, `resealed`, `verified` (open with the new key
        and not with the former), `fingerprint`, `key_file`.

    Raises:
        KeyOfAnotherHome: The key so far is not this home's; nothing was changed.
        RotationUnfinished: A change to another key is unfinished, or only the former key can end it.
        SealBroken: A file opens with neither key; this run changed nothing.
    """
    with vault_alone(home):
        begun = _begun(home)
        _check_current(home, keys, new_key_file, begun)
        new = successor(new_key_file, keys)
        if begun and begun["to"] != new.fingerprint:
            raise _unfinished(home, "a change to another key", "the new key file it was begun with")
        paths = home.sealed_files()
        outdated = [path for path in _each("check", paths, on_file) if not _is_new(home, path, keys, new, begun)]
        if outdated and not begun:
            write_json(home, home.rotation, {"from": str(keys.recipient), "to": new.fingerprint})
        for path in _each("seal", outdated, on_file):
            seal(home, new, io.BytesIO(unseal(keys, path)), path)
        for path in _each("verify", paths, on_file):
            _verify(path, keys, new)
        changed = fingerprint_of(home) != new.fingerprint
        _switch(home, new)
    told = {"changed": changed, "files": len(paths), "resealed": len(outdated), "verified": len(paths)}
    return told | {"fingerprint": new.fingerprint, "key_file": str(new_key_file)}


def _each(phase: str, paths: Sequence[Path], on_file: OnFile) -> Iterator[Path]:
    for number, path in enumerate(paths):
        yield path
        on_file(phase, number + 1, len(paths))


def _begun(home: Home) -> dict[str, str] | None:
    """Return the journal of an unfinished change: the public half of the key it leaves, the fingerprint it goes to."""
    if not home.rotation.exists():
        return None
    journal: dict[str, str] = json.loads(home.rotation.read_text("utf-8"))
    return journal


def _check_current(home: Home, keys: Keys, new_key_file: Path, begun: dict[str, str] | None) -> None:
    """Make sure that the key so far is this home's, or that the change has come so far that it no longer is."""
    if begun:
        if str(keys.recipient) != begun["from"] and keys.fingerprint != begun["to"]:
            expected = "the key this home is leaving"
            action = "set SALA_KEY_FILE (or SALA_KEY) to the former key"
            raise KeyOfAnotherHome(str(home.rotation), f"key {keys.fingerprint}", expected, action)
        return
    known = key_of(new_key_file) if new_key_file.exists() else None
    if known and known.fingerprint == fingerprint_of(home) and known.pseudonym == keys.pseudonym:
        return  # it was ended before: only verify
    require_key(home, keys)


def _is_new(home: Home, path: Path, keys: Keys, new: Keys, begun: dict[str, str] | None) -> bool:
    """Return whether a file has the new key already.

    Raises:
        RotationUnfinished: It has the former key, which is not at hand.
        SealBroken: It opens with neither.
    """
    if _opens(path, new):
        return True
    if str(keys.recipient) == str(new.recipient) and begun:
        raise _unfinished(home, "files that only the former key opens", "the former key in SALA_KEY_FILE or SALA_KEY")
    unseal(keys, path)
    return False


def _opens(path: Path, keys: Keys) -> bool:
    try:
        unseal(keys, path)
    except SealBroken:
        return False
    return True


def _verify(path: Path, keys: Keys, new: Keys) -> None:
    """Make sure that a file opens with the new key and no longer with the former.

    Raises:
        SealBroken: It does not; the home stays between two keys until the command is run again.
    """
    unseal(new, path)
    if str(keys.recipient) != str(new.recipient) and _opens(path, keys):
        raise SealBroken(str(path), "a file that the former key still opens", "the new key's alone", "run it again")


def _switch(home: Home, new: Keys) -> None:
    """Make the new key the home's, then end the journal."""
    make_key_of(home, new)
    if home.rotation.exists():
        home.rotation.unlink()
        sync(home.rotation.parent)


def _unfinished(home: Home, found: str, expected: str) -> RotationUnfinished:
    action = "run it again with the same two keys: sala vault rotate --new-key-file FILE"
    return RotationUnfinished(str(home.rotation), found, expected, action)
