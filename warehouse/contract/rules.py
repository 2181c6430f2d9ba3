"""Quality rules of a contract: Great Expectations implementations with a name and a sentence."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from open_data_contract_standard.model import DataQuality, SchemaObject

from warehouse.contract.model import Rule
from warehouse.errors import did_you_mean

if TYPE_CHECKING:
    from warehouse.contract.building import Builder


@cache
def known_expectations() -> frozenset[str]:
    """Return the names of all core expectations, read from file names: importing them costs 5 s."""
    spec = importlib.util.find_spec("great_expectations")
    if spec is None or spec.origin is None:
        return frozenset()
    return frozenset(p.stem for p in (Path(spec.origin).parent / "expectations" / "core").glob("expect_*.py"))


def build_rules(builder: Builder, path: str, schema: SchemaObject, columns: list[str]) -> list[Rule]:
    """Return the rules of a schema object and its properties, noting mistakes on the builder."""
    rules = [_rule(builder, f"{path}.quality[{i}]", q, None) for i, q in enumerate(schema.quality or [])]
    for position, prop in enumerate(schema.properties or []):
        for i, quality in enumerate(prop.quality or []):
            rules.append(_rule(builder, f"{path}.properties[{position}].quality[{i}]", quality, prop.name))
    kept = [rule for rule in rules if rule]
    for rule in kept:
        named = [rule.kwargs.get(k) for k in ("column", "column_A", "column_B")] + rule.kwargs.get("column_list", [])
        for column in (c for c in named if c and c not in columns):
            expected = "a column of this schema object"
            builder.note(path, f"rule '{rule.name}' names '{column}'", expected, did_you_mean(column, columns))
    return kept


def _rule(builder: Builder, path: str, quality: DataQuality, column: str | None) -> Rule | None:
    before = len(builder.mistakes)
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
    if len(builder.mistakes) > before:
        return None
    kwargs = dict(given.get("kwargs") or {})
    if column and "column" not in kwargs and "column_list" not in kwargs and "column_A" not in kwargs:
        kwargs["column"] = column
    return Rule(
        str(quality.name),
        expectation,
        kwargs,
        str(quality.severity),
        str(quality.description),
        kwargs.get("column", column),
    )
