"""What the operating system refuses, told as what it is: something to change on this machine, no defect of Sala."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from warehouse.errors import TerminalError

ACTIONS = {
    errno.ENOSPC: "Free some space on that disk, then run it again.",
    errno.EDQUOT: "Free some space within your quota, then run it again.",
    errno.EACCES: "Have the owner allow it, or name another place.",
    errno.EPERM: "Have the owner allow it, or name another place.",
    errno.EROFS: "Name a place on a disk that can be written.",
    errno.ENOENT: "Create the folder, or correct the name.",
}


class Inaccessible(TerminalError):
    """The operating system refused to read or write."""

    code = "SALA-S108"
    title = "A file or folder cannot be written or read"


def inaccessible(error: OSError) -> Inaccessible:
    """Return the error to show for one of the operating system."""
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    return Inaccessible(
        where=" → ".join(names) or "a file or folder the system does not name",
        found=os.strerror(error.errno) if error.errno else type(error).__name__,
        expected="that this user may read and write it, and that the disk has space",
        action=ACTIONS.get(error.errno or 0, "Correct the name, or mend what is there, then run it again."),
    )


def check_folder(path: Path) -> None:
    """Raise when something that is not a folder lies where a folder belongs.

    Raises:
        Inaccessible: When it does.
    """
    if path.exists() and not path.is_dir():
        raise Inaccessible(str(path), "it is not a folder", "a folder, or a name that is free", "Name another --home.")
