"""Which pairs are looked at, and which are joined without a score: rules as data, each with its reason.

SQL is DuckDB's; `l` and `r` are the two persons of a pair. What is compared in a pair stands in `settings`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Blocking:
    """Pairs worth looking at: those that agree on this.

    Attributes:
        sql: The condition on a pair.
        reason: Which same persons only this rule finds, and why it does not find everybody.
    """

    sql: str
    reason: str


@dataclass(frozen=True)
class Deterministic:
    """Pairs joined without a score, unless a guard or a decision holds them apart.

    Attributes:
        name: Its name as the method by which a person came to an officer.
        sql: The condition on a pair.
        reason: Why no two persons meet it.
    """

    name: str
    sql: str
    reason: str


def _same(column: str, other: str | None = None) -> str:
    return f"l.{column} = r.{other or column}"


_SOUND = "l.skeleton = r.skeleton"
_PLACE = "l.unit = r.unit and l.province_of_duty = r.province_of_duty"
_HALF_A_NAME = (
    "(l.family = r.family or l.given = r.given or l.family = r.family_last or l.family_last = r.family"
    " or l.given = r.given_last or l.given_last = r.given or l.skeleton = r.skeleton or l.khmer_key = r.khmer_key)"
)
_NO_DATE = "(l.birth_date is null or r.birth_date is null)"
# Without a birth date only the sum of weak agreements tells: a common name in a big province is not worth a look, a
# rare one is. The sum is of bits (the rarity of what is shared), so it foretells the match weight; whole-number
# arithmetic is far cheaper than scoring. 44 quarter bits keep 98 % of the pairs that a score could accept.
_BITS = (
    "least(l.name_rarity, r.name_rarity)"
    " + case when l.province_of_duty = r.province_of_duty then l.province_rarity else 0 end"
    " + case when l.unit = r.unit then l.unit_rarity else 0 end"
    " + case when l.birth_year = r.birth_year then 20 else 0 end"
    " + case when l.seniority is null or r.seniority is null then 0 when l.seniority = r.seniority then 8"
    " when abs(l.seniority - r.seniority) <= 2 then -4 else -48 end"
)


_ONE_SLIP = (
    f"{_same('province_of_duty')} and {_same('rank')} and {_NO_DATE} and {_BITS} >= 44"
    " and levenshtein(l.latin_first, r.latin_first) <= 1"
)


def _weak(agreement: str, bits: int, reason: str) -> tuple[Blocking, Blocking]:
    """Return the rules for pairs that agree on weak things only, where one of the two has no birth date.

    Two rules, one for each side that may lack the date: the join then starts from the fifth without one.
    """
    enough = f"{_BITS} >= {bits}"
    return (
        Blocking(f"l.dateless = r.skeleton and {agreement} and {enough}", reason),
        Blocking(f"l.skeleton = r.dateless and {agreement} and {enough}", "the same, the other way round"),
    )


BLOCKING = (
    Blocking(_same("police_id"), "an id is one person's, but for slips; finds every change of name and date"),
    Blocking(f"{_same('phone')} and {_HALF_A_NAME}", "a phone may be a family's or an office's: half a name as well"),
    Blocking(f"{_same('email')} and {_HALF_A_NAME}", "an address may be an office's: half a name as well"),
    Blocking(f"{_same('birth_date')} and {_HALF_A_NAME}", "one birthday has many officers: half a name as well"),
    Blocking(
        f"{_same('birth_date', 'birth_transposed')} and {_HALF_A_NAME}",
        "day and month were swapped in one of the two",
    ),
    Blocking(f"{_SOUND} and {_same('birth_day')}", "the year was mistyped; the day of the year and the name are right"),
    Blocking(
        f"{_same('birth_date')} and {_PLACE}",
        "two slips in the name, which then shares no half; twins are found here too, and told apart by weight",
    ),
    Blocking(
        f"{_SOUND} and {_PLACE} and abs(l.birth_year - r.birth_year) = 1",
        "the birthday was reckoned from an age: a year off, to within days",
    ),
    Blocking(
        f"{_same('birth_day')} and {_same('province_of_duty')} and abs(l.birth_year - r.birth_year) = 1"
        f" and {_HALF_A_NAME}",
        "a slip in the name and a year mistyped",
    ),
    *_weak(_same("province_of_duty"), 44, "a name and a province: no date to compare"),
    *_weak(_same("unit"), 44, "a name and a unit: the province changed"),
    *_weak(_same("birth_year"), 44, "a name and a year: moved altogether"),
    *_weak(_same("rank"), 46, "a rare name and a rank: moved altogether, no year"),
    Blocking(
        f"{_same('khmer_key')} and {_same('province_of_duty')} and {_NO_DATE} and {_BITS} >= 44",
        "a Latin name beyond recognition, or none",
    ),
    Blocking(
        f"{_same('khmer_key')} and {_same('unit')} and {_NO_DATE} and {_BITS} >= 46", "the same, the province changed"
    ),
    Blocking(
        f"{_same('birth_year')} and {_PLACE} and {_NO_DATE} and {_HALF_A_NAME}", "a slip in a name, only the year known"
    ),
    Blocking(
        f"{_same('birth_year')} and {_same('province_of_duty')} and {_same('rank')} and {_NO_DATE} and {_HALF_A_NAME}"
        " and levenshtein(l.latin_first, r.latin_first) <= 1",
        "the same, another unit",
    ),
    Blocking(
        f"{_same('family')} and {_ONE_SLIP}",
        "a slip in the given name",
    ),
    Blocking(
        f"{_same('given')} and {_ONE_SLIP}",
        "a slip in the family name",
    ),
)

DETERMINISTIC = (
    Deterministic(
        "police_id",
        f"{_same('police_id')} and coalesce(l.sex = r.sex, true)"
        " and coalesce(abs(l.birth_year - r.birth_year) <= 2, true)",
        "the police give an id once; sex and year of birth catch an id that is mistyped into another's",
    ),
    Deterministic(
        "phone_birth_name",
        f"{_same('phone')} and {_same('birth_date')} and {_SOUND}",
        "a family or an office shares a phone, not a birthday and a name as well",
    ),
)
