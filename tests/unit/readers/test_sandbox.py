"""The reading child: what it may cost, what it can see, and that nothing it says is taken on trust."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pyarrow as pa
import pytest

from tests.conftest import House, listing, row
from warehouse.contract.model import Table
from warehouse.readers import child, sandbox
from warehouse.readers.faults import FileEmpty, ReaderStopped
from warehouse.readers.raw import RawFile
from warehouse.readers.sandbox import Limits, read_in_sandbox

Read = Callable[..., RawFile]


@pytest.fixture
def table(house: House) -> Table:
    return house.contract.tables[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "answer"
    made.mkdir()
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "received"
    path.write_text(listing(row(1), row(2)))
    return path


def test_what_the_child_read_comes_back(file: Path, table: Table, folder: Path) -> None:
    raw = read_in_sandbox(file, table, folder)
    sheet = raw.sheets[0]
    assert sheet.rows.column("name_latin").to_pylist() == ["Canary Dara1", "Canary Dara2"]
    assert sheet.row_numbers.to_pylist() == [2, 3]
    assert (sheet.counted, sheet.set_aside) == (3, 1)


def test_a_fault_comes_back_as_its_own_class(tmp_path: Path, table: Table, folder: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(FileEmpty):
        read_in_sandbox(tmp_path / "empty", table, folder)


def big(path: Path) -> Path:
    path.write_text(listing(*[row(n, Name='"Canary"') for n in range(150_000)]))
    return path


def test_memory_is_limited(tmp_path: Path, table: Table, folder: Path) -> None:
    path = big(tmp_path / "big")
    assert len(read_in_sandbox(path, table, folder).sheets[0].rows) == 150_000
    base = psutil.Process(child._server().process.pid).memory_info().vms
    with pytest.raises(ReaderStopped) as raised:
        read_in_sandbox(path, table, folder, Limits(memory=base))
    assert "memory" in raised.value.found or "signal" in raised.value.found or "failed" in raised.value.found


def test_output_is_limited(tmp_path: Path, table: Table, folder: Path) -> None:
    with pytest.raises(ReaderStopped):
        read_in_sandbox(big(tmp_path / "big"), table, folder, Limits(output=1 << 20))
    assert max(p.stat().st_size for p in folder.iterdir()) <= 1 << 20


def test_time_is_limited(tmp_path: Path, table: Table, folder: Path) -> None:
    os.mkfifo(tmp_path / "endless")
    started = time.monotonic()
    with pytest.raises(ReaderStopped) as raised:
        read_in_sandbox(tmp_path / "endless", table, folder, Limits(wall_seconds=0.5))
    assert raised.value.found == "no answer within 0 s" or "within" in raised.value.found
    assert time.monotonic() - started < 20


def test_processor_time_is_limited(tmp_path: Path, house: House, folder: Path) -> None:
    def slow(document: dict[str, object]) -> None:
        custom = document["schema"][0]["customProperties"]  # type: ignore[index]
        next(p for p in custom if p["property"] == "footer")["value"] = [r"(E+)+(E+)+(E+)+!"]

    house.describe(slow)
    (tmp_path / "slow").write_text(listing(row(1, Event="E" * 60)))
    with pytest.raises(ReaderStopped) as raised:
        read_in_sandbox(tmp_path / "slow", house.contract.tables[0], folder, Limits(cpu_seconds=1, wall_seconds=60))
    assert (
        f"signal {int(signal.SIGKILL)}" in raised.value.found or f"signal {int(signal.SIGXCPU)}" in raised.value.found
    )


def test_the_next_file_is_read_after_a_child_was_killed(tmp_path: Path, file: Path, table: Table, folder: Path) -> None:
    os.mkfifo(tmp_path / "endless")
    with pytest.raises(ReaderStopped):
        read_in_sandbox(tmp_path / "endless", table, folder, Limits(wall_seconds=0.2))
    assert len(read_in_sandbox(file, table, folder).sheets) == 1


def test_a_server_that_was_ended_is_started_once_more(file: Path, table: Table, folder: Path) -> None:
    read_in_sandbox(file, table, folder)
    first = child._server().process
    os.kill(first.pid, signal.SIGKILL)
    assert len(read_in_sandbox(file, table, folder).sheets) == 1
    assert child._server().process.pid != first.pid


@pytest.fixture
def child_at_work(tmp_path: Path, file: Path, table: Table, folder: Path) -> Iterator[psutil.Process]:
    """A child that waits for its file's bytes, seen from outside."""
    (tmp_path / "first").mkdir()
    read_in_sandbox(file, table, tmp_path / "first")  # a server that has just begun may have other children
    pipe = tmp_path / "endless"
    os.mkfifo(pipe)
    server = psutil.Process(child._server().process.pid)

    def read() -> None:
        with pytest.raises(ReaderStopped):
            read_in_sandbox(pipe, table, folder, Limits(wall_seconds=30))

    thread = threading.Thread(target=read)
    thread.start()
    until = time.monotonic() + 20
    while not (children := server.children()) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.2)
    yield children[0]
    children[0].kill()
    thread.join()


def test_the_child_sees_neither_key_nor_the_servers_pipes(
    monkeypatch: pytest.MonkeyPatch, key_of_the_tests: Path, request: pytest.FixtureRequest
) -> None:
    secret = key_of_the_tests.read_text()
    monkeypatch.setenv("SALA_KEY", secret)
    monkeypatch.setattr(child, "_current", None)  # a server started with the key in the environment
    process: psutil.Process = request.getfixturevalue("child_at_work")
    environment = Path(f"/proc/{process.pid}/environ").read_bytes().decode()
    assert "PATH=" in environment
    assert "SALA" not in environment
    assert secret.split()[0] not in environment
    assert "AGE-SECRET" not in " ".join(process.cmdline())
    open_files = {Path(f"/proc/{process.pid}/fd/{n}").resolve() for n in (0, 1, 2)}
    assert open_files == {Path(os.devnull)}


KEY_ERROR = json.dumps({"error": dict.fromkeys(["where", "found", "expected", "action"], "x") | {"code": "SALA-K001"}})
ONE = pa.array([1], pa.int32())
HOSTILE: list[tuple[str, dict[str, object]]] = [
    ("no layout", {"answer.json": '{"done": true}'}),
    ("not JSON", {"answer.json": "x"}),
    ("a list", {"answer.json": "[1]"}),
    ("neither", {"answer.json": "{}"}),
    ("not truly read", {"answer.json": '{"done": 1, "path": "/etc/passwd"}'}),
    ("an error without fields", {"answer.json": '{"error": {"code": "SALA-F002"}}'}),
    ("an error that is a text", {"answer.json": '{"error": "SALA-F002"}'}),
    ("an error of another room", {"answer.json": KEY_ERROR}),
    ("layout of another kind", {"answer.json": '{"done": true}', "layout.json": "[]"}),
    ("no sheets", {"answer.json": '{"done": true}', "layout.json": '{"sheets": [], "notes": []}'}),
    ("arrow garbage", {"answer.json": '{"done": true}', "0.arrow": b"ARROW1\0\0garbage"}),
    ("other columns", {"answer.json": '{"done": true}', "0.arrow": pa.table({"row_number": ONE})}),
    ("other types", {"answer.json": '{"done": true}', "0.arrow": None}),
]  # fmt: skip


@pytest.mark.parametrize("written", [pytest.param(w, id=n) for n, w in HOSTILE])
def test_an_answer_that_is_none_is_one_clear_outcome(
    file: Path, table: Table, folder: Path, monkeypatch: pytest.MonkeyPatch, written: dict[str, object]
) -> None:
    read_in_sandbox(file, table, folder)  # leaves a right layout and right rows to be replaced
    if written.get("0.arrow", 0) is None:
        names = [c.name for c in table.columns if c.headers]
        written = written | {
            "0.arrow": pa.table({n: pa.array([1]) for n in names} | {"row_number": pa.array([1], pa.int32())})
        }
    if "layout.json" not in written and written["answer.json"] == '{"done": true}' and len(written) == 1:
        (folder / "layout.json").unlink()
    for name, content in written.items():
        if isinstance(content, pa.Table):
            with pa.OSFile(str(folder / name), "wb") as sink, pa.ipc.new_file(sink, content.schema) as writer:
                writer.write_table(content)
        else:
            (folder / name).write_bytes(content if isinstance(content, bytes) else str(content).encode())
    line = (folder / "answer.json").read_text()

    def replayed(*_: object) -> dict[str, object]:
        try:
            found = json.loads(line)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    monkeypatch.setattr(child._Server, "ask", replayed)
    with pytest.raises(ReaderStopped):
        read_in_sandbox(file, table, folder)


NO_TEXT = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])


@pytest.mark.parametrize(
    ("place", "texts", "error"),
    [
        pytest.param(0, NO_TEXT, "UTF8", id="bytes that are no text"),
        pytest.param(1, pa.array(["a"]), "out of bounds", id="a text that is not there"),
        pytest.param(None, pa.array(["a"]), "not even empty", id="no text"),
        pytest.param(0, pa.array([None], pa.string()), "not even empty", id="no text among the texts"),
    ],
)
def test_a_column_that_is_none_is_noticed(table: Table, place: int | None, texts: pa.Array, error: str) -> None:
    names = [c.name for c in table.columns if c.headers]
    bad = pa.DictionaryArray.from_arrays(pa.array([place], pa.int32()), texts, safe=False)
    rows = pa.table(dict.fromkeys(names, bad) | {"row_number": ONE})
    with pytest.raises(ValueError, match=error):
        sandbox._check(rows, table, 0)


def test_what_a_reader_prints_is_neither_answer_nor_log(
    file: Path, table: Table, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ReaderStopped) as raised:
        read_in_sandbox(tmp_path / "gone", table, folder)  # the reader fails with an error that is no outcome
    assert raised.value.found == "the reader failed (FileNotFoundError)"
    assert capfd.readouterr().err == ""
    assert len(read_in_sandbox(file, table, folder).sheets) == 1


@pytest.mark.parametrize(
    "refused",
    [
        {"row_number": 2, "rule": "no_such_rule", "subject": "", "expected": ""},
        {"row_number": 99, "rule": "superseded", "subject": "", "expected": ""},
        {"row_number": 2, "rule": "superseded", "subject": ""},
    ],
    ids=["no rule", "no row", "half"],
)
def test_a_row_refused_by_no_rule_or_that_is_not_there_is_no_answer(
    file: Path, table: Table, folder: Path, monkeypatch: pytest.MonkeyPatch, refused: dict[str, object]
) -> None:
    read_in_sandbox(file, table, folder)
    layout = json.loads((folder / "layout.json").read_text())
    layout["sheets"][0]["refused"] = [refused]
    (folder / "layout.json").write_text(json.dumps(layout))
    monkeypatch.setattr(sandbox, "run_in_child", lambda *_: None)
    with pytest.raises(ReaderStopped, match="an answer that is none"):
        read_in_sandbox(file, table, folder)
