"""What is compared in a pair, as data, each level with its reason; and all rules of linkage in Splink's own form.

Nothing here is a number: how much each level weighs is estimated by `sala identity train` and stands in model.json.
SQL is DuckDB's; `x_l` and `x_r` are the two persons of a pair. Every level reads the same when they change places.
Which pairs are looked at stands in `blocking`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from warehouse.identity.blocking import blocking_rules


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison; the first that holds is taken.

    Attributes:
        label: Its name in evidence and in the model file.
        sql: The condition on a pair; "ELSE" for the rest.
        reason: Why it tells same from different persons.
        rarity: The column that says how rare the shared value is: the rarer, the more it says (a term-frequency
            adjustment); "" for none.
    """

    label: str
    sql: str
    reason: str
    rarity: str = ""


@dataclass(frozen=True)
class Comparison:
    """What is compared, from the strongest agreement down to the rest.

    Attributes:
        name: Its name in evidence and in the model file.
        unknown: When the pair cannot be compared on this: no evidence either way.
        levels: From agreement to disagreement; the last is "ELSE".
    """

    name: str
    unknown: str
    levels: tuple[Level, ...]


def _near(left: str, right: str, slips: int, script: str = "latin") -> str:
    """Return SQL: at most so many slips between two names, whichever end the family name stands on.

    A slip is a letter changed, left out, added, or swapped with its neighbour. DuckDB's distance that knows swaps takes
    eight times as long as the one that does not, and a swap counts two there: it is asked only where that can matter.
    """
    arrangements = (("first", "first"), ("first", "last"), ("last", "first"))
    names = [(_of(left, f"{script}_{one}"), _of(right, f"{script}_{other}")) for one, other in arrangements]
    plain = f"least({', '.join(f'levenshtein({a}, {b})' for a, b in names)})"
    swaps = f"least({', '.join(f'damerau_levenshtein({a}, {b})' for a, b in names)})"
    return f"(case when {plain} <= {slips} then true when {plain} > {2 * slips} then false else {swaps} <= {slips} end)"


def _of(side: str, column: str) -> str:
    """Return a column of one side: `l.x` in a blocking rule, `x_l` in a level."""
    return f"{column}{side}" if side.startswith("_") else f"{side}.{column}"


_KHMER_DIFFERS = (
    "(case when khmer_key_l is null or khmer_key_r is null or khmer_key_l = khmer_key_r then false"
    f" else not {_near('_l', '_r', 1, 'khmer')} end)"
)
_KHMER_NEAR = (
    f"(case when khmer_key_l is null or khmer_key_r is null then false else {_near('_l', '_r', 1, 'khmer')} end)"
)

NAME = Comparison(
    "name",
    "(latin_key_l is null or latin_key_r is null) and (khmer_key_l is null or khmer_key_r is null)",
    (
        Level(
            "both scripts alike",
            "latin_key_l = latin_key_r and khmer_key_l = khmer_key_r",
            "two witnesses",
            "name_rarity",
        ),
        Level("Khmer alike", "khmer_key_l = khmer_key_r", "Khmer has one spelling for a name", "name_rarity"),
        Level(
            "sounds alike, Khmer differs",
            f"case when latin_key_l = latin_key_r then {_KHMER_DIFFERS} else false end",
            "two Khmer names can have one romanisation",
            "name_rarity",
        ),
        Level("spelled alike", "spelled_l = spelled_r", "one spelling, in either order", "name_rarity"),
        Level("sounds alike", "latin_key_l = latin_key_r", "another romanisation of one name", "name_rarity"),
        Level(
            "two known names, a letter apart",
            f"case when latin_known_l and latin_known_r and skeleton_l != skeleton_r then {_near('_l', '_r', 1)}"
            f" when khmer_known_l and khmer_known_r then {_KHMER_NEAR} else false end",
            "a slip seldom makes one common name of another (Sophea, Sopheap): siblings have such names",
            "name_rarity",
        ),
        Level("Khmer differs, so does the Latin", _KHMER_DIFFERS, "two names in both scripts"),
        Level(
            "one slip",
            f"case when {_near('_l', '_r', 1)} then true else {_KHMER_NEAR} end",
            "a letter was mistyped, left out, added or swapped with its neighbour",
            "name_rarity",
        ),
        Level(
            "consonants alike or two slips",
            f"case when skeleton_l = skeleton_r then true else {_near('_l', '_r', 2)} end",
            "a freer romanisation, or two slips",
            "name_rarity",
        ),
        Level(
            "half alike",
            "family_l = family_r or given_l = given_r or family_l = family_last_r or family_last_l = family_r"
            " or given_l = given_last_r or given_last_l = given_r",
            "one family, or one common given name",
        ),
        Level("another name", "ELSE", "two names"),
    ),
)
_MISSING_DATE = "(birth_date_l is null or birth_date_r is null)"
BIRTH = Comparison(
    "birth",
    "birth_year_l is null or birth_year_r is null",
    (
        Level("same date", "birth_date_l = birth_date_r", "few officers share a birthday"),
        Level(
            "day and month swapped",
            "birth_date_l = birth_transposed_r or birth_transposed_l = birth_date_r",
            "dd/mm read as mm/dd",
        ),
        Level(
            "year a little off",
            "(birth_day_l = birth_day_r and abs(birth_year_l - birth_year_r) <= 2)"
            " or abs(abs(date_diff('day', cast(birth_date_l as date), cast(birth_date_r as date))) - 365) <= 4",
            "the year was mistyped, or reckoned from an age",
        ),
        Level(
            "one digit differs",
            "case when levenshtein(birth_date_l, birth_date_r) > 2 then false"
            " else damerau_levenshtein(birth_date_l, birth_date_r) <= 1 end",
            "a slip of the finger",
        ),
        Level("same year, one date missing", f"birth_year_l = birth_year_r and {_MISSING_DATE}", "only the year known"),
        Level(
            "year a little off, one date missing",
            f"abs(birth_year_l - birth_year_r) <= 2 and {_MISSING_DATE}",
            "only the year known, and reckoned",
        ),
        Level("another date", "ELSE", "two birthdays"),
    ),
)
# One slip makes an id longer or shorter, or changes two places of it at most. Nearly all pairs of ids of one length
# differ in more places, and to count them takes a sixtieth of the time.
_ONE_SLIP = "damerau_levenshtein(police_id_l, police_id_r) <= 1"
POLICE_ID = Comparison(
    "police_id",
    "police_id_l is null or police_id_r is null",
    (
        Level("same id", "police_id_l = police_id_r", "an id is one person's"),
        Level(
            "one digit differs",
            f"case when strlen(police_id_l) <> strlen(police_id_r) then {_ONE_SLIP}"
            f" when hamming(police_id_l, police_id_r) > 2 then false else {_ONE_SLIP} end",
            "a mistyped id, or the neighbour's in the register",
        ),
        Level("another id", "ELSE", "two ids are two officers, but for slips"),
    ),
)


def _equal(name: str, column: str, same: str, other: str) -> Comparison:
    return Comparison(
        name,
        f"{column}_l is null or {column}_r is null",
        (Level(f"same {name}", f"{column}_l = {column}_r", same), Level(f"another {name}", "ELSE", other)),
    )


PLACE = Comparison(
    "place",
    "province_of_duty_l is null or province_of_duty_r is null",
    (
        Level(
            "same unit and province",
            "unit_l = unit_r and province_of_duty_l = province_of_duty_r",
            "a few hundred officers",
            "place_rarity",
        ),
        Level(
            "same province, unit not known",
            "province_of_duty_l = province_of_duty_r and (unit_l is null or unit_r is null)",
            "a province has many officers",
            "province_rarity",
        ),
        Level(
            "same province, another unit",
            "province_of_duty_l = province_of_duty_r",
            "moved within the province",
            "province_rarity",
        ),
        Level("same unit, another province", "unit_l = unit_r", "moved within the service", "unit_rarity"),
        Level("another province, unit not known", "unit_l is null or unit_r is null", "officers move"),
        Level("another unit and province", "ELSE", "seldom both at once"),
    ),
)
_STEPS = "abs(seniority_l - seniority_r)"
_BACKWARDS = (
    "((last_day_l < first_day_r and seniority_l < seniority_r)"
    " or (last_day_r < first_day_l and seniority_r < seniority_l))"
)


def _within(years: int) -> str:
    """Return SQL: the two were last seen at most so many years apart."""
    return f"abs(last_day_l - last_day_r) <= {round(years * 365.25)}"


RANK = Comparison(
    "rank",
    "seniority_l is null or seniority_r is null",
    (
        Level("same rank, years apart", f"seniority_l = seniority_r and not {_within(5)}", "many are promoted by then"),
        Level("same rank", "seniority_l = seniority_r", "a rank has many officers"),
        Level("lower in the later course", _BACKWARDS, "officers are seldom demoted"),
        Level("one step within two years", f"{_STEPS} = 1 and {_within(2)}", "a promotion, but they are years apart"),
        Level("one step within five years", f"{_STEPS} = 1 and {_within(5)}", "a promotion"),
        Level("one step", f"{_STEPS} = 1", "a promotion, to be expected"),
        Level("two steps within five years", f"{_STEPS} = 2 and {_within(5)}", "two promotions take longer"),
        Level("two steps", f"{_STEPS} = 2", "two promotions"),
        Level("further apart", "ELSE", "seldom within the years of these courses"),
    ),
)
SEX = Comparison(
    "sex",
    "sex_l is null or sex_r is null",
    (
        Level("both women", "sex_l = 'female' and sex_r = 'female'", "fewer officers are women"),
        Level("both men", "sex_l = sex_r", "most officers are men"),
        Level("another sex", "ELSE", "a slip, or two persons"),
    ),
)
CATEGORY = Comparison(
    "category",
    "category_l is null or category_r is null",
    (
        Level("same category", "category_l = category_r", "most are police officers, few judges", "category_rarity"),
        Level("another category", "ELSE", "people seldom change their profession"),
    ),
)
COMPARISONS = (
    NAME,
    BIRTH,
    POLICE_ID,
    _equal("phone", "phone", "a number is seldom shared", "people change and lend phones"),
    _equal("email", "email", "an address is seldom shared", "people have several"),
    SEX,
    PLACE,
    RANK,
    CATEGORY,
    _equal("partner", "partner_id", "a partner seldom registers a person twice", "partners train the same officers"),
)
RARITIES = ("name_rarity", "place_rarity", "province_rarity", "unit_rarity", "category_rarity")


def splink_settings(numbers: dict[str, Any] | None = None, prior: float = 1e-4) -> dict[str, Any]:
    """Return the settings in Splink's own form.

    Args:
        numbers: By comparison and level, what to add to the level: m and u probabilities, weight of rarity.
        prior: Probability that two random persons are the same.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": blocking_rules(),
        "comparisons": [_splink_comparison(c, (numbers or {}).get(c.name, {})) for c in COMPARISONS],
    }


def _splink_comparison(comparison: Comparison, numbers: dict[str, Any]) -> dict[str, Any]:
    unknown = {"sql_condition": comparison.unknown, "label_for_charts": "not known", "is_null_level": True}
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [
            unknown,
            *({**_splink_level(level), **numbers.get(level.label, {})} for level in comparison.levels),
        ],
    }


def _splink_level(level: Level) -> dict[str, Any]:
    adjustment = {"tf_adjustment_column": level.rarity, "disable_tf_exact_match_detection": True}
    rarity = adjustment if level.rarity else {}
    return {"sql_condition": level.sql, "label_for_charts": level.label, **rarity}
