"""What one run keeps for the next: features of the persons and scored pairs, so that only new persons are scored.

    vault/identity/features.parquet.age   normalised identifiers, sealed
    identity/pairs.parquet                left, right and their score; no identifier

A cache: without it a run takes longer and finds the same. Both files name the run that wrote them and the model that
scored. Files of two runs, as a kill between the two leaves them, and those of another model are not used.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import TerminalError
from warehouse.store.files import write_parquet
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.sealed import SealBroken, seal_table, unseal_table


class StateBroken(TerminalError):
    """A kept file was cut or changed; what it holds can be made again."""

    code: ClassVar[str] = "SALA-I002"
    title: ClassVar[str] = "What identify kept from its last run is damaged"


def load_state(home: Home, keys: Keys, model: str) -> tuple[pa.Table, pa.Table] | None:
    """Return features and pairs of the last run, or None where there are none that this model made.

    Args:
        home: Whose state.
        keys: Open the vault.
        model: Fingerprint of everything that decides features and scores.

    Raises:
        StateBroken: One of the files was cut or changed.
    """
    if not home.identity_features.is_file() or not home.identity_pairs.is_file():
        return None
    try:
        features = unseal_table(keys, home.identity_features)
    except (SealBroken, pa.ArrowInvalid) as error:
        raise _broken(home.identity_features, error) from None
    pairs = read_kept(home.identity_pairs)
    told = [table.schema.metadata or {} for table in (features, pairs)]
    if told[0].get(b"run") != told[1].get(b"run") or any(t.get(b"model") != model.encode() for t in told):
        return None
    return features.replace_schema_metadata(None), pairs.replace_schema_metadata(None)


def read_kept(path: Path) -> pa.Table:
    """Return a table that identify wrote outside the vault: the crosswalk, or the scored pairs.

    Raises:
        StateBroken: The file was cut or changed.
    """
    try:
        return pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from None


def save_state(home: Home, keys: Keys, model: str, features: pa.Table, pairs: pa.Table) -> None:
    """Keep features and pairs for the next run."""
    told = {"model": model, "run": secrets.token_hex(8)}
    seal_table(home, keys, features.replace_schema_metadata(told), home.identity_features)
    write_parquet(home, home.identity_pairs, pairs.replace_schema_metadata(told))


def _broken(path: object, error: Exception) -> StateBroken:
    action = "remove the file and identify again, with sala run: it is made of what is there, nothing is lost"
    return StateBroken(str(path), type(error).__name__, "the file as the last run wrote it", action)
