"""IJM: sign-in sheets as workbooks, and an assessment workbook (domain.md, police training since 2003).

279 officers attended at least one course of the police training: 240 in ten courses of two sheets each,
39 in the latest course (25) and the twelve-module programme (24), which share ten. Officers return to
later courses, so person-trainings exceed persons. Five more registered and are never seen present.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from warehouse.demo.samples import ijm_faults
from warehouse.demo.samples.delivery import Delivery, workbook
from warehouse.demo.samples.ijm_assessments import assessments
from warehouse.demo.samples.people import PROVINCES, Person, Population
from warehouse.demo.samples.signin import ABSENT, PRESENT, UNKNOWN, Attendee, SignIn, attend, never

PARTNER = "ijm"
POLICE_UNITS = ("ahtjp", "judicial-police", "provincial-police")
COURSES = (  # first day, days, module, the two provinces of training
    (date(2004, 6, 14), 3, "Professional ethics", ("12", "08")),
    (date(2005, 11, 21), 3, "Human trafficking law", ("17", "02")),
    (date(2006, 3, 6), 3, "Interviewing child witnesses", ("12", "17")),
    (date(2007, 5, 21), 2, "Evidence collection", ("03", "12")),
    (date(2008, 9, 1), 3, "Crime scene management", ("08", "03")),
    (date(2009, 3, 9), 2, "Interviewing child witnesses", ("17", "20")),
    (date(2010, 9, 6), 3, "Courtroom case preparation", ("12", "09")),
    (date(2011, 6, 13), 3, "Victim-friendly procedures", ("02", "01")),
    (date(2013, 10, 7), 2, "Report writing", ("03", "18")),
    (date(2015, 2, 2), 5, "Instructor Training Certification Course", ("12", "17")),
)
BLOCKS = (date(2016, 10, 3), date(2017, 7, 3), date(2018, 5, 7), date(2019, 3, 4))
TWELVE_MODULES = (
    "Professional ethics",
    "Human trafficking law",
    "Investigation planning",
    "Crime scene management",
    "Evidence collection",
    "Report writing",
    "Interviewing suspects",
    "Interviewing child witnesses",
    "Victim-friendly procedures",
    "Witness protection",
    "Team work",
    "Courtroom case preparation",
)
LATEST = date(2023, 11, 6)


@dataclass(frozen=True)
class Officers:
    """Who takes part in what.

    Attributes:
        latest: The 25 members of the AHTJP in the latest course.
        twelve: The 24 of the twelve-module programme, ten of them among `latest`.
        courses: The 240 of the ten courses, 24 new ones in each.
        twice: One of the first course, who came to the seventh with a second id.
        unseen: Five who registered and never came, or of whom nothing is known.
    """

    latest: list[Person]
    twelve: list[Person]
    courses: list[list[Person]]
    twice: Person
    unseen: list[Person]


def deliveries() -> Iterator[Delivery]:
    """Yield every file IJM delivers, faulty ones included."""
    population = Population("IJM")
    officers = _officers(population)
    rng = population.rng
    books = dict(_course_books(officers, rng))
    books["IJM_SignIn_AHTJP_2023-11.xlsx"] = [_latest(officers, rng)]
    books.update(_twelve_module_books(officers, rng))
    books.update(_workshop_books(population, officers, rng))
    for name, signins in books.items():
        corrected = ijm_faults.spoil(name, signins)
        yield Delivery(PARTNER, name, workbook(s.sheet() for s in signins))
        if corrected:
            yield Delivery(PARTNER, name.replace(".xlsx", "_v2.xlsx"), workbook(s.sheet() for s in corrected))
    yield from (Delivery(PARTNER, *book) for book in assessments(officers.twelve, officers.latest, rng))
    yield from (Delivery(PARTNER, *book) for book in ijm_faults.whole_files(books))


def members_of_the_ahtjp() -> list[Person]:
    """Return the officers of the department, whom other partners train too."""
    officers = _officers(Population("IJM"))
    return officers.latest[:15] + officers.twelve


def police_known_in(provinces: Collection[str], year: int) -> list[Person]:
    """Return the officers of the courses before a year who serve in one of these provinces in that year."""
    courses = zip(COURSES, _officers(Population("IJM")).courses, strict=True)
    known = [person for course, people in courses if course[0].year < year for person in people]
    return [person for person in known if person.province_in(year) in provinces]


def _officers(population: Population) -> Officers:
    rng = population.rng
    ahtjp = [population.person("ahtjp", rng.choice(sorted(PROVINCES))) for _ in range(39)]
    courses = [
        [population.person(rng.choice(POLICE_UNITS), rng.choice(sorted(PROVINCES))) for _ in range(24)] for _ in COURSES
    ]
    unseen = [population.person("ahtjp", "12") for _ in range(5)]
    return Officers(ahtjp[:25], ahtjp[15:], courses, population.registered_again(courses[0][4]), unseen)


def _course_books(officers: Officers, rng: random.Random) -> Iterator[tuple[str, list[SignIn]]]:
    earlier: list[Person] = []
    for index, (first, length, module, provinces) in enumerate(COURSES):
        attending = officers.courses[index] + rng.sample(earlier, min(8, len(earlier)))
        if index == 6:
            attending = [person for person in attending if person != officers.courses[0][4]] + [officers.twice]
        earlier += officers.courses[index]
        days = tuple(first + timedelta(days=d) for d in range(length))
        signins = []
        for place, province in enumerate(provinces):
            attendees = attend(attending[place::2], length, rng)
            if index in {3, 7} and place == 0:
                attendees.append(never(officers.unseen[index % 3], length))
            if index == 9 and place == 1:
                attendees += [never(officers.unseen[2], length), never(officers.unseen[3], length, UNKNOWN)]
            course = "Anti-trafficking training for the Cambodian National Police"
            tab = PROVINCES[province][0]
            signin = SignIn(tab, course, module, province, days, 6, index)
            signins.append(signin.fill(attendees, rng))
        yield f"IJM_SignIn_PT_{first:%Y-%m}.xlsx", signins


def _latest(officers: Officers, rng: random.Random) -> SignIn:
    days = tuple(LATEST + timedelta(days=d) for d in range(5))
    attendees = [*attend(officers.latest, 5, rng), never(officers.unseen[4], 5)]
    course = "Course for members of the AHTJP"
    return SignIn("Phnom Penh", course, "Interviewing child witnesses", "12", days, 6, 4).fill(attendees, rng)


def _twelve_module_books(officers: Officers, rng: random.Random) -> Iterator[tuple[str, list[SignIn]]]:
    staying = list(officers.twelve)
    for block, first in enumerate(BLOCKS, 1):
        signins = []
        for week in range(3):
            days = tuple(first + timedelta(days=7 * week + d) for d in range(5))
            number = 3 * (block - 1) + week
            signin = SignIn(f"Week {week + 1}", "Twelve-module programme", TWELVE_MODULES[number], "12", days, 6, 3)
            signins.append(signin.fill(attend(staying, 5, rng, presence=0.92), rng))
        yield f"IJM_12M_Block{block}.xlsx", signins
        staying = staying[:-2]  # two officers leave after each block: transferred, or retired


def _workshop_books(
    population: Population, officers: Officers, rng: random.Random
) -> Iterator[tuple[str, list[SignIn]]]:
    course = "Partner Equipping Workshop"
    central = officers.courses[9][:16] + officers.latest[:14]
    people = _mixed(population, central, ("12", "08", "05"), (22, 44, 32, 8))
    days = (date(2018, 6, 5), date(2018, 6, 6))
    attendees: list[Attendee] = [
        *_leaving_early(attend(people, 2, rng)),
        never(population.person("ngo", "12", "ngo_staff"), 2),
    ]
    yield (
        "IJM_SignIn_PEW-PP_2018-06.xlsx",
        [SignIn("Phnom Penh", course, course, "12", days, 7, 0).fill(attendees, rng)],
    )
    signins = []
    for place, (province, first, police) in enumerate(
        (("18", date(2018, 9, 4), officers.courses[8][:10]), ("17", date(2018, 9, 11), officers.courses[2][:8]))
    ):
        people = _mixed(population, police, (province,), (12, 18, 14, 2))
        days = (first, first + timedelta(days=1))
        tab = ("Sihanoukville", "Siem Reap")[place]
        attendees = _leaving_early(attend(people, 2, rng))
        signins.append(SignIn(tab, course, course, province, days, 7, place).fill(attendees, rng))
    yield "IJM_SignIn_PEW-PROV_2018-09.xlsx", signins


def _leaving_early(attendees: list[Attendee]) -> list[Attendee]:
    """Let whoever misses one of two days miss the second: people leave a workshop early, and seldom come late."""
    return [replace(a, days=a.days[::-1]) if a.days == (ABSENT, PRESENT) else a for a in attendees]


def _mixed(
    population: Population, police: list[Person], provinces: tuple[str, ...], counts: tuple[int, int, int, int]
) -> list[Person]:
    kinds = (
        ("ahtjp", "police_officer"),
        ("social-affairs", "social_worker"),
        ("ngo", "ngo_staff"),
        ("ministry-of-interior", "government_official"),
    )
    new = [
        population.person(unit, population.rng.choice(provinces), category, women=0.2 if unit == "ahtjp" else 0.55)
        for (unit, category), count in zip(kinds, counts, strict=True)
        for _ in range(count)
    ]
    return police + new
