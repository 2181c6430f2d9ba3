"""Officer keys over any sequence of partitions: one key per cluster, none given twice, nothing moved without need."""

from __future__ import annotations

from collections.abc import Sequence

import hypothesis.strategies as st
import pyarrow as pa
from hypothesis import given, settings

from warehouse.identity.assignment import Assignment, assign

Partition = dict[str, str]  # person → label of the cluster
PEOPLE = "abcdefgh"
HISTORY = pa.schema(
    [
        ("sequence", pa.int32()),
        ("event", pa.string()),
        ("person_ref", pa.string()),
        ("officer_key", pa.string()),
        ("former_key", pa.string()),
    ]
)
partitions = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from("1234"))


def mint(person: str, number: int) -> str:
    return f"{person}{number}"


def step(history: pa.Table, partition: Partition) -> tuple[pa.Table, Assignment]:
    clusters = pa.table({"person_ref": [*partition], "cluster": [*partition.values()]}, schema=CLUSTERS)
    done = assign(history, clusters, mint)
    number = pa.array([len(set(history["sequence"].to_pylist())) + 1] * len(done.changes), pa.int32())
    return pa.concat_tables([history, done.changes.append_column("sequence", number).select(HISTORY.names)]), done


CLUSTERS = pa.schema([("person_ref", pa.string()), ("cluster", pa.string())])


def keys_of(done: Assignment) -> dict[str, str]:
    return dict(zip(done.keys["person_ref"].to_pylist(), done.keys["officer_key"].to_pylist(), strict=True))


def run(*sequence: Partition) -> list[Assignment]:
    history, found = HISTORY.empty_table(), []
    for partition in sequence:
        history, done = step(history, partition)
        found.append(done)
    return found


def events(done: Assignment) -> dict[str, str]:
    return dict(zip(done.changes["person_ref"].to_pylist(), done.changes["event"].to_pylist(), strict=True))


def groups(labels: Partition) -> set[frozenset[str]]:
    return {frozenset(p for p in labels if labels[p] == label) for label in labels.values()}


@settings(max_examples=25, deadline=None)
@given(st.lists(partitions, min_size=1, max_size=5))
def test_keys_are_the_partition_and_no_key_is_given_twice(sequence: Sequence[Partition]) -> None:
    history, last, ever, dead = HISTORY.empty_table(), dict[str, str](), set[str](), set[str]()
    holders: dict[str, str] = {}
    for partition in sequence:
        history, done = step(history, partition)
        now = keys_of(done)
        assert groups(now) == groups(partition), "one key per cluster, one cluster per key"
        assert done.minted.isdisjoint(ever), "a key was made that had been given before"
        ever |= done.minted
        holders |= now
        assert dead.isdisjoint(now.values()), "a key that had ended lives again"
        dead = ever - set(holders.values())
        for person, key in now.items():
            assert key in done.minted or key in {last.get(p) for p in partition if partition[p] == partition[person]}, (
                "a key came from persons who are not in the cluster"
            )
        again, idle = step(history, partition)
        assert keys_of(idle) == now
        assert len(again) == len(history), "a run that changes nothing was recorded"
        last |= now


@settings(max_examples=15, deadline=None)
@given(st.lists(partitions, min_size=1, max_size=4), st.permutations("1234"))
def test_labels_and_the_order_of_rows_decide_nothing(sequence: Sequence[Partition], other: list[str]) -> None:
    renamed = [{person: other[int(label) - 1] for person, label in sorted(p.items(), reverse=True)} for p in sequence]
    for one, two in zip(run(*sequence), run(*renamed), strict=True):
        assert keys_of(one) == keys_of(two)
        assert one.changes.equals(two.changes)


@settings(max_examples=15, deadline=None)
@given(partitions, partitions)
def test_a_cluster_whose_persons_shared_a_key_with_nobody_else_keeps_it(before: Partition, after: Partition) -> None:
    first, second = run(before, after)
    for group in groups(after):
        if group in groups(before):
            assert {keys_of(first)[p] for p in group} == {keys_of(second)[p] for p in group}


def test_a_new_home_gives_the_same_keys() -> None:
    (once,) = run({"a": "1", "b": "1", "c": "2"})
    assert keys_of(once) == {"a": "a0", "b": "a0", "c": "c0"}
    assert set(events(once).values()) == {"created"}


def test_the_key_with_the_most_persons_stays_and_of_two_alike_the_older() -> None:
    many = run({"a": "1", "c": "2", "d": "2"}, {"a": "1", "c": "1", "d": "1"})[-1]
    assert set(keys_of(many).values()) == {"c0"}
    assert events(many) == {"a": "merged"}
    assert many.ended == {"a0"}
    alike = run({"b": "1"}, {"a": "2", "b": "1"}, {"a": "1", "b": "1"})[-1]
    assert set(keys_of(alike).values()) == {"b0"}, "the older key gives way to the younger"


def test_what_was_merged_and_is_parted_again_does_not_get_its_old_key_back() -> None:
    first, _, last = run({"a": "1", "b": "2"}, {"a": "1", "b": "1"}, {"a": "1", "b": "2"})
    assert keys_of(first) == {"a": "a0", "b": "b0"}
    assert keys_of(last) == {"a": "a0", "b": "b1"}
    assert events(last) == {"b": "split"}
    assert last.minted == {"b1"}


def test_whoever_comes_back_is_the_same_officer() -> None:
    _, gone, back = run({"a": "1", "b": "2"}, {"b": "2"}, {"a": "1", "b": "2"})
    assert events(gone) == {"a": "left"}
    assert gone.ended == frozenset()
    assert events(back) == {"a": "returned"}
    assert keys_of(back) == {"a": "a0", "b": "b0"}


def test_a_person_who_joins_takes_the_key_there_is() -> None:
    joined = run({"b": "1"}, {"a": "1", "b": "1"})[-1]
    assert events(joined) == {"a": "joined"}
    assert keys_of(joined) == {"a": "b0", "b": "b0"}
    assert joined.minted == frozenset()
