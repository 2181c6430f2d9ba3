"""Among more persons more is asked of a pair: steps of the crowd, and that candidates per person stay bounded."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from warehouse.identity import crowd
from warehouse.identity.crowd import TRAINED_ON, doublings
from warehouse.identity.features import features
from warehouse.identity.model import PRIOR, RULES, load_model
from warehouse.identity.resolve import resolve
from warehouse.identity.scoring import candidates
from warehouse.population import appearances
from warehouse.store.database import open_memory


@pytest.mark.parametrize(
    ("persons", "times"),
    [(0, 0), (1, 0), (TRAINED_ON, 0), (2 * TRAINED_ON - 1, 0), (2 * TRAINED_ON, 1), (1_000_000, 5)],
)
def test_a_crowd_has_doubled_whole_times(persons: int, times: int) -> None:
    assert doublings(persons) == times


def test_each_doubling_takes_one_bit_from_the_prior_and_changes_no_level() -> None:
    model = load_model()
    assert model.among(TRAINED_ON) == model.splink
    larger = model.among(4 * TRAINED_ON)
    odds = [p / (1 - p) for p in (model.splink[PRIOR], larger[PRIOR])]
    assert odds[0] / odds[1] == pytest.approx(4)
    assert larger["comparisons"] == model.splink["comparisons"]


def candidates_per_person(count: int) -> float:
    persons, model = appearances(count, 79).persons, load_model()
    table = features(persons, pa.array([""] * count, pa.string()), model.frequencies)
    with open_memory() as connection:
        numbered = table.append_column("unique_id", pa.array(np.arange(count)))
        connection.register("numbered", numbered)
        rules = [rule["blocking_rule"] for rule in model.among(count)[RULES]]
        found = connection.execute(f"select count(*) from ({candidates(rules, everything=True)})").fetchone()
    assert found is not None
    return float(found[0]) / count


def test_a_person_has_hardly_more_candidates_in_a_crowd_four_times_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "TRAINED_ON", 5_000)  # the law is of steps, whatever the size of the first
    assert candidates_per_person(20_000) < 1.5 * candidates_per_person(5_000)


def test_a_crowd_that_crosses_a_step_is_resolved_as_if_all_had_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "TRAINED_ON", 200)
    persons = appearances(500, 80).persons
    fewer = persons.slice(0, 350)
    before = resolve(fewer)
    after = resolve(persons, before.known)
    assert after.persons.equals(resolve(persons).persons)
    assert after.known.pairs.equals(resolve(persons).known.pairs)
    assert resolve(fewer, after.known).persons.equals(before.persons)
