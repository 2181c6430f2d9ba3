"""IJM's assessment workbooks: one sheet per module, a column each for pre-test, post-test and practical."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date

from warehouse.demo.samples.delivery import Cell, Formula, Sheet, workbook
from warehouse.demo.samples.people import Person
from warehouse.demo.samples.signin import ORGANISATION

TESTED = (  # module, event, day; the modules that end with a written test
    ("Human trafficking law", "12M-Block1", date(2016, 10, 14)),
    ("Crime scene management", "12M-Block2", date(2017, 7, 7)),
    ("Evidence collection", "12M-Block2", date(2017, 7, 14)),
    ("Report writing", "12M-Block2", date(2017, 7, 21)),
    ("Interviewing child witnesses", "12M-Block3", date(2018, 5, 18)),
    ("Courtroom case preparation", "12M-Block4", date(2019, 3, 22)),
)
STAYING_AT_BLOCK = {"1": 24, "2": 22, "3": 20, "4": 18}
LATEST = ("Interviewing child witnesses", "AHTJP_2023-11 Phnom Penh", date(2023, 11, 10))
HEADERS = ("No.", "ID", "Name", "Pre-test /20", "Post-test /20", "Practical\n/100")
ID, NAME, PRE, POST = 1, 2, 3, 4


def assessments(twelve: Sequence[Person], latest: Sequence[Person], rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of the two workbooks, with unreadable and impossible scores."""
    tables = [_rows(twelve[: STAYING_AT_BLOCK[event[-1]]], rng) for _, event, _ in TESTED]
    _spoil(tables)
    sheets = [_sheet(f"M{n}", *test, rows) for n, (test, rows) in enumerate(zip(TESTED, tables, strict=True), 1)]
    yield "IJM_Assessment_12M_2019-03.xlsx", workbook(sheets)
    yield "IJM_Assessment_AHTJP_2023-11.xlsx", workbook([_sheet("Scores", *LATEST, _rows(latest, rng))])


def _spoil(tables: list[list[list[Cell]]]) -> None:
    tables[1][3][POST] = 22  # more than the 20 points there are
    tables[2][5][PRE] = "absent"  # not a number
    tables[3][7][ID] = tables[3][7][NAME] = ""  # nobody can be told from a score without an id or a name
    tables[3][9][PRE] = Formula("=VLOOKUP(B15,Old!A:C,3,FALSE)", "#N/A")  # refers to a sheet that is gone
    tables[3][11][POST] = Formula("=AVERAGE(D17,F17)", "")  # never calculated: its program stored no result
    tables[4].append([len(tables[4]) + 1, *tables[4][2][NAME - 1 :]])  # the same scores twice
    tables[5][1][POST] = 12
    tables[5].append([*tables[5][1][:POST], 3, ""])  # another post-test score for the same officer


def _sheet(tab: str, module: str, event: str, day: date, rows: list[list[Cell]]) -> Sheet:
    titles = [ORGANISATION, f"Module: {module}", f"Event: {event}", f"Assessed on: {day:%d/%m/%Y}", ""]
    return Sheet(tab, titles, HEADERS, rows, [["Average", "", "", "see report"]])


def _rows(people: Sequence[Person], rng: random.Random) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for number, person in enumerate(people, 1):
        pre = rng.randrange(4, 14)
        scores: list[Cell] = [
            "-" if rng.random() < 0.06 else pre,
            "" if rng.random() < 0.04 else min(20, pre + rng.randrange(1, 8)),
            rng.randrange(50, 100),
        ]
        rows.append([number, person.id, person.name.latin, *scores])
    return rows
