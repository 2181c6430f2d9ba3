"""Tables that are too fine are not given; totals and single dimensions always are."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from warehouse.extracts.too_fine import without_too_fine


def table(*rows: tuple[str, str, int | None], window: str = "period") -> pa.Table:
    indicator, grouping, persons = zip(*rows, strict=True)
    columns = {"indicator": indicator, "grouping": grouping, "window": [window] * len(rows)}
    return pa.table(columns | {"persons": pa.array(persons, pa.int64())})


def test_a_table_most_of_whose_figures_are_small_is_left_out_whole() -> None:
    rows = [("trained", "total", 3), ("trained", "sex", 1), ("trained", "sex", 2)]
    fine = [("trained", "sex,module_id", n) for n in (0, 0, 0, 2, 3, 9)]
    coarse = [("reached", "sex,module_id", n) for n in (0, 3, 9, 9)]
    given_, left_out = without_too_fine(table(*rows, *fine, *coarse), 5)
    assert left_out == (("trained", "sex,module_id", "period"),)
    assert given_.equals(table(*rows, *coarse))


def test_the_table_of_the_period_goes_without_the_cumulative_one() -> None:
    period = table(*(("trained", "sex,topic", n) for n in (1, 2, 9)))
    cumulative = table(*(("trained", "sex,topic", n) for n in (6, 7, 8, 30)), window="cumulative")
    given_, left_out = without_too_fine(pa.concat_tables([period, cumulative]), 5)
    assert left_out == (("trained", "sex,topic", "period"),)
    assert given_.equals(cumulative)


def test_half_of_them_small_is_not_most_of_them() -> None:
    figures = table(*(("trained", "sex,topic", n) for n in (4, 5)))
    assert without_too_fine(figures, 5) == (figures, ())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["trained", "reached"]),
            st.sampled_from(["total", "sex", "sex,topic", "module_id,sex"]),
            st.none() | st.integers(0, 12),
        ),
        min_size=1,
    ),
    st.integers(1, 8),
)
def test_what_is_given_is_what_was_less_whole_tables_of_several_dimensions(
    rows: list[tuple[str, str, int | None]], minimum: int
) -> None:
    given_, left_out = without_too_fine(table(*rows), minimum)
    assert all("," in grouping for _, grouping, _ in left_out)
    assert given_.to_pylist() == [
        r for r in table(*rows).to_pylist() if (r["indicator"], r["grouping"], "period") not in left_out
    ]
    assert without_too_fine(given_, minimum)[1] == ()
