"""Reads the contracts folder: YAML → Open Data Contract Standard → typed contracts, all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from warehouse.contract.building import Builder
from warehouse.contract.documents import Places, read
from warehouse.contract.mistakes import ContractsInvalid, Mistake
from warehouse.contract.model import Contract
from warehouse.contract.standard import salvaged, standard_errors, standard_mistakes

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


def _load_one(folder: Path) -> tuple[Contract | None, tuple[Mistake, ...]]:
    file = f"{folder.name}/{CONTRACT_FILE}"
    try:
        text = (folder / CONTRACT_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        action = "write it or remove the folder"
        return None, (Mistake(file, "", "no such file", "one contract per partner folder", action),)
    except UnicodeDecodeError as error:
        return None, (Mistake(file, "the file", str(error), "YAML in UTF-8", "mend the line"),)
    contract, mistakes = _loaded(folder.name, text)
    return contract and replace(contract, folder=folder), mistakes


@lru_cache(maxsize=256)  # a run asks for the contracts at every step, and the standard's schema alone takes 40 ms
def _loaded(partner: str, text: str) -> tuple[Contract | None, tuple[Mistake, ...]]:
    """Return the contract that a file holds, its folder left out, and every mistake in it."""
    file = f"{partner}/{CONTRACT_FILE}"
    try:
        data, places = read(text)
    except yaml.YAMLError as error:
        said = [str(part) for name in ("context", "problem") if (part := getattr(error, name, None))]
        found = ", ".join(said) or str(error).split("\n")[0]
        return None, (Mistake(file, _line_of(error), found, "YAML in UTF-8", "mend the line"),)
    errors = standard_errors(data)
    mistakes = standard_mistakes(file, errors)
    document, left_out = salvaged(data, errors)
    if document is None:
        return None, tuple(
            _placed(mistakes or [Mistake(file, "", "no contract", "ODCS fields", "write the contract")], places)
        )
    builder = Builder(Path(partner), file, document)
    contract = builder.build()
    return contract, tuple(_placed(_once(mistakes, builder.mistakes, left_out), places))


def _once(standard: list[Mistake], own: list[Mistake], left_out: list[str]) -> list[Mistake]:
    """Return all mistakes, none of them twice.

    Of a value that both the standard and Sala complain of, Sala says better what to write; of a list or a mapping
    that was left out for the standard's sake, whatever is missed in it is no mistake of its own.
    """
    follow_on = [p for p in left_out if any(m.path == p or m.path.startswith((p + ".", p + "[")) for m in standard)]
    kept = [m for m in own if not any(m.path == p or m.path.startswith((p + ".", p + "[")) for p in follow_on)]
    told = {m.path for m in kept}
    return list(dict.fromkeys([*(m for m in standard if m.path not in told), *kept]))


def _placed(mistakes: list[Mistake], places: Places) -> list[Mistake]:
    """Return the mistakes in the order of the file, with names and lines."""
    return [replace(m, place=places.describe(m.path)) for m in sorted(mistakes, key=lambda m: places.line(m.path))]


def _line_of(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
