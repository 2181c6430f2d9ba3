"""Ministry of Justice with ASEAN-ACT: a long CSV with Khmer headers, digits and Buddhist-era dates.

One workshop of three days (4-6 April 2023) in Preah Sihanouk, with prosecutors, investigating judges and
law-enforcement officials of six provinces: the place of training is not the province of duty. IJM trained half of
the law-enforcement officials before, and the ministry lists them by Khmer name and telephone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from warehouse.demo.samples.delivery import Cell, Delivery, delimited
from warehouse.demo.samples.ijm import police_known_in
from warehouse.demo.samples.people import Person, Population
from warehouse.demo.samples.signin import KHMER_DIGITS

PARTNER = "moj-asean-act"
HEADERS = (
    *("ល.រ", "លេខកូដសិក្ខាសាលា", "ប្រធានបទ", "ខេត្តធ្វើសិក្ខាសាលា", "កាលបរិច្ឆេទ", "វត្តមាន", "ចំនួនម៉ោង"),
    *("គោត្តនាម និងនាម", "ភេទ", "មុខងារ", "អង្គភាព", "ខេត្តបំពេញការងារ", "លេខទូរស័ព្ទ"),
)
NUMBER, TOPIC, DAY, PRESENCE, HOURS, NAME, ROLE, DUTY, PHONE = 0, 2, 4, 5, 6, 7, 9, 11, 12
EVENT_HEADERS = (
    *("លេខកូដសិក្ខាសាលា", "ប្រធានបទ", "ខេត្តធ្វើសិក្ខាសាលា", "ថ្ងៃចាប់ផ្តើម", "ថ្ងៃបញ្ចប់"),
    *("ចំនួនវគ្គ", "ចំនួនម៉ោង", "ចំនួនគ្រូបង្គោល", "ម្ចាស់ជំនួយ"),
)
WORKSHOP, VENUE = "MOJ-TIP-2023-01", "ព្រះសីហនុ"
DAYS = (date(2023, 4, 4), date(2023, 4, 5), date(2023, 4, 6))
TOPICS = ("កិច្ចសហប្រតិបត្តិការរវាងតុលាការ និងនគរបាល", "ការកំណត់អត្តសញ្ញាណជនរងគ្រោះ", "ការជំនុំជម្រះរឿងក្តីជួញដូរមនុស្ស")
COURTS = {
    "02": "បាត់ដំបង",
    "03": "កំពង់ចាម",
    "07": "កំពត",
    "23": "កែប",
    "18": "ព្រះសីហនុ",
    "09": "កោះកុង",
}
ROLES = {"prosecutor": "ព្រះរាជអាជ្ញា", "judge": "ចៅក្រមស៊ើបសួរ", "police_officer": "មន្ត្រីនគរបាលយុត្តិធម៌"}
UNITS = {"prosecutor": "អយ្យការ", "judge": "សាលាដំបូងខេត្ត", "police_officer": "ស្នងការដ្ឋាននគរបាលខេត្ត"}


def buddhist_era(day: date) -> str:
    """Return the day as the ministry writes it: Khmer digits, the year 543 ahead."""
    return f"{day:%d/%m}/{day.year + 543}".translate(KHMER_DIGITS)


def deliveries() -> Iterator[Delivery]:
    """Yield every file the ministry delivers, faulty ones included."""
    population = Population("MOJ")
    people = [person for province in COURTS for person in _court(population, province)]
    rows = _rows(people, population)
    yield _file("MoJ_attendance_2023-04.csv", HEADERS, _spoilt(rows))
    yield _file("MoJ_attendance_2023-04_v2.csv", HEADERS, _corrected(rows))
    for name in ("MoJ_programme_2023.csv", "MoJ_programme_2023 (1).csv"):
        yield _file(name, EVENT_HEADERS, _events())
    without_presence = [[cell for i, cell in enumerate(row) if i != PRESENCE] for row in rows[:12]]
    headers = [header for i, header in enumerate(HEADERS) if i != PRESENCE]
    yield _file("MoJ_attendance_2022-11.csv", headers, without_presence)
    yield _file("MoJ_attendance_2022-12.csv", HEADERS, [])


def _court(population: Population, province: str) -> list[Person]:
    """Return who comes from a province: two prosecutors, two judges, and two officers of whom IJM knows one."""
    roles = ("prosecutor", "prosecutor", "judge", "judge", "police_officer")
    people = [population.person("provincial-court", province, role, women=0.25) for role in roles]
    known = population.rng.choice(police_known_in((province,), DAYS[0].year))
    return [*people, replace(population.known_elsewhere(known), name=known.name, province=province)]


def _file(name: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Delivery:
    return Delivery(PARTNER, name, delimited(headers, rows, ",", bom=True))


def _rows(people: Sequence[Person], population: Population) -> list[list[Cell]]:
    rng = population.rng
    rows: list[list[Cell]] = []
    for person in people:
        missed = rng.choice(DAYS) if rng.random() < 0.12 else None
        for day, topic in zip(DAYS, TOPICS, strict=True):
            province = COURTS[person.province]
            if rng.random() < 0.3:
                province = f"ខេត្ត\u200b{province}"  # a zero-width space, as Khmer keyboards put between words
            rows.append(
                [
                    str(len(rows) + 1).translate(KHMER_DIGITS),
                    *(WORKSHOP, topic, VENUE, buddhist_era(day)),
                    "អវត្តមាន" if day == missed else "វត្តមាន",
                    "៦",
                    person.name.khmer.replace(" ", "\u200b ") if rng.random() < 0.2 else person.name.khmer,
                    "ស្រី" if person.female else "ប្រុស",
                    *(ROLES[person.category], UNITS[person.category], province),
                    person.phone.translate(KHMER_DIGITS),
                ]
            )
    return rows


def _spoilt(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The first delivery: two workshop days typed month first for one court, the last court missing."""
    first = [list(row) for row in rows[:-18]]
    for row in first[18:36]:
        row[DAY] = "០៤/០៥/២៥៦៦" if row[DAY] == buddhist_era(DAYS[1]) else row[DAY]
    return first


def _corrected(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The corrected delivery: complete, with faults of its own in rows of people seen on other days."""
    corrected = [list(row) for row in rows]
    for person in (1, 3, 5, 7, 9, 11, 13, 15, 17):
        for day in range(3):
            corrected[3 * person + day][PRESENCE] = "វត្តមាន"
    changes: dict[int, dict[int, Cell]] = {
        3: {DAY: "០៤/០៤/២៥៦៧"},  # 2024: the workshop was over
        9: {DAY: "៤ មេសា"},  # no year
        15: {DUTY: "ខេត្តព្រៃលង់"},  # not a province
        21: {DUTY: "តាកែវ"},  # a province, but none of the six invited ones
        27: {ROLE: "អ្នកសារព័ត៌មាន"},  # a role nobody declared
        33: {NAME: "", PHONE: ""},
        39: {TOPIC: "ពិធីបើក"},  # the opening ceremony is no module
        45: {PRESENCE: ""},
        51: {HOURS: "១៦"},
    }
    for number, change in changes.items():
        for column, value in change.items():
            corrected[number][column] = value
    again = [str(len(rows) + 1).translate(KHMER_DIGITS), *corrected[60][1:]]
    other = [str(len(rows) + 2).translate(KHMER_DIGITS), *corrected[63][1:]]
    for row in corrected[63:66]:
        row[PRESENCE] = "វត្តមាន"
    other[PRESENCE] = "អវត្តមាន"
    total: list[Cell] = ["សរុប", "", "", "", "", "", "", "", "", "", "", "", ""]
    return [*corrected, again, other, total]


def _events() -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [WORKSHOP, topic, VENUE, buddhist_era(day), buddhist_era(day), "១", "៦", "៤", "ASEAN-ACT"]
        for day, topic in zip(DAYS, TOPICS, strict=True)
    ]
    unplaced: list[Cell] = [WORKSHOP, TOPICS[0], "មិនទាន់កំណត់", buddhist_era(DAYS[0]), "", "១", "៦", "", "ASEAN-ACT"]
    return [*rows, unplaced]
