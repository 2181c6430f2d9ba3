"""Holds a contract against the Open Data Contract Standard, in words a partner's data person can act on."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.protocols import Validator
from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import ValidationError

from warehouse.contract.mistakes import Mistake
from warehouse.contract.wording import close, shown
from warehouse.errors import did_you_mean

_ACTION = "see the Open Data Contract Standard, v3.2.0"
_PROPERTY = re.compile(r".*properties\[\d+\]")
_TYPES = {"object": "a mapping of fields", "array": "a list", "string": "a text", "boolean": "true or false"}
_TYPES |= {"integer": "a whole number", "number": "a number", "null": "nothing"}


def standard_errors(data: Any) -> list[Any]:
    """Return what the standard's own schema finds, in its own words."""
    return list(_schema().iter_errors(data))


def standard_mistakes(file: str, errors: Iterable[Any]) -> list[Mistake]:
    """Return what the standard's own schema found, in ours, each once."""
    found = (mistake for error in errors for mistake in _in_words(file, error))
    return list({mistake.path: mistake for mistake in found}.values())


def salvaged(data: Any, errors: Iterable[Any]) -> tuple[OpenDataContractStandard | None, list[str]]:
    """Return the document without what the standard does not allow, and the places left out.

    A misspelt field counts as the one that was meant. What is left is looked at like any other contract, so that
    one mistake does not hide the others.
    """
    if not isinstance(data, dict):
        return None, []
    sound, left_out = copy.deepcopy(data), list[str]()
    for error in errors:
        for word in _unknown(error):
            _rename(sound, list(error.absolute_path), word, _meant(error, word))
    for _ in range(100):  # each turn leaves out at least one place
        try:
            return OpenDataContractStandard.model_validate(sound), left_out
        except ValidationError as error:
            places = [place for fault in error.errors() if (place := leave_out(sound, fault["loc"]))]
        if not places:
            break
        left_out += places
    return None, left_out


def leave_out(data: Any, loc: Iterable[str | int]) -> str:
    """Take the value at a fault's place out of the data and return its path; an item of a list becomes empty."""
    owner: Any = None
    last: Any = None
    node, path = data, list[str | int]()
    for part in loc:
        there = part in node if isinstance(node, dict) else isinstance(node, list) and part in range(len(node))
        if there:
            owner, last, node = node, part, node[part]
            path.append(part)
    if isinstance(owner, list) and owner[last] != {}:
        owner[last] = {}  # the places of the items after it stay as they are
    elif owner is not None:
        del owner[last]
    return path_of(path)


def path_of(parts: Iterable[str | int]) -> str:
    """Return a path such as ``schema[0].name``."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts).lstrip(".")


@cache
def _schema() -> Validator:
    schema = resources.files("open_data_contract_standard") / "schema.json"
    return Draft201909Validator(json.loads(schema.read_text(encoding="utf-8")))


def _in_words(file: str, error: Any) -> Iterator[Mistake]:
    path, value = path_of(error.absolute_path), error.instance
    if error.context:
        for inner in _branch(error):
            yield from _in_words(file, inner)
    elif error.validator in ("additionalProperties", "unevaluatedProperties"):
        for word in _unknown(error):
            action = did_you_mean(word, _known(error)) if close(word, _known(error)) else "remove it"
            yield Mistake(file, f"{path}.{word}".lstrip("."), f"unknown field '{word}'", "a field it knows", action)
    elif error.validator == "required":
        for name in (n for n in error.validator_value if n not in value):
            if name != "name" and _PROPERTY.fullmatch(path) and "logicalType" not in value:
                # The standard's schema reads a property without a type as a map, and complains of what a map needs.
                expected = "string, date, integer or number"
                yield Mistake(file, f"{path}.logicalType", "no logicalType", expected, "add logicalType: string")
            else:
                yield Mistake(file, f"{path}.{name}".lstrip("."), "nothing", f"'{name}' is required", f"add {name}")
    elif error.validator == "enum":
        words = [str(word) for word in error.validator_value]
        yield Mistake(file, path, shown(value), f"one of {', '.join(words)}", did_you_mean(str(value), words))
    elif error.validator == "type":
        kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        expected = " or ".join(_TYPES[kind] for kind in kinds)
        action = "write it in quotation marks" if kinds == ["string"] else f"write {expected}"
        yield Mistake(file, path or "the file", shown(value), expected, action)
    else:
        yield Mistake(file, path or "the file", shown(value), error.message[:200], _ACTION)


def _branch(error: Any) -> list[Any]:
    """Return the faults of the alternative that was most likely meant: the one of the right type."""
    branches: dict[Any, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    meant = [b for b in branches.values() if not any(i.validator == "type" and not i.path for i in b)]
    return min(meant or branches.values(), key=len)


def _rename(data: Any, path: list[str | int], word: str, meant: str | None) -> None:
    for part in path:
        data = data[part]
    if isinstance(data, dict) and word in data:
        value = data.pop(word)
        if meant:
            data.setdefault(meant, value)


def _unknown(error: Any) -> list[str]:
    if error.validator not in ("additionalProperties", "unevaluatedProperties") or not isinstance(error.instance, dict):
        return []
    known = _known(error)
    return [str(word) for word in error.instance if word not in known]


def _meant(error: Any, word: str) -> str | None:
    return close(word, _known(error) - set(error.instance))


def _known(error: Any) -> set[str]:
    """Return every field that some part of the schema gives to the object."""
    return set(_fields(error.schema))


def _fields(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        if reference := schema.get("$ref"):
            target: Any = _schema().schema
            for part in reference.removeprefix("#/").split("/"):
                target = target[part]
            yield from _fields(target)
        for word in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(word, []):
                yield from _fields(part)
        for word in ("if", "then", "else"):
            yield from _fields(schema.get(word))
