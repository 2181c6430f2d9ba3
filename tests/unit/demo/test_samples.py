"""The committed samples are what the generator writes, name nobody, and hold the published totals."""

import csv
import io
import random
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest
import python_calamine as calamine

from warehouse.demo.samples import deliveries, write_samples
from warehouse.demo.samples.names import LEFT_OUT, NameBag, families, given_names
from warehouse.store.home import PROJECT

PARTNERS = PROJECT / "expectations" / "partners"
IOM = PARTNERS / "iom" / "sample" / "received"
IJM = PARTNERS / "ijm" / "sample" / "received"
MOJ = PARTNERS / "moj-asean-act" / "sample" / "received"
ACADEMY = PARTNERS / "police-academy" / "sample" / "received"
# Ministers, generals, party and union leaders, singers: names that general lists of names could hit.
PUBLIC_FIGURES = (
    *("Hun Sen", "Hun Manet", "Sar Kheng", "Sar Sokha", "Tea Banh", "Sok An", "Chea Sim", "Heng Samrin", "Pen Sovan"),
    *("Sam Rainsy", "Kem Sokha", "Yim Sovann", "Mu Sochua", "Tep Vanny", "Seng Theary", "Chea Vichea", "Chut Wutty"),
    *("Sao Sokha", "Neth Savoeun", "Hok Lundy", "Touch Naruth", "Kun Kim", "Meas Sophea", "Prak Sokhonn", "Keo Remy"),
    *("Sin Sisamuth", "Ros Sereysothea", "Pen Ran", "Long Dimanche", "Chum Mey", "Khieu Samphan", "Nuon Chea"),
    *("Ieng Sary", "Son Sen", "Ouk Rabun", "Koeut Rith", "Ang Vong Vathana", "Chin Malin"),
    *("Chea Dara", "Mao Chandara", "Sok Phal", "Chea Sophara", "Lim Kean Hor", "Kim Sok"),
)


def contents(data: bytes) -> object:
    """Bytes as they are; a whole workbook by its members, for zlib's builds compress differently."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


@pytest.fixture(scope="module")
def generated() -> dict[tuple[str, str], bytes]:
    """Content by partner and name."""
    return {(d.partner, d.name): d.content for d in deliveries()}


def test_the_committed_samples_are_what_the_generator_writes(generated: dict[tuple[str, str], bytes]) -> None:
    partners = {partner for partner, _ in generated}
    assert partners == {"ijm", "iom", "moj-asean-act", "police-academy"}
    committed = {
        (p, f.name): f.read_bytes() for p in partners for f in (PARTNERS / p / "sample" / "received").iterdir()
    }
    assert committed.keys() == generated.keys()
    different = [key for key in generated if contents(generated[key]) != contents(committed[key])]
    assert different == [], "run: python -m warehouse.demo.samples, then pytest tests/golden --update-golden"


def test_the_same_files_every_time(generated: dict[tuple[str, str], bytes], tmp_path: Path) -> None:
    again = write_samples(tmp_path / "a")
    assert len(again) == len(generated) > 30
    assert {(p.parent.name, p.name): p.read_bytes() for p in again} == generated
    assert all(p.parent.parent == tmp_path / "a" for p in again)


def rows_of(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def sign_in_cells(pattern: str) -> list[tuple[str, list[str]]]:
    """(person id, remaining cells of the row) of every sign-in row in the readable workbooks of a pattern."""
    found = []
    for path in sorted(IJM.glob(pattern)):
        if "2016-01" in path.name:  # cut off on purpose
            continue
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
    names |= {f"{r['Last name']} {r['First name']}" for r in rows_of(ACADEMY / "PAC24-Pre test-grades.csv")[:-1]}
    for pattern in ("IJM_SignIn_PT_20[01][0-1]-*.xlsx", "IJM_SignIn_PEW-*.xlsx", "IJM_SignIn_AHTJP*", "IJM_12M*"):
        names |= {name for _, cells in sign_in_cells(pattern) for name in cells[:2]}
    return {name for name in names if name and not name.startswith("=")}  # a formula is one of the planted faults


def spellings(script: str) -> tuple[set[str], set[str]]:
    """All spellings of family names and of given names, of one part or of two."""
    given = [part for female in (True, False) for two in (True, False) for part in given_names(female, two)]
    families_and_given = []
    for parts in (families(), given):
        families_and_given.append({t for p in parts for t in ((p.khmer,) if script == "khmer" else p.latin)})
    return families_and_given[0], families_and_given[1]


def test_every_name_is_put_together_from_the_populations_lists() -> None:
    written = all_written_names()
    assert len(written) > 700
    latin, khmer = spellings("latin"), spellings("khmer")
    strange = []
    for name in written:
        family, _, given = name.partition(" ")
        if not any(family in families and given in names for families, names in (latin, khmer)):
            strange.append(name)
    assert strange == []


def test_no_name_is_a_public_figures() -> None:
    families_, given = spellings("latin")
    possible = {f for f in PUBLIC_FIGURES if f.partition(" ")[0] in families_ and f.partition(" ")[2] in given}
    latin_of = {part.khmer: part.latin for part in families()}
    latin_of |= {
        p.khmer: p.latin for female in (True, False) for two in (True, False) for p in given_names(female, two)
    }
    left_out = set()
    for name in LEFT_OUT:
        family, _, own = name.partition(" ")
        left_out |= {f"{a} {b}" for a in latin_of[family] for b in latin_of[own]}
    assert possible <= left_out
    assert possible, "no figure's name could be put together, so this test shows nothing"
    bag = NameBag(random.Random(1))
    drawn = {bag.draw(female).khmer for female in (True, False) for _ in range(20_000)}
    assert drawn.isdisjoint(LEFT_OUT)


PRESENT = {"✓", "P", "1", "1.0", "x", "ឡ"}


def reached(pattern: str) -> dict[str, str]:
    """Person id → the cell that says what they are, of everybody with a mark of presence in a day column."""
    return {person: cells[6] for person, cells in sign_in_cells(pattern) if PRESENT & set(cells[9:])}


@pytest.mark.parametrize(
    ("patterns", "persons", "police"),
    [
        # One of the 279 came under two ids.
        (("IJM_SignIn_PT_20*.xlsx", "IJM_SignIn_AHTJP_*.xlsx", "IJM_12M_*.xlsx"), 280, 280),
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


def iom_names_and_births() -> dict[str, tuple[str, str, str]]:
    """IOM's id of a front-line officer → Khmer name, sex and date of birth, of those who tell all three."""
    columns = ("participant/name_khmer", "participant/sex", "participant/birth_date")
    return {
        row["participant/id"]: (row[columns[0]], row[columns[1]], row[columns[2]])
        for form in ("border-control_2012", "roll-out_2013")
        for row in rows_of(IOM / f"IOM_kobo_{form}.csv", ";")
        if row["participant/id"] and all(row[column] for column in columns)
    }


def test_iom_lists_one_officer_under_two_ids_and_different_people_of_one_name() -> None:
    told = list(iom_names_and_births().values())
    assert len(told) - len(set(told)) == 1
    namesakes = defaultdict(set)
    for name, sex, born in told:
        namesakes[name, sex].add(born)
    assert any(len(births) == 2 for births in namesakes.values())


def test_other_partners_list_ijms_officers_by_the_same_phone() -> None:
    def number(text: str) -> str:
        digits = "".join(str(int(c)) for c in text if c.isdecimal())
        return digits.removeprefix("855").removeprefix("0")

    ijm = {number(cells[7]) for _, cells in sign_in_cells("IJM_SignIn_*.xlsx")}
    iom = {number(r["participant/phone"]) for p in IOM.glob("IOM_kobo_*_201[23].csv") for r in rows_of(p, ";")}
    moj = {number(r["លេខទូរស័ព្ទ"]) for r in rows_of(MOJ / "MoJ_attendance_2023-04_v2.csv")}
    assert 20 <= len(ijm & iom - {""}) <= 35
    assert 3 <= len(ijm & moj - {""}) <= 12
