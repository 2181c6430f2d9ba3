"""The committed model: what every level of every comparison weighs, how common names are, where the thresholds lie.

`sala identity train` writes it; the daily run only reads it. Its fingerprint covers everything that decides features
and scores, so that what was kept under another model is not used.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar

from warehouse.errors import TerminalError
from warehouse.identity.blocking import blocking_rules
from warehouse.identity.crowd import doublings
from warehouse.identity.frequencies import Frequencies
from warehouse.identity.settings import splink_settings

MODEL_FILE = Path(__file__).with_name("model.json")
NORMALISER = "2"  # raise it when a normal form or a step of the crowd changes: everybody is then looked at again
PRIOR, RULES = "probability_two_random_records_match", "blocking_rules_to_generate_predictions"
_NUMBERS = frozenset({"m_probability", "u_probability", "tf_adjustment_weight"})


class ModelUnusable(TerminalError):
    """The model file is missing, damaged, or was trained for other comparisons."""

    code: ClassVar[str] = "SALA-I003"
    title: ClassVar[str] = "The identity model cannot be used"


@dataclass(frozen=True)
class Thresholds:
    """Match weights in bits.

    Attributes:
        strict: Groups agree at least so well, on average, in the strict partition: the upper bound of a count.
        published: The same for the counts that are published.
        lenient: The same for the lower bound.
        kept: Pairs that weigh less are not kept.
    """

    strict: float
    published: float
    lenient: float
    kept: float


@dataclass(frozen=True)
class Model:
    """A trained model.

    Attributes:
        version: Given at training; names the model in documents.
        trained_on: What it was trained on, for the reader.
        splink: Settings in Splink's form, with m and u probabilities: Splink itself can load them.
        frequencies: How common names and codes are.
        thresholds: Where groups end.
    """

    version: str
    trained_on: dict[str, Any]
    splink: dict[str, Any]
    frequencies: Frequencies
    thresholds: Thresholds

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything that decides features, scores and groups."""
        text = json.dumps([NORMALISER, self._content()], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def among(self, persons: int) -> dict[str, Any]:
        """Return the settings for a crowd of so many persons: the prior and the rules are those of its size."""
        times = doublings(persons)
        prior = self.splink[PRIOR]
        rules = blocking_rules(times)
        return self.splink | {PRIOR: prior / (prior + (1 - prior) * 2**times), RULES: rules}

    def _content(self) -> dict[str, Any]:
        return {
            "splink": self.splink,
            "frequencies": json.loads(json.dumps(asdict(self.frequencies))),  # keys become texts, as in the file
            "thresholds": asdict(self.thresholds),
        }

    def write(self, path: Path) -> None:
        """Write the model file: the same model, the same bytes."""
        content = {"version": self.version, "trained_on": self.trained_on, **self._content()}
        path.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


@lru_cache(maxsize=4)
def load_model(path: Path = MODEL_FILE) -> Model:
    """Read a model file.

    Raises:
        ModelUnusable: There is none, it is damaged, or the comparisons have changed since it was trained.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        frequencies = content["frequencies"]
        scale = {int(words): share for words, share in frequencies.pop("scale").items()}
        model = Model(
            version=content["version"],
            trained_on=content["trained_on"],
            splink=content["splink"],
            frequencies=Frequencies(**frequencies, scale=scale),
            thresholds=Thresholds(**content["thresholds"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnusable(
            where=path.name,
            found=type(error).__name__,
            expected="a model that sala identity train wrote",
            action="Restore the file from the version control, or run: sala identity train",
        ) from None
    if without_numbers(model.splink) != without_numbers(splink_settings()):
        raise ModelUnusable(
            where=path.name,
            found="a model for other blocking rules or comparisons",
            expected="those of warehouse/identity/settings.py",
            action="Run: sala identity train",
        )
    return model


def without_numbers(splink: dict[str, Any]) -> dict[str, Any]:
    """Return Splink settings without what training puts into them: the rules alone."""
    comparisons = [
        comparison
        | {
            "comparison_levels": [
                {key: value for key, value in level.items() if key not in _NUMBERS}
                for level in comparison["comparison_levels"]
            ]
        }
        for comparison in splink["comparisons"]
    ]
    rest = {key: value for key, value in splink.items() if key != PRIOR}
    return rest | {"comparisons": comparisons}
