"""Turns a parsed ODCS document into a typed contract, noting each mistake with its place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from croniter import croniter
from open_data_contract_standard.model import CustomProperty, OpenDataContractStandard, SchemaObject
from pydantic import ValidationError

from warehouse.contract.columns import build_columns
from warehouse.contract.mistakes import Mistake
from warehouse.contract.model import Contract, Table
from warehouse.contract.properties import (
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
        inbox, connection = self._server()
        every, schedule = self._calendar()
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
            owner=self._owner(),
            schedule=schedule,
            delivery_every_days=every,
            connection_id=connection,
            programmes=options.programmes,
            tables=tuple(t for t in tables if t),
        )

    def custom(self, path: str, given: Sequence[CustomProperty] | None, model: type[P]) -> P | None:
        """Return the custom properties of one level, typed; each fault becomes a mistake."""
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
            for fault in error.errors():
                self._property_fault(path, fault, model)
            return None

    def _property_fault(self, path: str, fault: Any, model: type[Properties]) -> None:
        place = ".".join([path, *(str(part) for part in fault["loc"])])
        if fault["type"] == "extra_forbidden":
            inner = _model_at(model, fault["loc"][:-1])
            action = did_you_mean(str(fault["loc"][-1]), inner.model_fields) if inner else "remove it"
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
        if ".." in Path(inbox).parts:
            self.note("servers[0].path", repr(inbox), "a path without '..'", "name a folder under SALA_HOME")
        return inbox, options.connectionId if options else None

    def _calendar(self) -> tuple[int | None, str | None]:
        for position, sla in enumerate(self.document.slaProperties or []):
            if sla.property != "frequency":
                continue
            path = f"slaProperties[{position}]"
            if sla.schedule and not croniter.is_valid(sla.schedule):
                self.note(f"{path}.schedule", repr(sla.schedule), "a cron expression", "for example 0 2 * * *")
            if sla.value is not None and (not isinstance(sla.value, int) or sla.unit not in ("d", "day", "days")):
                self.note(
                    path, f"{sla.value!r} {sla.unit!r}", "a whole number of days, unit d", "write value: 92, unit: d"
                )
                return None, sla.schedule
            return (int(sla.value) if sla.value is not None else None), sla.schedule
        return None, None

    def _owner(self) -> str:
        team = self.document.team
        members = team if isinstance(team, list) else (team.members if team else None) or []
        return next((m.username for m in members if m.role == "owner" and m.username), "")

    def _table(self, index: int, schema: SchemaObject, contract: ContractProperties | None) -> Table | None:
        path = f"schema[{index}]"
        options = self.custom(f"{path}.customProperties", schema.customProperties, TableProperties)
        if not schema.name:
            self.note(f"{path}.name", "nothing", "a snake_case name", "name the table")
        if options is None:
            return None
        programmes = frozenset(p.id for p in contract.programmes) if contract else None
        columns = build_columns(self, path, schema, options, programmes)
        rules = build_rules(self, path, schema, [c.name for c in columns])
        return Table(schema.name or "", tuple(columns), tuple(rules), options)


def _model_at(model: type[Properties], loc: tuple[str | int, ...]) -> type[Properties] | None:
    """Return the nested model at a fault's place, to suggest its keys."""
    nested: dict[str, type[Properties]] = {
        "dialect": Dialect,
        "sessions": Sessions,
        "courseWindow": CourseWindow,
        "programmes": Programme,
    }
    return nested.get(str(loc[0])) if loc else model
