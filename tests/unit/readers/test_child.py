"""What the child that meets partner bytes cannot do, whatever the bytes make it do: each tried in a real child."""

from __future__ import annotations

import ctypes
import logging
import os
import platform
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse.readers import child, confinement
from warehouse.readers.child import Limits, Stopped, run_in_child
from warehouse.readers.faults import FileEmpty, FormatWrong

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's own defences")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "answer"
    made.mkdir()
    return made


# ---- work for the child; it finds these by their names ----


def copy(source: Path, folder: Path) -> None:
    (folder / "copy").write_bytes(source.read_bytes())


def complain(folder: Path) -> None:
    raise FileEmpty("the file", "nothing", "something", "send it again")


def fail(folder: Path) -> None:
    raise ZeroDivisionError


class PanicException(BaseException):
    """Of this name the libraries in Rust raise it."""


def panic(folder: Path) -> None:
    raise PanicException


def late(folder: Path) -> None:
    """What readers do late: modules, time zones, threads, temporary files and folders of their own."""
    import wave
    import zoneinfo

    assert wave
    assert zoneinfo.ZoneInfo("Asia/Phnom_Penh")
    thread = threading.Thread(target=(folder / "thread").touch)
    thread.start()
    thread.join()
    (folder / "parts").mkdir()
    (folder / "parts" / "one").write_text("1")
    (folder / "parts" / "one").unlink()


def arrange(folder: Path) -> None:
    """What readers make of texts, which Arrow does with pandas where there is one."""
    import numpy as np
    import pyarrow as pa

    before = set(sys.modules)
    array = pa.array(np.array([1, 2], np.int32))
    assert pa.table({"a": array, "b": pa.array(["x", "y"]).dictionary_encode()}).num_rows == 2
    (folder / "loaded").write_text(" ".join(sys.modules.keys() - before))
    (folder / "pandas").write_text(str("pandas" in sys.modules))


def dial(port: int, folder: Path) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=5)


def pair(folder: Path) -> None:
    socket.socketpair()


def name(folder: Path) -> None:
    socket.getaddrinfo("example.org", 80)
    raise AssertionError


def ring(folder: Path) -> None:
    refuse_unless_done(ctypes.CDLL(None, use_errno=True).syscall(425, 1, bytes(120)))


def run(folder: Path) -> None:
    subprocess.run(["/bin/true"], check=True)


def spawn(folder: Path) -> None:
    os.posix_spawn("/bin/true", ["true"], {})


def fork(folder: Path) -> None:
    if os.fork() == 0:
        os._exit(0)


def signal(other: int, folder: Path) -> None:
    os.kill(other, 0)


def read_other(path: Path, folder: Path) -> None:
    path.read_bytes()


def write_beside(path: Path, folder: Path) -> None:
    path.with_name("beside").write_text("x")


def change(path: Path, folder: Path) -> None:
    path.open("r+b").close()


def link(path: Path, folder: Path) -> None:
    (folder / "layout.json").symlink_to(path)


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "layout.json")


def loosen(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))


def namespace(folder: Path) -> None:
    refuse_unless_done(ctypes.CDLL(None, use_errno=True).unshare(0x10000000))


def refuse_unless_done(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


# ---- and the tests ----


def test_work_is_done_on_the_named_file_in_the_one_folder(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "received").write_text("bytes")
    run_in_child(copy, [tmp_path / "received"], [tmp_path / "received"], folder)
    assert (folder / "copy").read_text() == "bytes"


def test_what_readers_need_late_is_left_to_them(folder: Path) -> None:
    run_in_child(late, [], [], folder)
    assert (folder / "thread").exists()


def test_a_fault_comes_back_as_its_class_and_a_failure_without_its_text(folder: Path) -> None:
    with pytest.raises(FileEmpty, match="nothing"):
        run_in_child(complain, [], [], folder)
    with pytest.raises(Stopped, match=r"^the reader failed \(ZeroDivisionError\)$"):
        run_in_child(fail, [], [], folder)


def test_a_library_that_panics_met_a_damaged_file(folder: Path) -> None:
    with pytest.raises(FormatWrong, match="gives up"):
        run_in_child(panic, [], [], folder)


@linux
def test_the_child_reaches_no_network(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()  # it can be reached from here
        with pytest.raises(Stopped, match="PermissionError"):
            run_in_child(dial, [port], [], folder)
    with pytest.raises(Stopped, match=r"gaierror|PermissionError"):
        run_in_child(name, [], [], folder)


@linux
@pytest.mark.parametrize("work", [pair, run, spawn, fork, ring, namespace])
def test_the_child_starts_neither_sockets_nor_processes(folder: Path, work: Callable[..., None]) -> None:
    with pytest.raises(Stopped, match="PermissionError"):
        run_in_child(work, [], [], folder)


@linux
def test_the_child_touches_no_other_process(folder: Path) -> None:
    with pytest.raises(Stopped, match="PermissionError"):
        run_in_child(signal, [os.getpid()], [], folder)


@linux
@pytest.mark.parametrize("work", [read_other, change, link])
def test_the_child_reads_no_key_and_leads_nobody_to_it(
    folder: Path, work: Callable[..., None], key_of_the_tests: Path
) -> None:
    with pytest.raises(Stopped, match="PermissionError"):
        run_in_child(work, [key_of_the_tests], [], folder)
    assert {path.name for path in folder.iterdir()} == {"answer.json"}


@linux
def test_the_child_writes_into_its_folder_only(tmp_path: Path, folder: Path) -> None:
    received = tmp_path / "received"
    received.write_text("x")
    for work in (write_beside, change):
        with pytest.raises(Stopped, match="PermissionError"):
            run_in_child(work, [received], [received], folder)
    with pytest.raises(Stopped, match="PermissionError"):
        run_in_child(pipe, [], [], folder)


@linux
def test_the_child_cannot_loosen_its_limits(folder: Path) -> None:
    with pytest.raises(Stopped, match=r"ValueError|PermissionError"):
        run_in_child(loosen, [], [], folder, Limits(open_files=64))


@linux
def test_a_call_of_the_other_kinds_ends_the_child(folder: Path) -> None:
    if platform.machine() != "x86_64":
        pytest.skip("x86-64 has a third kind of system calls")
    with pytest.raises(Stopped, match="signal 31"):
        run_in_child(third_kind, [], [], folder)


def third_kind(folder: Path) -> None:
    ctypes.CDLL(None).syscall(0x40000000 + 41, 2, 1, 0)


def test_a_child_makes_arrays_without_loading_anything_for_it(folder: Path) -> None:
    run_in_child(arrange, [], [], folder)
    assert (folder / "loaded").read_text() == ""
    assert (folder / "pandas").read_text() == "False"


@linux
def test_nothing_is_missing_here() -> None:
    assert confinement.missing() == []


def test_what_the_machine_cannot_take_away_is_said_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(confinement.sys, "platform", "darwin")
    assert len(confinement.missing()) == 2
    confinement.confine([], folder)  # takes nothing, and this process stays as it is
    for end in socket.socketpair():
        end.close()
    monkeypatch.setattr(child, "_current", None)
    with caplog.at_level(logging.WARNING):
        run_in_child(late, [], [], folder)
        (folder / "parts").rmdir()
        run_in_child(late, [], [], folder)
    assert [r.message for r in caplog.records if "network" in r.message] == [
        "Partner files are read without these defences: network and programs (not Linux), other files (not Linux)."
    ]
