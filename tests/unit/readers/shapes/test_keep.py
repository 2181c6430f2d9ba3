"""One row of several: by rule, whatever the order of the file; what contradicts is never chosen from."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.readers.shapes.tables import column, opened, refused, sheet, table
from warehouse.contract.model import Table
from warehouse.readers.faults import HeaderMissing
from warehouse.readers.shapes.keep import kept

HEADER = "_id | when | badge"


def by_time(take: str = "latest", **more: Any) -> Table:
    return table(column("person_id", "badge"), keep={"by": ["_id"], "order": "when", "take": take, **more})


def judged(rule: Table, *rows: str) -> list[tuple[int, str]]:
    return refused(kept(opened(sheet("", HEADER, *rows)), rule).grids[0])


def test_the_latest_edit_counts_and_says_which_row_it_is() -> None:
    rows = ("7 | 2024-03-01T09:00:00 | A", "8 | 2024-03-01T09:00:00 | B", "7 | 2024-03-02T08:00:00 | C")
    (grid,) = kept(opened(sheet("", HEADER, *rows)), by_time()).grids
    assert refused(grid) == [(1, "superseded")]
    assert grid.refused[0].expected == "row 4, which has the latest 'when'"


@pytest.mark.parametrize(
    ("take", "texts", "stays"),
    [
        ("latest", ["2024-03-01", "2024-03-03", "2024-03-02"], 2),
        ("earliest", ["2024-03-02", "2024-03-01T10:00:00", "2024-03-01T11:00:00"], 2),
        ("latest", ["2024-03-01T23:00:00+00:00", "2024-03-02T01:00:00+07:00"], 1),
        ("latest", ["\x1f2024-03-01", "\x1f2024-03-01T08:00:00"], 2),
        ("highest", ["9.5", "10", "-"], 2),
        ("highest", ["22.00 / 30", "9.00 / 30", ""], 1),
        ("lowest", ["", "3", "2,5"], 3),
    ],
)
def test_what_is_best(take: str, texts: list[str], stays: int) -> None:
    rows = [f"7 | {text} | {number}" for number, text in enumerate(texts)]
    grid = sheet("", HEADER)
    grid = type(grid)("", 1, [*grid.rows, *([c.strip(" ") for c in row.split("|")] for row in rows)], 4)
    found = refused(kept(opened(grid), by_time(take)).grids[0])
    assert found == [(row, "superseded") for row in range(1, len(texts) + 1) if row != stays]


def test_moments_in_a_written_form() -> None:
    rule = by_time(formats=["%m/%d/%Y %H:%M:%S"])
    assert judged(rule, "7 | 3/9/2024 9:00:00 | A", "7 | 3/14/2024 8:00:00 | B") == [(1, "superseded")]


def test_a_tie_is_refused_on_both_sides_and_never_chosen_from() -> None:
    rows = ("7 | 2024-03-01 | A", "7 | 2024-03-01 | B", "7 | 2024-02-01 | C")
    assert judged(by_time(), *rows) == [(1, "key_conflict"), (2, "key_conflict"), (3, "superseded")]


def test_a_tie_that_says_the_same_is_left_to_the_repeats() -> None:
    assert judged(by_time(), "7 | 2024-03-01 | A", "7 | 2024-03-01 | A") == []


@pytest.mark.parametrize("other", ["soon", "03/02/2024", "2024-03-02T08:00:00Z"])
def test_a_moment_that_cannot_be_read_or_compared_leaves_all_in_doubt(other: str) -> None:
    rows = ("7 | 2024-03-01T09:00:00 | A", f"7 | {other} | B")
    assert judged(by_time(), *rows) == [(1, "key_conflict"), (2, "key_conflict")]


def test_rows_that_name_nothing_are_no_versions_of_each_other() -> None:
    assert judged(by_time(), " | 2024-03-01 | A", " | 2024-03-02 | B") == []


def test_a_column_that_the_rule_needs_is_missed() -> None:
    with pytest.raises(HeaderMissing, match="when"):
        kept(opened(sheet("", "_id | badge", "7 | A")), by_time())


ROW = st.tuples(st.sampled_from("78"), st.integers(1, 4), st.sampled_from("AB"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(rows=st.lists(ROW, max_size=7), order=st.randoms(use_true_random=False))
def test_what_counts_does_not_depend_on_the_order_of_the_file(rows: list[tuple[str, int, str]], order: Any) -> None:
    def fates(listed: list[tuple[str, int, str]]) -> list[tuple[tuple[str, int, str], str]]:
        found = dict(judged(by_time(), *(f"{i} | 2024-03-0{day} | {badge}" for i, day, badge in listed)))
        return sorted((row, found.get(place, "stays")) for place, row in enumerate(listed, start=1))

    shuffled = order.sample(rows, len(rows))
    assert fates(rows) == fates(shuffled)
    for (identifier, day, badge), fate in fates(rows):
        others = [(d, b) for i, d, b in rows if i == identifier]
        last = max(d for d, _ in others)
        rivals = {b for d, b in others if d == last}
        assert fate == ("superseded" if day < last else "stays" if rivals == {badge} else "key_conflict")
