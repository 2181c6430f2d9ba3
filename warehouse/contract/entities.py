"""The canonical entities and their columns: what every partner's export is conformed to.

One entry per column says everything the rest of the system needs: its Arrow type, how text becomes
that type (`kind`), which codes it may hold, and whether it identifies a person. Columns marked
`identifies` go to the vault only (law 6); bronze carries `person_ref` in their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

import pyarrow as pa


class Kind(Enum):
    """How the text of a cell becomes a value."""

    TEXT = "text"
    CODE = "code"  # mapped through the contract's `codes`, then one of `Column.codes`
    LOOKUP = "lookup"  # mapped through the contract's `codes`, then the seed named in `Column.lookup`
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"


HOURS = pa.decimal128(8, 2)
SCORE = pa.decimal128(10, 3)
ARROW_TYPE = MappingProxyType({Kind.DATE: pa.date32(), Kind.INTEGER: pa.int32()})


@dataclass(frozen=True)
class Column:
    """One canonical column.

    Attributes:
        name: Its name in bronze and in contracts.
        kind: How text becomes a value.
        description: What it holds, with its unit.
        codes: For `Kind.CODE`, the codes it may hold.
        lookup: For `Kind.LOOKUP`, the seed in `transforms/seeds/` that lists the codes.
        identifies: True when it directly identifies a person.
        decimal: For `Kind.DECIMAL`, its Arrow type.
        demanded: True when no row of the entity makes sense without it.
    """

    name: str
    kind: Kind
    description: str
    codes: tuple[str, ...] = ()
    lookup: str = ""
    identifies: bool = False
    decimal: pa.DataType = HOURS
    demanded: bool = False

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type of the conformed column."""
        return self.decimal if self.kind is Kind.DECIMAL else ARROW_TYPE.get(self.kind, pa.string())


STATUSES = ("present", "absent", "unknown")
CATEGORIES = (
    "police_officer",
    "judge",
    "prosecutor",
    "social_worker",
    "ngo_staff",
    "government_official",
    "trainer",
    "other",
    "unknown",
)
SEXES = ("female", "male", "unknown")
ASSESSMENT_KINDS = ("pre", "post", "practical", "other")
OUTCOMES = ("completed", "failed", "withdrawn", "enrolled", "unknown")

IDENTITY = (
    Column("person_id", Kind.TEXT, "The partner's own id of the person", identifies=True),
    Column("name_latin", Kind.TEXT, "Full name in Latin script", identifies=True),
    Column("name_khmer", Kind.TEXT, "Full name in Khmer script", identifies=True),
    Column("police_id", Kind.TEXT, "Police identity number, zeros kept", identifies=True),
    Column("phone", Kind.TEXT, "Phone number", identifies=True),
    Column("email", Kind.TEXT, "E-mail address", identifies=True),
    Column("birth_date", Kind.DATE, "Full date of birth", identifies=True),
    Column("birth_year", Kind.INTEGER, "Year of birth, where the partner knows no more", identifies=True),
)
PERSON_THEN = (
    Column("category", Kind.CODE, "What the person was at the time", codes=CATEGORIES),
    Column("sex", Kind.CODE, "Sex as recorded", codes=SEXES),
    Column("rank", Kind.LOOKUP, "Rank at the time", lookup="ranks"),
    Column("unit", Kind.LOOKUP, "Unit at the time", lookup="units"),
    Column("province_of_duty", Kind.LOOKUP, "Province of duty at the time", lookup="provinces"),
)
PLACE = Column("province_of_training", Kind.LOOKUP, "Province where the event was held", lookup="provinces")
PROGRAMME = Column("programme_id", Kind.TEXT, "Programme, one of the contract's `programmes`", demanded=True)
MODULE = Column("module_id", Kind.LOOKUP, "Module of the common taxonomy", lookup="modules")
EVENT = Column("event_id", Kind.TEXT, "The partner's id of one delivery of a training", demanded=True)

ENTITIES: MappingProxyType[str, tuple[Column, ...]] = MappingProxyType(
    {
        "attendance": (
            PROGRAMME,
            EVENT,
            MODULE,
            PLACE,
            Column("session_date", Kind.DATE, "Day of the session", demanded=True),
            Column("session_number", Kind.INTEGER, "Number of the session within the day or event"),
            Column("status", Kind.CODE, "Attendance; unknown is not absent", codes=STATUSES, demanded=True),
            Column("hours", Kind.DECIMAL, "Length of the session in hours"),
            *IDENTITY,
            *PERSON_THEN,
        ),
        "assessment": (
            PROGRAMME,
            EVENT,
            MODULE,
            Column("kind", Kind.CODE, "When or how it was assessed", codes=ASSESSMENT_KINDS, demanded=True),
            Column("score", Kind.DECIMAL, "Points reached; empty when not known", decimal=SCORE),
            Column("maximum", Kind.DECIMAL, "Points that could be reached", decimal=SCORE),
            Column("assessed_on", Kind.DATE, "Day of the assessment"),
            Column("attempt", Kind.TEXT, "The partner's id of the attempt or paper"),
            *IDENTITY,
        ),
        "participant": (
            PROGRAMME,
            EVENT,
            MODULE,
            PLACE,
            Column("enrolled_on", Kind.DATE, "Day of enrolment"),
            Column("withdrawn_on", Kind.DATE, "Day of withdrawal; empty when the person stayed"),
            Column("outcome", Kind.CODE, "How it ended, by the partner's word", codes=OUTCOMES),
            *IDENTITY,
            *PERSON_THEN,
        ),
        "event": (
            PROGRAMME,
            EVENT,
            MODULE,
            PLACE,
            Column("starts_on", Kind.DATE, "First day", demanded=True),
            Column("ends_on", Kind.DATE, "Last day"),
            Column("planned_sessions", Kind.INTEGER, "Sessions planned"),
            Column("planned_hours", Kind.DECIMAL, "Hours planned"),
            Column("trainers", Kind.INTEGER, "Number of trainers"),
            Column("funder", Kind.TEXT, "Who paid for it"),
        ),
    }
)


def has_people(entity: str) -> bool:
    """True when rows of this entity are about a person."""
    return any(column.identifies for column in ENTITIES[entity])
