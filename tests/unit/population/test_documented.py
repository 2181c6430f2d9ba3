"""The page on identity holds the mix as it is, and every class."""

from __future__ import annotations

from pathlib import Path

from warehouse.population import CLASSES, STANDARD
from warehouse.population.mix import Mix, as_markdown

PAGE = Path(__file__).parents[3] / "docs" / "identity.md"


def test_the_page_holds_the_standard_mix() -> None:
    assert as_markdown(STANDARD) in PAGE.read_text("utf-8")


def test_the_page_explains_every_class() -> None:
    section = PAGE.read_text("utf-8").partition("## Known truth")[2]
    assert [name for name in CLASSES if f"**{name}**" not in section] == []


def test_another_mix_is_another_table() -> None:
    assert "| `no_khmer` | 0.5 |" in as_markdown(Mix(no_khmer=0.5))
