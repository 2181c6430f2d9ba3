"""What is compressed before it is sealed: the same bytes come back, in little room, and a kill leaves nothing open."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.store.home import PROJECT, Home
from warehouse.store.keys import load_keys
from warehouse.store.sealed import SealBroken, seal, unseal

ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
SHEET = b"".join(b"%d,Canary Dara%d,present,2\r\n" % (n, n % 60) for n in range(50_000))


def sealed(home: Home, data: bytes) -> Path:
    path = home.archive("acme", "d1")
    seal(home, load_keys(), io.BytesIO(data), path)
    return path


@given(data=st.binary() | st.binary().map(lambda tail: ZSTD + tail) | st.just(SHEET))
def test_any_original_comes_back_byte_for_byte(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    assert unseal(load_keys(), sealed(Home(tmp_path_factory.mktemp("home")), data)) == data


def test_an_original_takes_a_fraction_of_its_room_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = sealed(home, SHEET)
    assert path.stat().st_size < len(SHEET) / 3
    assert list(home.scratch.iterdir()) == []


def test_what_opens_and_was_never_compressed_is_no_original(tmp_path: Path) -> None:
    home, keys = Home(tmp_path), load_keys()
    seal(home, keys, io.BytesIO(SHEET), home.identity_features)
    moved = home.identity_features.rename(tmp_path / "moved.zst.age")
    with pytest.raises(SealBroken, match="SALA-S002"):
        unseal(keys, moved)


KILLED = """
import os, signal, sys
from pathlib import Path
from warehouse.store.home import Home
from warehouse.store.keys import load_keys
from warehouse.store.sealed import seal

class Source:
    left = 40

    def read(self, size=-1):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.urandom(1 << 16)

home = Home(Path(sys.argv[1]))
seal(home, load_keys(), Source(), home.archive("acme", "d1"))
"""


def test_a_seal_that_is_killed_leaves_no_open_bytes(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=PROJECT, check=False)
    assert done.returncode == -signal.SIGKILL
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.suffix for path in left] == [".age"], "the name under which the sealed bytes were to be written"
    assert left[0].read_bytes() == b""
