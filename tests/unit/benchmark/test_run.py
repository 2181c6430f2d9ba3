from __future__ import annotations

import json
from pathlib import Path

import pytest

from warehouse import benchmark
from warehouse.benchmark.figures import FiguresDiffer, compare
from warehouse.benchmark.measure import Arm, Step
from warehouse.benchmark.run import measured as measured_arm
from warehouse.store.home import Home


def test_a_small_run_measures_all_arms_and_they_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "inbox").mkdir()
    summary = benchmark.run(Home(tmp_path), rows=8_000, files=2, extract=True, as_json=True)
    assert {step["arm"] for step in summary["steps"]} == {"floor", "pipeline", "extract", "pandas"}
    assert [s["step"] for s in summary["steps"] if s["arm"] == "pipeline"] == [
        *("ingest", "identify", "transform", "audit", "publish", "whole")
    ]
    whole = {s["arm"]: s["wall_seconds"] for s in summary["steps"] if s["step"] == "whole"}
    assert summary["ratio_to_floor"] == pytest.approx(whole["pipeline"] / whole["floor"], rel=0.1)
    assert summary["ratio_to_pandas"] == pytest.approx(whole["pandas"] / whole["pipeline"], rel=0.1, abs=0.02)
    rows = summary["pipeline"]
    assert rows["rows_read"] == rows["rows_accepted"] + rows["rows_quarantined"] + rows["rows_repeated"] == 8_000
    assert rows["rows_quarantined"] > 0
    assert rows["rows_repeated"] > 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert [json.loads(line) for line in printed.err.splitlines() if line.startswith("{")] == summary["steps"]
    assert [p.name for p in tmp_path.iterdir()] == ["inbox"], "the benchmark's own folder is removed"


def test_programs_that_answer_differently_fail_the_run() -> None:
    same = {("12", "team-work"): 40, ("08", "team-work"): 3}
    compare("pipeline", dict(same), same)
    with pytest.raises(FiguresDiffer, match="39 instead of 40") as caught:
        compare("pipeline", same | {("12", "team-work"): 39}, same)
    assert caught.value.code == "SALA-B002"
    with pytest.raises(FiguresDiffer):
        compare("pipeline", {}, {})
    with pytest.raises(FiguresDiffer):
        compare("pipeline", same | {("01", "team-work"): 1}, same)


def test_of_the_floor_the_middle_of_three_runs_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    took = [3.0, 9.0, 4.0]

    def measured(name: str, *_: object) -> Arm:
        return Arm([Step(name, "read", took.pop(0), 1.0, 10)])

    monkeypatch.setitem(measured_arm.__globals__, "measure", measured)
    assert measured_arm("floor", tmp_path).whole.wall_seconds == 4.0
    assert took == []
    took.append(7.0)
    assert measured_arm("pipeline", tmp_path).whole.wall_seconds == 7.0
