"""Published tables as a home's deliveries and decisions have them now, without dbt: by the models of its last build.

That a replay gives what dbt publishes is for tests/integration/test_issued_extracts.py to prove.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from warehouse.contract import load_contracts
from warehouse.store import snapshots
from warehouse.store.home import Home
from warehouse.transform.compiled import read_models
from warehouse.transform.inputs import write_inputs
from warehouse.transform.replay import replay


@contextmanager
def replayed(home: Home, as_of: date, folder: Path, *names: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database that holds these tables, in their schemas.

    Args:
        home: One that was published before; its build file stays as it is.
        as_of: The day the figures are for.
        folder: Where to build, an empty one.
        names: Of the models.
    """
    snapshot = snapshots.current(home)
    write_inputs(home, load_contracts(home.contracts))
    (folder / "inputs").mkdir(parents=True)
    for place in (*home.root.iterdir(), snapshot.inputs / "seeds"):
        (folder / "inputs" / place.name).symlink_to(place)
    database = replay(folder / "inputs", read_models(snapshot.models), as_of, folder / "again", names)
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection
