"""The catalogue of messages: every code in both languages, with the same things to fill in, and back again."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from hypothesis import given

import warehouse
from warehouse.contract import load_contracts
from warehouse.contract.model import Contract
from warehouse.errors import FileHeld
from warehouse.ingest.messages import FAULTS, LABELS, MESSAGES, PHRASES, RULES, filled, in_khmer, placeholders, sentence
from warehouse.ingest.values import describe_expected
from warehouse.store.home import PROJECT

KHMER = re.compile("[\u1780-\u17ff]")
LEFT_OPEN = {"subject", "expected", "found"}


def fault_classes() -> Iterator[type[FileHeld]]:
    for module in pkgutil.walk_packages(warehouse.__path__, "warehouse."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found = [*FileHeld.__subclasses__()]
    while found:
        fault = found.pop()
        found += fault.__subclasses__()
        if "code" in vars(fault) and fault.__module__.startswith("warehouse."):
            yield fault


def test_every_fault_of_a_file_is_in_the_catalogue_and_no_other() -> None:
    assert {fault.code for fault in fault_classes()} == set(FAULTS)


def test_every_rule_has_its_own_code() -> None:
    assert len(RULES) == len(MESSAGES) >= 17


@pytest.mark.parametrize("code", sorted([*RULES, *FAULTS]))
def test_both_languages_say_something_and_leave_the_same_open(code: str) -> None:
    if code in RULES:
        english, khmer = RULES[code].english, RULES[code].khmer
        assert placeholders(english.sentence) == placeholders(khmer.sentence) <= LEFT_OPEN
        assert placeholders(english.expected) == placeholders(khmer.expected) <= placeholders(english.sentence)
        assert english.expected
        assert khmer.expected
    else:
        action, khmer = FAULTS[code]
        assert action
        assert placeholders(action) == placeholders(khmer.action) <= {"found", "expected"}
        assert not placeholders(khmer.found)
    assert KHMER.search(khmer.found)
    assert KHMER.search(khmer.action)
    assert not re.search(r"\{(?!\w+\})", khmer.sentence)


def test_every_phrase_leaves_the_same_open_in_both_languages() -> None:
    for phrase in [*PHRASES, *LABELS.values()]:
        assert placeholders(phrase.english) == placeholders(phrase.khmer)
        assert KHMER.search(phrase.khmer)


@pytest.mark.parametrize("contract", load_contracts(PROJECT / "expectations" / "partners"), ids=lambda c: str(c.id))
def test_what_a_contract_expects_is_said_in_khmer(contract: Contract) -> None:
    """A list of codes or plain format is the same in both; words of ours are not."""
    said = {
        describe_expected(column, rule, table)
        for table in contract.tables
        for column in table.columns
        for rule in ("name_unknown", "date_unreadable", "date_outside_window")
        if rule != "name_unknown" or column.column.lookup
    } - {""}
    assert len(said) > 1
    assert [text for text in said if not KHMER.search(in_khmer(text))] == []


@given(st.sampled_from(sorted(RULES)), st.text(max_size=12), st.text(max_size=12))
def test_what_was_filled_in_is_found_again(code: str, subject: str, expected: str) -> None:
    rule = next(rule for rule, message in MESSAGES.items() if message.code == code)
    told = sentence(rule, f"'{subject}'", expected)
    english, khmer = filled(code, told)
    assert english.sentence == told.strip()
    assert not placeholders(RULES[code].khmer.sentence) - {"subject"} or in_khmer(expected) in khmer.sentence


def test_a_sentence_of_an_earlier_catalogue_stays_as_it_is() -> None:
    english, khmer = filled("SALA-R003", "'Date' is no date at all.")
    assert english.sentence == "'Date' is no date at all."
    assert khmer.sentence == ""


def test_words_around_a_value_are_said_in_khmer_and_the_value_stays() -> None:
    english, khmer = filled("SALA-R005", sentence("date_outside_window", "'Date'", "01/01/2024 to 31/12/2024"))
    assert english.action == "Write a date from 01/01/2024 to 31/12/2024."
    assert "01/01/2024 ដល់ 31/12/2024" in khmer.action
    assert "'Date'" in khmer.found
    assert in_khmer("present to work, absent") == "present to work, absent"


@pytest.mark.parametrize("take", ["latest", "earliest", "highest", "lowest"])
def test_which_row_counts_is_said_in_khmer_with_its_sheet(take: str) -> None:
    alone, on_sheet = (
        in_khmer(f"row 4, which has the {take} '_id'"),
        in_khmer(f"row 4 of sheet 2, which has the {take} '_id'"),
    )
    assert not re.search("[a-z]", alone.replace("_id", ""))
    assert not re.search("[a-z]", on_sheet.replace("_id", ""))
    assert alone != on_sheet
