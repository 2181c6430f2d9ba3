"""`sala` as a process of its own, which may be killed at a chosen moment."""

from __future__ import annotations

import os
import subprocess
import sys

from warehouse.store.home import PROJECT, Home

# The process group dies at the n-th file that is about to be written whole or removed.
BOMB = """
import os, signal, sys
left = int(sys.argv.pop(1))
def armed(act):
    def acting(*places, **options):
        global left
        left -= 1
        if left < 0:
            os.killpg(0, signal.SIGKILL)
        return act(*places, **options)
    return acting
os.replace = os.rename = armed(os.replace)
os.unlink = os.remove = armed(os.unlink)
from warehouse.cli import main
sys.exit(main())
"""


def run_sala(home: Home, *words: str, bomb: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command over a home, in a process group of its own.

    Args:
        home: Which one.
        words: The command.
        bomb: Die when so many files were written or removed; None to let it end.
        environment: What it is told beside the home.
    """
    program = ["-m", "warehouse"] if bomb is None else ["-c", BOMB, str(bomb)]
    places = {"SALA_HOME": str(home.root), "SALA_CONTRACTS": str(home.contracts), "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, *program, *words],
        env={**os.environ, **places, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
