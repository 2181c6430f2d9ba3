"""The error of a held file, made again from its record, for a caller that must fail visibly."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.errors import FileHeld
from warehouse.readers import faults
from warehouse.store.accounts import DeliveredByAnother

_KNOWN = {
    cls.code: cls
    for cls in (*vars(faults).values(), DeliveredByAnother)
    if isinstance(cls, type) and issubclass(cls, FileHeld)
}


def held(error: Mapping[str, str]) -> FileHeld:
    """Return a record's error as its own class."""
    return _KNOWN[error["code"]](error["where"], error["found"], error["expected"], error["action"])
