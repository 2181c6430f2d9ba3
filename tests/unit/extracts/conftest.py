"""What the tests of extracts share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prebuilt import built_once
from tests.unit.extracts.marts_for_tests import compile_models, compiled_models
from warehouse.transform.compiled import Models


@pytest.fixture(scope="session")
def models(shared: Path) -> Models:
    """The project's models of figures, as dbt compiles them."""
    folder = built_once(shared, "compiled", lambda made: compile_models(made / "home"))
    return compiled_models(folder / "home")
