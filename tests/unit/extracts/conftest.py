"""What the tests of extracts share."""

from __future__ import annotations

import pytest

from tests.unit.extracts.marts_for_tests import compile_models
from warehouse.transform.compiled import Models


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """The project's models of figures, as dbt compiles them."""
    return compile_models(tmp_path_factory.mktemp("compiled") / "home")
