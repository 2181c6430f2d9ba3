"""dbt that is started ahead: it waits to be asked, and ends when nobody is left to ask."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil

from tests.unit.transform.test_run import AS_OF, read, tiny_home
from warehouse.store.home import Home
from warehouse.store.locks import writer_lock
from warehouse.transform.dbt import NICENESS, Dbt


def test_it_reads_and_compiles_before_it_is_asked_and_opens_no_build_file_until_then(tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    (home.project / "transforms" / "models" / "asked.sql").write_text(
        "{{ config(tags=['extracts']) }} select 1", "utf-8"
    )
    compiled = home.build / "dbt" / "compiled" / "tiny" / "models" / "asked.sql"
    with Dbt(home) as dbt:
        _wait(compiled.exists)
        assert not home.build_database.exists()
        with writer_lock(home, "test") as lock:
            dbt.begin(AS_OF, lock)
            assert dbt.end().code == 0
    assert read(home, "select officers, as_of from marts.officers") == [(3, AS_OF)]


def test_started_ahead_it_gives_way_to_the_steps_beside_it(tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    own = psutil.Process().nice()
    for ahead, expected in ((True, min(own + NICENESS, 19)), (False, own)):
        others = psutil.Process().children()
        with Dbt(home, ahead):
            (process,) = [child for child in psutil.Process().children() if child not in others]
            _wait(partial(_has_niceness, process, expected))


def _has_niceness(process: psutil.Process, expected: int) -> bool:
    return bool(process.nice() == expected)


def test_it_ends_when_it_is_not_asked(tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    others = psutil.Process().children()  # what tests before this one left running, such as the reading server
    with Dbt(home):
        (process,) = [child for child in psutil.Process().children() if child not in others]
    assert not process.is_running()
    assert not home.build_database.exists()


def test_it_ends_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    _kill_starter_of(home)
    assert not home.build_database.exists()


def test_killed_before_dbt_has_read_the_project_it_leaves_the_lock_free_all_the_same(tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    (home.project / "transforms" / "models" / "slow.sql").write_text(
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %} select 1", "utf-8"
    )
    _kill_starter_of(home, "begin(AS_OF, lock)")
    with writer_lock(home, "test"):
        assert not home.build_database.exists()


def _kill_starter_of(home: Home, then: str = "__enter__()") -> None:
    """Start dbt in a process, have it do something with it, kill the process once dbt runs, and wait for dbt to end."""
    script = (
        "import time; from pathlib import Path; from tests.unit.transform.test_run import AS_OF;"
        "from warehouse.store.home import Home; from warehouse.store.locks import writer_lock;"
        "from warehouse.transform.dbt import Dbt;"
        f"home = Home(Path({str(home.root)!r}), project=Path({str(home.project)!r}));"
        f"held = writer_lock(home, 'begun'); lock = held.__enter__(); dbt = Dbt(home); dbt.{then};"
        "print('begun', flush=True); time.sleep(300)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout
    assert parent.stdout.readline() == b"begun\n"
    (child,) = _dbts(parent.pid)
    parent.kill()
    parent.communicate()
    child.wait(30)


def _dbts(parent: int) -> list[psutil.Process]:
    """Return the processes that read the project; imports start others for a moment."""
    found = []
    for process in psutil.Process(parent).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            found += [process] if any(part.endswith("child.py") for part in process.cmdline()) else []
    return found


def _wait(what: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)
