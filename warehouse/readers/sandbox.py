"""Opens partner files in a child process with limits, so that a hostile file costs one clear outcome.

A small server process, started once by each process that ingests, has the readers loaded and nothing else: no
key in its environment, no thread. For every file it forks a child, limits its memory, processor time,
output and open files, and waits for it no longer than the wall limit. What the child read comes back as Arrow
files and JSON, never as pickles: the parent trusts nothing that has seen partner bytes.

    parent ──request (one line)──► server ──fork──► child: read_… ──Arrow + JSON──► folder ──► parent
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pickle
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse import errors
from warehouse.contract.model import Table
from warehouse.readers import READERS, faults
from warehouse.readers.lifetime import end_with_parent
from warehouse.readers.raw import TEXT, CellFault, RawFile, RawSheet, Session

_PROJECT = Path(__file__).resolve().parents[2]
_ANSWER = "answer.json"
_LONGEST_ANSWER = 1 << 16  # bytes
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost: bytes of memory and output, seconds, open files."""

    memory: int = 4 << 30
    cpu_seconds: int = 240
    wall_seconds: float = 300.0
    output: int = 4 << 30
    open_files: int = 64


def read_in_sandbox(path: Path, table: Table, folder: Path, limits: Limits = Limits()) -> RawFile:
    """Return what the table's reader makes of the file, read in a child with limits.

    Args:
        path: The file as received.
        table: The contract's table, which says how to read it.
        folder: An empty folder for the child's output, removed by the caller.
        limits: What it may cost.

    Raises:
        FileHeld: The file is not what the contract promises, or met a limit.
    """
    request = {"path": str(path), "folder": str(folder), "limits": vars(limits)}
    request["table"] = base64.b64encode(pickle.dumps(table)).decode()  # from us to the child: trusted this way only
    answer = _server().ask(request) or _server().ask(request)  # once more where the server itself was ended
    try:
        if "error" in answer:
            raise _rebuilt(answer["error"])
        if answer.get("read") is True:
            return _load(folder, table)
        stopped = str(answer.get("stopped", "the reading server ended"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException) as error:
        stopped = f"an answer that is none ({type(error).__name__})"
    raise faults.ReaderStopped(
        "the file",
        stopped,
        f"at most {limits.memory >> 20} MiB of memory and {limits.cpu_seconds} s",
        "split the file; if it is an ordinary one, tell the pipeline's keeper",
    )


class _Server:
    """The forking server of this process."""

    def __init__(self) -> None:
        environment = {k: v for k in _KEPT_ENVIRONMENT if (v := os.environ.get(k))}
        environment |= {"PYTHONPATH": str(_PROJECT), "ARROW_DEFAULT_MEMORY_POOL": "system"}
        # Each child touches all its memory for the first time: by pages of 4 KiB that took a third of its time.
        environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "warehouse.readers.sandbox", str(self.owner)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer; empty when the server has ended."""
        if self.process.stdin is None or self.process.stdout is None:
            raise BrokenPipeError
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.kill()
            self.process.wait()
        answer = json.loads(line) if line else {}
        return answer if isinstance(answer, dict) else {}


_current: _Server | None = None


def _server() -> _Server:
    """Return this process's server; a forked process gets its own."""
    global _current
    if _current is None or _current.owner != os.getpid() or _current.process.poll() is not None:
        _current = _Server()
    return _current


def _rebuilt(document: dict[str, str]) -> errors.SalaError:
    """Return the child's error as its own class; only known classes are accepted."""
    known = {c.code: c for c in vars(faults).values() if isinstance(c, type) and issubclass(c, errors.FileHeld)}
    kind = known.get(document["code"], faults.ReaderStopped)
    return kind(*(document[k] for k in ("where", "found", "expected", "action")))


# ---- the server's and the child's side ----


def _serve(parent: int) -> None:
    end_with_parent(parent)
    # Arrow imports pandas when it first meets an array of numpy: 0.3 s that every child would spend again.
    import pandas  # noqa: F401

    for line in sys.stdin:
        request = json.loads(line)
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            end_with_parent(server)
            os._exit(_child(request))
        stopped = _wait(pid, float(request["limits"]["wall_seconds"]))
        answer_file = Path(request["folder"]) / _ANSWER
        answer: dict[str, Any] = {"stopped": stopped or "the reading process ended without an answer"}
        if not stopped and answer_file.is_file():
            try:
                answer = json.loads(answer_file.read_bytes()[:_LONGEST_ANSWER])
            except ValueError:
                answer["stopped"] = "the reading process gave no answer that can be read"
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _wait(pid: int, seconds: float) -> str | None:
    """Wait for the child; return why it was stopped, or None when it ended by itself."""
    until = time.monotonic() + seconds
    pause = 0.0005
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return f"stopped by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else None
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return f"no answer within {seconds:.0f} s"
        time.sleep(pause)
        pause = min(pause * 2, 0.02)


def _child(request: dict[str, Any]) -> int:
    folder = Path(request["folder"])
    try:
        _silence()
        _limit(Limits(**request["limits"]))
        table: Table = pickle.loads(base64.b64decode(request["table"]))  # noqa: S301 -- written by our parent
        raw = READERS[table.options.format](Path(request["path"]), table)
        _save(raw, folder)
        answer: dict[str, Any] = {"read": True}
    except errors.FileHeld as error:
        answer = {"error": error.as_dict()}
    except MemoryError:
        answer = {"stopped": "more memory than allowed"}
    except BaseException as error:  # a panic of a reader's library is no Exception
        answer = {"stopped": f"the reader failed ({type(error).__name__})"}
    try:
        (folder / _ANSWER).write_text(json.dumps(answer), encoding="utf-8")
    except OSError:
        return 1
    return 0


def _silence() -> None:
    """Cut the child off from the server's pipes: what it prints is neither an answer nor a log (law 6)."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _limit(limits: Limits) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.output),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError):  # a lower hard limit is already in force
            resource.setrlimit(kind, (value, value))


def _save(raw: RawFile, folder: Path) -> None:
    sheets = []
    for position, sheet in enumerate(raw.sheets):
        table = sheet.rows.append_column("row_number", sheet.row_numbers)
        with pa.OSFile(str(folder / f"{position}.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        plain = {k: v for k, v in vars(sheet).items() if k not in ("rows", "row_numbers")}
        plain |= {"sessions": [vars(s) for s in sheet.sessions], "faults": [vars(f) for f in sheet.faults]}
        sheets.append(plain | {"ragged": sorted(sheet.ragged)})
    document = {"sheets": sheets, "notes": raw.notes}
    (folder / "layout.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _load(folder: Path, table: Table) -> RawFile:
    """Return what the child wrote, once it is certainly what a reader returns."""
    document = json.loads((folder / "layout.json").read_text(encoding="utf-8"))
    sheets = []
    for position, plain in enumerate(document["sheets"]):
        with pa.memory_map(str(folder / f"{position}.arrow")) as source:
            rows = pa.ipc.open_file(source).read_all()
        plain["sessions"] = tuple(Session(**s) for s in plain["sessions"])
        plain["faults"] = tuple(CellFault(**f) for f in plain["faults"])
        plain["ragged"] = frozenset(plain["ragged"])
        _check(rows, table, len(plain["sessions"]))
        numbers = rows.column("row_number").combine_chunks()
        sheets.append(RawSheet(rows=rows.drop_columns(["row_number"]), row_numbers=numbers, **plain))
    if not sheets:
        raise ValueError("no sheet")
    return RawFile(tuple(sheets), tuple(map(str, document["notes"])))


def _check(rows: pa.Table, table: Table, sessions: int) -> None:
    """Raise ValueError unless the rows have the promised columns, of text, with places inside their buffers."""
    expected = {c.name: TEXT for c in table.columns if c.headers} | {"row_number": pa.int32()}
    expected |= {f"#{number}": TEXT for number in range(sessions)}
    if {field.name: field.type for field in rows.schema} != expected:
        raise ValueError("other columns than the contract's")
    rows.validate(full=True)
    chunks = [chunk for column in rows.columns for chunk in column.chunks]
    if any(chunk.null_count or (chunk.type == TEXT and chunk.dictionary.null_count) for chunk in chunks):
        raise ValueError("cells that are not even empty")


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
