"""Turns a parsed ODCS document into a typed contract, noting each mistake with its place in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from croniter import croniter
from open_data_contract_standard.model import CustomProperty, OpenDataContractStandard, SchemaObject
from pydantic import ValidationError

from warehouse.contract.columns import build_columns
from warehouse.contract.mistakes import Mistake
from warehouse.contract.model import Contract, Table
from warehouse.contract.properties import (
    FILES_UNREAD,
    ContractProperties,
    CourseWindow,
    Dialect,
    Programme,
    Properties,
    ServerProperties,
    Sessions,
    TableProperties,
)
from warehouse.contract.rules import build_rules
from warehouse.errors import did_you_mean

P = TypeVar("P", bound=Properties)
_TABLE_STAND_IN = MappingProxyType({"files": FILES_UNREAD, "format": "workbook", "toleratedRefusedPercent": 0})


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
        options = self.custom("customProperties", doc.customProperties, ContractProperties)
        if options:
            check_programmes(self, options.programmes)
        inbox, connection = self._server()
        every, schedule = self._calendar()
        owner = self._owner()
        tables = [self._table(i, s, options) for i, s in enumerate(doc.schema_ or [])]
        if not tables:
            self.note("schema", "nothing", "at least one schema object", "describe a table the partner sends")
        names = [t.name for t in tables if t]
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
            connection_id=connection,
            programmes=options.programmes,
            tables=tuple(t for t in tables if t),
        )

    def custom(
        self, path: str, given: Sequence[CustomProperty] | None, model: type[P], stand_in: Mapping[str, Any] = {}
    ) -> P | None:
        """Return the custom properties of one level, typed; each fault becomes a mistake.

        `stand_in` takes the place of what is missing or wrong, so that what depends on it is looked at all the same.
        """
        values: dict[str, Any] = {}
        for position, item in enumerate(given or []):
            name = item.property or ""
            known = {f.alias or n for n, f in model.model_fields.items()}
            if name not in known:
                action = did_you_mean(name, known)
                self.note(f"{path}[{position}]", f"unknown custom property '{name}'", "a documented one", action)
            elif name in values:
                self.note(f"{path}[{position}]", f"'{name}' twice", "each property once", "remove one of them")
            else:
                values[name] = item.value
        try:
            return model.model_validate(values)
        except ValidationError as error:
            faults = error.errors()
        for fault in faults:
            self._property_fault(path, fault, model)
        sound = {
            name: value
            for name, value in values.items()
            if name not in {place for f in faults for place in f["loc"][:1]}
        }
        try:
            return model.model_validate({**stand_in, **sound})
        except ValidationError:  # all that is wrong has been noted above
            return None

    def _property_fault(self, path: str, fault: Any, model: type[Properties]) -> None:
        place = ".".join([path, *(str(part) for part in fault["loc"])])
        if fault["type"] == "extra_forbidden":
            inner = _model_at(model, fault["loc"][:-1])
            known = [f.alias or n for n, f in inner.model_fields.items()] if inner else []
            action = did_you_mean(str(fault["loc"][-1]), known) if known else "remove it"
            self.note(place, f"unknown key '{fault['loc'][-1]}'", "a documented key", action)
        elif fault["type"] == "missing":
            self.note(place, "nothing", f"'{fault['loc'][-1]}' is required", "see docs/contracts.md")
        else:
            self.note(place, repr(fault.get("input"))[:80], fault["msg"], "see docs/contracts.md")

    def _server(self) -> tuple[str, str | None]:
        servers = self.document.servers or []
        if len(servers) != 1 or not (servers[0].path or servers[0].location):
            self.note("servers", f"{len(servers)} servers", "one, with its path", "add a server of type local")
            return "", None
        options = self.custom("servers[0].customProperties", servers[0].customProperties, ServerProperties)
        inbox = servers[0].path or servers[0].location or ""
        if ".." in Path(inbox).parts or Path(inbox).is_absolute():
            expected = "a relative path without '..'"
            self.note("servers[0].path", repr(inbox), expected, "name a folder under SALA_HOME")
        return inbox, options.connectionId if options else None

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

    def _table(self, index: int, schema: SchemaObject, contract: ContractProperties | None) -> Table | None:
        path = f"schema[{index}]"
        options = self.custom(f"{path}.customProperties", schema.customProperties, TableProperties, _TABLE_STAND_IN)
        if not schema.name:
            self.note(f"{path}.name", "nothing", "a snake_case name", "name the table")
        if options is None:
            return None
        programmes = frozenset(p.id for p in contract.programmes) if contract else None
        columns = build_columns(self, path, schema, options, programmes)
        rules = build_rules(self, path, schema, [c.name for c in columns])
        return Table(schema.name or "", tuple(columns), tuple(rules), options)


def check_programmes(builder: Builder, programmes: Sequence[Programme]) -> None:
    """Note programmes declared twice, with a parent nobody declares, or that are their own forebear."""
    path, parents = "customProperties.programmes", {p.id: p.parent for p in programmes}
    for place, programme in enumerate(programmes):
        if programme.id in {p.id for p in programmes[:place]}:
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
    nested: dict[str, type[Properties]] = {
        "dialect": Dialect,
        "sessions": Sessions,
        "courseWindow": CourseWindow,
        "programmes": Programme,
    }
    return nested.get(str(loc[0])) if loc else model
