"""How well identity resolution does on known truth, beside simple methods and a published set.

    population (invented, seeded) ─┐
    FEBRL 3 (published)           ─┴─► resolver, simple methods ──► clusters ──► measures ──► rows of one table

Every function takes the resolver as a parameter; the project's own is `resolver()`. Running it again with the same
seed gives the same figures, times apart.
"""

from warehouse.evaluation.run import SEED, SIZES, evaluate, resolver
from warehouse.evaluation.scale import measure_scale

__all__ = ["SEED", "SIZES", "evaluate", "measure_scale", "resolver"]
