"""`sala identity`: review, decide, decisions, as a person types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import python_calamine as calamine
import xlsxwriter

from warehouse.store.files import write_parquet
from warehouse.store.home import Home
from warehouse.store.schemas import CROSSWALK, bronze

Sala = Callable[..., Any]
A, B, C = ("a" * 32, "b" * 32, "c" * 32)
REASON = ("--who", "data officer", "--why", "one face")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two officers who are one by the lenient threshold, one of two persons."""
    home = Home(tmp_path / "var")
    keys = {A: "officer-a", B: "officer-b", C: "officer-b"}
    rows = [{"person_ref": ref, "officer_key": key, "strict_key": key, "lenient_key": "x"} for ref, key in keys.items()]
    write_parquet(home, home.crosswalk, pa.Table.from_pylist(rows, schema=CROSSWALK))
    pair = {"left": [A], "right": [B], "match_weight": [1.0], "probability": [0.6]}
    write_parquet(home, home.identity_pairs, pa.table(pair))
    rows = [{"person_ref": ref, "partner_id": "iom", "unit": "ahtjp", "programme_id": "roll-out"} for ref in keys]
    table = pa.Table.from_pylist(rows, schema=bronze("attendance"))
    write_parquet(home, home.bronze("attendance", "iom", "d"), table)
    return home


def decided(sala: Sala) -> list[tuple[str, str, str]]:
    found = json.loads(sala("identity", "decisions", "list", "--json").out)
    return [(each["left"], each["right"], each["verdict"]) for each in found]


def test_review_before_anything_says_what_to_do(sala: Sala) -> None:
    said = sala("identity", "review")
    assert said.code == 4
    assert "SALA-I103" in said.err
    assert "sala run" in said.err


def test_review_decide_and_it_is_not_asked_again(sala: Sala, home: Home) -> None:
    said = sala("identity", "review")
    assert said.code == 0
    assert "two officers now, the same by 60%" in said.out
    for shown in (A[:12], B[:12], "ahtjp", "roll-out", "1 of 1 uncertain pairs"):
        assert shown in said.out
    (pair,) = json.loads(sala("identity", "review", "--json").out)["pairs"]
    assert (pair["left"], pair["right"], pair["counts"]) == (A, B, 3)
    assert sala("identity", "decide", "--same", A, "officer-b", *REASON).code == 0
    assert decided(sala) == [(A, B, "same")]
    assert "No pair is uncertain" in sala("identity", "review").out


def test_a_decision_is_superseded_and_the_history_is_shown(sala: Sala, home: Home) -> None:
    sala("identity", "decide", "--same", "aaaaaaaa", "bbbbbbbb", *REASON)
    said = json.loads(sala("identity", "decide", "--not-same", "officer-a", "officer-b", *REASON, "--json").out)
    assert len(said["decided"]) == 2
    assert decided(sala) == [(A, B, "not same"), (A, C, "not same")]
    assert "nothing was added" in sala("identity", "decide", "--not-same", A, B, *REASON).out
    sala("identity", "decide", "--undecided", A, B, *REASON)
    history = json.loads(sala("identity", "decisions", "list", "--history", "--json").out)
    assert [(each["verdict"], each["in_force"]) for each in history] == [
        ("same", False),
        ("not same", False),
        ("not same", True),
        ("undecided", True),
    ]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--same", A, B, "--not-same", A, B], 2, "exactly one"),
        ([], 2, "exactly one"),
        (["--same", A, "dddddddd"], 4, "SALA-I104"),
        (["--same", A, A], 4, "SALA-I104"),
    ],
)
def test_what_cannot_be_decided_is_told(sala: Sala, home: Home, words: list[str], code: int, told: str) -> None:
    said = sala("identity", "decide", *words, *REASON)
    assert (said.code, told in said.err) == (code, True)
    assert not home.decisions.exists()


def test_a_reason_that_identifies_is_refused_and_not_repeated(sala: Sala, home: Home) -> None:
    said = sala("identity", "decide", "--same", A, B, "--who", "x", "--why", "same phone 012 345 678")
    assert said.code == 4
    assert "SALA-I101" in said.err
    assert "345" not in said.out + said.err
    assert not home.decisions.exists()


def test_contradictions_are_refused_and_a_file_that_holds_one_is_told_by_every_reader(sala: Sala, home: Home) -> None:
    for left, right in ((A, B), (B, C)):
        sala("identity", "decide", "--same", left, right, *REASON)
    said = sala("identity", "decide", "--not-same", A, C, *REASON)
    assert "a new decision says not same, line 2 and line 3 say same" in said.err
    with home.decisions.open("a") as file:
        file.write(f"{A},{C},not same,x,2026-01-01T00:00:00Z,y\n")
    for command in (["review"], ["decisions", "list"]):
        assert "line 4 says not same, line 2 and line 3 say same" in sala("identity", *command).err


def fill_in(source: Path, target: Path, verdict: str) -> None:
    """What a reviewer does: open, choose a verdict, write a reason, save."""
    rows = calamine.CalamineWorkbook.from_path(str(source)).get_sheet_by_name("Decisions").to_python()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("Decisions")
        for number, row in enumerate(rows):
            cells = dict(zip(rows[0], row, strict=True))
            if number:
                cells |= {"verdict": verdict, "why": "looked at the photographs"}
            page.write_row(number, 0, list(cells.values()))


def test_a_workbook_goes_out_and_comes_back(sala: Sala, home: Home, tmp_path: Path) -> None:
    out, back = tmp_path / "out.xlsx", tmp_path / "back.xlsx"
    said = json.loads(sala("identity", "decisions", "export", out, "--json").out)
    assert (said["to_review"], said["decided"]) == (1, 0)
    assert out.stat().st_mode & 0o077 == 0
    assert "Nothing in the workbook is new" in sala("identity", "decisions", "import", out).out
    fill_in(out, back, "perhaps")
    said = sala("identity", "decisions", "import", back, "--who", "registrar")
    assert (said.code, "C2" in said.err, home.decisions.exists()) == (4, True, False)
    fill_in(out, back, "same")
    assert sala("identity", "decisions", "import", back, "--who", "registrar").code == 0
    assert decided(sala) == [(A, B, "same")]
    assert "Nothing in the workbook is new" in sala("identity", "decisions", "import", back, "--who", "registrar").out
    again = json.loads(sala("identity", "decisions", "export", tmp_path / "again.xlsx", "--json").out)
    assert (again["to_review"], again["decided"]) == (0, 1)


def test_an_export_is_never_written_over_a_file(sala: Sala, home: Home, tmp_path: Path) -> None:
    (tmp_path / "mine.xlsx").write_text("filled in")
    said = sala("identity", "decisions", "export", tmp_path / "mine.xlsx")
    assert "SALA-I106" in said.err
    assert (tmp_path / "mine.xlsx").read_text() == "filled in"
