"""Police Academy of Cambodia: an online course, as Moodle exports it.

Four live sessions on interviewing child witnesses in March 2024, from the attendance plugin, and a quiz before and
after, from the quiz reports. A later export of the attendance replaces the earlier one. The officers stand on no
other partner's list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from warehouse.demo.samples.delivery import Cell, Delivery, delimited
from warehouse.demo.samples.people import Person, Population, spelled_province

PARTNER = "police-academy"
PROVINCES = ("12", "08", "21", "07", "02", "17")
ENROLLED = 24
TIMES = ("05.03.2024 08.00", "05.03.2024 13.30", "06.03.2024 08.00", "12.03.2024 08.00")
SESSIONS = tuple(f"{time} All students" for time in TIMES)
HEADERS = (
    *("Last name", "First name", "ID number", "Department", *SESSIONS),
    *("P", "L", "E", "A", "Taken sessions", "Points", "Percentage"),
)
POINTS = {"P": 2, "L": 1, "E": 1, "A": 0}
QUESTIONS = 4
QUIZ_HEADERS = (
    *("Last name", "First name", "ID number", "Email address", "State", "Started", "Completed", "Duration"),
    *("Grade/20.00", *(f"Q. {number} /5.00" for number in range(1, QUESTIONS + 1))),
)
STATE, COMPLETED, GRADE = 4, 6, 8
MARKS = slice(4, 4 + len(SESSIONS))


def deliveries() -> Iterator[Delivery]:
    """Yield every file the academy delivers, faulty ones included."""
    population = Population("PAC")
    people = [population.person("police-academy", PROVINCES[i % len(PROVINCES)]) for i in range(ENROLLED)]
    marks = [_marks(population) for _ in people]
    rows = [_row(person, of, population) for person, of in zip(people, marks, strict=True)]
    yield _attendance("PAC24_Attendances_20240313-0915.csv", HEADERS, _spoilt(rows))
    yield _attendance("PAC24_Attendances_20240402-0840.csv", HEADERS, _later(rows))
    without_ids = [[cell for i, cell in enumerate(row) if i != 2] for row in rows]
    headers = [header for header in HEADERS if header != "ID number"]
    yield _attendance("PAC24_Attendances_20240320-1600.csv", headers, without_ids)
    before = [_attempt(person, population, 4, 7, "4") for person in people]
    after = [_attempt(person, population, 9, 9, "14") for person in people]
    for name in ("PAC24-Pre test-grades.csv", "PAC24-Pre test-grades (1).csv"):
        yield _quiz(name, QUIZ_HEADERS, before[:-3])
    yield _quiz("PAC24-Post test-grades.csv", QUIZ_HEADERS, _attempts(after, people, population))
    of_ten = [header.replace("20.00", "10.00") for header in QUIZ_HEADERS]
    yield _quiz("PAC23-Post test-grades.csv", of_ten, after[:6])


def _attendance(name: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Delivery:
    above: list[Sequence[Cell]] = [["Group All participants"], [], headers]
    title = "Course PAC24: Interviewing child witnesses, online"
    return Delivery(PARTNER, name, delimited([title], [*above, *rows], ",", bom=True))


def _quiz(name: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Delivery:
    grades = [float(str(row[GRADE])) for row in rows if row[GRADE] != "-"]
    average: list[Cell] = ["Overall average", *[""] * (GRADE - 1), f"{sum(grades) / len(grades):.2f}"]
    blank: list[Cell] = [""] * QUESTIONS
    return Delivery(PARTNER, name, delimited(headers, [*rows, [*average, *blank]], ",", bom=True))


def _marks(population: Population) -> list[str]:
    return population.rng.choices("PLEA", weights=(82, 6, 4, 8), k=len(SESSIONS))


def _row(person: Person, marks: Sequence[str], population: Population) -> list[Cell]:
    family, given = person.name.latin.split(" ", 1)
    department = f"Commissariat of {spelled_province(person.province, population.rng)}"
    cells = [f"{mark} ({POINTS[mark]}/2)" for mark in marks]
    reached, possible = sum(POINTS[mark] for mark in marks), 2 * len(marks)
    summary: list[Cell] = [*(marks.count(mark) for mark in "PLEA"), len(marks), f"{reached} / {possible}"]
    return [family, given, person.id, department, *cells, *summary, f"{100 * reached / possible:.1f}%"]


def _spoilt(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The export made the day after the last session: marks not taken yet, and a few that somebody typed."""
    first = [list(row) for row in rows]
    for row in first[::5]:
        row[MARKS] = [*row[MARKS][:-1], "?"]
    first[3][MARKS] = ["present", *first[3][MARKS][1:]]
    first[7][2] = ""
    return first


def _later(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The export of April: complete, with two who joined late, one who left, and faults of its own."""
    later = [list(row) for row in rows]
    for row in later[1:3]:
        row[MARKS] = ["User enrolment starts 6 March 2024"] * 2 + row[MARKS][2:]
    later[4][MARKS] = [*later[4][MARKS][:3], ""]
    later[9][MARKS] = [*later[9][MARKS][:2], "P (2/2", later[9][MARKS][3]]
    later[11][3] = "Commissariat of Prey Lang"  # not a province
    later[13][3] = ""
    return later


def _attempt(person: Person, population: Population, least: int, spread: int, day: str) -> list[Cell]:
    rng = population.rng
    family, given = person.name.latin.split(" ", 1)
    address = f"{person.id.lower()}@example.org"
    points = [min(20, least + rng.randrange(spread)) * 5 / 20 for _ in range(QUESTIONS)]
    hour, minutes, seconds = 8 + rng.randrange(3), 20 + rng.randrange(35), rng.randrange(1, 60)
    started = f"{day} March 2024  {hour}:{rng.randrange(5):02} AM"
    completed = f"{day} March 2024  {hour}:{minutes + 4} AM"
    known: list[Cell] = [family, given, person.id, address, "Finished", started, completed]
    grades = [f"{sum(points):.2f}", *(f"{point:.2f}" for point in points)]
    return [*known, f"{minutes} mins {seconds} secs", *grades]


def _attempts(rows: Sequence[Sequence[Cell]], people: Sequence[Person], population: Population) -> list[list[Cell]]:
    """The quiz afterwards: some tried twice, one is not done yet, and rows that must not count."""
    all_rows = [list(row) for row in rows]
    again = [_attempt(person, population, 12, 8, "15") for person in people[:5]]
    unfinished = [*rows[6][:STATE], "In progress", rows[6][STATE + 1], *["-"] * (len(QUIZ_HEADERS) - COMPLETED)]
    tie = [*rows[8][:COMPLETED], "15 March 2024  9:40 AM", *rows[8][COMPLETED + 1 :]]
    all_rows[10][COMPLETED] = "14 June 2024  9:31 AM"  # the course was over
    all_rows[12][GRADE] = "24.00"  # more than there is to reach
    return [*all_rows, *again, unfinished, tie]
