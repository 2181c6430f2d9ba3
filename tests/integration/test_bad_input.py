"""Delimited files nobody would want: each gets one clear outcome, and nothing else is harmed.

Every file goes through the real pipeline into a real home. After each the ledger balances (law 1), a good file is
still accepted, and no personal value is to be found in a record, a refusal or an outcome (law 6).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.conftest import HEADER, PARTNER, House, listing, row
from tests.workbooks import listed, person, workbook
from warehouse import pipeline
from warehouse.errors import FileHeld
from warehouse.store import ledger

CANARIES = ("Canary", "K-00", "Dara")


def assert_nothing_personal(house: House) -> None:
    """No canary in the ledger, bronze, quarantine or scratch: bytes are searched, Parquet is read."""
    searched = 0
    for path in house.home.root.rglob("*"):
        if not path.is_file() or "inbox" in path.parts or path.suffix == ".age":
            continue
        searched += 1
        if path.suffix == ".parquet":
            text = json.dumps(pq.ParquetFile(path).read().to_pylist(), default=str, ensure_ascii=False)
        else:
            text = path.read_bytes().decode(errors="replace")
        for canary in CANARIES:
            assert canary not in text, f"{canary} in {path.relative_to(house.home.root)}"
    assert searched, "nothing was searched"


def assert_balanced(house: House) -> None:
    for record in house.records():
        counts = record.counts
        assert counts.read == counts.accepted + counts.quarantined + counts.repeated == counts.counted, record
        accepted = house.home.bronze("attendance", PARTNER, record.delivery_id)
        assert (pq.read_metadata(accepted).num_rows if accepted.exists() else 0) == counts.accepted
        assert (record.outcome == "held") == (record.error is not None)


def settled(house: House, name: str | bytes, content: str | bytes | None = None) -> dict[str, Any]:
    """Ingest a file between two good ones and return its outcome."""
    assert house.ingest("att_before.csv", listing(row(901), row(902)))["rows_accepted"] == 2
    outcome = house.ingest(name, content)
    assert house.ingest("att_after.csv", listing(row(903), row(904)))["rows_accepted"] == 2
    assert_balanced(house)
    assert_nothing_personal(house)
    assert not any(canary in json.dumps(outcome, ensure_ascii=False) for canary in CANARIES)
    leftovers = [p for p in house.home.scratch.iterdir() if p.name != "locks"]
    assert leftovers == [], "scratch is not clean"
    return outcome


GOOD = listing(row(1), row(2))
HELD: list[tuple[str, str | bytes, str, str]] = [
    ("empty", b"", "SALA-F002", "0 bytes"),
    ("only blanks", " \n\t\n\r\n", "SALA-F002", "none of them text"),
    ("header alone", HEADER + "\n", "SALA-F002", "no row"),
    ("header alone without line end", HEADER, "SALA-F002", "no row"),
    ("a workbook", workbook({"List": listed(person(1))}), "SALA-F003", "workbook"),
    ("a PDF", b"%PDF-1.7\n" + GOOD.encode(), "SALA-F003", "PDF"),
    ("NUL bytes", GOOD.replace("Dara1", "Da\0ra1"), "SALA-F003", "NUL"),
    ("garbage", bytes(range(256)) * 40, "SALA-F003", "NUL"),
    ("garbage without NUL", bytes(range(128, 256)) * 40, "SALA-F005", "not utf-8"),
    ("cp1252", GOOD.replace("Dara1", "André").encode("cp1252"), "SALA-F005", "not utf-8"),
    ("UTF-16", GOOD.encode("utf-16"), "SALA-F005", "UTF-16"),
    ("UTF-16 big-endian", b"\xfe\xff" + GOOD.encode("utf-16-be"), "SALA-F005", "UTF-16"),
    ("open quote", GOOD.replace("Canary Dara1", '"Canary Dara1'), "SALA-F006", "end of data"),
    ("text after a quote", GOOD.replace("Canary Dara1", '"Canary" Dara1'), "SALA-F006", "expected after"),
    ("quotes within cells", GOOD.replace("Dara1", '5" 1').replace("Dara2", '6" 2'), "SALA-F006", "two readings"),
    ("one lone return", GOOD.replace("Canary Dara1", "Canary\rDara1"), "SALA-F006", "carriage return"),
    ("header twice in one row", listing(header=HEADER.replace("Province", "Name")), "SALA-F009", "'Name' twice"),
    ("missing column", listing(header=HEADER.replace("Mark", "Marks")), "SALA-F008", "'Mark'"),
    ("header moved down", "Acme list\n\n" + GOOD, "SALA-F008", "first 1 row"),
    ("blank line above", "\n" + GOOD, "SALA-F008", "first 1 row"),
    ("no header", row(1) + "\n" + row(2) + "\n", "SALA-F008", "none of the promised headers"),
    ("another delimiter", GOOD.replace(",", ";"), "SALA-F008", "none of the promised headers"),
    ("too many refused", listing(row(1, "z"), row(2, "z"), row(3)), "SALA-F015", "2 of 3 rows"),
    ("a long line", HEADER + "\n" + "x" * (1 << 21) + "\n" + row(1) + "\n", "SALA-F007", "longer than"),
]


@pytest.mark.parametrize("kind", ["att", "plain"])
@pytest.mark.parametrize(("content", "code", "found"), [pytest.param(c, e, f, id=n) for n, c, e, f in HELD])
def test_a_bad_file_is_held_with_its_code(house: House, kind: str, content: str | bytes, code: str, found: str) -> None:
    outcome = house.ingest(f"{kind}_bad.csv", content)
    assert outcome["outcome"] == "held"
    assert outcome["error"]["code"] == code
    assert found in outcome["error"]["found"], outcome["error"]
    assert all(outcome["error"].values())
    assert outcome["error"]["where"].startswith(f"acme/{kind}_bad.csv")
    assert outcome["rows_accepted"] == 0
    assert_balanced(house)
    assert_nothing_personal(house)
    assert pipeline.pending(PARTNER, house.home) == [], "a decided file is not pending"


ACCEPTED: list[tuple[str, str | bytes, tuple[int, int, int, int]]] = [
    ("Windows line ends", listing(row(1), row(2), end="\r\n"), (2, 2, 0, 0)),
    ("old Mac line ends", listing(row(1), row(2), end="\r"), (2, 2, 0, 0)),
    ("mixed line ends", row(1).join([HEADER + "\n", "\r\n"]) + row(2) + "\n", (2, 2, 0, 0)),
    ("byte order mark", b"\xef\xbb\xbf" + GOOD.encode(), (2, 2, 0, 0)),
    ("no line end at the end", GOOD.rstrip(), (2, 2, 0, 0)),
    ("blank lines", GOOD.replace("\nE1", "\n\n\r\nE1"), (2, 2, 0, 0)),
    ("blank rows", GOOD + ",,,,,,\n   \n\u200b\n\u200b,,,,,,\n\u00a0,,,,,,\n", (2, 2, 0, 0)),
    ("trailing separators", listing(row(1) + ",", row(2) + ","), (2, 2, 0, 0)),
    ("trailing separators in one row", listing(row(1), row(2), row(3) + ","), (3, 2, 1, 0)),
    ("embedded line end", GOOD.replace("Canary Dara1", '"Canary\nDara1"'), (2, 2, 0, 0)),
    ("embedded lone return", GOOD.replace("Canary Dara1", '"Canary\rDara1"'), (2, 2, 0, 0)),
    ("doubled quotes", GOOD.replace("Canary Dara1", '"Canary ""D"" 1"'), (2, 2, 0, 0)),
    ("header again", listing(row(1), HEADER, row(2)), (2, 2, 0, 0)),
    ("header again, spaced", listing(row(1), HEADER.replace(",", " ,"), row(2)), (2, 2, 0, 0)),
    ("a cell too many", listing(row(1), row(2) + ",x"), (2, 1, 1, 0)),
    ("a cell too few", listing(row(1), row(2).rpartition(",")[0]), (2, 1, 1, 0)),
    ("sound row after a ragged one", listing(row(1) + ",x", row(1)), (2, 1, 1, 0)),
    ("repeat", listing(row(1), row(2), row(1)), (3, 2, 0, 1)),
    ("repeat, spaced", listing(row(1), row(2), row(1).replace("Canary ", " Canary  ")), (3, 2, 0, 1)),
    ("contradiction", listing(row(1), row(1, "A"), row(2), row(3)), (4, 2, 2, 0)),
    ("formula", listing(row(1, Event="=cmd|'/C calc'!A0"), row(2)), (2, 1, 1, 0)),
    ("formula as a name", listing(row(1, Name="=HYPERLINK(1)"), row(2)), (2, 1, 1, 0)),
    ("the readers' own mark", listing(row(1, Date="\x1fnot a date"), row(2)), (2, 1, 1, 0)),
    ("the readers' mark before a date", listing(row(1, Date="\x1f2024-06-05"), row(2)), (2, 1, 1, 0)),
    ("seven digits", listing(row(1, Hours="1000000"), row(2, Hours="999999.999"), row(3), row(4)), (4, 2, 2, 0)),
    ("control characters", listing(row(1, Name="Ca\x07nary\x1b[31m"), row(2)), (2, 2, 0, 0)),
    ("nobody", listing(row(1, ID="", Name=""), row(2, ID="-", Name="…"), row(3), row(4)), (4, 2, 2, 0)),
]


@pytest.mark.parametrize("kind", ["att", "plain"])
@pytest.mark.parametrize(("content", "numbers"), [pytest.param(c, n, id=i) for i, c, n in ACCEPTED])
def test_an_odd_file_is_accepted_with_its_numbers(
    house: House, kind: str, content: str | bytes, numbers: tuple[int, int, int, int]
) -> None:
    outcome = house.ingest(f"{kind}_odd.csv", content)
    assert outcome["error"] is None
    found = tuple(outcome[f"rows_{name}"] for name in ("read", "accepted", "quarantined", "repeated"))
    assert found == numbers
    assert outcome["records_counted"] == numbers[0]
    assert_balanced(house)
    assert_nothing_personal(house)


def test_good_files_before_and_after_a_bad_one_are_not_harmed(house: House) -> None:
    assert settled(house, "att_bad.csv", b"\x00\xff" * 500)["error"]["code"] == "SALA-F003"


def test_a_held_file_fails_visibly_where_it_must(house: House) -> None:
    house.deliver("att_bad.csv", b"")
    with pytest.raises(FileHeld) as raised:
        pipeline.ingest_or_fail(PARTNER, "att_bad.csv", house.home)
    assert raised.value.code == "SALA-F002"
    assert str(raised.value).startswith("SALA-F002")


NAMES: list[tuple[str, bytes]] = [
    ("path-like", rb"x\..\..\etc\passwd.csv"),
    ("escaped", b"%2e%2e%2fpasswd.csv"),
    ("newline", b"att_a\nb.csv"),
    ("control", b"att_\x1b[2Ja.csv"),
    ("not UTF-8", b"att_\xff\xfe.csv"),
    ("spaces", b"  .csv"),
    ("option-like", b"--help.csv"),
    ("shell", b"$(touch x);`id`.csv"),
    ("person", b"Canary Dara 012345678.csv"),
    ("too late a revision", b"att_a_v20240131123000.csv"),
    ("long", b"a" * 250 + b".csv"),
]


@pytest.mark.parametrize("name", [pytest.param(n, id=i) for i, n in NAMES])
def test_a_name_no_table_expects_is_held_and_never_shown(house: House, name: bytes) -> None:
    before = set(house.home.root.parent.iterdir())
    outcome = settled(house, name, GOOD) if b"Canary" not in name else house.ingest(name, GOOD)
    assert outcome["error"]["code"] == "SALA-F001"
    assert os.fsdecode(name) not in json.dumps(outcome)
    assert "unexpected name" in outcome["file"]
    assert set(house.home.root.parent.iterdir()) == before, "a file was written outside the home"
    assert pipeline.pending(PARTNER, house.home) == []
    pipeline_inputs(house)


def pipeline_inputs(house: House) -> None:
    from warehouse.transform.inputs import write_inputs

    write_inputs(house.home, [house.contract])
    held = [d for d in pq.read_table(house.home.inputs / "deliveries.parquet").to_pylist() if d["outcome"] == "held"]
    assert held
    assert not any(canary in str(held) for canary in CANARIES), "a file's name may hold a person's"


def test_a_personal_value_beside_the_header_is_not_quoted(house: House) -> None:
    header = HEADER + ",Signed: Canary Dara 012 345 678"
    outcome = settled(house, "att_signed.csv", listing(row(1), row(2), header=header))
    assert outcome["notes"] == ["cell H1 has nothing below it and was not read"]
    outcome = house.ingest("plain_signed.csv", listing(row(3) + ",", row(4) + ",", header=header))
    assert outcome["notes"] == ["cell H1 has nothing below it and was not read"]
    assert_nothing_personal(house)


def test_an_extra_column_is_named_or_holds_as_the_contract_says(house: House) -> None:
    content = listing(row(1) + ",42", row(2) + ",43", header=HEADER + ",Shoe size")
    assert house.ingest("att_extra.csv", content)["notes"] == [
        "column 'Shoe size' is not in the contract and was not read"
    ]
    house.describe(lambda d: d["schema"][0]["customProperties"].append({"property": "unknownColumns", "value": "hold"}))
    outcome = house.ingest("att_extra.csv")
    assert outcome["error"]["code"] == "SALA-F010"
    assert "'Shoe size'" in outcome["error"]["found"]
    assert not list((house.home.root / "bronze").rglob("*.parquet")), "rows of a held file stay in bronze"


def test_links_folders_and_unfinished_files_are_passed_over(house: House, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD)
    house.path("att_link.csv").symlink_to(secret)
    house.path("att_folder.csv").mkdir()
    os.mkfifo(house.path("att_pipe.csv"))
    for name in ("att_a.csv.part", ".att_b.csv", "~$att_c.csv", "att_d.csv.filepart"):
        house.deliver(name, GOOD)
    assert pipeline.pending(PARTNER, house.home) == []
    house.deliver("att_whole.csv", GOOD)
    assert len(pipeline.pending(PARTNER, house.home)) == 1
    assert [o["file"] for o in pipeline.ingest_all(house.home)] == ["att_whole.csv"]
    assert len(ledger.read_all(house.home)) == 1
