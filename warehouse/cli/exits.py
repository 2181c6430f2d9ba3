"""Exit codes: what a script that calls `sala` can act on."""

from __future__ import annotations

from enum import IntEnum

from warehouse.errors import FileHeld, SalaError, TransientError

FINDINGS = frozenset({"SALA-A001", "SALA-A002", "SALA-C001", "SALA-X001"})  # failed audit; mistakes in what is written


class Exit(IntEnum):
    """What each exit code means."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    TRANSIENT = 3
    TERMINAL = 4
    DEFECT = 5
    INTERRUPTED = 130


EXPLAINED = (
    "Exit codes: 0 done; 1 done, and something was found: held files, a failed audit, mistakes in a contract, "
    "problems in the vault; 2 wrong use of the command; 3 try again later; "
    "4 it cannot succeed until something is changed; 5 a defect of Sala; 130 interrupted."
)


def exit_code(error: SalaError) -> Exit:
    """Return the exit code of an error."""
    if isinstance(error, TransientError):
        return Exit.TRANSIENT
    found = isinstance(error, FileHeld) or error.code in FINDINGS
    return Exit.FINDINGS if found else Exit.TERMINAL
