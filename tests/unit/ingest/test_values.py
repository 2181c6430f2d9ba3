"""From a cell's text to a value: numbers, codes, blanks; never a wrong value in silence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from warehouse.contract.entities import ENTITIES
from warehouse.contract.model import ColumnContract, Table
from warehouse.contract.properties import ColumnProperties, TableProperties
from warehouse.ingest.values import Converter, converter
from warehouse.readers.raw import REAL_DATE


def convert(name: str, entity: str = "attendance", window: tuple[str, str] | None = None, **custom: Any) -> Converter:
    column = next(c for c in ENTITIES[entity] if c.name == name)
    options: dict[str, Any] = {"entity": entity, "files": ".*", "format": "delimited", "toleratedRefusedPercent": 0}
    if window:
        options["courseWindow"] = {"from": window[0], "to": window[1]}
    properties = ColumnProperties.model_validate(custom)
    contract = ColumnContract(column, ("Header",), False, False, False, properties)
    table = Table("t", (contract,), (), TableProperties.model_validate(options))
    return converter(contract, table, frozenset({"acme-training"}))


@pytest.mark.parametrize(
    ("column", "text", "custom", "expected"),
    [
        ("hours", "6", {}, Decimal("6.00")),
        ("hours", "៦.៥", {}, Decimal("6.50")),
        ("hours", "7,5", {"decimalComma": True}, Decimal("7.50")),
        ("hours", "7,5", {}, "number_unreadable"),
        ("hours", "1,000", {}, "number_unreadable"),
        ("hours", "0.30000000000000004", {}, Decimal("0.30")),
        ("hours", "6 h", {}, "number_unreadable"),
        ("hours", "1e3", {}, "number_unreadable"),
        ("hours", "nan", {}, "number_unreadable"),
        ("hours", "inf", {}, "number_unreadable"),
        ("hours", "999999.99", {}, Decimal("999999.99")),
        ("hours", "999999.995", {}, "number_unreadable"),
        ("hours", "1000000", {}, "number_unreadable"),
        ("hours", "9" * 5000, {}, "number_unreadable"),
        ("hours", "-", {"codes": {"empty": ["-"]}}, None),
        ("hours", "-", {}, "number_unreadable"),
        ("hours", "", {}, None),
        ("session_number", "3", {}, 3),
        ("session_number", "3.0", {}, 3),
        ("session_number", "3.5", {}, "number_unreadable"),
        ("session_number", "TRUE", {}, "number_unreadable"),
        ("birth_year", "១៩៧០", {}, 1970),
        ("birth_year", "2513", {"era": "buddhist"}, 1970),
        ("birth_year", "2513", {"era": "visakha"}, 1970),
        ("birth_year", "2513", {"era": "detect"}, 1970),
        ("birth_year", "1970", {"era": "detect"}, 1970),
        ("birth_year", "1970", {"era": "buddhist"}, "number_unreadable"),
        ("birth_year", "2513", {}, "number_unreadable"),
        ("birth_year", "70", {}, "number_unreadable"),
        ("birth_year", "", {}, None),
    ],
)
def test_numbers(column: str, text: str, custom: dict[str, Any], expected: object) -> None:
    value, rule = convert(column, **custom)(text)
    assert (rule or value) == expected


MARKS = {"codes": {"present": ["✓", "P", "1"], "absent": ["A"], "unknown": ["?"]}}


@pytest.mark.parametrize(
    ("column", "text", "custom", "expected"),
    [
        ("status", " p ", MARKS, "present"),
        ("status", "✓\u200b", MARKS, "present"),
        ("status", "ABSENT", MARKS, "absent"),  # a code itself is always a spelling
        ("status", "?", MARKS, "unknown"),
        ("status", "x", MARKS, "code_unknown"),
        ("status", "", MARKS | {"blank": "unknown"}, "unknown"),
        ("status", "", MARKS | {"blank": "absent"}, "absent"),
        ("status", "", MARKS | {"blank": "refuse"}, "required_empty"),
        ("status", "\u200b", MARKS | {"blank": "refuse"}, "required_empty"),
        ("sex", "", {"blank": "empty"}, None),
        ("sex", "", {}, None),
        ("province_of_duty", "Kampong Som", {}, "18"),
        ("province_of_duty", "siem-reap", {}, "17"),
        ("province_of_duty", "17", {}, "17"),
        ("province_of_duty", "North", {"codes": {"17": ["North"]}}, "17"),
        ("province_of_duty", "Atlantis", {}, "name_unknown"),
        ("programme_id", "ACME-TRAINING", {}, "acme-training"),
        ("programme_id", "acme", {}, "code_unknown"),
        ("event_id", " =1+1", {}, "formula_in_text"),
        ("event_id", "a\x00\x07b\x7f", {}, "ab"),
        ("event_id", REAL_DATE + "2024-06-05", {}, "2024-06-05"),
        ("person_id", "007", {}, "007"),
        ("person_id", "\u200b", {}, None),
    ],
)
def test_codes_and_texts(column: str, text: str, custom: dict[str, Any], expected: object) -> None:
    value, rule = convert(column, **custom)(text)
    assert (rule or value) == expected


@given(st.text(max_size=20), st.sampled_from(["hours", "session_number", "status", "event_id", "rank"]))
def test_no_text_breaks_a_converter_and_no_value_comes_with_a_rule(text: str, name: str) -> None:
    value, rule = convert(name)(text.replace(REAL_DATE, ""))
    assert value is None or rule is None


NAME = "សុខ ដារ៉ា"


@pytest.mark.parametrize(
    "text",
    [
        NAME.encode("cp1252", "replace").decode(),
        NAME.encode().decode("cp1252", "replace"),
        NAME.encode().decode("latin-1"),
        NAME.encode()[:-1].decode(errors="replace"),
        "Dara ???",
        "André".encode().decode("cp1252"),
        "N°\u00a05".encode().decode("cp1252"),
    ],
)
def test_a_text_whose_letters_were_lost_is_refused(text: str) -> None:
    assert convert("name_khmer")(text) == (None, "letters_lost")


@pytest.mark.parametrize("text", [NAME, "André", "Dara?", "Dara ?? (who)", "Plážová", "Ângela", "São", "á"])
def test_letters_and_a_question_are_kept(text: str) -> None:
    assert convert("name_latin")(text) == (text, None)


@pytest.mark.parametrize("column", ["name_latin", "name_khmer"])
@pytest.mark.parametrize("text", ["0012", "០០១២", "12-34", " 7 "])
def test_digits_without_a_letter_are_no_name(column: str, text: str) -> None:
    """Where the headers of ids and names changed places, every person would be counted as another."""
    assert convert(column)(text) == (None, "name_without_letters")


@pytest.mark.parametrize("text", ["Canary Dara 2", "ដារ៉ា", "-", ""])
def test_a_name_with_a_letter_and_a_dash_for_nobody_are_as_before(text: str) -> None:
    assert convert("name_latin")(text) == (text or None, None)
