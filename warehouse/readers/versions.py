"""The form version a survey platform writes beside each answer: a form that changed is the first sign of drift."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from warehouse.contract.spelling import fold_text

_HEADERS = frozenset({"__version__", "_version_", "form version", "form_version"})
# As KoboToolbox makes them. Whatever else stands in such a column may be anything, and is not kept (law 6).
_VERSION = re.compile(r"v(?=[A-Za-z]*\d)[A-Za-z0-9]{3,40}|\d{1,10}")
_MOST = 20


def version_position(header: Sequence[str]) -> int | None:
    """Return the place of the column that holds the form's version, or None."""
    return next((place for place, cell in enumerate(header) if fold_text(cell) in _HEADERS), None)


def told_of(versions: Sequence[str]) -> tuple[str, ...]:
    """Return a note where more than one version of the form took the answers."""
    return (f"{len(versions)} versions of the form took these answers",) if len(versions) > 1 else ()


def versions_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the different versions among a column's texts, in order, at most twenty."""
    return tuple(sorted({text for text in texts if _VERSION.fullmatch(text)})[:_MOST])
