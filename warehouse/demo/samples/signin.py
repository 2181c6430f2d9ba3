"""Attendance as people write it on an IJM sign-in sheet: marks, headers, ranks, totals, signatures."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from warehouse.demo.samples.delivery import Cell, Sheet
from warehouse.demo.samples.people import PROVINCES, Person, spelled_phone, spelled_province

ORGANISATION = "International Justice Mission - Cambodia Field Office"
PRESENT, ABSENT, UNKNOWN = "present", "absent", "unknown"
MARKS: tuple[dict[str, Cell], ...] = (
    {PRESENT: "✓", ABSENT: "", UNKNOWN: "?"},
    {PRESENT: "P", ABSENT: "A", UNKNOWN: "?"},
    {PRESENT: 1, ABSENT: "", UNKNOWN: "?"},
    {PRESENT: "x", ABSENT: "", UNKNOWN: "?"},
    {PRESENT: "ឡ", ABSENT: "", UNKNOWN: "?"},
)
PERSON_HEADERS = (
    (
        *("No.", "ID", "Name (Latin)", "Name (Khmer)", "Sex", "Rank", "Unit", "Province of duty", "Category"),
        *("Phone", "Police ID"),
    ),
    (
        *("No", "IJM ID", "Full name\n(Latin letters)", "ឈ្មោះ", "M/F", "Rank", "Department", "Duty  province ", "Type"),
        *("Tel.", "Police No."),
    ),
    (
        *("ល.រ", "លេខសម្គាល់", "ឈ្មោះជាអក្សរឡាតាំង", "ឈ្មោះ", "ភេទ", "ឋានន្តរស័ក្តិ", "អង្គភាព", "ខេត្តបំពេញការងារ", "ប្រភេទ"),
        *("លេខទូរស័ព្ទ", "អត្តលេខមន្ត្រី"),
    ),
)
ID, LATIN, KHMER, SEX, RANK, UNIT, DUTY, CATEGORY, PHONE, POLICE_ID, FIRST_DAY = range(1, 12)
UNITS = {
    "ahtjp": ("AHTJP", "Anti-Human Trafficking and Juvenile Protection Department"),
    "judicial-police": ("Judicial Police", "Criminal Police"),
    "provincial-police": ("Provincial Commissariat", "ស្នងការដ្ឋាននគរបាលខេត្ត"),
    "social-affairs": ("DoSVY", "Department of Social Affairs"),
    "womens-affairs": ("DoWA",),
    "ngo": ("NGO", "អង្គការ"),
    "ministry-of-interior": ("MoI",),
}
CATEGORIES = {
    "police_officer": ("Police", "police officer", "នគរបាល"),
    "social_worker": ("Social worker", "SW", "បុគ្គលិកសង្គមកិច្ច"),
    "ngo_staff": ("NGO", "NGO staff", "បុគ្គលិកអង្គការ"),
    "government_official": ("Government", "Gov. official", "មន្ត្រីរាជការ"),
}
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


@dataclass(frozen=True)
class Attendee:
    """One person on one sheet, with a status for each day."""

    person: Person
    days: tuple[str, ...]


@dataclass
class SignIn:
    """One sign-in sheet before it is laid out; `rows` may be spoilt on purpose before `sheet()`.

    Attributes:
        tab: Name of the sheet.
        course: Title of the course.
        module: Module as the partner calls it.
        venue: Code of the province of training.
        days: Days of the sessions.
        hours: Hours of one day.
        style: Which of the habits in marks, headers and layout this sheet follows.
        rows: Cells, one row per person.
        day_headers: Headers of the day columns.
    """

    tab: str
    course: str
    module: str
    venue: str
    days: tuple[date, ...]
    hours: int
    style: int
    rows: list[list[Cell]] = field(default_factory=list)
    day_headers: list[str] = field(default_factory=list)

    def fill(self, attendees: Sequence[Attendee], rng: random.Random) -> SignIn:
        """Write the attendees' rows and the day headers."""
        self.day_headers = [day_header(number, day, self.style) for number, day in enumerate(self.days, 1)]
        for number, attendee in enumerate(attendees, 1):
            marks = [MARKS[self.style % 5][status] for status in attendee.days]
            self.rows.append([number, *self._cells(attendee.person, rng), *marks, ""])
        return self

    def _cells(self, person: Person, rng: random.Random) -> list[Cell]:
        year = self.days[0].year
        rank = person.rank_in(year)
        khmer = self.style % 3 == 2
        phone = spelled_phone(person.phone, rng)
        return [
            person.id,
            person.name.latin,
            person.name.khmer,
            ("ស្រី" if person.female else "ប្រុស") if khmer else ("F" if person.female else "M"),
            "Civilian" if rank is None else rank[2] if khmer else rng.choice(rank[:2]),
            rng.choice(UNITS[person.unit]),
            spelled_province(person.province_in(year), rng),
            CATEGORIES[person.category][self.style % 3],
            phone.translate(KHMER_DIGITS) if khmer else phone,
            person.police_id,
        ]

    def sheet(self) -> Sheet:
        """Lay the sheet out: titles and blank lines above a header that moves, totals and signatures below."""
        style = self.style % 3
        headers = [*PERSON_HEADERS[style], *self.day_headers, "Remarks"]
        first, last = self.days[0], self.days[-1]
        titles = [
            ORGANISATION,
            f"Attendance list: {self.course}",
            f"Module: {self.module}",
            f"Venue: {PROVINCES[self.venue][0]}",
            f"Dates: {first:%d/%m/%Y} - {last:%d/%m/%Y}, {self.hours} hours a day",
            *[""] * (self.style % 4),
        ]
        day_columns = (FIRST_DAY, FIRST_DAY + len(self.days) - 1)
        bands = (("Participant", 0, FIRST_DAY - 1), ("Attendance", *day_columns)) if self.style % 2 else ()
        women = sum(1 for row in self.rows if row[SEX] in {"F", "ស្រី"})
        tail: list[list[Cell]] = [
            ["Subtotal women", "", women],
            ["Total", "", len(self.rows)],
            [],
            ["", "Prepared by:", "", "", "", "", "Seen and agreed:"],
            ["", "Programme officer", "", "", "", "", "Deputy commissioner"],
            ["", "Date: ....../....../......"],
        ]
        return Sheet(self.tab, titles, headers, self.rows, tail, bands)


def day_header(number: int, day: date, style: int) -> str:
    """Return the header of a day column: two lines, one line, or Khmer with Khmer digits."""
    written = f"{day:%d/%m/%Y}"
    if style % 3 == 2:
        return f"ថ្ងៃទី{number}\n{written}".translate(KHMER_DIGITS)
    return f"Day {number}\n{written}" if style % 3 == 0 else f"Day {number} ({written})"


def attend(people: Sequence[Person], days: int, rng: random.Random, presence: float = 0.94) -> list[Attendee]:
    """Let everybody attend at least one day; a late joiner's first day is unknown."""
    attendees = []
    for person in people:
        statuses = [PRESENT if rng.random() < presence else ABSENT for _ in range(days)]
        if rng.random() < 0.04:
            statuses[0] = UNKNOWN
        if PRESENT not in statuses:
            statuses[-1] = PRESENT
        attendees.append(Attendee(person, tuple(statuses)))
    return attendees


def never(person: Person, days: int, status: str = ABSENT) -> Attendee:
    """Return somebody who registered and of whom no presence is recorded."""
    return Attendee(person, (status,) * days)
