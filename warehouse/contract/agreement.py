"""What we promise a funder: one file per funder, `expectations/funders/<funder>.yaml`, typed.

An agreement is a list of versions, its *terms*. A change of rule is a new version with the day it starts; a period is
reported by the version in force on its first day. docs/agreements.md explains every field and a test compares the two.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, get_args

from croniter import croniter
from pydantic import AfterValidator, Field, model_validator

from warehouse.contract.properties import Properties
from warehouse.contract.texts import Day

Dimension = Literal[
    "province_of_duty", "province_of_training", "module_id", "topic", "sex", "category", "unit_code", "partner_id"
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Format = Literal["xlsx", "csv", "parquet", "iati", "json"]


def _cron(text: str) -> str:
    if not croniter.is_valid(text):
        raise ValueError("a cron expression, for example 0 6 * * *")
    return text


class FiscalYear(Properties):
    """When the funder's year begins, and whether it is called after the year it begins in or ends in."""

    starts_month: int = Field(ge=1, le=12)
    label: Literal["start", "end"]


class Population(Properties):
    """Who counts: all categories, those that are officers, or the ones named."""

    officers_only: bool = False
    categories: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Population:
        if self.officers_only and self.categories:
            raise ValueError("officers_only or a list of categories, not both")
        return self


class Completion(Properties):
    """Who counts as trained; shares are compared as whole numbers, never as a float.

    Attributes:
        measure: Whether sessions or hours are compared.
        numerator: Of the share that must be attended.
        denominator: Of that share.
        inclusive: Whether exactly that share is enough.
        minimum_hours: Contact hours that must be attended as well; None for no minimum.
        assessment: Whether an assessment after the training must have been taken, or passed.
        pass_mark_percent: From which share of the maximum one has passed, included; None unless it must be passed.
        late_joiners: Whether the share is of all sessions planned, or of those since the person was enrolled.
        unknown_attendance: Whether an unknown session leaves the verdict undecided or counts as absent.
    """

    measure: Literal["sessions", "hours"]
    numerator: int = Field(ge=1)
    denominator: int = Field(ge=1)
    inclusive: bool
    minimum_hours: int | None = Field(default=None, ge=1)
    assessment: Literal["none", "attempted", "passed"] = "none"
    pass_mark_percent: int | None = Field(default=None, ge=1, le=100)
    late_joiners: Literal["all_sessions", "since_joining"] = "all_sessions"
    unknown_attendance: Literal["undecided", "absent"] = "undecided"

    @model_validator(mode="after")
    def _sensible(self) -> Completion:
        if self.numerator > self.denominator:
            raise ValueError("a share of at most one: numerator ≤ denominator")
        if (self.assessment == "passed") != (self.pass_mark_percent is not None):
            raise ValueError("pass_mark_percent together with assessment: passed, and only then")
        return self


class IndicatorTerms(Properties):
    """One indicator as the funder words it.

    Attributes:
        id: Name of the model in `transforms/models/indicators/`.
        code: The funder's own; None where it has none that we could name a source for.
        disaggregations: Lists of dimensions, each list one table; the total is always given.
        baseline: What it was before, in the indicator's unit.
        target: What it should be at the end of the agreement.
        period_targets: What it should be within a period, by period id.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    code: str | None = None
    name: str
    definition: str
    disaggregations: tuple[tuple[Dimension, ...], ...] = ()
    baseline: Decimal | None = None
    target: Decimal | None = None
    period_targets: dict[str, Decimal] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _each_once(self) -> IndicatorTerms:
        if any(not group or len(set(group)) < len(group) for group in self.disaggregations):
            raise ValueError("lists of one or more different dimensions")
        if len({frozenset(group) for group in self.disaggregations}) < len(self.disaggregations):
            raise ValueError("each disaggregation once")
        return self


class Disclosure(Properties):
    """Which figures are too small to show.

    Attributes:
        minimum: Fewest persons that may stand behind a figure; fewer, but not none, are suppressed.
        width: How far apart, in persons, the bounds must stay between which a reader could reckon a suppressed figure.
    """

    minimum: int = Field(ge=1)
    width: int = Field(ge=1)


class Iati(Properties):
    """What the International Aid Transparency Initiative's standard asks of an activity."""

    activity_identifier: str
    reporting_org_ref: str
    reporting_org_type: str
    reporting_org_name: str
    title: str
    description: str
    activity_status: str = "2"
    starts_on: Day
    ends_on: Day | None = None


class Recipient(Properties):
    """Where issues are delivered to; the connection holds host and secret, this file neither."""

    kind: Literal["folder", "sftp", "s3", "email"]
    connection: str | None = None
    to: str


class Calendar(Properties):
    """When the extract of a period is drafted: at the first run of `schedule` so many days after the period's end."""

    schedule: Annotated[str, AfterValidator(_cron)]
    days_after_period_end: int = Field(ge=0)


class Terms(Properties):
    """One version of an agreement; see docs/agreements.md."""

    version: int = Field(ge=1)
    starts_on: Day
    fiscal_year: FiscalYear
    periods: Literal["quarter", "half", "year"]
    cumulative_from: Day
    programmes: tuple[Id, ...] = Field(min_length=1)
    partners: tuple[Id, ...] = Field(min_length=1)
    population: Population
    completion: Completion
    unique: Literal["ever", "fiscal_year", "period"]
    indicators: tuple[IndicatorTerms, ...] = Field(min_length=1)
    learning_gain_match_percent: int = Field(default=60, ge=0, le=100)
    disclosure: Disclosure
    formats: tuple[Format, ...] = Field(min_length=1)
    hxl: bool = False
    iati: Iati | None = None
    recipients: tuple[Recipient, ...] = ()
    calendar: Calendar

    @model_validator(mode="after")
    def _whole(self) -> Terms:
        ids = [indicator.id for indicator in self.indicators]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"each indicator once; twice: {', '.join(twice)}")
        if "iati" in self.formats and self.iati is None:
            raise ValueError("iati: what the standard asks of an activity, since iati is among the formats")
        return self


class Agreement(Properties):
    """One funder's agreement.

    Attributes:
        id: Name of the file, without `.yaml`.
        recipient: Under which name the officers' pseudonyms are made (`Keys.for_recipient`).
        ends_on: Last day that is reported; None while it is open.
    """

    id: Id
    name: str
    funder: str
    recipient: Id
    owner: str
    ends_on: Day | None = None
    versions: tuple[Terms, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Agreement:
        numbers, days = [t.version for t in self.versions], [t.starts_on for t in self.versions]
        if numbers != sorted(set(numbers)) or days != sorted(set(days)):
            raise ValueError("versions in order: each number and each start later than the one before")
        return self

    def version(self, number: int) -> Terms:
        """Return one version by its number."""
        return next(terms for terms in self.versions if terms.version == number)

    def in_force(self, day: date) -> Terms | None:
        """Return the version in force on a day; None before the first and after the end."""
        if self.ends_on and day > self.ends_on:
            return None
        return next((terms for terms in reversed(self.versions) if terms.starts_on <= day), None)
