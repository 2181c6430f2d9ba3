"""Sealed files: archive and vault are written with age (ChaCha20-Poly1305), so a changed byte is noticed.

What is named `….zst.age` is compressed with Zstandard before it is sealed: sheets shrink to a twentieth, so that this
takes half the time of sealing and writing all of it.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pyrage

from warehouse.errors import TerminalError
from warehouse.store.files import whole_file
from warehouse.store.home import COMPRESSED, Home
from warehouse.store.keys import Keys
from warehouse.store.schemas import VAULT

BUFFER = 1 << 18  # bytes; age asks for 8 KiB at a time, which takes a tenth longer


class SealBroken(TerminalError):
    """A sealed file cannot be opened: another key, or its bytes were cut or changed."""

    code: ClassVar[str] = "SALA-S002"
    title: ClassVar[str] = "A sealed file cannot be opened"


def seal(home: Home, keys: Keys, source: BinaryIO, path: Path) -> None:
    """Encrypt a stream to `path`, compressed where its name says so; the file appears whole and is its owner's only."""
    with ExitStack() as opened:
        scratch = opened.enter_context(whole_file(home, path, private=True))
        stream = opened.enter_context(_compressed(home, source)) if path.name.endswith(COMPRESSED) else source
        with scratch.open("wb", buffering=BUFFER) as target:
            pyrage.encrypt_io(stream, target, [keys.recipient])


@contextmanager
def _compressed(home: Home, source: BinaryIO) -> Iterator[IO[bytes]]:
    """Yield a stream's bytes compressed, from a file without a name: of it, a run that is killed leaves nothing."""
    with tempfile.TemporaryFile(dir=home.scratch, buffering=BUFFER) as packed:
        with os.fdopen(os.dup(packed.fileno()), "wb") as sink, pa.CompressedOutputStream(sink, "zstd") as target:
            shutil.copyfileobj(source, target, BUFFER)
        packed.seek(0)
        yield packed


def unseal(keys: Keys, path: Path) -> bytes:
    """Return the bytes of a sealed file, as they were before they were compressed.

    Raises:
        SealBroken: When the key is another one or the file was cut or changed.
    """
    action = "use the key the file was sealed with, or restore the file from a backup"
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        raise SealBroken(str(path), "no file", "a whole file of this key", action) from None
    try:
        plain: bytes = pyrage.decrypt(sealed, [keys.identity])
        if path.name.endswith(COMPRESSED):
            plain = pa.CompressedInputStream(pa.BufferReader(plain), "zstd").read()
    except (pyrage.DecryptError, ValueError, OSError):
        found = "a wrong key, or bytes cut or changed"
        raise SealBroken(str(path), found, "a whole file of this key", action) from None
    return plain


def seal_table(home: Home, keys: Keys, table: pa.Table, path: Path, each_once: Collection[str] = ()) -> None:
    """Encrypt a table as Parquet; its plain bytes are never on disk.

    Args:
        home: Whose scratch folder is used.
        keys: What seals it.
        table: The table; it is read as a whole, so no statistics are kept.
        path: Where the file appears.
        each_once: Columns whose values hardly ever stand twice: a dictionary of them would be made in vain.
    """
    buffer = io.BytesIO()
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in table.column_names if name not in each_once],
        write_statistics=False,
    )
    buffer.seek(0)
    seal(home, keys, buffer, path)


def unseal_table(keys: Keys, path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a sealed table: all of it, or those of these columns that it has.

    Raises:
        SealBroken: When it cannot be opened, or holds no table.
    """
    plain = unseal(keys, path)
    try:
        return table_in(plain, columns)
    except pa.ArrowInvalid:
        action = "restore the file from a backup"
        raise SealBroken(str(path), "something that is no table", "a sealed table", action) from None


def table_in(parquet: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the table of a Parquet file's bytes, or those of these columns that it has, read in this thread alone.

    One of Arrow's threads may let go of the bytes later than this returns, and for that it needs the interpreter: in a
    process that is just ending, it aborts it (8 of 150 times from a Python file, 3 from bytes, never from one thread).

    Raises:
        pyarrow.ArrowInvalid: It is none.
    """
    return pq.ParquetFile(pa.BufferReader(parquet)).read(columns, use_threads=False)


def unseal_identities(keys: Keys, path: Path) -> pa.Table:
    """Return a delivery's identities, by `VAULT`; a column younger than the file is null in it.

    Raises:
        SealBroken: When the file cannot be opened.
    """
    table = unseal_table(keys, path)
    there = set(table.column_names)
    columns = [table.column(f.name) if f.name in there else pa.nulls(len(table), f.type) for f in VAULT]
    return pa.table(columns, schema=VAULT)
