"""Why two persons are scored as they are: the level at which each field agrees, what it weighs, Splink's chart of it.

    features of the persons ──Splink, with the model──► levels (no value in them), waterfall chart (with values)

Only the pairs asked for are compared, whatever blocking would say of them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.identity.model import load_model
from warehouse.identity.scoring import linker
from warehouse.identity.settings import RARITIES
from warehouse.identity.state import load_state
from warehouse.store.database import open_memory
from warehouse.store.home import Home
from warehouse.store.keys import Keys, default_key_file, fingerprint_of, load_keys

Pair = tuple[str, str]  # left, right person_ref
_FRAME = ("Prior", "Final score")  # bars of the chart that are no field
_NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Level:
    """How one field compares.

    Attributes:
        label: The level, from agreement to disagreement; no value of the field.
        weight: What it adds to the match weight, in bits; negative where it speaks against.
    """

    label: str
    weight: float


@dataclass(frozen=True)
class Evidence:
    """Why a pair is scored as it is.

    Attributes:
        levels: By field, in the order of the model; fields not known of both are left out.
        chart: Splink's waterfall chart as a whole HTML document that needs no network; it holds values of the
            fields. Empty where none was asked for.
    """

    levels: Mapping[str, Level]
    chart: str


def kept_evidence(home: Home, keys: Keys, pairs: Sequence[Pair], charts: bool = False) -> dict[Pair, Evidence]:
    """Return the evidence of each pair whose two persons the last run of identify scored with the model in use.

    Raises:
        ModelUnusable: There is no model.
        StateBroken: What the last run kept is damaged.
    """
    model = load_model()
    kept = load_state(home, keys, model.fingerprint)
    return evidence(kept[0], pairs, model.among(len(kept[0])), charts) if kept else {}


def key_at_hand(home: Home) -> Keys | None:
    """Return the home's key when this user has it; none is made, and having none is no error."""
    named = Path(os.environ.get("SALA_KEY_FILE") or default_key_file())
    if not os.environ.get("SALA_KEY") and not named.is_file():
        return None
    keys = load_keys()
    return keys if fingerprint_of(home) == keys.fingerprint else None


def levels_at_hand(home: Home, pairs: Sequence[Pair]) -> dict[Pair, Mapping[str, Level]]:
    """Return at which level each field of the pairs agrees, where the user has the key; empty without it."""
    keys = key_at_hand(home)
    return {pair: found.levels for pair, found in kept_evidence(home, keys, pairs).items()} if keys else {}


def evidence(
    features: pa.Table, pairs: Sequence[Pair], settings: Mapping[str, Any], charts: bool = False
) -> dict[Pair, Evidence]:
    """Return the evidence of each pair whose two persons have features.

    Args:
        features: One row per person_ref; direct identifiers.
        pairs: left, right.
        settings: The model as Splink's settings.
        charts: Draw them too; without, no value of a field leaves this function.
    """
    placed = _placed(features, pairs)
    if not len(placed):
        return {}
    kept: dict[str, Any] = {"retain_matching_columns": True, "retain_intermediate_calculation_columns": True}
    kept |= {"additional_columns_to_retain": list(RARITIES)}  # the chart shows them, and Splink keeps what is compared
    rules = {"blocking_rules_to_generate_predictions": [{"blocking_rule": "l.pair_number = r.pair_number"}]}
    with open_memory() as database:
        database.register("placed", placed)
        with linker(database, "placed", {**settings, **kept, **rules}) as linking:
            records = linking.inference.predict().as_record_list()
            return {pairs[record["unique_id_l"] // 2]: _evidence(linking, record, charts) for record in records}


def _placed(features: pa.Table, pairs: Sequence[Pair]) -> pa.Table:
    """Return the features of both persons of each pair, each pair by itself: `unique_id` is even for the left one."""
    sides = pa.array([ref for pair in pairs for ref in pair], pa.string())
    places = pc.index_in(sides, value_set=features["person_ref"].combine_chunks())
    number = pa.array(range(len(sides)), pa.int64())
    there = pc.is_valid(places)
    placed = features.take(places.filter(there)).append_column("unique_id", number.filter(there))
    return placed.append_column("pair_number", pc.divide(placed["unique_id"], 2))


def _evidence(linking: Any, record: dict[str, Any], charts: bool) -> Evidence:
    chart = linking.visualisations.waterfall_chart([record], remove_sensitive_data=not charts)
    weights: dict[str, float] = {}
    labels: dict[str, str] = {}
    for bar in chart.raw_records:
        field = bar["column_name"].removeprefix("tf_")
        if field not in _FRAME:
            labels.setdefault(field, bar["label_for_charts"])
            weights[field] = weights.get(field, 0.0) + bar["log2_bayes_factor"]
    known = {field: Level(label, round(weights[field], 2)) for field, label in labels.items() if label != _NOT_KNOWN}
    return Evidence(known, chart.to_html(inline=True) if charts else "")
