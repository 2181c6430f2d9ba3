"""Quality rules of a contract: Great Expectations implementations with a name and a sentence."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from open_data_contract_standard.model import DataQuality, SchemaObject

from warehouse.contract.entities import Kind
from warehouse.contract.model import ColumnContract, Rule
from warehouse.contract.wording import shown
from warehouse.errors import did_you_mean

if TYPE_CHECKING:
    from warehouse.contract.building import Builder


# Expectations whose answer for a row depends on nothing but the row's own values, or on which rows equal it:
# the only ones that can refuse single rows, and that may be asked of distinct values instead of rows.
_ABOUT_ROWS = re.compile(
    r"expect_column_values_to_.+|expect_column_value_lengths_.+|expect_column_pair_values_.+|expect_multicolumn_.+"
    r"|expect_select_column_values_to_be_unique_within_record|expect_compound_columns_to_be_unique"
)
_NOT_ABOUT_ROWS = re.compile(
    r".*_(?:increasing|decreasing|outliers|of_type|in_type_list)|expect_multicolumn_values_to_be_unique"
)
# Arguments that would say a second time, and differently, what severity and toleratedRefusedPercent say, or that
# name columns where the validator does not find them.
_SAID_ELSEWHERE = frozenset(
    {"mostly", "row_condition", "condition_parser", "result_format", "catch_exceptions", "meta"}
)


def row_expectations() -> frozenset[str]:
    """Return the names of the expectations that can judge a single row."""
    return frozenset(
        name for name in known_expectations() if _ABOUT_ROWS.fullmatch(name) and not _NOT_ABOUT_ROWS.fullmatch(name)
    )


@cache
def known_expectations() -> frozenset[str]:
    """Return the names of all core expectations, read from file names: importing them costs 5 s."""
    spec = importlib.util.find_spec("great_expectations")
    if spec is None or spec.origin is None:
        return frozenset()
    return frozenset(p.stem for p in (Path(spec.origin).parent / "expectations" / "core").glob("expect_*.py"))


def build_rules(builder: Builder, path: str, schema: SchemaObject, columns: list[ColumnContract]) -> list[Rule]:
    """Return the rules of a schema object and its properties, noting mistakes on the builder."""
    given: list[tuple[str, DataQuality, str | None]] = [
        (f"{path}.quality[{i}]", q, None) for i, q in enumerate(schema.quality or [])
    ]
    for position, prop in enumerate(schema.properties or []):
        place = f"{path}.properties[{position}].quality"
        given += [(f"{place}[{i}]", q, prop.name) for i, q in enumerate(prop.quality or [])]
    rules = [_rule(builder, *one) for one in given]
    names = [rule.name for rule in rules if rule.name]
    for name in sorted({n for n in names if names.count(n) > 1}):
        builder.note(path, f"rule '{name}' twice", "a name for each rule of a table", "rename one of them")
    misspelt = {prop.name for prop in schema.properties or []}  # a column nobody knows is told where it stands
    kinds = {column.name: column.column.kind for column in columns}
    dated = [_with_days(builder, place, rule, kinds) for (place, _, _), rule in zip(given, rules, strict=True)]
    for (place, _, _), rule in zip(given, rules, strict=True):
        for column in (c for c in _columns_of(rule) if c not in kinds and c not in misspelt):
            expected = "a column of this schema object"
            builder.note(place, f"rule '{rule.name}' names '{column}'", expected, did_you_mean(column, kinds))
    return dated


def _columns_of(rule: Rule) -> list[str]:
    listed = rule.kwargs.get("column_list")
    named = [rule.kwargs.get(k) for k in ("column", "column_A", "column_B")]
    return [str(c) for c in [*named, *(listed if isinstance(listed, list) else [])] if c]


def _with_days(builder: Builder, path: str, rule: Rule, kinds: dict[str, Kind]) -> Rule:
    """Return the rule with days in the place of their texts, where it is about a date."""
    if kinds.get(str(rule.kwargs.get("column"))) is not Kind.DATE:
        return rule
    made = dict(rule.kwargs)
    for name in ("min_value", "max_value", "value_set"):
        texts = made.get(name) if isinstance(made.get(name), list) else [made[name]] if made.get(name) else []
        try:
            days = [date.fromisoformat(str(text)) for text in texts or []]
        except ValueError:
            place = f"{path}.implementation.kwargs.{name}"
            builder.note(place, shown(made[name]), "days that exist", "for example 2024-05-31")
            continue
        if days:
            made[name] = days if name == "value_set" else days[0]
    return replace(rule, kwargs=made)


def _check_arguments(builder: Builder, path: str, expectation: str, kwargs: dict[str, Any]) -> None:
    for name in sorted(_SAID_ELSEWHERE & set(kwargs)):
        action = "remove it: severity and toleratedRefusedPercent say what a failure does, on all rows alike"
        builder.note(path, f"'{name}'", "arguments about the value of a row", action)
    if expectation not in row_expectations():
        return
    if expectation.startswith("expect_column_pair_"):
        needed = {"column_A", "column_B"}
    elif expectation.startswith("expect_column_"):
        needed = {"column"}
    else:
        needed = {"column_list"}
    given = {name for name in ("column", "column_A", "column_B", "column_list") if kwargs.get(name)}
    if given != needed:
        action = "write the canonical names of the columns the rule is about"
        builder.note(path, ", ".join(sorted(given)) or "no column", ", ".join(sorted(needed)), action)
    elif needed == {"column_list"} and not (isinstance(kwargs["column_list"], list) and len(kwargs["column_list"]) > 1):
        builder.note(path, "column_list", "a list of two or more columns", "name each column once")


def _rule(builder: Builder, path: str, quality: DataQuality, column: str | None) -> Rule:
    if quality.type != "custom" or quality.engine != "greatExpectations":
        found = f"type {quality.type!r}, engine {quality.engine!r}"
        builder.note(path, found, "type custom, engine greatExpectations", "write the rule as an expectation")
    if quality.severity not in ("error", "warning"):
        builder.note(f"{path}.severity", repr(quality.severity), "error or warning", "say what a failure does")
    if not quality.name or not quality.description:
        found = "a rule without name or description"
        builder.note(path, found, "both", "give a snake_case name and a sentence the partner can act on")
    given = quality.implementation if isinstance(quality.implementation, dict) else {}
    expectation = str(given.get("type", ""))
    if expectation not in known_expectations():
        action = did_you_mean(expectation, known_expectations()) if expectation else "add implementation.type"
        builder.note(f"{path}.implementation.type", repr(expectation), "a Great Expectations expectation", action)
    elif expectation not in row_expectations():
        found, action = f"'{expectation}', which is about a whole file", did_you_mean(expectation, row_expectations())
        builder.note(f"{path}.implementation.type", found, "an expectation about single rows", action)
    written = given.get("kwargs") or {}
    if not isinstance(written, dict):
        builder.note(f"{path}.implementation.kwargs", shown(written), "a mapping", "for example kwargs: {min_value: 0}")
    kwargs = dict(written) if isinstance(written, dict) else {}
    if column and "column" not in kwargs and "column_list" not in kwargs and "column_A" not in kwargs:
        kwargs["column"] = column
    _check_arguments(builder, f"{path}.implementation.kwargs", expectation, kwargs)
    return Rule(
        quality.name or "",
        expectation,
        kwargs,
        str(quality.severity),
        str(quality.description),
        kwargs.get("column", column),
    )
