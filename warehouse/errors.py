"""Every error a person can meet: one class each, with a stable code that the runbook lists.

An error says *where* it happened, what was *found*, what was *expected* and what to *do*; it never
holds a personal value. Whether trying again can help is in the type: :class:`TransientError` may be
retried, every other :class:`SalaError` is terminal.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar


class SalaError(Exception):
    """Base of all errors with a stable code.

    Args:
        where: The file, setting or step concerned; never a personal value.
        found: What was there.
        expected: What should have been there.
        action: What the reader can do about it.
    """

    code: ClassVar[str] = "SALA-000"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, where: str, found: str = "", expected: str = "", action: str = "") -> None:
        self.where, self.found, self.expected, self.action = where, found, expected, action
        super().__init__(where, found, expected, action)

    def __str__(self) -> str:
        parts = [f"{self.code} {self.title}", f"  where     {self.where}"]
        for label, text in (("found", self.found), ("expected", self.expected), ("do this", self.action)):
            if text:
                parts.append(f"  {label:<9} {text}")
        return "\n".join(parts)

    def as_dict(self) -> dict[str, str]:
        """Return the fields for a report: code, title, where, found, expected, action."""
        return {
            "code": self.code,
            "title": self.title,
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "action": self.action,
        }


class TransientError(SalaError):
    """Trying again may help: a lost connection, a file still being written."""


class TerminalError(SalaError):
    """Trying again cannot help until somebody changes something."""


class FileHeld(TerminalError):
    """A delivered file is refused as a whole; its ledger record keeps this outcome."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"did you mean 'x'?"`` for the closest known word, or the list of known words."""
    words = sorted(str(k) for k in known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else "known: " + ", ".join(words)
