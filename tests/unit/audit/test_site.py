"""Data Docs open without a network and ask nobody for anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from builds_for_tests import make_home, promise

from warehouse.audit import run_audit

HOURS = promise("expect_column_values_to_be_between", kwargs={"column": "hours", "min_value": 0, "max_value": 12})
LATE = promise("expect_column_values_to_be_between", "warning", kwargs={"column": "attended", "max_value": 8})
LOADS = frozenset({"script", "link", "img", "iframe", "object", "embed", "video", "audio", "form", "base"})


class Page(HTMLParser):
    """What a page would load, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [tag] if tag in LOADS else []
        self.loads += [name for name, _ in attrs if name.startswith("on") or name in ("src", "srcset", "style")]
        self.links += [value or "" for name, value in attrs if name == "href"]


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("home"), HOURS, LATE)
    return Path(run_audit(home)["data_docs"]).parent


def test_no_page_loads_or_leads_to_anything_elsewhere(docs: Path) -> None:
    paths = list(docs.rglob("*.html"))
    assert len(paths) >= 3
    for path in paths:
        text = path.read_text("utf-8")
        page = Page(text)
        assert page.loads == [], path
        assert re.findall(r"https?://|@import|url\(|newsletter", text, re.IGNORECASE) == [], path
        assert page.links, "every page leads somewhere"
        for link in page.links:
            assert (path.parent / unquote(link.partition("#")[0])).is_file(), f"{path}: {link} leads nowhere"


def test_the_first_page_lists_every_page_with_its_counts(docs: Path) -> None:
    text = (docs / "index.html").read_text("utf-8")
    assert "marts.fct_attendance" in text
    assert "1 of 2" in text
    assert "100 / 2000" in text
    assert "✘" in text


def test_a_page_still_says_what_was_found(docs: Path) -> None:
    (path,) = (docs / "validations").rglob("*.html")
    text = path.read_text("utf-8")
    assert "Readers rely on it." in text
    assert "100 unexpected values found" in text
    assert text.count("✔") == 1
    assert "<table>" in text
    assert "Validation Filter" not in text


def test_nothing_but_pages_is_kept(docs: Path) -> None:
    assert {path.suffix for path in docs.rglob("*") if path.is_file()} == {".html"}
