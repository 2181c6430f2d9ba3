"""`sala agreement` and `sala extract` before and without anything published: a clear answer to each wrong turn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Sala = Callable[..., Any]


def test_agreements_are_listed_a_line_for_each_version(sala: Sala) -> None:
    rows = json.loads(sala("agreement", "list", "--json").out)["agreements"]
    assert [(r["funder"], r["version"]) for r in rows] == [("canada-iom", 1), ("justice-fund", 1), ("justice-fund", 2)]
    assert "justice-fund" in sala("agreement", "list").out


def test_the_schema_is_printed_for_an_editor(sala: Sala) -> None:
    assert json.loads(sala("agreement", "schema").out)["title"] == "Agreement"


def test_nothing_drafted_is_said_and_is_an_empty_list_for_a_program(sala: Sala) -> None:
    assert "Nothing was drafted yet" in sala("extract", "list").out
    assert json.loads(sala("extract", "list", "--json").out) == {"issues": []}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("extract", "canada", "FY2013-Q3"), 4, ("SALA-X002", "did you mean 'canada-iom'?")),
        (("extract", "canada-iom", "2013-Q3"), 4, ("SALA-X003", "FY2012-Q1")),
        (("extract", "canada-iom", "FY2013-Q3"), 4, ("SALA-S105", "sala run")),
        (("extract", "approve", "canada-iom", "FY2013-Q3", "--by", "x"), 4, ("SALA-X004", "sala extract")),
        (("extract", "approve", "canada-iom", "FY2013-Q3"), 2, ("--by",)),
        (("explain", "canada-iom", "FY2013-Q3", "persons_trained"), 4, ("SALA-S105",)),
        (("compare-rules", "canada-iom", "justice"), 4, ("SALA-S105",)),
        (("reproduce", "nothing/manifest.json"), 4, ("SALA-X004",)),
    ],
)
def test_a_wrong_turn_is_told_with_the_right_one(
    sala: Sala, words: tuple[str, ...], code: int, said: tuple[str, ...]
) -> None:
    found = sala(*words)
    assert found.code == code
    assert all(word in found.err for word in said), found.err


def test_mistakes_in_an_agreement_are_found_by_check_and_stop_only_its_own_extract(
    sala: Sala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "funders").mkdir()
    (tmp_path / "funders" / "broken.yaml").write_text("id: broken\nversion: []\n", encoding="utf-8")
    monkeypatch.setenv("SALA_FUNDERS", str(tmp_path / "funders"))
    checked = sala("check", "--json")
    assert checked.code == 1
    told = {(m["file"], m["path"]): m["action"] for m in json.loads(checked.out)["mistakes"]}
    assert told["broken.yaml", "version"] == "did you mean 'versions'?"
    assert sala("extract", "broken", "FY2013-Q3").code == 1
