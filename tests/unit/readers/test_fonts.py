"""Khmer typed in fonts of before Unicode: told by a cell's font or a column's letters; Latin is never taken for it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import House
from warehouse.demo.samples.names import families, given_names
from warehouse.ingest.dates import MARGIN
from warehouse.readers.fonts import is_legacy, is_written_in_latin, look_legacy
from warehouse.readers.inspection.xlsx import inspect_xlsx
from warehouse.store import ledger

# Invented names as Limon S1 stores them.
LIMON = (
    *(
        "rs; mkra",
        "sux sar:at;",
        "Ca suPaB",
        "eTB Kn§abubaö",
        "sYn pløa",
        "rs; mkrasuFa",
        "sux muM",
        "TUc vibulsar:at;",
    ),
    *(
        "TUc mkrasupl",
        "pan; FIta",
        "G‘uk can;FU",
        "eBRC suPa",
        "Ca mkra",
        "rs; kusl",
        "Ej:m vNÑa",
        "ehg kusl",
        "Kwm mkra",
    ),
    *("Ca suPaBkusl", "lwm suPasar:at;", "nYn Bisidæ", "can; suPa", "sYn kuslbUrI", "ekaHkug", "rs; suxa", "s‘wm vNÑa"),
)
FRENCH = (
    *("François Lefèvre", "Éloïse Bélanger", "Jean-Noël Côté", "Hélène d'Aubigné", "Zoé Tremblay", "Anaïs Gaëlle"),
    *("Marie-Thérèse Dubois", "Rafael Peña", "Ana Gonçalves", "Søren Ærøe", "Jörg Weiß", "Þórður Guðmundsson"),
    *("Åsa Björk", "Seán McDonald", "Piet DeVries", "Nguyễn Văn An", "Łukasz Kučera", "Mário Conceição"),
)
SENTENCES = (
    *("Protection de l'enfance : généralités", "Droits de l'homme, éducation", "Traite des êtres humains (niveau 2)"),
    *("Audition d'un témoin mineur; pratique", "L'enquête : 1re partie", "Forêt & frontière", "Coopération régionale"),
)


@pytest.mark.parametrize(
    ("font", "legacy"),
    [
        *[(name, True) for name in ("Limon S1", "limon R1", "Limon", "ABC-TEXT-05", "Khek Brahma", "Baidok1c")],
        *[
            (name, False)
            for name in ("Khmer OS", "Limonata", "Calibri", "ABC Diatype", "DaunPenh", "Noto Sans Khmer", "")
        ],
    ],
)
def test_fonts_by_name(font: str, legacy: bool) -> None:
    assert is_legacy(font) is legacy


def test_what_a_font_cannot_change() -> None:
    assert is_written_in_latin("rs; mkra")
    assert not is_written_in_latin("រស់ មករា")
    assert not is_written_in_latin("រស់ មករា (Ros)")
    assert not is_written_in_latin("៥ / 5")


def test_a_column_in_such_a_font_is_told_by_its_letters() -> None:
    chance = random.Random(5)
    found = [look_legacy(chance.sample(LIMON, 12)) for _ in range(200)]
    assert sum(found) >= 190, sum(found)
    assert look_legacy([*LIMON, "រស់ មករា", "", "12"])


@pytest.mark.parametrize(
    "texts",
    [
        FRENCH,
        SENTENCES,
        [f"{f.latin[0]} {g.latin[0]}" for f in families() for g in given_names(female=True, two_part=False)],
        [f"{f.latin[0].upper()} {g.latin[-1]}" for f in families() for g in given_names(female=True, two_part=False)],
        [f"{f.khmer} {g.khmer}" for f in families() for g in given_names(female=True, two_part=False)],
        ["vK3tq8", "xY7pLm", "aB2", "cDe", "KjHgF"],  # codes: one kind of mark alone
        ["Ca suPaB", "sux sar:at;"],  # two texts say nothing
        [*FRENCH, *LIMON[:9]],
        [],
    ],
    ids=lambda texts: str(texts[0]) if texts else "nothing",
)
def test_other_columns_are_not_taken_for_it(texts: list[str]) -> None:
    assert not look_legacy(texts)


def workbook(path: Path, names: list[tuple[str, str | None]], marks: str | None = None) -> Path:
    """The partner's list of names, each in a font of its own, or in a run of it where the font begins with +."""
    book = xlsxwriter.Workbook(str(path), {"use_zip64": False})
    sheet = book.add_worksheet("List")
    sheet.write_row(0, 0, ["Event", "Date", "ID", "Name", "Province", "Hours", "Mark"])
    for row, (name, font) in enumerate(names, start=1):
        sheet.write_row(row, 0, ["E1", "05/06/2024", f"K-{row}", name, "Kampot", 6, "P"])
        style = book.add_format({"font_name": font.removeprefix("+")}) if font else None
        if font and font.startswith("+"):
            sheet.write_rich_string(row, 3, style, name[:3], book.add_format({"font_name": "Arial"}), name[3:])
        elif style:
            sheet.write(row, 3, name, style)
        if marks:
            sheet.write(row, 6, "P", book.add_format({"font_name": marks}))
    book.close()
    return path


def test_cells_in_such_a_font_are_found_in_a_workbook(tmp_path: Path) -> None:
    names = [("Sok Dara", None), ("rs; mkra", "Limon S1"), ("Keo Bopha", "Arial"), ("sux muM", "+Limon R1")]
    facts = inspect_xlsx(workbook(tmp_path / "a.xlsx", names), ["List"])
    assert facts["List"].legacy == [(2, 3), (4, 3)]


def outcome(house: House, names: list[tuple[str, str | None]], marks: str | None = None) -> ledger.Record:
    path = workbook(house.home.root / "made.xlsx", names, marks)
    house.ingest("sheet_a.xlsx", path.read_bytes())
    return house.records()[-1]


def test_a_workbook_in_such_a_font_is_held_and_says_what_to_do(house: House) -> None:
    record = outcome(house, [(name, "Limon S1") for name in LIMON])
    assert record.error is not None
    assert record.error["code"] == "SALA-F022"
    assert "25 cells" in record.error["found"]
    assert "Unicode" in record.error["action"]
    assert record.counts.read == record.counts.quarantined == 25


def test_a_few_such_cells_are_refused_alone(house: House) -> None:
    record = outcome(house, [("rs; mkra", "Limon S1"), *[(f"Sok Dara{n}", None) for n in range(MARGIN)]])
    assert record.outcome == "accepted"
    assert (record.counts.accepted, record.counts.quarantined) == (MARGIN, 1)
    path = house.home.quarantine("attendance", "acme", record.delivery_id)
    import pyarrow.parquet as pq

    assert pq.ParquetFile(path).read().column("code").to_pylist() == ["SALA-R021"]


def test_one_such_cell_in_twenty_holds_the_file(house: House) -> None:
    record = outcome(house, [("rs; mkra", "Limon S1"), *[(f"Sok Dara{n}", None) for n in range(MARGIN - 1)]])
    assert record.error is not None
    assert record.error["code"] == "SALA-F022"


def test_marks_in_such_a_font_and_khmer_unicode_in_it_do_no_harm(house: House) -> None:
    record = outcome(house, [("រស់ មករា", "Limon S1"), ("Keo Bopha", "Khmer OS")], marks="Limon S1")
    assert (record.outcome, record.counts.accepted) == ("accepted", 2)


def test_a_text_file_in_such_letters_is_held(house: House) -> None:
    rows = "".join(f"E1,05/06/2024,K-{n},{name},Kampot,6,P\n" for n, name in enumerate(LIMON))
    house.ingest("att_a.csv", "Event,Date,ID,Name,Province,Hours,Mark\n" + rows)
    error = house.records()[-1].error
    assert error is not None
    assert error["code"] == "SALA-F022"
