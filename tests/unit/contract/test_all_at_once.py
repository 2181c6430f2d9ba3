"""`sala check` tells every mistake in one go, once, in words a partner's data person can act on."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.conftest import House
from tests.contract_changes import Document, column, drop_custom, rule, said, set_custom, table, told
from warehouse.contract import check_contracts
from warehouse.contract.properties import LEVELS, NESTED
from warehouse.contract.wording import EXAMPLES

LEAKS = ("Input should", "Value error", "after validation", "datetime.", "Tuple", "see docs", "Field required")


def write_changed(house: House, old: str, new: str) -> None:
    path = house.home.contracts / "acme" / "contract.odcs.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("day", ["2024-02-30", "2024-13-01", "20240230", "1706659200", "2024-1-5", "soon", "[1]"])
def test_an_impossible_day_is_one_mistake_of_its_partner(house: House, day: str) -> None:
    house.describe(lambda d: d.update(id="zeta"), partner="zeta")
    write_changed(house, "from: '2024-01-01'", f"from: {day}")
    contracts, mistakes = check_contracts(house.home.contracts)
    assert [c.id for c in contracts] == ["zeta"], "the other partners go on"
    assert [m.path for m in mistakes] == ["schema[0].customProperties.courseWindow.from"]
    assert "a day that exists" in mistakes[0].expected
    assert mistakes[0].place.endswith(tuple(f"line {n}" for n in range(20, 60)))


def test_days_without_quotation_marks_are_days(house: House) -> None:
    write_changed(house, "from: '2024-01-01'", "from: 2024-01-02")
    window = house.contract.tables[0].options.courseWindow
    assert window
    assert window.from_.isoformat() == "2024-01-02"


@pytest.mark.parametrize("text", ["0x_", "!!int abc", "!!timestamp abc", "!!bool abc", "!!float abc"])
def test_a_value_yaml_cannot_make_is_told_with_its_line(house: House, text: str) -> None:
    write_changed(house, "version: 1.0.0", f"version: {text}")
    contracts, mistakes = check_contracts(house.home.contracts)
    assert contracts == ()
    assert [m.path for m in mistakes] == ["line 5, column 10"]


def test_lists_without_end_are_a_mistake(house: House) -> None:
    (house.home.contracts / "acme" / "contract.odcs.yaml").write_text("[" * 5000, encoding="utf-8")
    assert [m.action for m in check_contracts(house.home.contracts)[1]] == ["mend the line"]


def plant(document: Document) -> None:
    document.update(id="other", apiVersion="v3.0.2", domian="training", status=5)
    document["servers"][0]["path"] = "/etc"
    document["team"]["members"][0]["role"] = "reader"
    document["customProperties"][0]["value"][0]["fundr"] = document["customProperties"][0]["value"][0].pop("funder")
    first = table(document)
    set_custom(first, "entity", "attendence")
    set_custom(first, "files", "att_(")
    set_custom(first, "courseWindow", {"from": "2024-02-30", "to": "2024-12-31"})
    drop_custom(first, "toleratedRefusedPercent")
    set_custom(first, "tolleratedRefusedPercent", -5)
    set_custom(first, "headerWithin", "many")
    column(document, "hours")["physicalNam"] = column(document, "hours").pop("physicalName")
    column(document, "hours")["logicalType"] = "string"
    column(document, "hours")["quality"] = [
        rule("expect_column_values_to_be_betwen", min_value=1) | {"severity": "fatal"}
    ]
    set_custom(column(document, "session_date"), "dateFormats", ["%d"])
    column(document, "name_latin").pop("classification")
    set_custom(column(document, "status"), "codes", {"here": ["P"], "absent": [False]})
    set_custom(column(document, "programme_id"), "template", "acme-trainin")
    column(document, "event_id")["name"] = "evnt_id"
    set_custom(column(document, "province_of_duty"), "codes", {"26": ["X"]})
    table(document, 2)["customProperties"][0]["value"] = "nothing"
    table(document, 2)["properties"][6]["logicalType"] = "date"


PLANTED = {
    "id": "'acme'",
    "apiVersion": "v3.1.0 or later",
    "domian": "did you mean 'domain'?",
    "status": "a text",
    "servers[0].path": "relative",
    "team.members": "role: owner",
    "customProperties.programmes[0].fundr": "did you mean 'funder'?",
    "schema[0].customProperties.entity": "did you mean 'attendance'?",
    "schema[0].customProperties.files": "a regular expression",
    "schema[0].customProperties.courseWindow.from": "for example from: 2024-05-01",
    "schema[0].customProperties[5]": "did you mean 'toleratedRefusedPercent'?",
    "schema[0].customProperties.toleratedRefusedPercent": "0 or more",
    "schema[0].customProperties.headerWithin": "a whole number",
    "schema[0].properties[0].template": "did you mean 'acme-training'?",
    "schema[0].properties[6].physicalNam": "did you mean 'physicalName'?",
    "schema[0].properties[6].logicalType": "number",
    "schema[0].properties[6].quality[0].severity": "error or warning",
    "schema[0].properties[6].quality[0].implementation.type": "expect_column_values_to_be_between",
    "schema[0].properties[2].customProperties.dateFormats[0]": "keeps day, month and year",
    "schema[0].properties[4].classification": "restricted",
    "schema[0].properties[7].customProperties.codes.absent[0]": "quotation marks",
    "schema[0].properties[7].codes": "a code of 'status'",
    "schema[0].properties[1].name": "did you mean 'event_id'?",
    "schema[0].properties[5].codes": "'26'",
    "schema[2].customProperties.entity": "one of attendance, assessment, participant, event",
    "schema[2].properties[6].logicalType": "number",
}


def test_all_planted_mistakes_are_told_in_one_go_and_none_twice(house: House) -> None:
    mistakes = told(house, plant)
    by_path = {m.path: " | ".join(m.as_dict().values()) for m in mistakes}
    assert {p: t for p, t in PLANTED.items() if t not in by_path.get(p, "")} == {}
    assert set(by_path) - set(PLANTED) == set(), "told, though nobody planted it"
    assert [path for path, count in Counter(m.path for m in mistakes).items() if count > 1] == []
    text = "\n".join(by_path.values())
    assert [leak for leak in LEAKS if leak in text] == []
    lines = [int(m.place.rsplit("line ", 1)[1]) for m in mistakes]
    assert lines == sorted(lines), "in the order of the file"


def test_a_misspelt_programme_key_does_not_spoil_the_templates(house: House) -> None:
    change = {"id": "acme-training", "name": "T", "funder": "F", "parnt": "x"}
    paths = [m.path for m in told(house, lambda d: set_custom(d, "programmes", [change]))]
    assert paths == ["customProperties.programmes[0].parnt"]


def test_a_broken_list_of_titles_does_not_spoil_the_templates(house: House) -> None:
    def change(document: Document) -> None:
        set_custom(table(document, 2), "titles", ["Place: (?P<place>.+"])
        set_custom(table(document, 2)["properties"][0], "template", "{title.place}")

    assert [m.path for m in told(house, change)] == ["schema[2].customProperties.titles[0]"]


def test_broken_sessions_do_not_spoil_the_cells(house: House) -> None:
    def change(document: Document) -> None:
        set_custom(table(document), "sessions", {"header": "Day ("})
        column(document, "status").pop("physicalName")

    assert [m.path for m in told(house, change)] == ["schema[0].customProperties.sessions.header"]


@pytest.mark.parametrize("version", ["v3.0.2", "v2.2.2", "3.2.0", "v4", None])
def test_the_version_of_the_standard_is_held_to(house: House, version: str | None) -> None:
    text = said(house, lambda d: d.update(apiVersion=version))
    assert text.count("v3.1.0 or later") == 1
    assert len(text.splitlines()) == 1


def test_version_3_1_is_late_enough(house: House) -> None:
    house.describe(lambda d: d.update(apiVersion="v3.1.0"))
    assert house.contract.id == "acme"


@pytest.mark.parametrize(
    ("name", "written", "right"),
    [("session_date", "string", "date"), ("hours", "integer", "number"), ("name_latin", "number", "string")],
)
def test_the_logical_type_fits_the_column(house: House, name: str, written: str, right: str) -> None:
    mistakes = told(house, lambda d: column(d, name).update(logicalType=written))
    assert [(m.found, m.expected) for m in mistakes] == [(f"'{written}'", f"'{right}', the type of '{name}'")]


def test_a_constant_that_is_no_programme_is_told_at_the_template(house: House) -> None:
    mistakes = told(house, lambda d: set_custom(column(d, "programme_id"), "template", "acme-trainin"))
    assert [m.path for m in mistakes] == ["schema[0].properties[0].template"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"physicalNam": "x"}, "schema[0].properties[6].physicalNam"),
        ({"zzz": 1}, "schema[0].properties[6].zzz"),
    ],
)
def test_an_unknown_field_is_told_once_and_alone(house: House, change: dict[str, Any], path: str) -> None:
    mistakes = told(house, lambda d: column(d, "hours").update(change))
    assert [m.path for m in mistakes] == [path]
    assert "logicalType" not in mistakes[0].found


def test_a_place_says_names_and_line(house: House) -> None:
    mistakes = told(house, lambda d: column(d, "hours").update(quality=[rule("expect_nothing") | {"name": "some"}]))
    place = mistakes[0].place
    assert place.startswith("schema[0] (attendance_list) › properties[6] (hours) › quality[0] (some) › implementation")
    line = int(place.rsplit("line ", 1)[1])
    lines = (house.home.contracts / "acme" / "contract.odcs.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[line - 1].strip() == "type: expect_nothing"


def test_every_custom_property_has_an_example() -> None:
    models = [*LEVELS.values(), *NESTED.values()]
    assert {f.alias or n for model in models for n, f in model.model_fields.items()} == set(EXAMPLES)


@pytest.mark.parametrize("day", ["2024-05-01", "2024-02-30"])
def test_days_in_rules_are_days(house: House, day: str) -> None:
    made = rule("expect_column_values_to_be_between", min_value=day)
    house.describe(lambda d: column(d, "session_date").update(quality=[made]))
    _, mistakes = check_contracts(house.home.contracts)
    if day == "2024-02-30":
        assert [m.path for m in mistakes] == ["schema[0].properties[2].quality[0].implementation.kwargs.min_value"]
    else:
        assert str(house.contract.tables[0].rules[0].kwargs["min_value"]) == day
        assert not isinstance(house.contract.tables[0].rules[0].kwargs["min_value"], str)
