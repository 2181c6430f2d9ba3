"""Have dbt build everything and say what became of each model and test."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from warehouse.contract.model import Contract
from warehouse.errors import TerminalError
from warehouse.store import builds
from warehouse.store.home import Home
from warehouse.store.locks import writer_lock
from warehouse.transform import snapshot
from warehouse.transform.dbt import Dbt, Ended
from warehouse.transform.inputs import inputs_changed, write_inputs
from warehouse.transform.results import Node, counts, read_nodes

SHOWN = 10  # failures spelled out in an error; the rest are counted and stay in dbt's log


class TransformFailed(TerminalError):
    """A model could not be built or a test of severity error failed."""

    code = "SALA-T001"
    title = "The transformation failed"

    def __init__(self, where: str, failures: list[Node]) -> None:
        self.failures = tuple(failures)
        lines = [f"{node.kind} {node.name}: {node.found}" for node in failures[:SHOWN]]
        more = [f"and {len(failures) - SHOWN} more"] if len(failures) > SHOWN else []
        advice = [f"{node.name}: {node.advice}" for node in failures[:SHOWN] if node.advice]
        indent = "\n            "
        super().__init__(
            where,
            f"{len(failures)} failed{indent}" + indent.join(lines + more),
            "every model built and every test of severity error passed; nothing was published",
            indent.join(advice) or "Read the message above and dbt's log, mend the cause and run: sala transform",
        )


class TransformNotStarted(TerminalError):
    """dbt ended before it ran anything."""

    code = "SALA-T002"
    title = "dbt could not start"


class Transformation:
    """One build of the warehouse file; a context, which ends dbt and lets go of the writer lock.

    dbt is started at once, as it takes seconds to be ready. Half of the build needs nothing of the step identify: begun
    before it, that half is built beside it.
    """

    def __init__(self, home: Home, ahead: bool = False) -> None:
        self._home = home
        self._open = contextlib.ExitStack()
        self._dbt = self._open.enter_context(Dbt(home, ahead))
        self._as_of: date | None = None

    def is_outdated(self, as_of: date, contracts: Sequence[Contract]) -> bool:
        """Return whether it was begun for another day, or of something else than ledger and contracts say now."""
        return self._as_of is not None and (self._as_of != as_of or inputs_changed(self._home, contracts))

    def begin(self, as_of: date, contracts: Sequence[Contract]) -> None:
        """Unless it is begun, remove the last build and have built, without waiting, what needs no crosswalk.

        Args:
            as_of: The day the figures are for; no model looks at a clock.
            contracts: The partners whose deliveries count.

        Raises:
            WriterBusy: Another step holds the build file.
        """
        if self._as_of:
            return
        lock = self._open.enter_context(writer_lock(self._home, "transform"))
        builds.clear(self._home)
        (builds.dbt_folder(self._home) / "run_results.json").unlink(missing_ok=True)
        write_inputs(self._home, contracts)
        snapshot.begin(self._home)
        self._dbt.begin(as_of, lock)
        self._as_of = as_of

    def end(self) -> dict[str, Any]:
        """Have built what needs the crosswalk, and record the build; call it once, after `begin`.

        Returns:
            `build_id`, `as_of`, counts of `models`, `seeds`, `tests`, `warnings` and `seconds` (of this call).

        Raises:
            TransformFailed: Models or tests failed; they are named with how to resolve them.
            TransformNotStarted: The project could not be parsed or dbt is not installed.
        """
        if not (as_of := self._as_of):
            raise ValueError("begin the build before ending it")
        home, started = self._home, time.monotonic()
        snapshot.add_identity(home)
        nodes = _nodes(home, self._dbt.end())
        failures = [node for node in nodes if node.failed]
        if failures:
            raise TransformFailed(str(builds.dbt_folder(home) / "dbt.log"), failures)
        snapshot.end(home, build_id := uuid.uuid4().hex, as_of)
        build = builds.finish(home, build_id, as_of)
        return {
            "build_id": build.build_id,
            "as_of": as_of.isoformat(),
            **counts(nodes),
            "warnings": [node.as_dict() for node in nodes if node.warned],
            "seconds": round(time.monotonic() - started, 2),
        }

    def close(self) -> None:
        """End dbt, also when the build was not ended: it is worth nothing then, and the next one removes it."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _nodes(home: Home, ended: Ended) -> list[Node]:
    """Return the nodes dbt ran."""
    folder = builds.dbt_folder(home)
    if not (folder / "run_results.json").is_file():
        raise _not_started(home, ended)
    try:
        nodes = read_nodes(folder)
    except ValueError as error:  # it ended while writing them
        raise _not_started(home, ended) from error
    if ended.code != 0 and not any(node.failed for node in nodes):
        raise _not_started(home, ended)
    return nodes


def _not_started(home: Home, ended: Ended) -> TransformNotStarted:
    lines = [line.strip() for line in ended.output.splitlines() if line.strip()]
    what = f"dbt ended with code {ended.code} before it had said what became of the project"
    return TransformNotStarted(
        where=str(home.project / "transforms"),
        found="\n            ".join([what, *lines[-6:]]),
        expected="a dbt project that parses, and room on the disk for what dbt writes",
        action=f"Mend what dbt names above; its full log is {_log(home)}",
    )


def _log(home: Home) -> Path:
    return builds.dbt_folder(home) / "dbt.log"
