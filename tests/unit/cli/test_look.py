"""`sala status` and `sala check` on real contracts and a real ledger, before anything is published."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from warehouse.cli import screen
from warehouse.cli.look import _freshness
from warehouse.readers import confinement
from warehouse.store.home import PROJECT, Home

SAMPLE = PROJECT / "expectations" / "partners" / "moj-asean-act" / "sample" / "received"


def test_status_before_anything_has_a_line_for_every_partner(sala: Callable[..., Any]) -> None:
    said = sala("status")
    assert said.code == 0
    assert "nothing yet: sala run" in said.out
    assert said.out.count("no data") == len(json.loads(sala("status", "--json").out)["partners"]) >= 3


def test_status_shows_the_published_version(sala: Callable[..., Any], published: Home) -> None:
    found = json.loads(sala("status", "--json").out)["published"]
    assert found["as_of"] == "2024-12-31"
    assert found["version"] in sala("status").out


def test_ingest_then_status_tell_outcomes_refusals_and_what_to_do(sala: Callable[..., Any], tmp_path: Path) -> None:
    inbox = tmp_path / "var" / "inbox" / "moj-asean-act"
    inbox.mkdir(parents=True)
    for name in ("MoJ_attendance_2023-04.csv", "MoJ_attendance_2022-11.csv"):
        shutil.copy2(SAMPLE / name, inbox / name)

    said = sala("ingest", "moj-asean-act", "--workers", 1, "--json")
    outcomes = {outcome["file"]: outcome for outcome in json.loads(said.out)}
    assert said.code == 1, "a held file is a finding"
    assert outcomes["MoJ_attendance_2023-04.csv"]["outcome"] == "accepted"
    assert outcomes["MoJ_attendance_2022-11.csv"]["error"]["code"].startswith("SALA-F")

    found = json.loads(sala("status", "--json").out)
    partner = next(line for line in found["partners"] if line["partner"] == "moj-asean-act")
    assert (partner["accepted"], partner["held"], partner["undecided"]) == (1, 1, 0)
    assert sum(refusal["rows"] for refusal in found["refusals"]) > 0
    text = sala("status").out
    assert "do this" in text
    assert "MoJ_attendance_2022-11.csv" in text


def test_a_hold_is_told_until_a_later_delivery_of_the_same_thing_is_accepted(
    sala: Callable[..., Any], tmp_path: Path
) -> None:
    inbox, good = tmp_path / "var" / "inbox" / "moj-asean-act", (SAMPLE / "MoJ_attendance_2023-04.csv").read_bytes()
    inbox.mkdir(parents=True)
    no_rows = good.splitlines(keepends=True)[0]

    def held_after(at: int, **delivered: bytes) -> list[str]:
        """Names of the files that are still to mend, after deliveries at so many seconds."""
        for name, content in delivered.items():
            path = inbox / f"MoJ_attendance_2023-{name.removeprefix('month')}.csv"
            path.write_bytes(content)
            os.utime(path, (1_700_000_000 + at, 1_700_000_000 + at))
        sala("ingest", "moj-asean-act", "--workers", 1)
        said = sala("status").out
        found = [error["where"].rpartition("/")[2] for error in json.loads(sala("status", "--json").out)["held"]]
        assert [name for name in found if name not in said] == []
        assert said.count("do this") == len(found)
        return [name.removeprefix("MoJ_attendance_2023-").removesuffix(".csv") for name in found]

    assert held_after(0, month04=no_rows, month05=no_rows + b"\n") == ["04", "05"]
    assert held_after(10, month04_v2=good) == ["05"]
    assert held_after(20, month04_v3=no_rows + b"\n\n") == ["04_v3", "05"], "nothing accepted came after it"


def test_a_file_from_elsewhere_is_copied_into_the_inbox_and_never_over_another(
    sala: Callable[..., Any], tmp_path: Path
) -> None:
    name = "MoJ_attendance_2023-04.csv"
    target = tmp_path / "var" / "inbox" / "moj-asean-act" / name
    assert sala("ingest", "moj-asean-act", SAMPLE / name).code == 0
    assert target.read_bytes() == (SAMPLE / name).read_bytes()
    assert "repeat" in sala("ingest", "moj-asean-act", SAMPLE / name).out
    other = tmp_path / name
    other.write_text("something else")
    said = sala("ingest", "moj-asean-act", other)
    assert said.code == 4
    assert "SALA-F104" in said.err
    assert target.read_bytes() == (SAMPLE / name).read_bytes()


def test_unknown_partners_are_answered(sala: Callable[..., Any]) -> None:
    said = sala("ingest", "moj")
    assert said.code == 4
    assert "moj-asean-act" in said.err


def test_check_finds_nothing_in_the_projects_own_contracts(sala: Callable[..., Any]) -> None:
    said = sala("check")
    assert said.code == 0, said.out
    assert "hold no mistake" in said.out


def test_check_reports_every_mistake_and_ends_with_1(sala: Callable[..., Any], tmp_path: Path) -> None:
    contracts = tmp_path / "partners"
    shutil.copytree(PROJECT / "expectations" / "partners" / "iom", contracts / "iom")
    contract = contracts / "iom" / "contract.odcs.yaml"
    contract.write_text(contract.read_text().replace("property: programmes", "property: programs"))
    said = sala("check", "--contracts", contracts)
    assert said.code == 1
    assert "did you mean" in said.out
    assert "programs" in said.out
    mistakes = json.loads(sala("check", "--contracts", contracts, "--json").out)["mistakes"]
    assert mistakes
    assert set(mistakes[0]) == {"file", "path", "place", "found", "expected", "action"}


@pytest.mark.parametrize(
    ("days", "owed", "word"),
    [(None, 30, "no data"), (None, None, "no data"), (31, 30, "late"), (30, 30, "fresh"), (9999, None, "not expected")],
)
def test_freshness_is_judged_as_in_the_warehouse(days: int | None, owed: int | None, word: str) -> None:
    assert _freshness(days, owed) == word


def test_a_new_key_is_never_written_over_another(sala: Callable[..., Any], tmp_path: Path) -> None:
    assert sala("key", "new", tmp_path / "k").code == 0
    before = (tmp_path / "k").read_text()
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0
    assert sala("key", "new", tmp_path / "k").code == 4
    assert (tmp_path / "k").read_text() == before


def test_a_file_nobody_reads_is_told(sala: Callable[..., Any], tmp_path: Path) -> None:
    inbox = tmp_path / "var" / "inbox"
    for name in ("nobody/x.csv", "y.csv", "iom/z.csv", ".keep"):
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).touch()
    assert json.loads(sala("status", "--json").out)["strays"] == {"inbox": 1, "inbox/nobody": 1}
    assert "1 in inbox, 1 in inbox/nobody" in sala("status").out


def test_a_machine_that_cannot_confine_the_reader_is_told(
    sala: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert json.loads(sala("status", "--json").out)["undefended"] == []
    assert "can reach" not in sala("status").out
    monkeypatch.setattr(confinement.sys, "platform", "darwin")
    assert "partner files can reach network and programs (not Linux)" in sala("status").out


def test_where_lists_every_place(sala: Callable[..., Any], published: Home, tmp_path: Path) -> None:
    places = json.loads(sala("where", "--json").out)
    expected = {"archive", "bronze", "quarantine", "vault", "crosswalk", "data_docs", "airflow_log"}
    assert expected <= set(places)
    assert places["key_file"] == str(tmp_path / "key")
    assert Path(places["current_parquet"]).is_dir()


def test_on_a_narrow_terminal_numbers_and_words_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("warehouse.cli.screen.out", lambda: Console(width=80, highlight=False))
    names = ["partner", "accepted", "held", "undecided", "rows accepted", "rows refused", "spare one", "is"]
    row = ["moj-asean-act", 120, 3, 0, 1234567, 7654321, "left out", "not expected"]
    Console(width=80).print(screen.table("Files", names, [row], spare=["spare one"]))
    said = capsys.readouterr().out
    for word in ("moj-asean-act", "1234567", "7654321", "accepted", "undecided", "expected"):
        assert word in said
    assert "left out" not in said
    assert max(map(len, said.splitlines())) <= 80


def test_status_tells_what_changed_in_the_last_delivery_of_each_table(sala: Callable[..., Any], tmp_path: Path) -> None:
    inbox = tmp_path / "var" / "inbox" / "moj-asean-act"
    inbox.mkdir(parents=True)
    first = (SAMPLE / "MoJ_attendance_2023-04.csv").read_text(encoding="utf-8-sig")
    for number, text in enumerate((first, first.replace("ភេទ", "Sex", 1))):
        path = inbox / f"MoJ_attendance_2023-0{4 + number}.csv"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    sala("ingest", "moj-asean-act", "--workers", 1)
    (changed,) = json.loads(sala("status", "--json").out)["drift"]
    assert changed["file"] == "MoJ_attendance_2023-05.csv"
    assert [d["column"] for d in changed["drift"] if d["kind"] == "renamed"] == ["sex"]
    assert "differs from the delivery before it" in sala("status").out
