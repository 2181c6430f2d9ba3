"""The command line as a whole: options anywhere, exit codes, one block per error."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warehouse import __version__
from warehouse.cli import look
from warehouse.cli.arguments import global_options_first
from warehouse.cli.exits import EXPLAINED, Exit, exit_code
from warehouse.errors import FileHeld, TerminalError, TransientError
from warehouse.store.home import Home

COMMANDS = (
    "demo",
    "check",
    "run",
    "fetch",
    "ingest",
    "returns",
    "transform",
    "audit",
    "publish",
    "status",
    "query",
    "where",
    "bench",
    "key",
)


def test_every_command_has_help_that_names_the_global_options(sala: Callable[..., Any]) -> None:
    listed = sala("--help").out
    for command in COMMANDS:
        assert f" {command} " in listed
        assert "--home" in sala(command, "--help").out
    assert "Exit codes" in listed


@pytest.mark.parametrize(
    "words",
    [("--home", "a b", "where", "--json"), ("where", "--home", "a b", "--json"), ("where", "--json", "--home=a b")],
)
def test_global_options_are_accepted_before_and_after(sala: Callable[..., Any], tmp_path: Path, words: Any) -> None:
    assert json.loads(sala(*words).out)["home"] == str(tmp_path / "a b")


def test_words_after_two_dashes_are_not_moved() -> None:
    words = ["query", "--debug", "--", "--home", "x"]
    assert global_options_first(words) == ["--debug", "query", "--", "--home", "x"]
    assert global_options_first(["run", "--home"]) == ["--home", "run"], "the missing value is for the parser to miss"


def test_the_home_is_var_unless_the_environment_says_otherwise(
    sala: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert json.loads(sala("where", "--json").out)["home"] == str(tmp_path / "var")
    monkeypatch.setenv("SALA_HOME", str(tmp_path / "elsewhere"))
    assert json.loads(sala("where", "--json").out)["home"] == str(tmp_path / "elsewhere")


def test_wrong_use_is_exit_2_and_not_a_traceback(sala: Callable[..., Any]) -> None:
    for words in (["nosuch"], ["where", "--jsn"], ["transform", "--as-of", "31/12/2024"], ["publish", "--keep", "0"]):
        said = sala(*words)
        assert said.code == Exit.USAGE, words
        assert "Traceback" not in said.err
    assert "2024-12-31" in sala("transform", "--as-of", "yesterday").err


def test_an_error_is_one_block_on_stderr_and_a_document_on_stdout_with_json(sala: Callable[..., Any]) -> None:
    said = sala("query", "select 1")
    assert said.code == Exit.TERMINAL
    assert said.out == ""
    assert said.err.startswith("SALA-S105")
    assert "do this" in said.err
    said = sala("query", "select 1", "--json")
    assert json.loads(said.out)["error"]["code"] == "SALA-S105"


def test_debug_shows_where_in_the_program(sala: Callable[..., Any]) -> None:
    assert "Traceback" not in sala("query", "select 1").err
    assert "Traceback" in sala("query", "select 1", "--debug").err


def test_a_defect_of_sala_is_told_without_its_details(
    sala: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_home: Home) -> None:
        raise KeyError("Sok Dara")

    monkeypatch.setattr(look, "_published", broken)
    said = sala("status")
    assert said.code == Exit.DEFECT
    assert "Sok Dara" not in said.err, "a message may hold a value of a row"
    assert "--debug" in said.err


def test_every_exit_code_is_explained() -> None:
    for code in Exit:
        assert f"{code.value} " in EXPLAINED

    class Held(FileHeld):
        code = "SALA-F000"

    class AuditFailed(TerminalError):
        code = "SALA-A001"

    assert exit_code(Held("x")) == exit_code(AuditFailed("x")) == Exit.FINDINGS
    assert exit_code(TransientError("x")) == Exit.TRANSIENT
    assert exit_code(TerminalError("x")) == Exit.TERMINAL


def test_the_version_is_printed(sala: Callable[..., Any]) -> None:
    assert sala("--version").out == f"sala {__version__}\n"


def test_where_starts_without_the_heavy_libraries() -> None:
    heavy = ["duckdb", "pyarrow", "pandas", "great_expectations", "dbt", "numpy"]
    script = (
        "import sys; from warehouse.cli import main; code = main(['where', '--json'])\n"
        f"print([m for m in {heavy} if m in sys.modules], file=sys.stderr)"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ}, check=True
    )
    assert done.stderr.strip() == "[]"
    assert time.monotonic() - started < 5, "measured 0.3 s; the bound is wide for a busy machine"


@pytest.mark.parametrize(("ending", "code"), [("run()", Exit.TRANSIENT), ("sys.exit(module.main())", -signal.SIGABRT)])
def test_the_exit_code_is_kept_whatever_libraries_do_at_the_end(ending: str, code: int) -> None:
    script = f"""
import atexit, ctypes, sys
import warehouse.cli.main
from warehouse.cli import run
module = sys.modules["warehouse.cli.main"]
libc = ctypes.CDLL(None)
libc.__cxa_atexit(ctypes.cast(libc.abort, ctypes.c_void_p), None, None)

def main():
    atexit.register(print, "swept")
    print("said")
    return {int(Exit.TRANSIENT)}

module.main = main
{ending}
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (code, ["said", "swept"])


def test_whoever_reads_our_output_may_go(tmp_path: Path) -> None:
    command = f"{sys.executable} -m warehouse --home {tmp_path} where | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "0"


def test_a_home_that_is_a_file_is_an_error(sala: Callable[..., Any]) -> None:
    for command in (["status"], ["where"], ["query", "select 1"]):
        said = sala("--home", "/etc/passwd", *command)
        assert said.code == Exit.TERMINAL
        assert said.err.startswith("SALA-S108")
        assert "/etc/passwd" in said.err


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS])
def test_what_the_system_refuses_is_no_defect_of_sala(
    sala: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(_home: Home) -> None:
        raise OSError(number, os.strerror(number), "/data/x")

    monkeypatch.setattr(look, "_published", refused)
    said = sala("status", "--json")
    assert said.code == Exit.TERMINAL
    assert json.loads(said.out)["error"]["where"] == "/data/x"
    assert os.strerror(number) in said.err


def test_an_output_file_that_cannot_be_written_is_named(
    sala: Callable[..., Any], published: Home, tmp_path: Path
) -> None:
    for form in ("csv", "parquet"):
        said = sala("query", "select 1 as i", "--format", form, "-o", tmp_path / "nosuch" / "x")
        assert (said.code, said.err.split()[0]) == (Exit.TERMINAL, "SALA-S108"), said.err
        assert "nosuch/x" in said.err


def test_a_defect_is_a_document_too_with_json(sala: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:

    def broken(_home: Home) -> None:
        raise KeyError("Sok Dara")

    monkeypatch.setattr(look, "_published", broken)
    said = sala("status", "--json")
    assert said.code == Exit.DEFECT
    assert json.loads(said.out)["error"]["code"] == "SALA-000"
    assert "Sok Dara" not in said.out + said.err


def test_a_broken_pointer_does_not_hide_the_rest(sala: Callable[..., Any], published: Home) -> None:
    (published.published / "CURRENT").write_text("warehouse-20240101-000000000000.duckdb\n")
    said = sala("status", "--json")
    assert said.code == Exit.FINDINGS
    found = json.loads(said.out)
    assert len(found["partners"]) >= 3
    assert [problem["code"] for problem in found["problems"]] == ["SALA-S106"]
    said = sala("status")
    assert said.code == Exit.FINDINGS
    assert "SALA-S106" in said.out
    assert "moj-asean-act" in said.out
