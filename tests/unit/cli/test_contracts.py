"""`sala contract draft`, `diff` and `try` as a person calls them: what is printed, what is written, how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HEADER, House, listing, row

Sala = Callable[..., Any]
TEXT = listing(*(row(n, Date=f"{n + 10}/06/2024") for n in range(9)))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "att_2024-06.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_draft_writes_the_contract_and_lists_doubts(sala: Sala, sample: Path, tmp_path: Path) -> None:
    said = sala("contract", "draft", sample, "--partner", "acme", "--contracts", tmp_path / "partners")
    assert said.code == 0
    path = tmp_path / "partners" / "acme" / "contract.odcs.yaml"
    assert str(path) in said.out
    assert "doubts" in said.out
    assert "fill in" in said.out
    assert "Canary" not in said.out + path.read_text(encoding="utf-8")
    again = sala("contract", "draft", sample, "--partner", "acme", "--contracts", tmp_path / "partners")
    assert again.code == 4
    assert "SALA-C202" in again.err


def test_draft_into_a_folder_is_named_after_it(sala: Sala, sample: Path, tmp_path: Path) -> None:
    said = json.loads(sala("contract", "draft", sample, "--out", tmp_path / "legal-aid", "--json").out)
    assert "id: legal-aid\n" in (tmp_path / "legal-aid" / "contract.odcs.yaml").read_text(encoding="utf-8")
    assert {"contract", "doubts", "fill_in"} == said.keys()
    assert all({"place", "doubt"} == doubt.keys() for doubt in said["doubts"])


def test_draft_asks_for_the_partner(sala: Sala, sample: Path) -> None:
    assert sala("contract", "draft", sample).code == 2


def test_try_shows_what_would_be_refused_and_why(sala: Sala, house: House, tmp_path: Path) -> None:
    path = tmp_path / "att_one.csv"
    path.write_text(listing(*map(row, range(5)), row(7, mark="Z")), encoding="utf-8")
    said = sala("contract", "try", house.contract.folder, path)
    assert said.code == 0
    assert "att_one.csv: accepted; rows: 6 read, 5 accepted, 1 refused, 0 repeated, 1 set aside" in said.out
    assert "code_unknown" in said.out
    assert "'Date' read as DD/MM/YYYY" in said.out
    (told,) = json.loads(sala("contract", "try", house.contract.folder, path, "--json").out)
    assert told["refusals"][0]["places"] == [{"sheet": "", "rows": [7]}]
    assert not (tmp_path / "var").exists(), "the home of whoever tries is not touched"


def test_try_of_a_broken_contract_tells_its_mistakes(sala: Sala, house: House, sample: Path) -> None:
    house.describe(lambda made: made["schema"][0]["properties"].pop())
    said = sala("contract", "try", house.home.contracts / "acme", sample)
    assert said.code == 1
    assert "SALA-C001" in said.err
    assert "no 'status'" in said.err


def test_try_of_a_file_that_would_be_held_is_a_finding(sala: Sala, house: House, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text(listing(), encoding="utf-8")
    said = sala("contract", "try", house.contract.folder, path)
    assert said.code == 1
    assert "SALA-F001" in said.out


def test_diff_lists_what_differs_with_the_nearest_entry(sala: Sala, house: House, tmp_path: Path) -> None:
    path = tmp_path / "att_one.csv"
    path.write_text(listing(header=HEADER.replace("Name", "Full name")), encoding="utf-8")
    words = ("contract", "diff", "acme", path, "--contracts", house.home.contracts)
    said = sala(*words)
    assert said.code == 1
    assert "add it to the synonyms of 'name_latin'" in said.out
    found = json.loads(sala(*words, "--json").out)["differences"]
    assert [(one["kind"], one["column"]) for one in found] == [("renamed", "name_latin"), ("held", None)]
    assert "SALA-F008" in found[1]["found"]
    path.write_text(listing(), encoding="utf-8")
    same = sala(*words)
    assert (same.code, same.out) == (0, "The file is as the contract of acme says.\n")
    assert sala("contract", "diff", "nobody", path, "--contracts", house.home.contracts).code == 4
