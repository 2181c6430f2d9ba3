"""Files appear whole or not at all, and one process at a time does what only one may do."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from warehouse.errors import TransientError
from warehouse.store.home import Home

if TYPE_CHECKING:
    import pyarrow as pa


class StoreBusy(TransientError):
    """Another process holds what this one needs."""

    code: ClassVar[str] = "SALA-S001"
    title: ClassVar[str] = "Another process is doing this"


@contextmanager
def whole_file(home: Home, path: Path, *, private: bool = False) -> Iterator[Path]:
    """Yield a scratch path; when the block ends well, it is moved to `path` in one step.

    A block that fails or is killed leaves `path` as it was. Who may read it is for the umask to say, unless it
    is `private` to its owner.
    """
    home.scratch.mkdir(parents=True, exist_ok=True)
    scratch = home.scratch / f"{secrets.token_hex(8)}{path.suffix}"
    os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o666))
    try:
        yield scratch
        sync(scratch)
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.replace(path)
        sync(path.parent)
    finally:
        scratch.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make a file's content, or the renames within a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(home: Home, path: Path, document: Any) -> None:
    """Write a JSON document whole, with stable formatting."""
    with whole_file(home, path) as scratch:
        text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=False)
        scratch.write_text(text + "\n", encoding="utf-8")


def write_parquet(home: Home, path: Path, table: pa.Table, each_once: Collection[str] = ()) -> None:
    """Write a table whole; equal tables give equal bytes.

    Args:
        home: Whose scratch folder is used.
        path: Where the file appears.
        table: Its text may be dictionary-encoded, of which readers of the file see nothing.
        each_once: Columns whose values hardly ever stand twice: a dictionary of them would be made in vain.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq  # 0.3 s, which commands that only look need not wait for

    encoded = any(pa.types.is_dictionary(kind) for kind in table.schema.types)
    measured = [f.name for f in table.schema if not (pa.types.is_dictionary(f.type) or pa.types.is_string(f.type))]
    with whole_file(home, path) as scratch:
        pq.write_table(
            table,
            scratch,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in table.column_names if name not in each_once],
            write_statistics=measured,  # of text they are a third of all writing, and help nobody find a row
            store_schema=not encoded,  # which would tell Arrow to read it encoded, too
        )


@contextmanager
def only_one(home: Home, name: str, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock `name` for the block; the system frees it when the process ends, however it ends.

    Raises:
        StoreBusy: When another process holds it and `wait` is False.
    """
    folder = home.scratch / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy(
                where=f"{home.root} ({name})",
                found="a process that holds the lock",
                expected="one at a time",
                action="wait until it has ended, then try again",
            ) from None
        yield
