"""How common a name is, also where the column of names holds something else."""

from __future__ import annotations

from warehouse.identity.frequencies import Frequencies, estimate
from warehouse.identity.names import khmer_name, latin_name


def of_training() -> Frequencies:
    latin = [latin_name("Sok Dara"), latin_name("Chan Dara"), latin_name("Sok Chan")]
    return estimate(latin, [], {})


def test_a_remark_of_hundreds_of_words_is_a_very_rare_name() -> None:
    """Its shares multiply to less than a number can hold: one such cell must not stop the persons of everybody."""
    known = of_training()
    short = known.rarity_of_sounds(latin_name("Sok Dara"))
    latin = known.rarity_of_sounds(latin_name("did not come " * 200))
    khmer = known.rarity_of_letters(khmer_name("សុខ ដារ៉ា " * 200))
    assert short is not None
    assert latin is not None
    assert khmer is not None
    assert latin > short
    assert khmer > short
