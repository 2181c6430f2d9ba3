"""Reads the contracts folder: YAML → Open Data Contract Standard → typed contracts, all mistakes at once."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft201909Validator
from jsonschema.protocols import Validator
from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import ValidationError

from warehouse.contract.building import Builder
from warehouse.contract.mistakes import ContractsInvalid, Mistake
from warehouse.contract.model import Contract
from warehouse.errors import did_you_mean

CONTRACT_FILE = "contract.odcs.yaml"


def load_contracts(folder: Path) -> tuple[Contract, ...]:
    """Return all contracts of the folder, ordered by partner id.

    Raises:
        ContractsInvalid: When there is any mistake in any of them; it lists them all.
    """
    contracts, mistakes = check_contracts(folder)
    if mistakes:
        raise ContractsInvalid(str(folder), mistakes)
    return contracts


def check_contracts(folder: Path) -> tuple[tuple[Contract, ...], tuple[Mistake, ...]]:
    """Return the contracts that can be used and every mistake in the others."""
    contracts: list[Contract] = []
    mistakes: list[Mistake] = []
    folders = sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    if not folders:
        mistakes.append(
            Mistake(
                str(folder),
                "",
                "no partner folder",
                f"<partner>/{CONTRACT_FILE}",
                "name another folder with --contracts",
            )
        )
    for partner in folders:
        contract, found = _load_one(partner)
        mistakes.extend(found)
        if contract is not None and not found:
            shared = list(_shared(contract, contracts))
            mistakes.extend(shared)
            if not shared:
                contracts.append(contract)
    return tuple(contracts), tuple(mistakes)


def _shared(contract: Contract, others: list[Contract]) -> Iterator[Mistake]:
    """Yield what a contract claims that another one has: an inbox, a programme."""
    file = f"{contract.id}/{CONTRACT_FILE}"
    own = {p.id for p in contract.programmes}
    for other in others:
        if Path(contract.inbox) == Path(other.inbox):
            expected, action = "an inbox of its own", f"'{other.id}' has it: name another folder"
            yield Mistake(file, "servers[0].path", repr(contract.inbox), expected, action)
        for programme in sorted(own & {p.id for p in other.programmes}):
            expected, action = "programmes no other partner declares", f"'{other.id}' has it: rename one of them"
            yield Mistake(file, "customProperties.programmes", repr(programme), expected, action)


def _load_one(folder: Path) -> tuple[Contract | None, list[Mistake]]:
    file = f"{folder.name}/{CONTRACT_FILE}"
    try:
        data = yaml.load((folder / CONTRACT_FILE).read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
    except FileNotFoundError:
        return None, [
            Mistake(file, "", "no such file", "one contract per partner folder", "write it or remove the folder")
        ]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = [str(text) for name in ("context", "problem") if (text := getattr(error, name, None))]
        found = ", ".join(said) or str(error).split("\n")[0]
        return None, [Mistake(file, _line_of(error), found, "YAML in UTF-8", "mend the line")]
    mistakes = [_standard_mistake(file, error) for error in _standard().iter_errors(data)]
    try:
        document = OpenDataContractStandard.model_validate(data)
    except ValidationError:  # the standard's own schema has said above what is wrong
        return None, mistakes or [Mistake(file, "", "no contract", "a mapping of ODCS fields", "write the contract")]
    builder = Builder(folder, file, document)
    contract = builder.build()
    return contract, [*mistakes, *builder.mistakes]


class _StrictLoader(yaml.SafeLoader):
    """Safe loader that refuses a key given twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            if isinstance(key, Hashable):  # any other is refused below, with its place
                seen.add(key)
        return super().construct_mapping(node, deep)


def _line_of(error: yaml.YAMLError | UnicodeDecodeError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"


@cache
def _standard() -> Validator:
    schema = resources.files("open_data_contract_standard") / "schema.json"
    return Draft201909Validator(json.loads(schema.read_text(encoding="utf-8")))


def _standard_mistake(file: str, error: Any) -> Mistake:
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path).lstrip(".")
    action = "see the Open Data Contract Standard, v3.2.0"
    if error.validator == "required" and "map" in error.validator_value and "logicalType" not in error.instance:
        # The standard's schema reads a property without a type as a map, and complains of what a map needs.
        return Mistake(file, path, "no logicalType", "string, date, integer or number", "add logicalType: string")
    if error.validator in ("additionalProperties", "unevaluatedProperties") and isinstance(error.instance, dict):
        known = _known_fields(error)
        unknown = [k for k in error.instance if k not in known]
        if unknown and known:
            action = "; ".join(f"'{word}': {did_you_mean(word, known)}" for word in unknown)
    return Mistake(file, path or "the file", error.message[:200], "what the standard allows", action)


def _known_fields(error: Any) -> set[str]:
    schema = error.schema if isinstance(error.schema, dict) else {}
    return set(schema.get("properties", {}))
