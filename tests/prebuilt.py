"""What takes long to build and several test modules begin from: built once for all workers of a test run."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.sala_process import run_sala
from warehouse.contract import load_contracts
from warehouse.store.home import Home

AS_OF = "2026-11-01"


def built_once(shared: Path, name: str, build: Callable[[Path], object]) -> Path:
    """Return a folder that whoever asks first has built; it is everybody's, so that who changes anything takes a copy.

    Args:
        shared: The folder of the test run that its workers share.
        name: Of the folder in it.
        build: Fills the folder; where it fails, the next who asks tries again.
    """
    folder, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build(folder)
            done.touch()
    return folder


@dataclass(frozen=True)
class Samples:
    """A home with every partner's samples, run to the end by one `sala run`, and what that said."""

    home: Home
    said: list[str]

    def copy(self, folder: Path) -> Home:
        """Return a copy that may be changed."""
        shutil.copytree(self.home.root, folder, ignore=shutil.ignore_patterns("scratch"))
        return Home(folder)


def samples(shared: Path) -> Samples:
    """Return the samples' home; its key is that of the tests."""
    folder = built_once(shared, "samples", _run_samples)
    return Samples(Home(folder / "home"), json.loads((folder / "said.json").read_text("utf-8")))


def _run_samples(folder: Path) -> None:
    home = Home(folder / "home")
    for contract in load_contracts(home.contracts):
        shutil.copytree(contract.folder / "sample" / "received", home.root / contract.inbox)
    done = run_sala(home, "run", "--as-of", AS_OF)
    assert done.returncode == 1, done.stderr  # 1: files are held, as planted
    (folder / "said.json").write_text(json.dumps([done.stdout, done.stderr]), "utf-8")
