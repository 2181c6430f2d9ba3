"""Which program made something: its own fingerprint and the versions of the libraries that shape bytes or figures."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
LIBRARIES = ("duckdb", "lxml", "pyarrow", "scipy", "xlsxwriter")


@cache
def code_fingerprint() -> str:
    """Return one hash over the program's own files, by name and content."""
    total = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        total.update(
            f"{path.relative_to(PACKAGE).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return total.hexdigest()


def libraries() -> dict[str, str]:
    """Return the version of each library, by name."""
    return {name: version(name) for name in LIBRARIES}
