"""The evidence of a pair: the levels hold no value of any field, the chart is asked for, the sum is the score."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from warehouse.identity.evidence import evidence, key_at_hand
from warehouse.identity.model import load_model
from warehouse.identity.resolve import Known, resolve
from warehouse.store.home import Home
from warehouse.store.keys import load_keys, require_key
from warehouse.store.schemas import PERSONS

KEO = {"name_latin": "Keo Sovannarith", "police_id": "PN-204518", "birth_date": dt.date(1979, 3, 14), "sex": "male"}
ROWS = [
    {"person_ref": "a", "partner_id": "iom", **KEO, "phone": "012 777 401"},
    {"person_ref": "b", "partner_id": "ijm", **KEO, "phone": "016 222 350"},
    {"person_ref": "c", "partner_id": "moj", "name_latin": "Tep Chanmony", "sex": "female"},
]


@pytest.fixture(scope="module")
def known() -> Known:
    return resolve(pa.Table.from_pylist(ROWS, schema=PERSONS)).known


def test_each_field_has_its_level_and_their_sum_is_the_score(known: Known) -> None:
    model = load_model()
    found = evidence(known.features, [("a", "b"), ("a", "nobody"), ("a", "c")], model.splink)
    assert set(found) == {("a", "b"), ("a", "c")}
    levels = found["a", "b"].levels
    assert (levels["police_id"].label, levels["phone"].label) == ("same id", "another phone")
    assert levels["police_id"].weight > 0 > levels["phone"].weight
    assert "email" not in levels, "what is not known of both is no evidence"
    assert found["a", "c"].levels["sex"].weight < 0
    (score,) = known.pairs.filter(pc.equal(known.pairs["right"], "b"))["match_weight"].to_pylist()
    prior = model.splink["probability_two_random_records_match"]
    start = pc.log2(prior / (1 - prior)).as_py()
    assert sum(level.weight for level in levels.values()) + start == pytest.approx(score, abs=0.1)


def test_without_a_chart_no_value_leaves_and_with_one_it_needs_no_network(known: Known) -> None:
    masked = evidence(known.features, [("a", "b")], load_model().splink)["a", "b"]
    assert masked.chart == ""
    for value in ("keo", "sovan", "204518", "777401", "1979"):
        assert value not in str(masked).lower()
    chart = evidence(known.features, [("a", "b")], load_model().splink, charts=True)["a", "b"].chart
    assert "204518" in chart
    assert "<script src" not in chart


def test_a_key_is_used_where_it_is_at_hand_and_is_the_homes_and_none_is_made(
    house: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    home: Home = house.home  # type: ignore[attr-defined]
    assert key_at_hand(home) is None, "this home has no key yet"
    require_key(home, load_keys())
    assert key_at_hand(home) is not None
    home.key_fingerprint.write_text("000000000000\n")
    assert key_at_hand(home) is None
    monkeypatch.setenv("SALA_KEY_FILE", f"{tmp_path}/none")
    assert key_at_hand(home) is None
