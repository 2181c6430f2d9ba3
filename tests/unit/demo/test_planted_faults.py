"""The samples hold a fault of every kind their contracts name; the golden files show what became of it."""

import csv
import json
from pathlib import Path

import pytest

from warehouse.contract import find, load_contracts
from warehouse.ingest.messages import MESSAGES
from warehouse.store.home import PROJECT

PARTNERS = PROJECT / "expectations" / "partners"
SHAPES = PROJECT / "tests" / "golden" / "shapes"
SAMPLED = ("ijm", "iom", "moj-asean-act", "police-academy")
# No contract declares a column whose values are unique, nobody of the samples was erased, no program lost letters, and
# no headers of ids and names changed places.
NOT_NAMED = {"value_not_unique", "person_erased", "letters_lost", "name_without_letters"}


def refused(sample: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in sorted((sample / "refused").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def outcomes(partner: str) -> dict[str, dict[str, object]]:
    text = (PARTNERS / partner / "sample" / "outcomes.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, object]] = json.loads(text)
    return found


@pytest.mark.parametrize("partner", SAMPLED)
def test_every_rule_a_contract_names_is_broken_somewhere(partner: str) -> None:
    contract = find(load_contracts(PARTNERS), partner)
    named = {rule.name: rule.severity for table in contract.tables for rule in table.rules}
    assert named
    broken = {row["rule"] for row in refused(contract.folder / "sample")}
    warned = {rule for outcome in outcomes(partner).values() for rule in dict(outcome.get("warnings") or {})}
    assert {name for name, severity in named.items() if severity == "error"} <= broken
    assert {name for name, severity in named.items() if severity == "warning"} <= warned


def test_every_kind_of_row_fault_is_among_them_or_in_a_shape_they_do_not_have() -> None:
    samples = [PARTNERS / partner / "sample" for partner in SAMPLED] + sorted(SHAPES.glob("*/sample"))
    codes = {row["code"] for sample in samples for row in refused(sample)}
    missing = {rule for rule, message in MESSAGES.items() if message.code not in codes}
    assert missing == NOT_NAMED


def test_whole_files_are_held_repeated_and_superseded() -> None:
    files = [outcome for partner in SAMPLED for outcome in outcomes(partner).values()]
    held = {dict(o["error"])["code"] for o in files if o["outcome"] == "held"}  # type: ignore[call-overload]
    # unknown name, empty, cut off, missing column, wrong sheet, too many refusals, dates that can be read in two ways
    assert held == {"SALA-F001", "SALA-F002", "SALA-F003", "SALA-F008", "SALA-F011", "SALA-F015", "SALA-F020"}
    for partner in SAMPLED:
        kinds = {str(o["outcome"]) for o in outcomes(partner).values()}
        assert kinds == {"accepted", "held", "repeat"}
        assert any(int(str(o.get("revision") or 0)) > 1 for o in outcomes(partner).values())
