"""The faults planted in IJM's files. None changes who took part: whoever is refused here is counted elsewhere."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from warehouse.demo.samples.delivery import Sheet, stored, workbook
from warehouse.demo.samples.signin import DUTY, FIRST_DAY, ID, KHMER, LATIN, PHONE, POLICE_ID, RANK, SignIn

NEWCOMERS = 12  # the first twelve on a course's sheet are there for the first time: never spoil their only row


def spoil(name: str, signins: list[SignIn]) -> list[SignIn] | None:
    """Plant the faults of one workbook in place; return the corrected sheets when IJM sent a correction."""
    fault = FAULTS.get(name)
    return fault(signins) if fault else None


def _unknown_province(signins: list[SignIn]) -> None:
    signins[0].rows[NEWCOMERS][DUTY] = "Prey Lang"  # a forest, not a province


def _missing_province(signins: list[SignIn]) -> None:
    signins[1].rows[NEWCOMERS][DUTY] = ""


def _nobody(signins: list[SignIn]) -> None:
    row = signins[0].rows[NEWCOMERS + 1]
    for column in (ID, LATIN, KHMER, PHONE, POLICE_ID):
        row[column] = ""


def _unmapped_mark(signins: list[SignIn]) -> None:
    signins[0].rows[2][FIRST_DAY] = "L"  # late? on leave? IJM's sheets do not say
    signins[0].rows[2][FIRST_DAY + 1] = "1"


def _repeated_row(signins: list[SignIn]) -> None:
    rows = signins[1].rows
    rows.append([len(rows) + 1, *rows[4][1:]])


def _conflicting_row(signins: list[SignIn]) -> None:
    rows = signins[0].rows
    other = [len(rows) + 1, *rows[5][1:]]
    other[FIRST_DAY] = "" if other[FIRST_DAY] else 1
    other[FIRST_DAY + 1] = rows[5][FIRST_DAY + 1] = 1
    rows.append(other)


def _malformed_id(signins: list[SignIn]) -> None:
    row = signins[1].rows[NEWCOMERS + 2]
    row[ID] = str(row[ID]).replace("-", " ").replace(" 0", " ")


def _missing_rank_and_late_day(signins: list[SignIn]) -> None:
    signins[0].rows[1][RANK] = ""
    signins[1].day_headers[4] = "Day 5\n06/02/2051"  # typed 2051 for 2015; everybody came on an earlier day


def _wrong_days(signins: list[SignIn]) -> list[SignIn]:
    """A day of the first delivery is typed month first; the corrected file has it right."""
    corrected = copy.deepcopy(signins)
    signins[0].day_headers[1] = "Day 2\n09/13/2010"
    return corrected


FAULTS = {
    "IJM_SignIn_PT_2005-11.xlsx": _unknown_province,
    "IJM_SignIn_PT_2006-03.xlsx": _missing_province,
    "IJM_SignIn_PT_2007-05.xlsx": _nobody,
    "IJM_SignIn_PT_2008-09.xlsx": _unmapped_mark,
    "IJM_SignIn_PT_2009-03.xlsx": _repeated_row,
    "IJM_SignIn_PT_2011-06.xlsx": _conflicting_row,
    "IJM_SignIn_PT_2010-09.xlsx": _wrong_days,
    "IJM_SignIn_PT_2013-10.xlsx": _malformed_id,
    "IJM_SignIn_PT_2015-02.xlsx": _missing_rank_and_late_day,
}


def whole_files(books: dict[str, list[SignIn]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files that cannot be loaded, and one that was sent twice under two names."""
    again = [signin.sheet() for signin in books["IJM_SignIn_PT_2004-06.xlsx"]]
    yield "IJM_SignIn_PT_2004-06 (1).xlsx", workbook(again)

    spare = books["IJM_SignIn_PT_2004-06.xlsx"][0]
    page = spare.sheet()
    budget = Sheet("Budget", [], ["Item", "USD"], [["Venue", 450], ["Lunch", 380]])
    yield "IJM_SignIn_PT_2012-05.xlsx", workbook([page, budget])

    kept = [i for i in range(len(page.headers)) if i != DUTY]
    headers = [page.headers[i] for i in kept]
    rows = [[row[i] for i in kept] for row in page.rows]
    yield "IJM_SignIn_PT_2014-04.xlsx", workbook([Sheet(page.name, page.titles, headers, rows)])

    whole = stored(workbook([page]))
    yield "IJM_SignIn_PT_2016-01.xlsx", whole[: len(whole) // 2]
