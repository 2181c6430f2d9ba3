"""The rows of the table: their order, what they hold, and what is refused."""

from __future__ import annotations

import json
import time
from typing import Any

import pyarrow as pa
import pytest

from tests.unit.evaluation.conftest import Resolved
from warehouse import evaluation
from warehouse.cli import evaluation as command
from warehouse.evaluation import febrl
from warehouse.evaluation.run import Resolver, compare, evaluate, targets_met
from warehouse.evaluation.scale import Watch, measure
from warehouse.population import CLASSES, Appearances, appearances


def knowing(lists: Appearances) -> Resolver:
    """A resolver that knows the truth."""
    true = dict(zip(lists.truth["person_ref"].to_pylist(), lists.truth["true_person"].to_pylist(), strict=True))

    def resolve(persons: pa.Table, known: Any = None) -> Resolved:
        clusters = pa.array([true[ref] for ref in persons["person_ref"].to_pylist()])
        names = ("person_ref", "cluster", "strict_cluster", "lenient_cluster")
        return Resolved(pa.table([persons["person_ref"], clusters, clusters, clusters], names=names), known)

    return resolve


@pytest.fixture
def without_febrl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(febrl, "PACKAGE", "no_such_package_is_installed")


def test_the_standard_mix_stands_first_with_the_first_size(by_names: Resolver, without_febrl: None) -> None:
    rows = evaluate(by_names, sizes=(600, 300), seed=1)
    assert [(row["method"], row["appearances"]) for row in rows if "note" not in row] == [
        ("sala", 600),
        ("sala", 300),
        ("normalised name + birth date", 600),
        ("lower-cased name", 600),
        ("normalised name + birth date", 300),
        ("lower-cased name", 300),
    ]
    assert rows[0]["data"] == "standard mix"
    assert {"precision", "recall", "headcount_error"} <= set(rows[0])
    json.dumps(rows)


def test_a_resolver_that_knows_the_truth_makes_no_error() -> None:
    lists = appearances(1_000, 4)
    row = compare("standard mix", lists, knowing(lists))[0]
    assert (row["precision"], row["recall"], row["f1"], row["headcount_error"]) == (1, 1, 1, 0)
    assert (row["missed_pairs"], row["wrong_pairs"], row["siblings_merged"]) == (0, 0, 0)
    assert row["cluster_sizes"] == row["true_sizes"]
    assert set(row["targets_met"].values()) == {True}
    assert [c["class"] for c in row["classes"]] == list(CLASSES)
    assert all(c["recall"] in (1, None) for c in row["classes"])


def test_a_resolver_by_names_has_the_figures_of_that_method_in_any_order_of_rows(by_names: Resolver) -> None:
    own, simple, _ = compare("standard mix", appearances(3_000, 4), by_names)
    same = ("precision", "recall", "headcount", "wrong_pairs", "missed_pairs")
    assert [own[name] for name in same] == [simple[name] for name in same]
    assert own["recall"] < 0.3
    assert own["headcount_error"] > 0.5
    assert not own["within_bounds"]  # even the lenient method by names counts too many here
    assert own["strict_headcount"] == 3_000


@pytest.mark.parametrize(("strict", "lenient", "within"), [(500, 1, True), (500, 400, False), (100, 1, False)])
def test_bounds_hold_where_the_truth_lies_between_them(strict: int, lenient: int, within: bool) -> None:
    lists = appearances(500, 4)

    def resolve(persons: pa.Table, known: Any = None) -> Resolved:
        columns = {"cluster": 1, "strict_cluster": strict, "lenient_cluster": lenient}
        numbered = {name: pa.array([str(n % count) for n in range(len(persons))]) for name, count in columns.items()}
        return Resolved(pa.table({"person_ref": persons["person_ref"], **numbered}))

    row = compare("standard mix", lists, resolve)[0]
    assert (row["strict_headcount"], row["lenient_headcount"], row["within_bounds"]) == (strict, lenient, within)
    assert row["siblings_merged"] == row["sibling_pairs"] > 0
    assert not row["targets_met"]["precision"]


@pytest.mark.parametrize("lost", [0, 1])
def test_a_lost_or_doubled_person_is_refused(lost: int) -> None:
    lists = appearances(200, 4)
    whole = knowing(lists)(lists.persons).persons
    wrong = whole.slice(1) if lost else pa.concat_tables([whole, whole.slice(0, 1)])
    with pytest.raises(ValueError, match="200 persons were to be resolved"):
        compare("standard mix", lists, lambda persons, known=None: Resolved(wrong))


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("precision", 0.979, 0.98),
        ("recall", 0.919, 0.92),
        ("headcount_error", -0.016, -0.015),
        ("headcount_error", 0.016, 0.015),
        ("within_bounds", False, True),
        ("siblings_merged_share", 0.021, 0.02),
        ("precision", None, 1.0),
    ],
)
def test_a_target_missed_is_told(name: str, bad: Any, good: Any) -> None:
    row = {"precision": 1, "recall": 1, "headcount_error": 0, "within_bounds": True, "siblings_merged_share": 0}
    assert not targets_met({**row, name: bad})[name]
    assert all(targets_met({**row, name: good}).values())


def test_adding_is_measured_with_what_the_first_run_left() -> None:
    lists = appearances(2_000, 4)
    calls: list[tuple[int, Any]] = []

    def resolve(persons: pa.Table, known: Any = None) -> Resolved:
        calls.append((len(persons), known))
        return Resolved(knowing(lists)(persons).persons, known="kept")

    row = measure(lists, 100, resolve)
    assert calls == [(1_900, None), (2_000, "kept")]
    assert row["recall"] == 1
    assert row["added"] == 100
    assert row["peak_mib"] > 10
    assert set(row["targets_met"]) == {"seconds", "peak_mib", "added_share"}


def test_the_watch_sees_memory_held_for_a_while() -> None:
    with Watch() as before:
        pass
    with Watch() as during:
        held = bytearray(b"x" * 200 * 2**20)
        time.sleep(0.3)
    assert during.peak_mib - before.peak_mib > len(held) / 2**20 * 0.7
    assert during.seconds >= 0.3


def test_the_command_prints_json_with_the_standard_mix_first(
    by_names: Resolver, without_febrl: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluation, "resolver", lambda: by_names)
    command.evaluate(seed=1, appearances=400, scale=False, as_json=True)
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["data"], first["method"], first["appearances"]) == ("standard mix", "sala", 400)
    assert all(isinstance(first[name], float) for name in ("precision", "recall", "headcount_error"))


def test_the_command_shows_table_classes_sizes_and_verdict(
    by_names: Resolver, without_febrl: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluation, "resolver", lambda: by_names)
    command.evaluate(seed=1, appearances=400, scale=False, as_json=False)
    shown = capsys.readouterr().out
    for text in ("normalised name + birth date", "lower-cased name", "FEBRL 3: not measured", "twin or sibling"):
        assert text in shown
    assert "missed: recall, headcount error" in shown


def test_scale_is_measured_on_the_projects_own_resolver_in_processes_of_its_own() -> None:
    row = evaluation.measure_scale(count=600, added=40, seed=4)
    assert (row["appearances"], row["added"]) == (600, 40)
    assert row["recall"] > 0.5
    assert row["seconds"] > 0
    assert row["added_seconds"] > 0
