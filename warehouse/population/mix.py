"""How hard the invented lists are: every share in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

CLASSES = (  # what can make an appearance hard to recognise; `clean` is none of the others
    "clean",
    "romanised",
    "typing slip",
    "order swapped",
    "no Khmer",
    "no birth date",
    "date wrong",
    "no shared id",
    "honorific",
    "transferred",
    "twin or sibling",
    "registered twice",
    "common name",
)


def _share(value: float, meaning: str) -> float:
    made: float = field(default=value, metadata={"meaning": meaning})
    return made


@dataclass(frozen=True)
class Mix:
    """Shares between 0 and 1; of appearances where nothing else is said. `meaning` is in each field's metadata."""

    two_part_given: float = _share(0.35, "persons with a given name in two parts")
    name_exponent: float = _share(0.8, "exponent of Zipf's law for family and given names (not a share)")
    women: float = _share(0.22, "persons who are women")
    romanised: float = _share(0.45, "Latin name in another romanisation than the official one")
    joined: float = _share(0.25, "of the romanised with a two-part given name: its parts written as one word")
    typing_slip: float = _share(0.12, "a typing slip in the Latin name: a letter more, less or other, or two exchanged")
    order_swapped: float = _share(0.10, "given name before family name, in the Latin name")
    other_case: float = _share(0.25, "Latin name in capitals, wholly or in the family name")
    honorific: float = _share(0.05, "honorific or rank written before the name")
    no_khmer: float = _share(0.40, "without the name in Khmer script")
    zero_width: float = _share(0.12, "of those with Khmer: zero-width spaces within")
    code_point_order: float = _share(0.08, "of those with Khmer whose spelling allows it: other order of code points")
    khmer_slip: float = _share(0.03, "of those with Khmer: a typing slip")
    no_birth_date: float = _share(0.12, "without birth date")
    birth_year_only: float = _share(0.08, "only the year of birth")
    day_month_swapped: float = _share(0.04, "day and month of birth swapped")
    year_off: float = _share(0.03, "year of birth one off")
    police_id: float = _share(0.45, "with a police id (police officers only, among all)")
    police_id_wrong: float = _share(0.02, "of police ids: one digit wrong")
    phone: float = _share(0.50, "with a phone number")
    phone_changed: float = _share(0.08, "of phone numbers: another one than the person's first")
    phone_shared: float = _share(0.02, "persons whose first phone is that of a colleague, or of the sibling")
    email: float = _share(0.06, "with an e-mail address")
    sex_unknown: float = _share(0.03, "sex not recorded")
    sex_wrong: float = _share(0.003, "sex recorded wrongly")
    rank_missing: float = _share(0.10, "rank not recorded")
    unit_missing: float = _share(0.08, "unit not recorded")
    province_changed: float = _share(0.15, "province of duty is another than the person's first")
    unit_changed: float = _share(0.10, "unit is another than the person's first")
    promoted: float = _share(0.40, "persons promoted once in the years of the lists; half of them again")
    registered_twice: float = _share(0.20, "persons whom one partner registers twice, under two ids")
    siblings: float = _share(0.01, "persons with a twin or sibling in the same unit, half of these pairs twins")


STANDARD = Mix()


def as_markdown(mix: Mix = STANDARD) -> str:
    """Return the mix as the table that stands in docs/identity.md."""
    rows = [f"| `{f.name}` | {getattr(mix, f.name):g} | {f.metadata['meaning']} |" for f in fields(mix)]
    return "\n".join(("| share | value | of appearances, or as it says |", "|---|---:|---|", *rows))
