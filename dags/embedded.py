"""The same DAGs on one machine, with Airflow's metadata in SQLite under the home: nothing to install or to start.

    python -m dags.embedded run     every ingest DAG, then the warehouse DAG, in this process, to the end;
                                    with --dag ID instead that one, such as extract_<funder>
    python -m dags.embedded serve   Airflow with its scheduler and web page

`run` writes one JSON object per line to standard output: ``{"event": "start", …}`` when a task begins and
``{"event": "end", "dag", "task", "map_index", "state", "seconds", "error"}`` when it has ended; everything Airflow
prints goes to ``<home>/airflow/logs/embedded.log``. The exit code is 1 when a task failed for another reason than a
held file: a held file is an outcome, and its record is in the ledger. Running it twice finds nothing new to ingest.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from warehouse.errors import FileHeld, SalaError
from warehouse.store.home import PROJECT, Home

DAGS = PROJECT / "dags"
PATIENCE = 20.0  # seconds Airflow has to end by itself


def airflow_settings(home: Home) -> dict[str, str]:
    """Return the environment that makes Airflow embedded in the home; nothing of it is read from elsewhere."""
    folder = home.root / "airflow"
    return {
        "SALA_HOME": str(home.root),
        "SALA_CONTRACTS": str(home.contracts),
        "SALA_FUNDERS": str(home.funders),
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(max(2, os.cpu_count() or 2)),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__API__HOST": "127.0.0.1",  # a web page of one machine is for that machine
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def prepare() -> None:
    """Create or upgrade the metadata database and the writer's pool.

    Airflow reads its settings when it is first imported, so every import of it in this file waits for them.
    """
    from airflow.models.pool import Pool
    from airflow.utils import db

    from dags.conventions import WRITER_POOL, WRITER_POOL_SLOTS

    db.initdb()  # creates, upgrades, or finds nothing to do
    Pool.create_or_update_pool(WRITER_POOL, WRITER_POOL_SLOTS, "The single writer of the build file", False)


class Progress:
    """Listens to Airflow's task events and writes a line for each; remembers which failures are not held files."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.started: dict[tuple[str, int], float] = {}
        self.failures: list[str] = []
        self.reported: set[tuple[str, str, int]] = set()

    def write(self, **line: Any) -> None:
        """Write one line."""
        print(json.dumps(line), file=self.out, flush=True)

    def start(self, ti: Any) -> None:
        """A task begins."""
        self.started[ti.task_id, ti.map_index] = time.monotonic()
        self.write(event="start", dag=ti.dag_id, task=ti.task_id, map_index=ti.map_index)

    def end(self, ti: Any, state: str, error: object = None) -> None:
        """A task has ended, or was never run because of what ended before it."""
        began = self.started.pop((ti.task_id, ti.map_index), None)
        self.reported.add((ti.dag_id, ti.task_id, ti.map_index))
        self.write(
            event="end",
            dag=ti.dag_id,
            task=ti.task_id,
            map_index=ti.map_index,
            state=state,
            seconds=round(time.monotonic() - began, 2) if began else 0.0,
            error=_safe(error),
        )
        if state == "failed" and not isinstance(error, FileHeld):
            self.failures.append(f"{ti.dag_id}.{ti.task_id}: {error if isinstance(error, SalaError) else _safe(error)}")

    def listen(self) -> None:
        """Register with Airflow's listeners; tasks run in this process."""
        from airflow.listeners import hookimpl
        from airflow.sdk.listener import get_listener_manager

        progress = self

        class Listener:
            @hookimpl
            def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
                progress.start(task_instance)

            @hookimpl
            def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:
                progress.end(task_instance, "success")

            @hookimpl
            def on_task_instance_skipped(self, previous_state: Any, task_instance: Any) -> None:
                progress.end(task_instance, "skipped")

            @hookimpl
            def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
                progress.end(task_instance, str(getattr(task_instance.state, "value", "failed")), error)

        get_listener_manager().add_listener(Listener())  # type: ignore[no-untyped-call]


def _safe(error: object) -> str | None:
    """Return the code of our own error, the class of a foreign one: its text may quote a cell."""
    if error is None:
        return None
    return error.code if isinstance(error, SalaError) else type(error).__name__


def run(out: TextIO, as_of: str | None, only: Sequence[str] = ()) -> list[str]:
    """Run every DAG that leads to a published version once, ingest first, or only those named; return what failed."""
    from airflow.dag_processing.dagbag import DagBag

    progress = Progress(out)
    bag = DagBag(DAGS)
    progress.failures += [f"{file}: {error.strip().splitlines()[-1]}" for file, error in bag.import_errors.items()]
    progress.listen()
    ingest = sorted(dag_id for dag_id in bag.dags if dag_id.startswith("ingest_"))
    for dag_id in only or [*ingest, "warehouse"]:
        if dag_id not in bag.dags:
            progress.failures.append(f"{dag_id}: there is no such DAG")
            continue
        conf = {"as_of": as_of} if as_of and "as_of" in bag.dags[dag_id].params else None
        dag_run = bag.dags[dag_id].test(run_conf=conf)
        for ti in dag_run.get_task_instances():
            if (dag_id, ti.task_id, ti.map_index) not in progress.reported:
                progress.end(ti, str(ti.state))
    return progress.failures


def supervise(command: list[str]) -> int:
    """Run a command until it ends or this process is told to; either way nothing it started goes on running.

    It gets a process group of its own: Airflow's parts do not stop with the process that started them.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # once is enough: what follows takes a moment
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the process and all it started to end, and after a while make them."""
    until = time.monotonic() + PATIENCE
    with suppress(ProcessLookupError):  # nobody of the group is left
        os.killpg(process.pid, signal.SIGTERM)
        while time.monotonic() < until:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def quiet(log: Path) -> Iterator[TextIO]:
    """Send everything this process and its children print to a log file; yield the real standard output."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    with log.open("a", encoding="utf-8") as sink, os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(sink.fileno(), 1)
        os.dup2(sink.fileno(), 2)
        try:
            yield out
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, descriptor in zip((1, 2), saved, strict=True):
                os.dup2(descriptor, number)
                os.close(descriptor)


def main(arguments: list[str] | None = None) -> int:
    """Run or serve; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m dags.embedded", description="Sala's DAGs on one machine.")
    parser.add_argument("command", choices=["run", "serve"])
    parser.add_argument("--home", type=Path, help="default: SALA_HOME, else ./var")
    parser.add_argument("--contracts", type=Path, help="default: SALA_CONTRACTS, else expectations/partners")
    parser.add_argument("--as-of", help="the day the warehouse stands for, YYYY-MM-DD; default: today in Cambodia")
    parser.add_argument("--dag", action="append", default=[], metavar="ID", help="run this one; may stand twice")
    options = parser.parse_args(arguments)
    home = Home.from_environment(options.home, options.contracts)
    os.environ.update(airflow_settings(home))
    if options.command == "serve":
        prepare()
        folder = Path(sys.executable).parent
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"  # it starts others by their name
        return supervise([str(folder / "airflow"), "standalone"])
    log = home.root / "airflow" / "logs" / "embedded.log"
    with quiet(log) as out:
        prepare()
        failures = run(out, options.as_of, options.dag)
    for failure in failures:
        print(failure, file=sys.stderr)
    if failures:
        print(f"Airflow's log: {log}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
