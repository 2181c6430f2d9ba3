"""Files for a reviewer: their owner's only, never over another file, and no identifier inside the home.

What holds identifiers leaves the vault only because somebody who has the key asked for it, to a place they name.
That place is neither in the home, where identifiers lie in the vault alone (law 6), nor in the project, whence they
would be committed.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import ClassVar

from warehouse.errors import TerminalError
from warehouse.store.home import Home

WARNING = (
    "{place} holds names, numbers and dates of birth in plain text. Only you can read it; do not send it by "
    "ordinary mail, and remove it when the pairs are decided."
)


class PlaceUnfit(TerminalError):
    """What was asked for may not be written at the place named."""

    code: ClassVar[str] = "SALA-I106"
    title: ClassVar[str] = "This place must not take what a reviewer is given"


def write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read.

    Raises:
        PlaceUnfit: Something of this name is there: what a reviewer wrote is never overwritten.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise PlaceUnfit(str(path), "a file", "a name that is free", "name another file") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def write_private(path: Path, content: bytes) -> Path:
    """Write a file that only its owner may read, whole, in place of a former one of ours; return its path."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_new(scratch, content)
        return scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def private_folder(home: Home, path: Path) -> Path:
    """Return a folder for identifiers, made when it is not there.

    Raises:
        PlaceUnfit: It is in the home or in the project, or others may look into it.
    """
    require_outside(home, path)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o077:
        found = "a folder that others may look into"
        raise PlaceUnfit(str(path), found, "a folder of your own", f"chmod 700 '{path}', or name a new folder")
    return path


def require_outside(home: Home, path: Path) -> None:
    """Refuse a place for identifiers in the home or in the project.

    Raises:
        PlaceUnfit: It is there.
    """
    for inside, name in ((home.root, "the home"), (home.project, "the project")):
        if path.resolve().is_relative_to(inside.resolve()):
            expected = "a place outside of it: in the home identifiers lie in the vault only"
            raise PlaceUnfit(str(path), f"a place in {name}", expected, "name a folder of your own elsewhere")
