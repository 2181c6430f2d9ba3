"""Where files lie behind fsspec, and the errors of whoever goes there: to fetch, or to deliver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from warehouse.errors import TerminalError, TransientError


@dataclass(frozen=True)
class Place:
    """Where files lie, behind fsspec.

    Attributes:
        files: An fsspec file system.
        root: A folder in it, or a bucket with a prefix.
        shown: The same for people; without a secret.
        objects: It is a store of objects: no folders, no renaming, and each object appears whole.
    """

    files: Any
    root: str
    shown: str
    objects: bool = False


@dataclass(frozen=True)
class Verdicts:
    """Which errors a server's answers become; neither quotes a secret or what a server said.

    Attributes:
        refused: Where, what was found and perhaps what to do: a server that said no.
        interrupted: Where, and the foreign error of which only the kind is told: no answer, or no longer.
    """

    refused: Callable[..., TerminalError]
    interrupted: Callable[[str, BaseException], TransientError]
