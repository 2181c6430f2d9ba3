"""Turns a parsed ODCS document into a typed contract, noting each mistake with its place in the file."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from croniter import croniter
from open_data_contract_standard.model import CustomProperty, OpenDataContractStandard, SchemaObject
from pydantic import ValidationError

from warehouse.contract.columns import Sketch, build_columns
from warehouse.contract.entities import ENTITIES
from warehouse.contract.faults import faults_of
from warehouse.contract.mistakes import Mistake
from warehouse.contract.model import Contract, Table
from warehouse.contract.properties import (
    NESTED,
    ContractProperties,
    Programme,
    Properties,
    TableProperties,
)
from warehouse.contract.rules import build_rules
from warehouse.contract.sources import build_servers, check_forms
from warehouse.contract.standard import leave_out, path_of
from warehouse.contract.texts import FILES_UNREAD
from warehouse.contract.wording import close, example, fault_in_words
from warehouse.errors import did_you_mean

P = TypeVar("P", bound=Properties)
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_TABLE_STAND_IN = {"files": FILES_UNREAD, "format": "workbook", "toleratedRefusedPercent": 0}


class Given(NamedTuple, Generic[P]):
    """Custom properties as far as they are right, the names of those that are not, and what was written."""

    options: P | None
    doubtful: frozenset[str]
    written: dict[str, Any]


class Builder:
    """Builds one contract; `mistakes` grows as they are met, so that all can be reported at once."""

    def __init__(self, folder: Path, file: str, document: OpenDataContractStandard) -> None:
        self.folder, self.file, self.document = folder, file, document
        self.mistakes: list[Mistake] = []

    def note(self, path: str, found: str, expected: str, action: str) -> None:
        """Keep one mistake."""
        self.mistakes.append(Mistake(self.file, path, found, expected, action))

    def build(self) -> Contract | None:
        """Return the contract, or None when a mistake leaves it without meaning."""
        doc = self.document
        if doc.id != self.folder.name:
            self.note("id", repr(doc.id), f"the folder's name, '{self.folder.name}'", "rename one of the two")
        if not _late_enough(doc.apiVersion):
            found, action = repr(doc.apiVersion), "write apiVersion: v3.2.0"
            self.note("apiVersion", found, "v3.1.0 or later of the Open Data Contract Standard", action)
        options, _, written = self.custom("customProperties", doc.customProperties, ContractProperties)
        programmes = _declared(written.get("programmes"))
        check_programmes(self, programmes)
        inbox, sources = build_servers(self, self.document.servers or [])
        every, schedule = self._calendar()
        owner = self._owner()
        tables = [self._table(i, s, programmes) for i, s in enumerate(doc.schema_ or [])]
        check_forms(self, self.document.servers or [], sources, [table for table in tables if table])
        if not tables:
            self.note("schema", "nothing", "at least one schema object", "describe a table the partner sends")
        names = [s.name for s in doc.schema_ or [] if s.name]
        for name in sorted({n for n in names if names.count(n) > 1}):
            self.note("schema", f"'{name}' twice", "schema objects with different names", "rename one of them")
        if self.mistakes or options is None:
            return None
        return Contract(
            id=self.folder.name,
            name=doc.name or self.folder.name,
            version=doc.version or "",
            folder=self.folder,
            inbox=inbox,
            owner=owner,
            schedule=schedule,
            delivery_every_days=every,
            sources=sources,
            programmes=options.programmes,
            returns=options.returns,
            tables=tuple(t for t in tables if t),
        )

    def custom(
        self, path: str, given: Sequence[CustomProperty] | None, model: type[P], stand_in: Mapping[str, Any] = _NOTHING
    ) -> Given[P]:
        """Return the custom properties of one level, typed; each fault becomes a mistake.

        What is wrong is left out, and `stand_in` takes the place of what is missing then, so that what depends on it
        is looked at all the same. A misspelt name counts as the one that was meant.
        """
        values, doubtful = self._named(path, given, model)
        faults = faults_of(model, values)
        for fault in faults:
            self._property_fault(path, fault, faults, model)
            doubtful.add(str(fault["loc"][0]) if fault["loc"] else "")
        sound = copy.deepcopy(values)
        for _ in range(100):  # each turn leaves out at least one value
            try:
                return Given(model.model_validate({**stand_in, **sound}), frozenset(doubtful), values)
            except ValidationError as error:
                if not any(_mend(sound, fault) for fault in error.errors()):
                    break
        return Given(None, frozenset(doubtful), values)

    def _named(
        self, path: str, given: Sequence[CustomProperty] | None, model: type[Properties]
    ) -> tuple[dict[str, Any], set[str]]:
        values: dict[str, Any] = {}
        doubtful: set[str] = set()
        known = {f.alias or n for n, f in model.model_fields.items()}
        there = {item.property for item in given or []}
        for position, item in enumerate(given or []):
            name = item.property or ""
            if name not in known:
                action = did_you_mean(name, known)
                self.note(f"{path}[{position}]", f"unknown custom property '{name}'", "a documented one", action)
                meant = close(name, known)
                if meant and meant not in there:
                    values.setdefault(meant, item.value)
                    doubtful.add(meant)
            elif name in values:
                self.note(f"{path}[{position}]", f"'{name}' twice", "each property once", "remove one of them")
            else:
                values[name] = item.value
        return values, doubtful

    def _property_fault(self, path: str, fault: Any, faults: list[Any], model: type[Properties]) -> None:
        loc = tuple(part for part in fault["loc"] if part != "[key]")
        place, last = f"{path}.{path_of(loc)}", str(loc[-1]) if loc else ""
        if fault["type"] == "extra_forbidden":
            inner = _model_at(model, loc[:-1])
            known = [f.alias or n for n, f in inner.model_fields.items()] if inner else []
            self.note(place, f"unknown key '{last}'", "a documented key", did_you_mean(last, known))
        elif fault["type"] != "missing":
            self.note(place, *fault_in_words(fault))
        elif not any(
            f["type"] == "extra_forbidden" and f["loc"][:-1] == loc[:-1] and close(str(f["loc"][-1]), [last])
            for f in faults
        ):  # a misspelt key is told as such, and not as a missing one as well
            self.note(place, "nothing", f"'{last}' is required", f"add it, {example(last)}")

    def _calendar(self) -> tuple[int | None, str | None]:
        for position, sla in enumerate(self.document.slaProperties or []):
            if sla.property != "frequency":
                continue
            path = f"slaProperties[{position}]"
            if sla.schedule and not croniter.is_valid(sla.schedule):
                self.note(f"{path}.schedule", repr(sla.schedule), "a cron expression", "for example 0 2 * * *")
            days = isinstance(sla.value, int) and sla.value > 0 and sla.unit in ("d", "day", "days")
            if sla.value is not None and not days:
                found, expected = f"{sla.value!r} {sla.unit!r}", "a whole number of days, 1 or more, unit d"
                self.note(path, found, expected, "write value: 92, unit: d")
                return None, sla.schedule
            return (int(sla.value) if sla.value is not None else None), sla.schedule
        return None, None

    def _owner(self) -> str:
        team = self.document.team
        members = team if isinstance(team, list) else (team.members if team else None) or []
        owner = next((m.username for m in members if m.role == "owner" and m.username), "")
        if not owner:
            action = "add team.members: [{username: a role's mailbox, role: owner}]"
            self.note("team.members", "nobody with the role owner", "whom to tell of a held file", action)
        return owner

    def _table(self, index: int, schema: SchemaObject, programmes: Sequence[Programme]) -> Table | None:
        path = f"schema[{index}]"
        stand_in = _TABLE_STAND_IN | {"entity": _likely_entity(schema)}
        options, doubtful, _ = self.custom(
            f"{path}.customProperties", schema.customProperties, TableProperties, stand_in
        )
        if not schema.name:
            self.note(f"{path}.name", "nothing", "a snake_case name", "name the table")
        if options is None:
            return None
        sketch = Sketch(options, doubtful, frozenset(p.id for p in programmes))
        columns = build_columns(self, path, schema, sketch)
        return Table(schema.name or "", tuple(columns), tuple(build_rules(self, path, schema, columns)), options)


def _mend(values: Any, fault: Any) -> bool:
    """Put what was meant in the place of a misspelt code, and leave out what else is wrong."""
    loc, meant = fault["loc"], None
    if fault["type"] == "literal_error" and len(loc) == 1:
        words = [word.strip("' ") for word in str(fault["ctx"]["expected"]).replace(" or ", ",").split(",")]
        meant = close(str(fault["input"]), words)
    if meant:
        values[loc[0]] = meant
        return True
    return bool(leave_out(values, loc))


def _likely_entity(schema: SchemaObject) -> str:
    """Return the entity that has most of the columns named: columns are looked at even where it is not said."""
    names = {prop.name for prop in schema.properties or []}
    return max(ENTITIES, key=lambda entity: len(names & {column.name for column in ENTITIES[entity]}))


def _late_enough(version: str | None) -> bool:
    match = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)", version or "")
    return bool(match) and tuple(int(part) for part in match.groups()) >= (3, 1, 0) if match else False


def _declared(written: object) -> list[Programme]:
    """Return the programmes as far as they can be read, for what refers to them."""
    items = [item if isinstance(item, dict) else {} for item in (written if isinstance(written, list) else [])]
    texts = [{k: v for k, v in item.items() if isinstance(v, str)} for item in items]
    return [Programme.model_construct(id=t.get("id", ""), parent=t.get("parent")) for t in texts]


def check_programmes(builder: Builder, programmes: Sequence[Programme]) -> None:
    """Note programmes declared twice, with a parent nobody declares, or that are their own forebear."""
    path, parents = "customProperties.programmes", {p.id: p.parent for p in programmes}
    for place, programme in enumerate(programmes):
        if programme.id and programme.id in {p.id for p in programmes[:place]}:
            builder.note(f"{path}[{place}].id", f"'{programme.id}' twice", "each programme once", "remove one of them")
        if programme.parent and programme.parent not in parents:
            action = did_you_mean(programme.parent, parents)
            builder.note(f"{path}[{place}].parent", repr(programme.parent), "a programme of this contract", action)
        forebears: list[str | None] = [programme.id]
        while (parent := parents.get(forebears[-1] or "")) and parent not in forebears:
            forebears.append(parent)
        if parent == programme.id:
            found = " of ".join(repr(f) for f in [*forebears, parent])
            builder.note(f"{path}[{place}].parent", found, "a programme outside itself", "remove one of the parents")


def _model_at(model: type[Properties], loc: tuple[str | int, ...]) -> type[Properties] | None:
    """Return the nested model at a fault's place, to suggest its keys."""
    named = [NESTED[str(part)] for part in loc if part in NESTED]
    return named[-1] if named else None if loc else model
