"""IJM's assessment workbooks: one sheet per module, a column each for pre-test, post-test and practical."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date

from warehouse.demo.samples.delivery import Cell, Sheet, workbook
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
ID, PRE, POST, PRACTICAL = 1, 3, 4, 5


def assessments(
    twelve: Sequence[Person], latest: Sequence[Person], rng: random.Random
) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of the two workbooks, with unreadable and impossible scores."""
    sheets = []
    for number, (module, event, day) in enumerate(TESTED, 1):
        people = twelve[: STAYING_AT_BLOCK[event[-1]]]
        sheets.append(_sheet(f"M{number}", module, event, day, _rows(people, rng)))
    sheets[1].rows[3][POST] = 22  # more than the 20 points there are
    sheets[2].rows[5][PRE] = "absent"  # not a number
    sheets[3].rows[7][ID] = ""  # nobody can be told from a score without an id or a name
    sheets[3].rows[7][2] = ""
    sheets[4].rows.append([len(sheets[4].rows) + 1, *sheets[4].rows[2][1:]])  # the same scores twice
    sheets[5].rows.append([len(sheets[5].rows) + 1, *sheets[5].rows[1][1:POST], 3, ""])  # another post-test score
    yield "IJM_Assessment_12M_2019-03.xlsx", workbook(_tables(sheets))
    module, event, day = LATEST
    yield (
        "IJM_Assessment_AHTJP_2023-11.xlsx",
        workbook(_tables([_sheet("Scores", module, event, day, _rows(latest, rng))])),
    )


class _Scores:
    """One sheet whose rows may still be changed."""

    def __init__(self, tab: str, titles: list[str], rows: list[list[Cell]]) -> None:
        self.tab, self.titles, self.rows = tab, titles, rows


def _sheet(tab: str, module: str, event: str, day: date, rows: list[list[Cell]]) -> _Scores:
    titles = [ORGANISATION, f"Module: {module}", f"Event: {event}", f"Assessed on: {day:%d/%m/%Y}", ""]
    return _Scores(tab, titles, rows)


def _rows(people: Sequence[Person], rng: random.Random) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for number, person in enumerate(people, 1):
        pre = rng.randrange(4, 14)
        post = min(20, pre + rng.randrange(1, 8))
        rows.append(
            [
                number,
                person.id,
                person.name.latin,
                "-" if rng.random() < 0.06 else pre,
                "" if rng.random() < 0.04 else post,
                rng.randrange(50, 100),
            ]
        )
    return rows


def _tables(sheets: list[_Scores]) -> Iterator[Sheet]:
    for scores in sheets:
        tail: list[list[Cell]] = [["Average", "", "", "see report"]]
        yield Sheet(scores.tab, scores.titles, HEADERS, scores.rows, tail)
