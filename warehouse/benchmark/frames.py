"""What people write today: pandas, Great Expectations on whole frames, `to_sql`, a groupby.

Written as somebody who knows pandas would: text columns, vectorised mapping, one suite with the rules of the
contract evaluated in one run, SQLite as `to_sql`'s database, rows sent in batches.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from warehouse.benchmark.spellings import SEXES, STATUSES, Spellings, read_spellings

Step = Callable[[str], AbstractContextManager[None]]
KEY = ["Event", "Session date", "Session", "Person id"]
BATCH = 50_000


def run_frames(work: Path, step: Step) -> dict[str, Any]:
    """Read, map, validate, store and count; return the number of rows kept and the officers per cell."""
    with step("read_csv"):
        files = sorted((work / "home" / "inbox" / "benchmark").glob("*.csv"))
        frame = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files], ignore_index=True)
        frame = _mapped(frame, read_spellings(work / "contracts"))
    with step("Great Expectations"):
        frame["row_id"] = np.arange(len(frame))
        kept = frame[~frame["row_id"].isin(_refused(frame))]
    with step("to_sql"), sqlite3.connect(work / "frames.sqlite") as database:
        stored = kept.assign(**{"Session date": kept["Session date"].dt.strftime("%Y-%m-%d")})
        stored.to_sql("attendance", database, index=False, chunksize=BATCH)
    with step("groupby"):
        reached = kept[(kept["Attendance"] == "present") & (kept["Category"] == "police_officer")]
        officers = reached.groupby(["Province of duty", "Module"])["Person id"].nunique()
    return {
        "rows_kept": len(kept),
        "officers": officers.reset_index().to_numpy().tolist(),
    }


def _mapped(frame: pd.DataFrame, spellings: Spellings) -> pd.DataFrame:
    """Return the frame with codes, dates and numbers; what cannot be read is missing, and exact repeats are gone."""
    frame = frame.drop_duplicates(ignore_index=True)
    maps = {
        "Module": spellings.modules,
        "Province of training": spellings.provinces,
        "Province of duty": spellings.provinces,
        "Attendance": STATUSES,
        "Sex": SEXES,
        "Rank": spellings.ranks,
        "Unit": spellings.units,
        "Category": spellings.categories,
    }
    for column, codes in maps.items():
        frame[column] = frame[column].map(codes)
    frame["Person id"] = frame["Person id"].replace("", None)
    frame["Session date"] = pd.to_datetime(frame["Session date"], format="%d/%m/%Y", errors="coerce")
    for column in ("Session", "Hours"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return frame


def _refused(frame: pd.DataFrame) -> set[int]:
    """Return the row ids that break a rule of the contract."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    suite = gx.ExpectationSuite("attendance")
    for kind, kwargs in _rules():
        suite.add_expectation_configuration(ExpectationConfiguration(type=kind, kwargs=kwargs))
    asset = context.data_sources.add_pandas("today").add_dataframe_asset("attendance")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch(batch_parameters={"dataframe": frame})
    form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row_id"], "exclude_unexpected_values": True}
    results = batch.validate(suite, result_format=form).results
    return {int(i) for r in results for entry in r.result["unexpected_index_list"] or () for i in _ids(entry)}


def _rules() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rules of the contract: required columns, agreed codes, the course window, hours, the key."""
    required = (*KEY, "Module", "Province of training", "Hours", "Attendance", "Rank", "Unit", "Category")
    for column in (*required, "Province of duty"):
        yield "expect_column_values_to_not_be_null", {"column": column}
    categories = ["police_officer", "judge", "prosecutor", "social_worker"]
    statuses, sexes = sorted(set(STATUSES.values())), sorted(set(SEXES.values()))
    for column, codes in (("Attendance", statuses), ("Sex", sexes), ("Category", categories)):
        yield "expect_column_values_to_be_in_set", {"column": column, "value_set": codes}
    window = {"min_value": dt.datetime(2014, 1, 1), "max_value": dt.datetime(2024, 12, 31)}
    yield "expect_column_values_to_be_between", {"column": "Session date", **window}
    yield "expect_column_values_to_be_between", {"column": "Hours", "min_value": 0.5, "max_value": 12}
    yield "expect_compound_columns_to_be_unique", {"column_list": KEY}


def _ids(entry: dict[str, Any]) -> list[Any]:
    found = entry["row_id"]
    return found if isinstance(found, list) else [found]
