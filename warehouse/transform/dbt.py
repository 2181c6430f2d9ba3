"""dbt in a process of its own, which has read the project before it is asked to build it.

    start ──► load dbt ──► parse the project ──waits──► build without identity ──waits──► build the rest ──► ends
                                                  ▲                                ▲
                          the day and the writer lock, through a socket       the word to go on

Loading and parsing take seconds and need nothing of other steps, so a caller who runs several starts dbt before them;
half of what is built needs nothing of the step identify, so it is built beside it. It ends when whoever started it ends
or is killed; from the first word on it holds the lock until then, so that no second writer meets it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from warehouse.store import builds
from warehouse.store.home import Home
from warehouse.transform import exposures

PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "HOME", "LANG", "LC_ALL", "TMPDIR", "SALA_MEMORY_LIMIT")
NICENESS = 10  # of a dbt that is started ahead: it then takes what ingest and identify leave of the processors
_CHILD = str(Path(__file__).with_name("child.py"))


@dataclass(frozen=True)
class Ended:
    """How dbt ended: its exit code, and what it printed."""

    code: int
    output: str


class Dbt:
    """One dbt, started now, that builds at most once: begun, then ended."""

    def __init__(self, home: Home, ahead: bool = False) -> None:
        """Start dbt; `ahead` of when it is needed, it gives way to the steps it runs beside, which others wait for."""
        self._home = home
        project, folder = home.project / "transforms", builds.dbt_folder(home)
        folder.mkdir(parents=True, exist_ok=True)
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the process
        self._socket, asked = socket.socketpair(type=socket.SOCK_SEQPACKET)  # a word is a packet
        with asked:
            self._process = subprocess.Popen(
                [sys.executable, "-P", _CHILD, str(project), str(folder), str(NICENESS if ahead else 0)],
                env=_environment(home),
                cwd=project if project.is_dir() else None,
                stdin=asked.fileno(),
                stdout=self._output,
                stderr=subprocess.STDOUT,
            )

    def begin(self, as_of: date, lock: int) -> None:
        """Have everything built for a day that needs nothing of identity, and do not wait for it.

        Args:
            as_of: The day the figures are for.
            lock: Descriptor of the writer lock, which dbt holds as well, even when this process is killed.
        """
        with contextlib.suppress(OSError):  # it ended, and its output says why
            socket.send_fds(self._socket, [as_of.isoformat().encode()], [lock])

    def end(self) -> Ended:
        """Have the rest built, and wait for the end."""
        with contextlib.suppress(OSError):
            self._socket.send(b".")
        code = self._process.wait()
        self._output.seek(0)
        return Ended(code, self._output.read().decode(errors="replace"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End dbt, also when it was not asked to build, or builds what nobody waits for."""
        self._socket.close()
        self._process.wait()
        self._output.close()


def _environment(home: Home) -> dict[str, str]:
    """Return what dbt needs to know: no key, and dbt looks through all of it at each line of its log."""
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "SALA_HOME": str(home.root),
        exposures.SETTING: str(exposures.folder(home)),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
    }
