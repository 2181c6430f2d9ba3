"""Guards: the quick way to tell texts of one length apart says what counting slips says."""

from __future__ import annotations

import duckdb
from hypothesis import example, given
from hypothesis import strategies as st

from warehouse.identity.guards import slips
from warehouse.identity.settings import POLICE_ID

IDS = st.text("0123", min_size=1, max_size=6)
ONE_DIGIT = next(level.sql for level in POLICE_ID.levels if level.label == "one digit differs")


@given(IDS, IDS)
@example("0123", "0213")
@example("0123", "1023")
@example("0123", "01233")
@example("01230", "12300")
def test_one_slip_is_one_letter_changed_missing_added_or_swapped_with_its_neighbour(one: str, other: str) -> None:
    counted = duckdb.execute("select damerau_levenshtein(?, ?)", [one, other]).fetchone()
    level = duckdb.execute(f"select {ONE_DIGIT} from (select ? as police_id_l, ? as police_id_r)", [one, other])
    assert counted is not None
    assert min(slips(one, other, 1), 2) == min(counted[0], 2)
    assert level.fetchone() == (counted[0] <= 1,)
