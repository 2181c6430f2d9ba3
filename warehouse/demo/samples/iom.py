"""IOM: KoboToolbox exports, one row per person and session (domain.md, border control 2012 and 2013).

Three provincial five-day trainings with 40 officers each (120); one training of trainers in Phnom Penh
(20); five three-day trainings with 25 officers each (125) in which the eleven topics take turns; two days
with the same 20 national trainers at the Police Academy. IJM trained some of them all before; one came to both years'
trainings under two ids, and two who have one name are different people.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from warehouse.demo.samples import iom_faults
from warehouse.demo.samples.delivery import Cell, Delivery, delimited
from warehouse.demo.samples.ijm import members_of_the_ahtjp, police_known_in
from warehouse.demo.samples.people import Person, Population, spelled_phone, spelled_province

PARTNER = "iom"
HEADERS = (
    *("_id", "_uuid", "_submission_time", "_validation_status"),
    *("event/programme", "event/code", "event/province"),
    *("session/date", "session/number", "session/topic", "session/hours", "session/attendance"),
    *("participant/id", "participant/name_latin", "participant/name_khmer", "participant/sex", "participant/rank"),
    *("participant/unit", "participant/duty_province", "participant/phone"),
    *("participant/birth_date", "participant/police_id"),
    *("__version__", "_index"),
)
FORM_VERSION = "vK3tq8"
UNITS = {
    "immigration": ("Immigration Police", "Immigration Department"),
    "maritime-police": ("Maritime Police", "Marine Police"),
    "land-border-police": ("Land Border Patrol", "Border Patrol Police"),
    "ahtjp": ("AHTJP",),
    "police-academy": ("Police Academy of Cambodia",),
}
FRONT_LINE = ("immigration", "maritime-police", "land-border-police")
BORDER = (("01", date(2012, 3, 12)), ("20", date(2012, 6, 18)), ("18", date(2012, 9, 10)))
BORDER_TOPICS = ("untoc", "border_control_basics", "fraudulent_documents", "smuggling_methods", "interviewing")
TOT_TOPICS = (  # session by session, over the five days
    ("untoc", "migrant_protection"),
    ("border_control_basics", "document_production", "forgeries"),
    ("fraudulent_documents", "smuggling_methods"),
    ("identifying_smuggled_persons", "interviewing"),
    ("information_sharing", "teaching_techniques"),
)
KNOWN_TO_IJM = {"BORDER-2012": 4, "ROLLOUT-2013": 3}  # of the officers of each event
NEARBY = {"01": ("02", "22"), "20": ("14",), "18": ("07", "09"), "09": ("18",), "19": ("10", "16")}
NEW_ID_IN_2013, NAMESAKE = 17, 55  # places among the officers of 2012
ROLLOUT = (
    ("01", date(2013, 11, 11), ("untoc", "migrant_protection", "border_control_basics")),
    ("20", date(2013, 11, 18), ("document_production", "forgeries", "fraudulent_documents")),
    ("09", date(2013, 11, 25), ("smuggling_methods", "identifying_smuggled_persons", "interviewing")),
    ("19", date(2013, 12, 2), ("information_sharing", "untoc", "forgeries")),
    ("18", date(2013, 12, 9), ("teaching_techniques", "interviewing", "smuggling_methods")),
)


@dataclass(frozen=True)
class Session:
    """One session of an event."""

    programme: str
    event: str
    province: str
    day: date
    number: int
    topic: str
    hours: Cell


class Form:
    """Submits one record per person and session, as Kobo numbers and times them."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._id = 4_102_000

    def submit(self, session: Session, person: Person, attendance: str) -> list[Cell]:
        """Return one row."""
        rng = self._rng
        self._id += rng.randrange(1, 9)
        rank = person.rank_in(session.day.year)
        return [
            self._id,
            str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            f"{session.day + timedelta(days=1)}T{rng.randrange(8, 17):02d}:{rng.randrange(60):02d}:00",
            "validation_status_approved" if rng.random() < 0.3 else "",
            *(session.programme, session.event, spelled_province(session.province, rng)),
            *(session.day.isoformat(), session.number, session.topic, session.hours, attendance),
            *(person.id, person.name.latin, person.name.khmer, "female" if person.female else "male"),
            "" if rank is None else rng.choice(rank[:2]),
            rng.choice(UNITS[person.unit]),
            spelled_province(person.province_in(session.day.year), rng),
            spelled_phone(person.phone, rng),
            *("" if person.born is None else person.born.isoformat(), person.police_id),
            FORM_VERSION,
        ]

    def event(self, sessions: Sequence[Session], people: Sequence[Person]) -> list[list[Cell]]:
        """Return all rows of an event: everybody is there at the first session they do not miss."""
        rows = []
        for person in people:
            answers = ["present" if self._rng.random() < 0.95 else "absent" for _ in sessions]
            if self._rng.random() < 0.03:
                answers[0] = "not_sure"
            if "present" not in answers:
                answers[-1] = "present"
            rows += [self.submit(s, person, answer) for s, answer in zip(sessions, answers, strict=True)]
        return rows


def deliveries() -> Iterator[Delivery]:
    """Yield every file IOM delivers, faulty ones included."""
    population = Population("IOM")
    form = Form(population.rng)
    front_line = FrontLine(population)
    exports = {
        "IOM_kobo_border-control_2012.csv": _border(front_line, form),
        "IOM_kobo_roll-out_2013.csv": _rollout(front_line, form),
    }
    trainers = _national_trainers(population)
    exports["IOM_kobo_training-of-trainers_2013.csv"] = _training_of_trainers(trainers, form)
    exports["IOM_kobo_refresher_2013.csv"] = _refresher(trainers, form)
    for name, rows in iom_faults.spoil(exports, HEADERS):
        yield Delivery(PARTNER, name, export(rows))
    yield from (Delivery(PARTNER, *file) for file in iom_faults.whole_files(exports, HEADERS, export))


def export(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return Kobo's CSV: semicolons, a byte-order mark, `_index` counted at every export."""
    return delimited(HEADERS, ([*row, number] for number, row in enumerate(rows, 1)), ";", bom=True)


class FrontLine:
    """Finds the officers of an event: those who serve nearby, some of whom IJM has trained before."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.seen: list[Person] = []
        self._taken: set[str] = set()

    def officers(self, programme: str, province: str, year: int, count: int) -> list[Person]:
        """Return the officers of an event, each of no other event."""
        rng = self.population.rng
        free = [p for p in police_known_in((province, *NEARBY[province]), year) if p.id not in self._taken]
        known = rng.sample(free, KNOWN_TO_IJM[programme])
        self._taken |= {person.id for person in known}
        people = [self._transferred(self.population.known_elsewhere(person)) for person in known]
        places = [province if rng.random() < 0.7 else rng.choice(NEARBY[province]) for _ in range(count - len(known))]
        people += [self.population.person(FRONT_LINE[i % 3], place) for i, place in enumerate(places)]
        self.seen += people
        return people

    def _transferred(self, person: Person) -> Person:
        return replace(person, unit=self.population.rng.choice(FRONT_LINE))


def _border(front_line: FrontLine, form: Form) -> list[list[Cell]]:
    rows = []
    for number, (province, first) in enumerate(BORDER, 1):
        people = front_line.officers("BORDER-2012", province, first.year, 40)
        sessions = [
            Session("BORDER-2012", f"BC-2012-{number}", province, first + timedelta(days=d), 1, topic, 6)
            for d, topic in enumerate(BORDER_TOPICS)
        ]
        rows += form.event(sessions, people)
    return rows


def _rollout(front_line: FrontLine, form: Form) -> list[list[Cell]]:
    rows = []
    for number, (province, first, topics) in enumerate(ROLLOUT, 1):
        people = front_line.officers("ROLLOUT-2013", province, first.year, 25)
        if number == 1:  # came in 2012 too, and was given another id this time
            people[-1] = front_line.population.registered_again(front_line.seen[NEW_ID_IN_2013])
        if number == 4:  # somebody else
            people[-1] = replace(
                people[-1], name=front_line.seen[NAMESAKE].name, female=front_line.seen[NAMESAKE].female
            )
        sessions = [
            Session("ROLLOUT-2013", f"RO-2013-{number}", province, first + timedelta(days=d), 1, topic, 6)
            for d, topic in enumerate(topics)
        ]
        rows += form.event(sessions, people)
        if number == 2:  # on the list, never there: not reached
            absent = front_line.population.person("immigration", province)
            rows += [form.submit(session, absent, "absent") for session in sessions]
    return rows


def _national_trainers(population: Population) -> list[Person]:
    units = (*FRONT_LINE, "police-academy")
    members = [population.known_elsewhere(person) for person in members_of_the_ahtjp()[:4]]  # IJM trains them too
    return members + [population.person(units[i % 4], "12") for i in range(16)]


def _training_of_trainers(trainers: list[Person], form: Form) -> list[list[Cell]]:
    first = date(2013, 10, 14)
    sessions = [
        Session("TOT-2013", "TOT-2013-10", "12", first + timedelta(days=d), number, topic, "3" if d != 1 else "2")
        for d, topics in enumerate(TOT_TOPICS)
        for number, topic in enumerate(topics, 1)
    ]
    return form.event(sessions, trainers)


def _refresher(trainers: list[Person], form: Form) -> list[list[Cell]]:
    first = date(2013, 12, 19)
    sessions = [
        Session("REFRESH-2013", "REF-2013-12", "12", first + timedelta(days=d), 1, topic, 6)
        for d, topic in enumerate(("teaching_techniques", "information_sharing"))
    ]
    return form.event(sessions, trainers)
