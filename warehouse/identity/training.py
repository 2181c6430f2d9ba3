"""Estimates the model from persons whose identity is known: `sala identity train`, run rarely, never by the daily run.

    samples of known truth --Splink: blocking, levels--> labelled pairs --logistic regression--> weights

Fields are not independent (a transfer changes unit and province, a twin shares name and birthday), so weights are
fitted together, by logistic regression over the candidate pairs, instead of each level by itself. They are written as
m and u probabilities with the fitted ratio: what Splink computes with them is the fitted log-odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.identity.features import features
from warehouse.identity.frequencies import Frequencies, estimate
from warehouse.identity.model import Model, Thresholds
from warehouse.identity.names import khmer_name, latin_name
from warehouse.identity.scoring import linker
from warehouse.identity.settings import COMPARISONS, RARITIES, splink_settings
from warehouse.store.database import open_memory

# Chosen on a held-out sample (seed 201 of the standard mix, 30,000 appearances), not on those of training or of
# evaluation: the published one where precision is still 98 %, the others so that the true headcount lies between.
THRESHOLDS = Thresholds(strict=-3.0, published=-4.9, lenient=-9.0, kept=-9.5)
RIDGE = 0.5  # pulls the weights of levels that hardly occur towards nothing
TYPICAL_BITS = 5.0  # rarities are counted from here, so that intercept and slope do not trade places
CODES = ("category", "unit", "province_of_duty")
_ITERATIONS = 60


@dataclass(frozen=True)
class Sample:
    """Persons and who they are.

    Attributes:
        persons: Rows of `store.schemas.PERSONS`.
        truth: By row, whom it is about.
    """

    persons: pa.Table
    truth: Sequence[str]


@dataclass(frozen=True)
class Term:
    """One weight to be fitted: of a level, or of each bit of rarity at that level."""

    comparison: str
    level: str
    rarity: str = ""


def train(
    samples: Sequence[Sample], version: str, trained_on: dict[str, Any], thresholds: Thresholds = THRESHOLDS
) -> Model:
    """Return a model fitted to samples of known truth.

    Args:
        samples: Each is a world of its own: pairs are made within a sample.
        version: Names the model.
        trained_on: What to tell of the samples.
        thresholds: Where groups end; no part of the fit.
    """
    frequencies = estimate_frequencies(pa.concat_tables([sample.persons for sample in samples]))
    pairs = pd.concat([labelled_pairs(sample, frequencies) for sample in samples], ignore_index=True)
    terms = _terms()
    weights = fit(_design(pairs, terms), pairs["same"].to_numpy(float)) / np.log(2)
    told = trained_on | {"pairs": len(pairs), "pairs_of_one_person": int(pairs["same"].sum())}
    return Model(version, told, _as_splink(weights, terms), frequencies, thresholds)


def estimate_frequencies(persons: pa.Table) -> Frequencies:
    """Return how common names and codes are among these persons."""
    latin = [latin_name(text) for text in persons["name_latin"].drop_null().to_pylist()]
    khmer = [khmer_name(text) for text in persons["name_khmer"].drop_null().to_pylist()]
    codes = {column: persons[column].drop_null().to_pylist() for column in CODES}
    return estimate([n for n in latin if n.words], [n for n in khmer if n.words], codes)


def labelled_pairs(sample: Sample, frequencies: Frequencies) -> pd.DataFrame:
    """Return the candidate pairs of a sample: level of each comparison, bits of rarity, whether it is one person.

    Levels are counted as Splink does: 0 is the last, -1 stands for not known.
    """
    hashes = pa.array([""] * len(sample.persons), pa.string())
    table = features(sample.persons, hashes, frequencies)
    numbered = table.append_column("unique_id", pa.array(np.arange(len(table))))
    every_level = {
        c.name: {level.label: {"m_probability": 0.5, "u_probability": 0.5} for level in c.levels} for c in COMPARISONS
    }
    settings = splink_settings(every_level) | {
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }
    levels = ", ".join(f'"gamma_{c.name}"' for c in COMPARISONS)
    bits = ", ".join(f"-log2(greatest(tf_{column}_l, tf_{column}_r)) as bits_{column}" for column in RARITIES)
    with open_memory() as connection:
        connection.register("numbered", numbered)
        with linker(connection, "numbered", settings) as linking:
            predicted = linking.inference.predict(warning_mode="never")
            query = f"select unique_id_l, unique_id_r, {levels}, {bits} from {predicted.physical_name} order by 1, 2"  # noqa: S608
            pairs: pd.DataFrame = connection.execute(query).to_arrow_table().to_pandas()
    truth = np.asarray(sample.truth)
    return pairs.assign(same=truth[pairs["unique_id_l"]] == truth[pairs["unique_id_r"]])


def fit(design: NDArray[np.float64], same: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights (natural logarithm of odds) of a logistic regression; the first is the intercept.

    Newton's method with a ridge on all but the intercept: no randomness, the same numbers for the same pairs.
    """
    ridge = np.full(design.shape[1], RIDGE)
    ridge[0] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(_ITERATIONS):
        probability = 1.0 / (1.0 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (same - probability) - ridge * weights
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design + np.diag(ridge + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        weights += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _terms() -> list[Term]:
    terms = []
    for comparison in COMPARISONS:
        for level in comparison.levels:
            terms.append(Term(comparison.name, level.label))
            if level.rarity:
                terms.append(Term(comparison.name, level.label, level.rarity))
    return terms


def _design(pairs: pd.DataFrame, terms: Sequence[Term]) -> NDArray[np.float64]:
    number = {(c.name, level.label): len(c.levels) - 1 - i for c in COMPARISONS for i, level in enumerate(c.levels)}
    columns: list[NDArray[np.float64]] = [np.ones(len(pairs))]
    for term in terms:
        level = pairs[f"gamma_{term.comparison}"] == number[term.comparison, term.level]
        holds = np.asarray(level, np.float64)
        if term.rarity:
            holds = holds * (pairs[f"bits_{term.rarity}"].fillna(TYPICAL_BITS).to_numpy(float) - TYPICAL_BITS)
        columns.append(holds)
    return np.column_stack(columns)


def _as_splink(weights: NDArray[np.float64], terms: Sequence[Term]) -> dict[str, Any]:
    """Return Splink settings with m and u of every level, so that Splink's sum is the fitted one."""
    fitted = dict(zip(terms, weights[1:].tolist(), strict=True))
    numbers: dict[str, dict[str, Any]] = {comparison.name: {} for comparison in COMPARISONS}
    for comparison in COMPARISONS:
        for level in comparison.levels:
            weight = fitted[Term(comparison.name, level.label)]
            slope = fitted[Term(comparison.name, level.label, level.rarity)] if level.rarity else None
            numbers[comparison.name][level.label] = _m_and_u(weight, slope)
    return splink_settings(numbers, prior=float(1 / (1 + 2.0 ** -weights[0])))


def _m_and_u(weight: float, slope: float | None) -> dict[str, float]:
    """Return m and u of a level whose weight is `weight` bits, or `weight + slope x (rarity - TYPICAL_BITS)`.

    Splink adds log2(m / u), and slope x (log2(u) + rarity): any u will do, as long as neither exceeds one.
    """
    if slope is None:
        larger = 0.9
        m, u = (larger, larger * 2.0**-weight) if weight >= 0 else (larger * 2.0**weight, larger)
        return {"m_probability": m, "u_probability": u}
    constant = weight - slope * TYPICAL_BITS
    bits = TYPICAL_BITS
    if slope < 1:
        bits = max(bits, constant / (1 - slope) + 0.2)
    u = 2.0**-bits
    m = 2.0 ** (constant - bits + slope * bits)
    if m > 1:
        raise ArithmeticError(f"no m and u for weight {weight:.2f} with slope {slope:.2f}")
    return {"m_probability": m, "u_probability": u, "tf_adjustment_weight": slope}
