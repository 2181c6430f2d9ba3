"""What the tests of extracts share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.extracts.marts_for_tests import compiled_home, compiled_models
from warehouse.transform.compiled import Models


@pytest.fixture(scope="session")
def models(shared: Path) -> Models:
    """The project's models of figures, as dbt compiles them."""
    return compiled_models(compiled_home(shared))
