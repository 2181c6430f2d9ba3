"""Pairs that cannot reach what is kept are left out before they are scored: none of those that would be kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from warehouse.identity.features import features
from warehouse.identity.model import Model, load_model
from warehouse.identity.scoring import score
from warehouse.population import appearances

COUNT = 1_500


@pytest.fixture(scope="module")
def table() -> pa.Table:
    persons = appearances(COUNT, 77).persons
    nameless = pa.array(np.arange(COUNT) % 9 == 0)  # nothing is known of how rare their names are
    for name in ("name_latin", "name_khmer"):
        column = pc.if_else(nameless, pa.scalar(None, pa.string()), persons[name])
        persons = persons.set_column(persons.column_names.index(name), name, column)
    return features(persons, pa.array([""] * COUNT, pa.string()), load_model().frequencies).sort_by("person_ref")


def kept(table: pa.Table, least: float) -> pa.Table:
    model: Model = load_model()
    return score(table, pa.array([True] * COUNT), replace(model, thresholds=replace(model.thresholds, kept=least)))


@pytest.mark.parametrize("least", [-20.0, -9.5, 0.0, 12.0])
def test_what_is_kept_is_all_that_weighs_so_much_and_every_link(table: pa.Table, least: float) -> None:
    everything, found = kept(table, -200.0), kept(table, least)
    scored, told = (pairs.filter(pc.is_null(pairs["link"])) for pairs in (everything, found))
    heavy = scored.filter(pc.greater_equal(scored["match_weight"], least))
    assert 0 < len(heavy) < len(scored)
    assert told.equals(heavy)
    assert len(found) - len(told) == len(everything) - len(scored) > 0
