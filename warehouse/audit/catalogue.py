"""Which of Great Expectations' expectations a suite may use, and what each one has to be shown.

A column-map expectation judges each value by itself, so judging every *distinct* value once and counting
rows afterwards gives exactly the same numbers, up to a hundred times faster (design note in the stack page).
The same holds for the largest, the smallest and the set of values; it does not hold for a mean.
"""

from __future__ import annotations

import importlib.util
import json
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType


class Reads(Enum):
    """What an expectation has to be shown of a table to judge it exactly."""

    ROW_COUNT = "the number of rows"
    DISTINCT = "every distinct value once"
    COLUMN = "the whole column"


_DISTINCT = (
    "expect_column_distinct_values_to_be_in_set",
    "expect_column_distinct_values_to_contain_set",
    "expect_column_distinct_values_to_equal_set",
    "expect_column_max_to_be_between",
    "expect_column_min_to_be_between",
    "expect_column_pair_values_a_to_be_greater_than_b",
    "expect_column_pair_values_to_be_equal",
    "expect_column_pair_values_to_be_in_set",
    "expect_column_unique_value_count_to_be_between",
    "expect_column_value_lengths_to_be_between",
    "expect_column_value_lengths_to_equal",
    "expect_column_values_to_be_between",
    "expect_column_values_to_be_in_set",
    "expect_column_values_to_be_null",
    "expect_column_values_to_match_regex",
    "expect_column_values_to_not_be_in_set",
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_not_match_regex",
    "expect_multicolumn_sum_to_equal",
    "expect_multicolumn_values_to_be_equal",
)
_COLUMN = (
    "expect_column_mean_to_be_between",
    "expect_column_median_to_be_between",
    "expect_column_most_common_value_to_be_in_set",
    "expect_column_stdev_to_be_between",
    "expect_column_sum_to_be_between",
)
_ROW_COUNT = ("expect_table_row_count_to_be_between", "expect_table_row_count_to_equal")

EXPECTATIONS: MappingProxyType[str, Reads] = MappingProxyType(
    {
        **dict.fromkeys(_DISTINCT, Reads.DISTINCT),
        **dict.fromkeys(_COLUMN, Reads.COLUMN),
        **dict.fromkeys(_ROW_COUNT, Reads.ROW_COUNT),
    }
)
DBT_HOLDS = "keys, relations and counting rules are dbt tests in transforms/, and no rule stands in both"

# Fields every expectation has that a suite says in its own words, or that name columns outside the projected ones.
_NOT_FOR_SUITES = frozenset(
    (
        *("id", "meta", "notes", "result_format", "description", "catch_exceptions", "rendered_content", "severity"),
        *("windows", "batch_id", "row_condition", "condition_parser", "metadata"),
    )
)


def columns_of(kwargs: dict[str, object]) -> tuple[str, ...]:
    """Return the columns an expectation looks at, in the order its keywords name them."""
    named = [str(kwargs[key]) for key in ("column", "column_A", "column_B") if key in kwargs]
    listed = kwargs.get("column_list")
    return tuple(named + ([str(name) for name in listed] if isinstance(listed, list) else []))


def class_name(expectation: str) -> str:
    """Return the class of an expectation: ``expect_column_max_to_be_between`` → ``ExpectColumnMaxToBeBetween``."""
    return "".join(word.capitalize() for word in expectation.split("_"))


@cache
def keywords(expectation: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keywords an expectation knows and those it demands.

    They are read from the JSON schemas that Great Expectations ships: importing it takes 7 s, this 1 ms.
    """
    found = importlib.util.find_spec("great_expectations")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("great_expectations")
    schemas = Path(found.origin).parent / "expectations" / "core" / "schemas"
    schema = json.loads((schemas / f"{class_name(expectation)}.json").read_text(encoding="utf-8"))
    return frozenset(schema["properties"]) - _NOT_FOR_SUITES, frozenset(schema.get("required", ())) - _NOT_FOR_SUITES
