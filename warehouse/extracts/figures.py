"""The one result table: every figure of an agreement for a period, which all formats are rendered from."""

from __future__ import annotations

from warehouse.store.figures import DIMENSIONS, FIGURE, FIGURES, STATUSES, WINDOWS

__all__ = ["DIMENSIONS", "FIGURE", "FIGURES", "STATUSES", "WINDOWS"]
