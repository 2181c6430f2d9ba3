"""The secret keys: one age identity that opens archive and vault, one key that makes pseudonyms.

A key file has two lines, `AGE-SECRET-KEY-…` and `PSEUDONYM-KEY-…`. It comes from the environment
(`SALA_KEY`, the text itself), from the file named by `SALA_KEY_FILE`, or from
`$XDG_CONFIG_HOME/sala/key`, which is made with a visible warning when there is none: outside
`SALA_HOME`, so that a copy of the data is not a copy of the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyrage import x25519

from warehouse.errors import TerminalError
from warehouse.store.files import only_one, sync, whole_file
from warehouse.store.home import Home

logger = logging.getLogger(__name__)

_PSEUDONYM = "PSEUDONYM-KEY-"
_SET_ASIDE = "SET-ASIDE-"  # begins a line that no key is read from
_RECIPIENT = re.compile(r"[a-z0-9][a-z0-9-]*")


class KeyUnusable(TerminalError):
    """The key cannot be read or is not a Sala key; its text is never shown."""

    code: ClassVar[str] = "SALA-K001"
    title: ClassVar[str] = "The key cannot be used"


class KeyOfAnotherHome(TerminalError):
    """The home's persons have pseudonyms of another key: with this one they would be counted twice."""

    code: ClassVar[str] = "SALA-K002"
    title: ClassVar[str] = "This home was made with another key"


class RotationUnfinished(TerminalError):
    """A change of key was begun and not ended: some sealed files have the old key, some the new one."""

    code: ClassVar[str] = "SALA-V002"
    title: ClassVar[str] = "A change of key is unfinished"


def _pseudonym(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256")[:16].hex()


@dataclass(frozen=True)
class RecipientKey:
    """Makes the pseudonyms of one recipient of data; never logged: `repr` hides the key."""

    name: str
    secret: bytes

    def __repr__(self) -> str:
        return f"RecipientKey({self.name}, …)"

    def pseudonymise(self, text: str) -> str:
        """Return the recipient's pseudonym of a text, as :meth:`Keys.pseudonymise` makes them."""
        return _pseudonym(self.secret, text)


@dataclass(frozen=True)
class Keys:
    """The keys of one installation. Never logged: `repr` hides both."""

    identity: x25519.Identity
    pseudonym: bytes

    def __repr__(self) -> str:
        return "Keys(…)"

    @property
    def recipient(self) -> x25519.Recipient:
        """The public half: enough to write to archive and vault."""
        return self.identity.to_public()

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that tell keys apart without giving either away."""
        return hashlib.sha256(str(self.recipient).encode() + self.pseudonymise("fingerprint").encode()).hexdigest()[:12]

    def pseudonymise(self, text: str) -> str:
        """Return the keyed HMAC-SHA-256 of a text, as 32 hexadecimal digits."""
        return _pseudonym(self.pseudonym, text)

    def pseudonymise_all(self, texts: Iterable[str]) -> list[str]:
        """Return `pseudonymise` of each text; the key's part is prepared once (RFC 2104), which halves the time."""
        padded = self.pseudonym.ljust(64, b"\0")  # the block of SHA-256; the key is shorter
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
        pseudonyms = []
        for text in texts:
            within, around = inner.copy(), outer.copy()
            within.update(text.encode())
            around.update(within.digest())
            pseudonyms.append(around.hexdigest()[:32])
        return pseudonyms

    def for_recipient(self, name: str) -> RecipientKey:
        """Return the second key, under which persons leave for one recipient.

        It is derived (HKDF-SHA-256, RFC 5869) from the key of the pseudonyms: the same at every extract and after
        every change of the sealing key. Two recipients that lay their files side by side find no person in common.

        Args:
            name: Who receives the data, as in its agreement: lower-case letters, digits and hyphens.

        Raises:
            ValueError: When the name is another: two spellings would be two recipients.
        """
        if not _RECIPIENT.fullmatch(name):
            raise ValueError("a recipient's name has lower-case letters, digits and hyphens only")
        derivation = HKDF(SHA256(), length=32, salt=None, info=b"sala recipient " + name.encode())
        return RecipientKey(name, derivation.derive(self.pseudonym))


def default_key_file() -> Path:
    """Return where the key is looked for when the environment names none."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "sala" / "key"


def load_keys() -> Keys:
    """Return the keys of this environment.

    Raises:
        KeyUnusable: When the key named by the environment is missing or is not one.
    """
    if text := os.environ.get("SALA_KEY"):
        return _parse(text, "the environment variable SALA_KEY")
    named = os.environ.get("SALA_KEY_FILE")
    path = Path(named) if named else default_key_file()
    if not _is_there(path):
        if named or os.environ.get("SALA_REQUIRE_KEY"):
            raise KeyUnusable(str(path), "no file", "a Sala key file", f"make one with: sala key new {path}")
        if _write_new(path):  # else another process was first: both use its key
            logger.warning("A new key was made at %s. For real data keep it where backups of the home are not.", path)
    return key_of(path)


def key_of(path: Path) -> Keys:
    """Return the keys of a key file.

    Raises:
        KeyUnusable: When it cannot be read or is none.
    """
    return _load(path, path.stat().st_mtime_ns)


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise KeyUnusable(str(path), type(error).__name__, "a readable Sala key file", "check its rights") from None
    return True


@cache
def _load(path: Path, _mtime: int) -> Keys:
    try:
        return _parse(path.read_text(encoding="ascii"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusable(str(path), type(error).__name__, "a readable Sala key file", "check its rights") from None


def _parse(text: str, where: str) -> Keys:
    identity: x25519.Identity | None = None
    pseudonym = b""
    try:
        for line in text.split():
            if line.startswith("AGE-SECRET-KEY-"):
                identity = x25519.Identity.from_str(line)
            elif line.startswith(_PSEUDONYM):
                pseudonym = base64.b32decode(line.removeprefix(_PSEUDONYM))
    except Exception:
        identity = None
    if identity is None or len(pseudonym) != 32:
        expected = "a line AGE-SECRET-KEY-… and a line PSEUDONYM-KEY-…"
        raise KeyUnusable(
            where, "something else", expected, "restore the key; without it archive and vault stay closed"
        )
    return Keys(identity, pseudonym)


def new_key_file(path: Path) -> None:
    """Write a new random key, readable by its owner only.

    Raises:
        KeyUnusable: When the file exists: a key is never overwritten.
    """
    if not _write_new(path):
        raise KeyUnusable(str(path), "a file", "no file: a key is never overwritten", "name another file")


def successor(path: Path, keys: Keys) -> Keys:
    """Return the key to change to: another age identity, the same pseudonyms; made at `path` when nothing is there.

    A key made by `sala key new` has a pseudonym key of its own, under which everybody would be somebody else. That
    line is set aside in the file, where it is not lost, and this home's is put in its place.

    Raises:
        KeyUnusable: When the file is no key.
    """
    if not _is_there(path):
        _write_new(path, keys.pseudonym)
    found = key_of(path)
    if found.pseudonym == keys.pseudonym:
        return found
    own = _line(found.pseudonym)
    lines = [_SET_ASIDE + line if line == own else line for line in path.read_text(encoding="ascii").split()]
    scratch = _scratch(path, [*lines, _line(keys.pseudonym)])
    scratch.replace(path)
    sync(path.parent)
    return Keys(found.identity, keys.pseudonym)


def _line(pseudonym: bytes) -> str:
    return _PSEUDONYM + base64.b32encode(pseudonym).decode()


def _scratch(path: Path, lines: list[str]) -> Path:
    """Write a key file beside `path` under another name, its owner's only, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    scratch.touch(mode=0o600)
    scratch.write_text("\n".join(lines) + "\n", encoding="ascii")
    sync(scratch)
    return scratch


def _write_new(path: Path, pseudonym: bytes | None = None) -> bool:
    """Write a new random key whole, and return True; False where there is a file already."""
    scratch = _scratch(path, [str(x25519.Identity.generate()), _line(pseudonym or secrets.token_bytes(32))])
    try:
        os.link(scratch, path)  # fails where another process was first
    except FileExistsError:
        return False
    finally:
        scratch.unlink()
    return True


def fingerprint_of(home: Home) -> str:
    """Return the fingerprint of the key whose home this is; empty before the first was used."""
    path = home.key_fingerprint
    return path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""


def make_key_of(home: Home, keys: Keys) -> None:
    """Make these the keys of the home, whichever it had."""
    with whole_file(home, home.key_fingerprint) as scratch:
        scratch.write_text(keys.fingerprint + "\n", encoding="ascii")


def require_key(home: Home, keys: Keys) -> None:
    """Make sure that these are the keys of the home; the first ever used become them.

    Raises:
        KeyOfAnotherHome: The home was made with another key, or has changed to another; nothing was changed.
        RotationUnfinished: The home is between two keys.
    """
    if home.rotation.exists():
        found = "files of the former and files of the new key"
        action = "end it, with the same file as before: sala vault rotate --new-key-file FILE"
        raise RotationUnfinished(str(home.rotation), found, "one key for all", action)
    path = home.key_fingerprint
    if not path.exists():
        with only_one(home, path.name):
            if not path.exists():  # else another process was first, perhaps with another key
                make_key_of(home, keys)
    kept = fingerprint_of(home)
    if kept != keys.fingerprint:
        raise KeyOfAnotherHome(
            str(path),
            f"key {keys.fingerprint}",
            f"key {kept[:12]}",
            "use the key of this home (SALA_KEY_FILE or SALA_KEY), the last one it was changed to, "
            "or another SALA_HOME for this key",
        )
