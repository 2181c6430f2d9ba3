"""What was fetched before, so that nothing is fetched twice; it holds no name, only what stands for one.

Without it everything is fetched once more, which is harmless: the same content is a repeat.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from warehouse.connectors.remote import Listed
from warehouse.contract.sources import Source
from warehouse.store.files import write_json
from warehouse.store.home import Home


@dataclass(frozen=True)
class Entry:
    """One file of a server as it was when it was fetched.

    Attributes:
        state: What the server said of it.
        content: What its content is known by.
        name: What stands for its name in the inbox.
        sha256: Of the bytes in the inbox.
    """

    state: str
    content: str
    name: str
    sha256: str


class Memory:
    """What was fetched for one partner."""

    def __init__(self, home: Home, partner: str) -> None:
        self.home, self.path = home, home.fetched(partner)
        self.entries = _read(self.path)

    def of(self, source: Source, listed: Listed) -> Entry | None:
        """Return what is known of a file of a server."""
        return self.entries.get(_key(source, listed))

    def knows(self, source: Source, listed: Listed) -> bool:
        """Return whether the file is as it was when it was fetched, as far as the server says."""
        entry = self.of(source, listed)
        return bool(entry and listed.state and entry.state == listed.state)

    def keep(self, source: Source, listed: Listed, content: str, sha256: str) -> None:
        """Remember that a file was fetched."""
        self.entries[_key(source, listed)] = Entry(listed.state, content, stand_in(listed.name), sha256)
        write_json(self.home, self.path, {key: asdict(entry) for key, entry in sorted(self.entries.items())})


def stand_in(text: str) -> str:
    """Return what stands for a text that may say anything."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _key(source: Source, listed: Listed) -> str:
    return stand_in(f"{source.location}\0{listed.path}")


def _read(path: Path) -> dict[str, Entry]:
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return {key: Entry(**fields) for key, fields in document.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):  # damaged: everything is fetched once more
        return {}
