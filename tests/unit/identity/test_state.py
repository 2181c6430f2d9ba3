"""What one run keeps for the next: sealed, used only whole and by the model that made it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.conftest import House
from warehouse.identity.state import StateBroken, load_state, save_state
from warehouse.store.keys import load_keys

FEATURES = pa.table({"person_ref": ["a", "b"], "name": ["canary dara", None]})
PAIRS = pa.table({"left": ["a"], "right": ["b"], "match_weight": [1.5]})


def save(house: House, model: str = "m1") -> None:
    save_state(house.home, load_keys(), model, FEATURES, PAIRS)


def test_what_was_kept_comes_back(house: House) -> None:
    save(house)
    kept = load_state(house.home, load_keys(), "m1")
    assert kept is not None
    assert kept[0].equals(FEATURES)
    assert kept[1].equals(PAIRS)
    assert b"canary" not in house.home.identity_features.read_bytes()
    assert load_state(house.home, load_keys(), "m2") is None, "another model's scores were used"


@pytest.mark.parametrize("file", ["identity_features", "identity_pairs"])
def test_half_a_state_is_none(house: House, file: str) -> None:
    save(house)
    path = getattr(house.home, file)
    kept = path.read_bytes()
    path.unlink()
    assert load_state(house.home, load_keys(), "m1") is None
    save(house)
    path.write_bytes(kept)  # as a kill between the two writes leaves it
    assert load_state(house.home, load_keys(), "m1") is None


@pytest.mark.parametrize("file", ["identity_features", "identity_pairs"])
def test_a_damaged_file_is_told_with_the_remedy(house: House, file: str) -> None:
    save(house)
    path = getattr(house.home, file)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(StateBroken, match=r"SALA-I002[\s\S]*remove the file"):
        load_state(house.home, load_keys(), "m1")
