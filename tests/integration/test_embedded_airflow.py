"""The embedded Airflow is for this machine only, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dags.embedded import airflow_settings
from warehouse.store.home import PROJECT, Home

PARENT = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '300']).pid, flush=True); time.sleep(300)"


def test_the_web_page_is_for_this_machine(tmp_path: Path) -> None:
    assert airflow_settings(Home(tmp_path))["AIRFLOW__API__HOST"] == "127.0.0.1"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_it_stops_what_it_started(number: signal.Signals) -> None:
    script = f"import sys; from dags.embedded import supervise; sys.exit(supervise([sys.executable, '-c', {PARENT!r}]))"
    process = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    grandchild = int(process.stdout.readline())
    process.send_signal(number)
    assert process.wait(timeout=30) == 0
    process.stdout.close()
    assert ended(grandchild), "it goes on running"


def ended(pid: int) -> bool:
    """Whether a process is gone, or dead and not yet collected by whoever inherited it."""
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False
