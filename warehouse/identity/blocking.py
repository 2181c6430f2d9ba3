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
        bits: What is shared must be so rare (`_BITS`, in quarter bits) in the crowd of training; None: no matter.
        besides: In a larger crowd, what is shared besides must be so rare (`_BESIDES`), before its doublings.
    """

    sql: str
    reason: str
    bits: int | None = None
    besides: int | None = None

    def among(self, doublings: int) -> str:
        """Return the condition in a crowd that has doubled so often (`crowd.doublings`): each asks one bit more."""
        more = _BIT * doublings
        if self.bits is not None:
            return f"{_BITS} >= {self.bits + more} and {self.sql}"
        if self.besides is not None and doublings:
            return f"{self.sql} and {_BESIDES} >= {self.besides + more}"
        return self.sql


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


_BIT = 4  # quarter bits


def _same(column: str, other: str | None = None) -> str:
    return f"l.{column} = r.{other or column}"


def _shared(column: str, rarity: str) -> str:
    return f"case when {_same(column)} then {rarity} else 0 end"


_SOUND = _same("skeleton")
_PLACE = f"{_same('unit')} and {_same('province_of_duty')}"
_HALF_A_NAME = (
    "(l.family = r.family or l.given = r.given or l.family = r.family_last or l.family_last = r.family"
    " or l.given = r.given_last or l.given_last = r.given or l.skeleton = r.skeleton or l.khmer_key = r.khmer_key)"
)
_ONE_SLIP = "levenshtein(l.latin_first, r.latin_first) <= 1"
_RARER = "least(l.name_rarity, r.name_rarity)"
# Without a birth date only the sum of weak agreements tells: a common name in a big province is not worth a look, a
# rare one is. The sum is of bits (the rarity of what is shared), so it foretells the match weight; whole-number
# arithmetic is far cheaper than scoring. 44 quarter bits keep 98 % of the pairs that a score could accept.
_CAREER = (
    f"{_shared('province_of_duty', 'l.province_rarity')} + {_shared('unit', 'l.unit_rarity')}"
    " + case when l.seniority is null or r.seniority is null then 0 when l.seniority = r.seniority then 8"
    " when abs(l.seniority - r.seniority) <= 2 then -4 else -48 end"
)
_BITS = f"{_RARER} + {_shared('birth_year', '20')} + {_CAREER}"
# With a birthday the same is asked of what is shared besides, but only in a crowd larger than that of training. What an
# id, a phone, a category, a sex or years too far apart count is about what they weigh.
_BESIDES = (
    f"case when l.skeleton = r.skeleton or l.khmer_key = r.khmer_key then {_RARER} else 0 end"
    f" + {_shared('phone', '40')} + {_CAREER}"
    " + case when l.police_id = r.police_id then 80 when l.police_id <> r.police_id then -16 else 0 end"
    " + case when abs(l.birth_year - r.birth_year) > 2 then -40 else 0 end"
    " + case when l.sex <> r.sex then -20 else 0 end"
    " + case when l.category = r.category then l.category_rarity when l.category <> r.category then -24 else 0 end"
)


def _undated(agreement: str, reason: str, bits: int | None = None, besides: int | None = None) -> tuple[Blocking, ...]:
    """Return the rules for pairs of which one has no birth date.

    Two rules, one for each side that may lack the date: the join then starts from the fifth without one. Where both
    lack it, the first has found the pair.
    """
    other = f"r.birth_date is null and l.birth_date is not null and {agreement}"
    return (
        Blocking(f"l.birth_date is null and {agreement}", reason, bits, besides),
        Blocking(other, "the same, the other way round", bits, besides),
    )


def _a_year_off(agreement: str, reason: str, besides: int) -> tuple[Blocking, ...]:
    """Return the rules for pairs born a year apart: a join on equal values is far cheaper than on a distance."""
    return (
        Blocking(f"l.birth_year = r.birth_year + 1 and {agreement}", reason, besides=besides),
        Blocking(f"r.birth_year = l.birth_year + 1 and {agreement}", "the same, the other way round", besides=besides),
    )


BLOCKING = (
    Blocking(_same("police_id"), "an id is one person's, but for slips; finds every change of name and date"),
    Blocking(f"{_same('phone')} and {_HALF_A_NAME}", "a phone may be a family's or an office's: half a name as well"),
    Blocking(f"{_same('email')} and {_HALF_A_NAME}", "an address may be an office's: half a name as well"),
    Blocking(
        f"{_same('birth_date')} and {_HALF_A_NAME}",
        "one birthday has many officers: half a name as well",
        besides=0,
    ),
    Blocking(
        f"{_same('birth_date', 'birth_transposed')} and {_HALF_A_NAME}",
        "day and month were swapped in one of the two",
        besides=0,
    ),
    Blocking(
        f"{_SOUND} and {_same('birth_day')}",
        "the year was mistyped; the day of the year and the name are right",
        besides=4,
    ),
    Blocking(
        f"{_same('birth_date')} and {_PLACE}",
        "two slips in the name, which then shares no half; twins are found here too, and told apart by weight",
    ),
    *_a_year_off(
        f"{_SOUND} and {_PLACE}", "the birthday was reckoned from an age: a year off, to within days", besides=24
    ),
    *_a_year_off(
        f"{_same('birth_day')} and {_same('province_of_duty')} and {_HALF_A_NAME}",
        "a slip in the name and a year mistyped",
        besides=0,
    ),
    *_undated(f"{_SOUND} and {_same('province_of_duty')}", "a name and a province: no date to compare", 44),
    *_undated(f"{_SOUND} and {_same('unit')}", "a name and a unit: the province changed", 44),
    *_undated(f"{_SOUND} and {_same('birth_year')}", "a name and a year: moved altogether", 44),
    *_undated(f"{_SOUND} and {_same('rank')}", "a rare name and a rank: moved altogether, no year", 46),
    *_undated(f"{_same('khmer_key')} and {_same('province_of_duty')}", "a Latin name beyond recognition, or none", 44),
    *_undated(f"{_same('khmer_key')} and {_same('unit')}", "the same, the province changed", 46),
    *_undated(
        f"{_same('birth_year')} and {_PLACE} and {_HALF_A_NAME}", "a slip in a name, only the year known", besides=12
    ),
    *_undated(
        f"{_same('birth_year')} and {_same('province_of_duty')} and {_same('rank')} and {_HALF_A_NAME} and {_ONE_SLIP}",
        "the same, another unit",
    ),
    *_undated(
        f"{_same('family')} and {_same('province_of_duty')} and {_same('rank')} and {_ONE_SLIP}",
        "a slip in the given name",
        44,
    ),
    *_undated(
        f"{_same('given')} and {_same('province_of_duty')} and {_same('rank')} and {_ONE_SLIP}",
        "a slip in the family name",
        44,
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


def blocking_rules(doublings: int = 0) -> list[dict[str, str]]:
    """Return the rules for a crowd that has doubled so often since training, in Splink's own form."""
    return [{"blocking_rule": rule.among(doublings)} for rule in BLOCKING]
