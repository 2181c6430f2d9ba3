"""`pytest tests/golden --update-golden` writes the expected files anew; review the difference before committing."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")
