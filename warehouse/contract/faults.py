"""What validation finds wrong in a document, each fault once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError


def faults_of(model: type[BaseModel], values: Any) -> list[Any]:
    """Return pydantic's faults of the values; a list too short because its items are wrong is long enough."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        faults = error.errors()
        return [f for f in faults if f["type"] != "too_short" or not _holds_another(f["loc"], faults)]
    return []


def _holds_another(loc: tuple[str | int, ...], faults: Sequence[Any]) -> bool:
    return any(len(f["loc"]) > len(loc) and f["loc"][: len(loc)] == loc for f in faults)
