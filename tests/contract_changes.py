"""Changes to the contract of the tests before it is written, and what is told of the mistakes they make."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import Document, House
from warehouse.contract import Mistake, check_contracts

Change = Callable[[Document], object]


def told(house: House, change: Change) -> list[Mistake]:
    house.describe(change)
    contracts, mistakes = check_contracts(house.home.contracts)
    assert mistakes, "the mistake was not noticed"
    assert contracts == (), "a contract with a mistake must not be used"
    for mistake in mistakes:
        assert mistake.file == "acme/contract.odcs.yaml"
        assert all(mistake.as_dict().values()), f"a field is empty: {mistake}"
    return list(mistakes)


def said(house: House, change: Change) -> str:
    return "\n".join(" | ".join(m.as_dict().values()) for m in told(house, change))


def table(document: Document, position: int = 0) -> Document:
    found: Document = document["schema"][position]
    return found


def column(document: Document, name: str) -> Document:
    return next(p for p in table(document)["properties"] if p["name"] == name)


def set_custom(owner: Document, name: str, value: object) -> None:
    kept = [p for p in owner.get("customProperties", []) if p["property"] != name]
    owner["customProperties"] = [*kept, {"property": name, "value": value}]


def drop_custom(owner: Document, name: str) -> None:
    owner["customProperties"] = [p for p in owner["customProperties"] if p["property"] != name]


def wide(document: Document, sessions: str = r"Day (?P<day>\d\d-\d\d-2024)") -> None:
    """A column per session, whose header names the day."""
    set_custom(table(document), "sessions", {"header": sessions})
    column(document, "status").pop("physicalName")
    date = column(document, "session_date")
    date.pop("physicalName")
    set_custom(date, "template", "{session.day}")
    set_custom(date, "dateFormats", ["%d-%m-%Y"])


def rule(kind: str, **kwargs: object) -> Document:
    made = {"type": "custom", "engine": "greatExpectations", "name": "a_rule", "severity": "error"}
    return made | {"description": "Do better.", "implementation": {"type": kind, "kwargs": kwargs}}
