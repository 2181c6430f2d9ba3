"""Totals that a file states in its own footers, against what stands above them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import House, listing, row
from tests.contract_changes import wide
from tests.unit.returns.packs import SUMMARY, book, packs, said

ROWS = [row(n) for n in range(9)] + [row(9, "z"), row(10, "A")]


def totals(house: House, *footers: str) -> list[dict[str, Any]]:
    house.ingest("att_a.csv", listing(*ROWS, *footers))
    (pack,) = packs(house)
    found: list[dict[str, Any]] = pack.summary["totals"]
    return found


@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        ("Total 11,,,,,,", [("rows", "", "11", "11", True)]),
        ("Total,,,12,,,", [("rows", "", "12", "11", False)]),
        ("Total ១១ នាក់,,,,,,", [("rows", "", "11", "11", True)]),
        ("Total,,,,,66,", [("sum", "Hours", "66", "66.00", True)]),
        ("Total average,,,,,6.00,", [("mean", "Hours", "6.00", "6.00", True)]),
        ("Total,,11,,,60,9", [("rows", "", "11", "11", True), ("sum", "Hours", "60", "66", False)]),
        ("Total of 05/06/2024,,,,,,", []),
        ("Total,,,,,,", []),
    ],
)
def test_a_number_is_held_against_what_was_counted(
    house: House, footer: str, expected: list[tuple[str, str, str, str, bool]]
) -> None:
    found = [(t["what"], t["header"], t["claimed"], t["counted"], t["agrees"]) for t in totals(house, footer)]
    wanted = [(*rest, float(counted), agrees) for *rest, counted, agrees in expected]
    assert [(*rest, float(counted), agrees) for *rest, counted, agrees in found][: len(wanted)] == wanted
    assert bool(found) == bool(expected)


def test_a_subtotal_is_about_its_part_and_the_last_total_about_all(house: House) -> None:
    house.ingest(
        "att_a.csv", listing(row(1), row(2), "Total 2,,,,,,", row(3), row(4, "z"), "Total 3,,,,,,", "Total 4,,,,,,")
    )
    (pack,) = packs(house)
    found = [(t["claimed"], t["counted"]) for t in pack.summary["totals"]]
    assert found == [("2", "2"), ("3", "2"), ("4", "4")]
    assert "differs: please check" in said(book(pack), SUMMARY)


def test_what_the_file_holds_and_what_of_it_was_accepted_are_two_numbers(house: House) -> None:
    repeat, contradicting = row(1), row(2, Hours="5")
    good = [row(n) for n in range(20, 40)]
    house.ingest("att_a.csv", listing(*good, *ROWS, repeat, contradicting, "Total 33,,,,,197,33"))
    (pack,) = packs(house)
    found = {t["what"]: (t["counted"], t["counted_accepted"], t["agrees"]) for t in pack.summary["totals"]}
    # Of 33 rows one repeats another, one has no code, two contradict each other: 29 are accepted.
    assert found == {"rows": ("33", "29", True), "sum": ("197", "174", True), "present": ("31", "28", False)}
    shown = said(book(pack), SUMMARY)
    assert "\n33\n33\n29\nagrees" in shown
    assert shown.index("found in the file") < shown.index("of these accepted")


def test_under_a_session_it_is_about_who_was_present(house: House) -> None:
    house.describe(wide)
    people = "E1,1,Sok Dara,Takeo,6,P,P\nE1,2,X Y,Takeo,6,P,A\nE1,3,Z Z,Takeo,6,P,?\n"
    head = "Event,ID,Name,Province,Hours,Day 05-02-2024,Day 06-02-2024\n"
    house.ingest("att_a.csv", f"{head}{people}Total 3,,,,,3,2\n")
    (pack,) = packs(house)
    names = ("what", "header", "claimed", "counted", "counted_accepted")
    found = [tuple(total[name] for name in names) for total in pack.summary["totals"]]
    # Of the third person one day is refused and the other is not.
    assert found == [
        ("rows", "", "3", "3", "2"),
        ("present", "Day 05-02-2024", "3", "3", "3"),
        ("present", "Day 06-02-2024", "2", "1", "1"),
    ]
