"""Runs work on partner bytes in a child process with limits, so that a hostile file costs one clear outcome.

A small server process, started once by each process that ingests, has the libraries loaded and nothing else: no
key in its environment, no thread. For every piece of work it forks a child, limits its memory, processor time,
output and open files, takes network and other files from it (`confinement`), and waits no longer than the wall
limit. What the child makes are files in one folder, and a short answer in JSON, never pickles: whoever asked trusts
nothing that has seen partner bytes, and checks what lies in the folder.

    parent ──request (one line)──► server ──fork──► child: work(*arguments, folder) ──files──► folder ──► parent
"""

from __future__ import annotations

import base64
import contextlib
import gc
import importlib
import json
import logging
import os
import pickle
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from warehouse import errors
from warehouse.readers import faults
from warehouse.readers.confinement import confine, missing
from warehouse.readers.lifetime import end_with_parent

logger = logging.getLogger(__name__)

_PROJECT = Path(__file__).resolve().parents[2]
_ANSWER = "answer.json"
_LONGEST_ANSWER = 1 << 16  # bytes
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Limits:
    """What one piece of work may cost: bytes of memory and output, seconds, open files."""

    memory: int = 4 << 30
    cpu_seconds: int = 240
    wall_seconds: float = 300.0
    output: int = 4 << 30
    open_files: int = 64


USUAL = Limits()


class Stopped(Exception):
    """The work met a limit, failed, or gave no answer; the text says which and quotes nothing of the file."""


def run_in_child(
    work: Callable[..., None], arguments: Sequence[Any], reads: Sequence[Path], folder: Path, limits: Limits = USUAL
) -> None:
    """Call `work(*arguments, folder)` in a child that is limited and confined.

    Args:
        work: A function of a module, found again by its name; what it returns is ignored. Its module is loaded
            once, in the server.
        arguments: From us to the child, which is the only way in which pickles travel.
        reads: The files it may read.
        folder: An empty folder for what it makes, removed by the caller; it may write nowhere else.
        limits: What it may cost.

    Raises:
        FileHeld: The work raised one of `warehouse.readers.faults`.
        Stopped: It met a limit or failed otherwise.
    """
    request = {
        "module": work.__module__,
        "call": base64.b64encode(pickle.dumps((work, tuple(arguments)))).decode(),
        "reads": [str(path.absolute()) for path in reads],
        "folder": str(folder.absolute()),
        "limits": vars(limits),
    }
    answer = _server().ask(request) or _server().ask(request)  # once more where the server itself was ended
    if "error" in answer:
        raise _rebuilt(answer["error"])
    if answer.get("done") is not True:
        raise Stopped(str(answer.get("stopped", "the reading server ended")))


class _Server:
    """The forking server of this process."""

    def __init__(self) -> None:
        environment = {k: v for k in _KEPT_ENVIRONMENT if (v := os.environ.get(k))}
        environment |= {"PYTHONPATH": str(_PROJECT), "ARROW_DEFAULT_MEMORY_POOL": "system"}
        environment["OPENBLAS_NUM_THREADS"] = "1"  # else numpy starts threads, one a processor, for nothing
        # Each child touches all its memory for the first time: by pages of 4 KiB that took a third of its time.
        environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "warehouse.readers.child", str(self.owner)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        if left := missing():
            logger.warning("Partner files are read without these defences: %s.", ", ".join(left))

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


def _rebuilt(document: Any) -> errors.FileHeld | Stopped:
    """Return the child's error as its own class; only known classes are accepted."""
    known = {c.code: c for c in vars(faults).values() if isinstance(c, type) and issubclass(c, errors.FileHeld)}
    try:
        code, *texts = itemgetter("code", "where", "found", "expected", "action")(document)
        return known[code](*map(str, texts))
    except (LookupError, TypeError):
        return Stopped("an error of no known kind")


# ---- the server's and the child's side ----

_PANIC = faults.FormatWrong(
    "the file",
    "a damaged file, at which the library of its format gives up",
    "a whole file of the promised format",
    "open it in the program it comes from, save it again and send that",
)


class _WithoutPandas(MetaPathFinder):
    """Hides pandas, which Arrow imports for its first array, to know its types: 0.3 s for what no reader uses."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("readers do without pandas", name=fullname)


def _serve(parent: int) -> None:
    end_with_parent(parent)
    sys.meta_path.insert(0, _WithoutPandas())
    for first in (np.zeros(1), [""]):  # what Arrow imports for its first arrays, it imports now, not in every child
        pa.array(first)
    for line in sys.stdin:
        request = json.loads(line)
        importlib.import_module(request["module"])  # once, here, rather than in every child
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
        pause = min(pause * 2, 0.005)  # most files are read in a tenth of a second


def _child(request: dict[str, Any]) -> int:
    folder = Path(request["folder"])
    gc.disable()  # it ends with its file: looking for cycles among a million rows took a third of the reading
    try:
        _silence()
        _limit(Limits(**request["limits"]))
        work, arguments = pickle.loads(base64.b64decode(request["call"]))  # noqa: S301 -- written by our parent
        confine([Path(path) for path in request["reads"]], folder)
        work(*arguments, folder)
        answer: dict[str, Any] = {"done": True}
    except errors.FileHeld as error:
        answer = {"error": error.as_dict()}
    except MemoryError:
        answer = {"stopped": "more memory than allowed"}
    except BaseException as error:  # a panic of a library in Rust is no Exception: bytes no file of the format holds
        panic = type(error).__name__ == "PanicException"
        answer = {"error": _PANIC.as_dict()} if panic else {"stopped": f"the reader failed ({type(error).__name__})"}
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


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
