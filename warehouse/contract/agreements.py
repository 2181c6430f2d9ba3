"""Reads the agreements: YAML → typed, all mistakes at once; and publishes their JSON Schema for editors."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel

from warehouse.contract.agreement import Agreement, Terms
from warehouse.contract.documents import Places, read
from warehouse.contract.faults import faults_of
from warehouse.contract.mistakes import ContractsInvalid, Mistake
from warehouse.contract.standard import path_of
from warehouse.contract.wording import fault_in_words
from warehouse.errors import TerminalError, did_you_mean

SEE = "see docs/agreements.md"


class AgreementsInvalid(ContractsInvalid):
    """One or more agreements hold mistakes; `mistakes` lists them all."""

    code: ClassVar[str] = "SALA-X001"
    title: ClassVar[str] = "An agreement cannot be used"
    guide: ClassVar[str] = "agreements that follow docs/agreements.md"


class AgreementUnknown(TerminalError):
    """No agreement has this id."""

    code: ClassVar[str] = "SALA-X002"
    title: ClassVar[str] = "No agreement with this funder"


@dataclass(frozen=True)
class Known:
    """What an agreement may name.

    `indicators` gives for each the dimensions that say nothing about it.
    """

    programmes: frozenset[str]
    partners: frozenset[str]
    categories: frozenset[str]
    indicators: Mapping[str, frozenset[str]]


def load_agreements(folder: Path, known: Known | None = None) -> tuple[Agreement, ...]:
    """Return all agreements of the folder, ordered by id.

    Raises:
        AgreementsInvalid: When there is any mistake in any of them; it lists them all.
    """
    agreements, mistakes = check_agreements(folder, known)
    if mistakes:
        raise AgreementsInvalid(str(folder), mistakes)
    return agreements


def check_agreements(folder: Path, known: Known | None = None) -> tuple[tuple[Agreement, ...], tuple[Mistake, ...]]:
    """Return the agreements that can be used and every mistake in the others.

    Args:
        folder: With one YAML file per funder; none is no mistake.
        known: What they may name; None looks at the files alone.
    """
    agreements: list[Agreement] = []
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*.yaml")):
        agreement, found = _load_one(path, known)
        mistakes.extend(found)
        if agreement and not found:
            agreements.append(agreement)
    return tuple(agreements), tuple(mistakes)


def find_agreement(folder: Path, funder: str, known: Known | None = None) -> Agreement:
    """Return one agreement; mistakes in the others do not concern it.

    Raises:
        AgreementUnknown: There is none of this name.
        AgreementsInvalid: It holds mistakes.
    """
    agreements, mistakes = check_agreements(folder, known)
    if own := [m for m in mistakes if m.file == f"{funder}.yaml"]:
        raise AgreementsInvalid(str(folder), own)
    for agreement in agreements:
        if agreement.id == funder:
            return agreement
    names = [a.id for a in agreements]
    raise AgreementUnknown(str(folder), repr(funder[:60]), "the id of an agreement", did_you_mean(funder, names))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of an agreement, for editors."""
    return Agreement.model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def parse(text: str) -> Agreement:
    """Return the agreement of a text that was valid once, such as the one kept with an issue."""
    return Agreement.model_validate(read(text)[0])


def _load_one(path: Path, known: Known | None) -> tuple[Agreement | None, list[Mistake]]:
    file = path.name
    try:
        data, places = read(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        found = str(getattr(error, "problem", None) or error).split("\n")[0]
        return None, [Mistake(file, "", found, "YAML in UTF-8", "mend the line")]
    if faults := faults_of(Agreement, data):
        return None, _placed([_mistake(file, fault) for fault in faults], places)
    agreement = Agreement.model_validate(data)
    mistakes = []
    if agreement.id != path.stem:
        mistakes.append(
            Mistake(file, "id", repr(agreement.id), f"the file's name, '{path.stem}'", "rename one of them")
        )
    mistakes += _unknown_names(file, agreement, known) if known else []
    return agreement, _placed(mistakes, places)


def _mistake(file: str, fault: Any) -> Mistake:
    loc = tuple(fault["loc"])
    if fault["type"] == "extra_forbidden":
        action = did_you_mean(str(loc[-1]), _keys_at(Agreement, loc[:-1]))
        return Mistake(file, path_of(loc), f"unknown key '{loc[-1]}'", "a documented key", action)
    if fault["type"] == "missing":
        return Mistake(file, path_of(loc), "nothing", f"'{loc[-1]}' is required", f"add it; {SEE}")
    found, expected, action = fault_in_words(fault)
    return Mistake(file, path_of(loc), found, expected, action if "did you" in action else SEE)


def _keys_at(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """Return the keys of the mapping at a place, to suggest one of them."""
    for step in loc:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, types.UnionType):
        return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
    return None


def _unknown_names(file: str, agreement: Agreement, known: Known) -> list[Mistake]:
    mistakes = []
    for index, terms in enumerate(agreement.versions):
        named = [
            ("programmes", terms.programmes, known.programmes, "a programme that a contract declares"),
            ("partners", terms.partners, known.partners, "a partner with a contract"),
            ("population.categories", terms.population.categories, known.categories, "a category of persons"),
            ("indicators", [i.id for i in terms.indicators], known.indicators, "a model of models/indicators"),
        ]
        for field, names, allowed, expected in named:
            for place, name in enumerate(names):
                if name not in allowed:
                    path = f"versions[{index}].{field}[{place}]"
                    mistakes.append(Mistake(file, path, repr(name), expected, did_you_mean(name, allowed)))
        mistakes += _meaningless(file, f"versions[{index}]", terms, known)
    return mistakes


def _meaningless(file: str, version: str, terms: Terms, known: Known) -> Iterator[Mistake]:
    """Yield every disaggregation by a dimension that says nothing about its indicator."""
    for place, indicator in enumerate(terms.indicators):
        excluded = known.indicators.get(indicator.id, frozenset())
        for number, group in enumerate(indicator.disaggregations):
            if found := sorted(excluded.intersection(group)):
                path = f"{version}.indicators[{place}].disaggregations[{number}]"
                expected = f"dimensions other than {', '.join(sorted(excluded))}"
                yield Mistake(file, path, ", ".join(found), expected, f"take it out; {SEE}")


def _placed(mistakes: Iterable[Mistake], places: Places) -> list[Mistake]:
    return [replace(m, place=places.describe(m.path)) for m in sorted(mistakes, key=lambda m: places.line(m.path))]
