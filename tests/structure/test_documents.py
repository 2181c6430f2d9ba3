"""The documents mention what a person can meet: every error code, command and custom property, and make target."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import warehouse
from warehouse.contract import properties
from warehouse.errors import SalaError
from warehouse.ingest.messages import MESSAGES


def subclasses(cls: type) -> Iterator[type]:
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


@pytest.fixture(scope="module")
def error_classes() -> list[type[SalaError]]:
    for module in pkgutil.walk_packages(warehouse.__path__, "warehouse."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = [cls for cls in subclasses(SalaError) if cls.__module__.startswith("warehouse")]
    assert len(ours) > 10
    return ours


def commands() -> set[str]:
    found = set(typer.main.get_group(importlib.import_module("warehouse.cli.app").app).commands)
    assert {"demo", "check", "run", "status", "query"} <= found
    return found


def custom_properties() -> set[str]:
    models = [c for c in subclasses(properties.Properties) if c.__module__ == properties.__name__]
    found = {field.alias or name for model in models for name, field in model.model_fields.items()}  # type: ignore[attr-defined]
    assert {"programmes", "files", "codes", "dateFormats"} <= found
    return found


def test_every_error_code_is_its_own(error_classes: list[type[SalaError]]) -> None:
    codes: dict[str, str] = {}
    for cls in error_classes:
        if "code" not in vars(cls):
            continue  # shares its parent's on purpose
        assert re.fullmatch(r"SALA-[A-Z]\d{3}", cls.code), cls
        assert codes.setdefault(cls.code, cls.__name__) == cls.__name__, f"{cls.code} stands twice"
        assert "title" in vars(cls), f"{cls.__name__} has a code and no title"


def test_the_runbook_holds_every_error_code(project: Path, error_classes: list[type[SalaError]]) -> None:
    runbook = (project / "docs" / "runbook.md").read_text("utf-8")
    codes = {cls.code for cls in error_classes if "code" in vars(cls)}
    codes |= {message.code for message in MESSAGES.values()}
    assert sorted(code for code in codes if code not in runbook) == []
    assert sorted(set(re.findall(r"SALA-[A-Z]\d{3}", runbook)) - codes) == [], (
        "the runbook lists codes that do not exist"
    )


def test_the_documents_hold_every_command(project: Path) -> None:
    pages = [project / "README.md", *sorted((project / "docs").glob("*.md"))]
    assert len(pages) > 3
    text = "\n".join(page.read_text("utf-8") for page in pages)
    assert sorted(c for c in commands() if not re.search(rf"\bsala {re.escape(c)}\b", text)) == []


def test_the_guide_to_contracts_holds_every_custom_property(project: Path) -> None:
    guide = (project / "docs" / "contracts.md").read_text("utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", guide, re.DOTALL))
    assert sorted(name for name in custom_properties() if not re.search(rf"\b{name}\b", code)) == []


def test_every_make_target_explains_itself(project: Path) -> None:
    makefile = (project / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    explained = set(re.findall(r"^([a-z]+):[^#\n]*## \S", makefile, re.MULTILINE))
    assert set(phony[1].split()) == explained
    assert {"demo", "test", "check", "bench", "airflow", "clean", "help"} <= explained


def test_links_between_documents_lead_somewhere(project: Path, texts: dict[Path, str]) -> None:
    pages = {f: text for f, text in texts.items() if f.suffix == ".md"}
    links = [
        (page, target)
        for page, text in pages.items()
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    ]
    assert links
    assert [f"{page} → {target}" for page, target in links if not (project / page.parent / target).exists()] == []
