"""The committed samples are what the generator writes, name nobody, and hold the published totals."""

import csv
import io
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest
import python_calamine as calamine

from warehouse.demo.samples import deliveries, write_samples
from warehouse.demo.samples.names import all_names
from warehouse.store.home import PROJECT

PARTNERS = PROJECT / "expectations" / "partners"
IOM = PARTNERS / "iom" / "sample" / "received"
IJM = PARTNERS / "ijm" / "sample" / "received"
MOJ = PARTNERS / "moj-asean-act" / "sample" / "received"
# Ministers, generals, party and union leaders, singers: names that general lists of names could hit.
PUBLIC_FIGURES = (
    *("Hun Sen", "Hun Manet", "Sar Kheng", "Sar Sokha", "Tea Banh", "Sok An", "Chea Sim", "Heng Samrin", "Pen Sovan"),
    *("Sam Rainsy", "Kem Sokha", "Yim Sovann", "Mu Sochua", "Tep Vanny", "Seng Theary", "Chea Vichea", "Chut Wutty"),
    *("Sao Sokha", "Neth Savoeun", "Hok Lundy", "Touch Naruth", "Kun Kim", "Meas Sophea", "Prak Sokhonn", "Keo Remy"),
    *("Sin Sisamuth", "Ros Sereysothea", "Pen Ran", "Long Dimanche", "Chum Mey", "Khieu Samphan", "Nuon Chea"),
    *("Ieng Sary", "Son Sen", "Ouk Rabun", "Koeut Rith", "Ang Vong Vathana", "Chin Malin"),
)


def contents(data: bytes) -> object:
    """Bytes as they are; a whole workbook by its members, for zlib's builds compress differently."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_the_committed_samples_are_what_the_generator_writes() -> None:
    written = {(d.partner, d.name): d.content for d in deliveries()}
    partners = {partner for partner, _ in written}
    assert partners == {"ijm", "iom", "moj-asean-act"}
    committed = {
        (p, f.name): f.read_bytes() for p in partners for f in (PARTNERS / p / "sample" / "received").iterdir()
    }
    assert committed.keys() == written.keys()
    different = [key for key in written if contents(written[key]) != contents(committed[key])]
    assert different == [], "run: python -m warehouse.demo.samples, then pytest tests/golden --update-golden"


def test_the_same_files_every_time(tmp_path: Path) -> None:
    first, second = write_samples(tmp_path / "a"), write_samples(tmp_path / "b")
    assert len(first) == len(second) > 30
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert all(p.parent.parent == tmp_path / "a" for p in first)


def rows_of(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def sign_in_cells(pattern: str) -> list[tuple[str, list[str]]]:
    """(person id, remaining cells of the row) of every sign-in row in the readable workbooks of a pattern."""
    found = []
    for path in sorted(IJM.glob(pattern)):
        book = calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            for row in book.get_sheet_by_name(name).to_python():
                if len(row) > 2 and str(row[1]).startswith(("IJM-", "IJM ")) and row[1] != "IJM ID":
                    found.append((str(row[1]), [str(cell) for cell in row[2:]]))
    return found


def all_written_names() -> set[str]:
    names = {n for path in IOM.glob("IOM*.csv") for r in rows_of(path, ";") for n in (r["participant/name_latin"],)}
    names |= {r["participant/name_khmer"] for r in rows_of(IOM / "IOM_kobo_roll-out_2013.csv", ";")}
    names |= {r["គោត្តនាម និងនាម"].replace("\u200b", "") for p in MOJ.glob("MoJ_attendance*.csv") for r in rows_of(p)}
    for pattern in ("IJM_SignIn_PT_20[01][0-1]-*.xlsx", "IJM_SignIn_PEW-*.xlsx", "IJM_SignIn_AHTJP*", "IJM_12M*"):
        names |= {name for _, cells in sign_in_cells(pattern) for name in cells[:2]}
    return {name for name in names if name and not name.startswith("=")}  # a formula is one of the planted faults


def test_every_name_is_put_together_from_the_lists_and_none_is_a_public_figures() -> None:
    possible = all_names(female=True) + all_names(female=False)
    composed = {spelling for name in possible for spelling in (name.latin, name.khmer, name.respelled)}
    written = all_written_names()
    assert len(written) > 700
    assert written <= composed
    figures = {figure.casefold() for figure in PUBLIC_FIGURES}
    assert figures.isdisjoint(name.casefold() for name in composed)


PRESENT = {"✓", "P", "1", "1.0", "x", "ឡ"}


def reached(pattern: str) -> dict[str, str]:
    """Person id → the cell that says what they are, of everybody with a mark of presence in a day column."""
    return {person: cells[6] for person, cells in sign_in_cells(pattern) if PRESENT & set(cells[7:])}


@pytest.mark.parametrize(
    ("patterns", "persons", "police"),
    [
        (("IJM_SignIn_PT_20*.xlsx", "IJM_SignIn_AHTJP_*.xlsx", "IJM_12M_*.xlsx"), 279, 279),
        (("IJM_SignIn_AHTJP_*.xlsx",), 25, 25),
        (("IJM_12M_*.xlsx",), 24, 24),
        (("IJM_SignIn_PEW-PP_*.xlsx",), 136, 52),
        (("IJM_SignIn_PEW-PROV_*.xlsx",), 110, 42),
    ],
)
def test_ijm_reaches_the_published_numbers(patterns: tuple[str, ...], persons: int, police: int) -> None:
    readable = [p for p in IJM.glob("*.xlsx") if "2016-01" not in p.name and "2014-04" not in p.name]
    seen: dict[str, str] = {}
    for pattern in patterns:
        for path in readable:
            if path.match(pattern):
                seen |= {k: v for k, v in reached(path.name).items() if k.startswith("IJM-")}
    kinds = {"Police", "police officer", "នគរបាល"}
    assert (len(seen), sum(1 for kind in seen.values() if kind in kinds)) == (persons, police)


def test_iom_reaches_the_published_numbers() -> None:
    persons: dict[str, set[str]] = defaultdict(set)
    events: dict[str, set[str]] = defaultdict(set)
    for path in sorted(IOM.glob("IOM_kobo_*_201[23]*.csv")):
        if path.name != "IOM_kobo_refresher_2012.csv":
            for row in rows_of(path, ";"):
                events[row["event/programme"]].add(row["event/code"])
                if row["session/attendance"] == "present" and row["participant/id"]:
                    persons[row["event/programme"]].add(row["participant/id"])
    assert {k: len(v) for k, v in persons.items()} == {
        "BORDER-2012": 120,
        "TOT-2013": 20,
        "ROLLOUT-2013": 125,
        "REFRESH-2013": 20,
    }
    assert persons["REFRESH-2013"] == persons["TOT-2013"]
    assert persons["TOT-2013"].isdisjoint(persons["BORDER-2012"] | persons["ROLLOUT-2013"])
    held = {programme: len(codes) for programme, codes in events.items()}
    assert held == {"BORDER-2012": 3, "TOT-2013": 1, "ROLLOUT-2013": 5, "REFRESH-2013": 1}


def test_the_eleven_topics_of_the_roll_out_are_all_taught() -> None:
    topics = {row["session/topic"] for row in rows_of(IOM / "IOM_kobo_roll-out_2013.csv", ";")}
    assert len(topics) == 11
