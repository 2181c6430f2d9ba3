"""What was mended and what is new: by person and row, however the rows moved; checked on random corrections."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, given, settings

from tests.conftest import House, listing, row
from tests.unit.returns.packs import packs
from warehouse.store.home import Home

FAULTS = {"Mark": "z", "Province": "Atlantis", "Hours": "many", "Date": "soon"}
SOUND = {"Mark": "P", "Province": "Kampot", "Hours": "6", "Date": "05/06/2024"}
Broken = dict[int, str]  # person → the column at fault


def written(persons: list[int], broken: Broken) -> str:
    """A list of 12 sound rows and some others."""
    sound = [row(n) for n in range(100, 112)]
    return listing(*sound, *(row(n, **({broken[n]: FAULTS[broken[n]]} if n in broken else {})) for n in persons))


def since(folder: Path, first: str, second: str) -> dict[str, int] | None:
    house = House(Home(folder / "home", folder / "partners"))
    house.path("x").parent.mkdir(parents=True)
    house.describe()
    house.ingest("att_a.csv", first)
    house.ingest("att_a_v2.csv", second)
    found = [pack.summary["since"] for pack in packs(house) if pack.summary["file"] == "att_a_v2.csv"]
    return {name: found[0][name] for name in ("mended", "new", "still", "left_out")} if found else None


broken = st.dictionaries(st.integers(1, 6), st.sampled_from(sorted(FAULTS)), max_size=5)


@settings(max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(broken, broken, st.permutations(range(1, 7)), st.sets(st.integers(1, 6), max_size=2))
def test_it_is_the_difference_of_what_is_wrong_with_whom(
    tmp_path_factory: object, before: Broken, after: Broken, order: list[int], gone: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("since")  # type: ignore[attr-defined]
    then, now = set(before.items()), {(n, column) for n, column in after.items() if n not in gone}
    found = since(folder, written([*range(1, 7)], before), written([n for n in order if n not in gone], after))
    if not then and not now:
        assert found is None
        return
    left_out = {(n, column) for n, column in then if n in gone}
    assert found == {
        "mended": len(then - now - left_out),
        "new": len(now - then),
        "still": len(then & now),
        "left_out": len(left_out),
    }


def test_a_row_that_a_file_no_longer_has_was_not_mended(tmp_path: Path) -> None:
    found = since(tmp_path, written([1, 2], {1: "Mark", 2: "Mark"}), written([1], {}))
    assert found == {"mended": 1, "new": 0, "still": 0, "left_out": 1}


def test_a_file_that_was_held_before_any_row_was_read_says_so(tmp_path: Path) -> None:
    house = House(Home(tmp_path / "home", tmp_path / "partners"))
    house.path("x").parent.mkdir(parents=True)
    house.describe()
    house.ingest("att_a.csv", "Event,Date\nE1,05/06/2024\n")
    house.ingest("att_a_v2.csv", written([1], {1: "Mark"}))
    second = packs(house)[1].summary
    assert (second["file"], second["since"]["held"]) == ("att_a_v2.csv", "SALA-F008")


def test_another_slot_is_another_thing(tmp_path: Path) -> None:
    house = House(Home(tmp_path / "home", tmp_path / "partners"))
    house.path("x").parent.mkdir(parents=True)
    house.describe()
    house.ingest("att_a.csv", written([1], {1: "Mark"}))
    house.ingest("att_b.csv", written([1, 2], {1: "Mark"}))
    assert [pack.summary["since"] for pack in packs(house)] == [None, None]
