"""The process that is dbt, ``python -P child.py PROJECT FOLDER NICENESS``, from `dbt.py`; imports nothing of ours."""

from __future__ import annotations

import gc
import json
import os
import select
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

FOR_EXTRACTS = "tag:extracts"  # models over an agreement's parameters: compiled for extracts to run, not built
WITH_IDENTITY = "source:identity+"  # what needs to know who is the same officer, and its tests
# What dbt would write as JSON after each command is written once, at the end.
SETTINGS = "--no-use-colors --no-send-anonymous-usage-stats --no-version-check --no-write-json --log-level-file info"
QUIETLY = SETTINGS.split()
AHEAD = [*QUIETLY, "--quiet"]


def main(project: str, folder: str, niceness: str) -> int:
    """Parse, compile what extracts run, and build when asked; return dbt's exit code, or 0 when nobody asked.

    Asked once with the day and the writer lock, it builds what needs nothing of identity; asked again, the rest.

    Args:
        project: The dbt project, which holds its profiles.
        folder: Where artefacts and the log go; what was parsed is kept below, for the next time.
        niceness: How far it gives way to other processes; it keeps to it, as going back takes a privilege.
    """
    Thread(target=_end_with_starter, daemon=True).start()
    os.nice(int(niceness))
    gc.disable()  # one short run: looking for garbage would take a seventh of its processor time and find little
    place = ("--project-dir", project, "--profiles-dir", project, "--log-path", folder)
    parsed = dbtRunner().invoke([*AHEAD, "parse", *place, "--target-path", f"{folder}/parsed"])
    if not isinstance(parsed.result, Manifest):
        print(parsed.exception)
        return 2
    # One manifest: it keeps what is compiled here, and the build writes all of it. No connection is made: it would open
    # the build file, which is removed once the lock is held.
    dbt, target = dbtRunner(manifest=parsed.result), ("--target-path", folder)
    unconnected = ("--no-introspect", "--no-populate-cache")
    compiled = dbt.invoke([*AHEAD, "compile", "--select", FOR_EXTRACTS, *unconnected, *place, *target])
    if not compiled.success:
        print(compiled.exception or _messages(compiled.result))
        return 2
    with socket.socket(fileno=sys.stdin.fileno()) as asking:
        as_of, _lock, _, _ = socket.recv_fds(asking, 1 << 10, 1)
        if not as_of:  # whoever started this has ended
            return 0
        # Unit tests are about the SQL, not about today's data: the test suite runs them.
        left_out = ("--exclude-resource-type", "unit_test", "--exclude", FOR_EXTRACTS)
        build = ("build", *place, *target, "--vars", json.dumps({"as_of": as_of.decode()}), *left_out)
        builds = [dbt.invoke([*QUIETLY, *build, WITH_IDENTITY])]
        if builds[0].success:
            asking.recv(1)
            builds.append(dbt.invoke([*QUIETLY, *build, "--select", WITH_IDENTITY]))
        return _ended(folder, parsed.result, builds)


def _end_with_starter() -> None:
    """End as soon as whoever started this was killed or gave it up, of which the socket's other end tells.

    Nobody would record the build, and the lock, which may be on its way while the project is parsed, is for the next.
    """
    hung_up = select.poll()
    hung_up.register(sys.stdin.fileno(), 0)
    hung_up.poll()
    os._exit(1)


def _ended(folder: str, manifest: Manifest, builds: list[dbtRunnerResult]) -> int:
    """Write what became of the nodes of all builds as those of one, and return dbt's exit code."""
    with ThreadPoolExecutor(1) as other:  # what DuckDB writes at last is written beside dbt's artefacts
        closed = other.submit(DuckDBConnectionManager.close_all_connections)
        _write_artefacts(folder, manifest, builds)
    closed.result()
    return 0 if all(build.success for build in builds) else 1


def _write_artefacts(folder: str, manifest: Manifest, builds: list[dbtRunnerResult]) -> None:
    for build in builds:
        if build.exception:
            print(build.exception)
    ran = [build.result for build in builds if isinstance(build.result, RunExecutionResult)]
    if ran:
        nodes, seconds = [node for one in ran for node in one.results], sum(one.elapsed_time for one in ran)
        whole = RunExecutionResult(results=nodes, elapsed_time=seconds, args=ran[-1].args)
        manifest.write(f"{folder}/manifest.json")  # type: ignore[no-untyped-call]
        whole.write(f"{folder}/run_results.json")


def _messages(result: object) -> str:
    """Return what dbt says of the models that do not compile."""
    assert isinstance(result, RunExecutionResult)
    return "\n".join(node.message for node in result.results if node.message)


if __name__ == "__main__":
    ended = main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(ended)  # everything is written: taking the manifest apart takes most of a second
