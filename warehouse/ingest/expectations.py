"""Runs row rules with Great Expectations, on distinct values only.

A rule on rows depends on nothing but the values it names, so it is evaluated once for each distinct value
(or tuple of values) and the answer is joined back: exact, and on a million rows about a hundred times cheaper.
What was judged once is remembered for the process: most columns hold the same few values in every file.
All rules of a file share one frame, in which each has columns of its own, filled up with repeats of a value that
is there. Personal values never leave the frame: results carry positions only.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from warehouse.errors import TerminalError

Codes = npt.NDArray[np.int64]
Values = tuple[object | None, ...]
REMEMBERED = 100_000  # values per rule; beyond it the memory starts afresh


class RuleNotEvaluated(TerminalError):
    """Great Expectations could not evaluate a rule, so nothing can be said about the rows."""

    code: ClassVar[str] = "SALA-V001"
    title: ClassVar[str] = "A quality rule could not be evaluated"


@dataclass(frozen=True)
class Question:
    """One expectation over the distinct values of its columns.

    Attributes:
        name: The rule.
        expectation: Great Expectations' type.
        kwargs: Its arguments; column names among them are the keys of `values`.
        values: For each column the distinct values, all of one length.
        foreseen: Values of the one column that later files will hold: judged with the first ones that are not known.
    """

    name: str
    expectation: str
    kwargs: dict[str, Any]
    values: dict[str, list[object | None]]
    foreseen: tuple[object, ...] = ()

    @property
    def rows(self) -> list[Values]:
        """The tuples of values that are judged."""
        return list(zip(*self.values.values(), strict=True))

    @property
    def is_relative(self) -> bool:
        """True when a value's verdict depends on the other values."""
        return self.expectation.endswith("_to_be_unique")

    @property
    def whole(self) -> tuple[str, str, tuple[Values, ...]]:
        """The question as it is remembered when its values are judged together."""
        return self.expectation, repr(self.kwargs), tuple(self.rows)

    def only(self, places: list[int]) -> Question:
        """Return the question about some of the values."""
        return replace(self, values={name: [values[p] for p in places] for name, values in self.values.items()})


_verdicts: defaultdict[tuple[str, str], dict[Values, bool]] = defaultdict(dict)
_together: dict[tuple[str, str, tuple[Values, ...]], Codes] = {}  # verdicts on values that depend on each other


def failing(questions: Sequence[Question]) -> list[Codes]:
    """Return for each question the places of the distinct values that fail it.

    Raises:
        RuleNotEvaluated: When the validator raised an error.
    """
    # The validator takes 0.5 s for the twenty rules of a file, however few values they are about.
    verdicts = [_verdicts[q.expectation, repr(q.kwargs)] for q in questions]
    if sum(len(rows) for _, _, rows in _together) > REMEMBERED:
        _together.clear()
    asked = [_unjudged(q, known) for q, known in zip(questions, verdicts, strict=True)]
    asked = [q.only([]) if q in asked[:place] else q for place, q in enumerate(asked)]  # the same one once
    for question, known, failed in zip(asked, verdicts, _judged(asked), strict=True):
        if question.is_relative:
            _together[question.whole] = failed
        else:
            rows = question.rows
            known |= dict.fromkeys(rows, True) | {rows[place]: False for place in failed}
    return [
        _together[q.whole]
        if q.is_relative
        else np.array([i for i, row in enumerate(q.rows) if not known[row]], np.int64)
        for q, known in zip(questions, verdicts, strict=True)
    ]


def _unjudged(question: Question, known: dict[Values, bool]) -> Question:
    if question.is_relative:
        return question.only([]) if question.whole in _together else question
    if len(known) > REMEMBERED:
        known.clear()
    asked = question.only([place for place, row in enumerate(question.rows) if row not in known])
    if not asked.rows:
        return asked
    also = [value for value in question.foreseen if (value,) not in known]
    return replace(asked, values={name: [*values, *also] for name, values in asked.values.items()}) if also else asked


def _judged(questions: Sequence[Question]) -> list[Codes]:
    """Return the places of the values that fail, as the validator says."""
    asked = [i for i, q in enumerate(questions) if next(iter(q.values.values()))]
    answers = [np.empty(0, np.int64) for _ in questions]
    if not asked:
        return answers
    load_validator()
    from great_expectations import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    length = max(len(v) for i in asked for v in questions[i].values.values())
    data: dict[str, Any] = {"row_id": np.arange(length)}
    suite = ExpectationSuite("rows")
    for i in asked:
        question = questions[i]
        data |= {
            f"{i}:{name}": _padded(values, length, question.is_relative) for name, values in question.values.items()
        }
        kwargs = _renamed(question.kwargs, i, question.values)
        suite.add_expectation_configuration(
            ExpectationConfiguration(type=question.expectation, kwargs=kwargs, meta={"question": i})
        )
    batch = _batch_definition().get_batch(batch_parameters={"dataframe": pd.DataFrame(data)})
    form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row_id"], "exclude_unexpected_values": True}
    for result in batch.validate(suite, result_format=form).results:
        i = result.expectation_config.meta["question"]
        places = _places(questions[i], result)
        answers[i] = places[places < len(next(iter(questions[i].values.values())))]
    return answers


class _Later(MetaPathFinder):
    """Finds what the validator imports for statistics, pictures and clouds; it is loaded when first used."""

    names = frozenset({"altair", "boto3", "botocore.client", "scipy.stats"})

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path) if fullname in self.names else None
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader)
        return spec


@cache
def load_validator() -> None:
    """Import Great Expectations, which takes seconds, for this process and those forked from it.

    Of its import a third is statistics and pictures for expectations on whole columns; none here needs them.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    finder = _Later()
    sys.meta_path.insert(0, finder)
    # The 1,000 modules stay for good: searching them for garbage took a tenth of their import, and of all ingest.
    collecting = gc.isenabled()
    gc.disable()
    try:
        import great_expectations  # noqa: F401
    finally:
        sys.meta_path.remove(finder)
        if collecting:
            gc.enable()
    gc.freeze()


@cache
def _batch_definition() -> Any:
    """Return an ephemeral data source, kept for the process."""
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = great_expectations.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("ingest").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("whole")


def _places(question: Question, result: Any) -> Codes:
    found = (result.result or {}).get("unexpected_index_list")
    if found is None:
        raise RuleNotEvaluated(
            f"rule {question.name}",
            "an error of the validator" if not result.success else "no answer for single rows",
            "an expectation on rows, with arguments of the column's type",
            "correct the rule in the contract; sala check names rules that cannot work",
        )
    return np.array([p for entry in found for p in np.atleast_1d(entry["row_id"])], np.int64)


def _renamed(kwargs: dict[str, Any], number: int, values: dict[str, list[object | None]]) -> dict[str, Any]:
    """Return the arguments with column names replaced by the frame's."""

    def rename(key: str, value: Any) -> Any:
        if key.startswith("column") and isinstance(value, str) and value in values:
            return f"{number}:{value}"
        if key == "column_list":
            return [f"{number}:{name}" for name in value]
        # Dates are compared as datetimes: pandas has no date of its own.
        return dt.datetime(value.year, value.month, value.day) if type(value) is dt.date else value

    return {key: rename(key, value) for key, value in kwargs.items()}


def _padded(values: list[object | None], length: int, is_relative: bool) -> pd.Series[Any]:
    sample = next((v for v in values if v is not None), None)
    # Each failing line costs the validator a lookup: what fills up must not fail where that can be helped.
    missing = length - len(values)
    filled = [*values, *(range(-1, -missing - 1, -1) if is_relative else [sample] * missing)]
    if isinstance(sample, dt.date):
        return pd.Series(np.array(filled, dtype="datetime64[s]"))
    if isinstance(sample, (int, Decimal)):
        return pd.Series(np.array([np.nan if v is None else float(v) for v in filled]))
    return pd.Series(filled, dtype=object)
