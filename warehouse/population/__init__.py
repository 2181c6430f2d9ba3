"""Known truth: invented persons and their appearances in partners' lists, seeded.

    Mix ──► persons (who there is) ──► entries (who stands in whose list, on which course days)
                                            │
                                            ▼
             appearances: `PERSONS` as the partners wrote them, and beside it who each of them truly is

The same count, seed and mix give the same tables. Nothing here is shared with the resolver: neither knows the other's
tables of names and variants, so that its figures say something.
"""

from warehouse.population.generate import Appearances, appearances
from warehouse.population.mix import CLASSES, STANDARD, Mix

__all__ = ["CLASSES", "STANDARD", "Appearances", "Mix", "appearances"]
