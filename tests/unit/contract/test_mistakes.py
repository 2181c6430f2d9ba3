"""Every kind of mistake in a contract is told: where, what was found, what was expected, what to do."""

from __future__ import annotations

import pytest

from tests.conftest import House
from tests.contract_changes import Change, Document, column, drop_custom, rule, said, set_custom, table
from warehouse.contract import ContractsInvalid, load_contracts


def test_the_contract_of_the_tests_holds_no_mistake(house: House) -> None:
    assert [c.id for c in load_contracts(house.home.contracts)] == ["acme"]


CUSTOM: list[tuple[str, Change, list[str]]] = [
    ("contract", lambda d: set_custom(d, "programme", []), ["customProperties[1]", "did you mean 'programmes'?"]),
    (
        "server",
        lambda d: set_custom(d["servers"][0], "conectionId", "x"),
        ["servers[0].customProperties[0]", "did you mean 'connectionId'?", "describe the source as a further server"],
    ),
    (
        "schema",
        lambda d: set_custom(table(d), "toleratedRefusedPercnt", 1),
        ["schema[0].customProperties[6]", "did you mean 'toleratedRefusedPercent'?"],
    ),
    (
        "column",
        lambda d: set_custom(column(d, "session_date"), "dateFormat", ["%d/%m/%Y"]),
        ["schema[0].properties[2].customProperties[1]", "did you mean 'dateFormats'?"],
    ),
    (
        "nested window",
        lambda d: set_custom(table(d), "courseWindow", {"frm": "2024-01-01", "to": "2024-02-01"}),
        ["schema[0].customProperties.courseWindow.frm", "did you mean 'from'?"],
    ),
    (
        "nested dialect",
        lambda d: set_custom(table(d), "dialect", {"delimeter": ";"}),
        ["schema[0].customProperties.dialect.delimeter", "did you mean 'delimiter'?"],
    ),
    (
        "nested programme",
        lambda d: set_custom(d, "programmes", [{"id": "acme-training", "name": "T", "funder": "F", "parnt": "x"}]),
        ["customProperties.programmes[0].parnt", "did you mean 'parent'?"],
    ),
    (
        "twice",
        lambda d: table(d)["customProperties"].append({"property": "format", "value": "workbook"}),
        ["schema[0].customProperties[6]", "'format' twice"],
    ),
    (
        "regex",
        lambda d: set_custom(table(d), "files", "att_("),
        ["schema[0].customProperties.files", "regular expression"],
    ),
    (
        "format",
        lambda d: set_custom(table(d), "format", "xml"),
        ["customProperties.format", "delimited, workbook"],
    ),
    (
        "percent",
        lambda d: drop_custom(table(d), "toleratedRefusedPercent"),
        ["'toleratedRefusedPercent' is required"],
    ),
    (
        "window",
        lambda d: set_custom(table(d), "courseWindow", {"from": "2024-03-01", "to": "2024-02-01"}),
        ["begins before it ends"],
    ),
    ("encoding", lambda d: set_custom(table(d), "dialect", {"encoding": "utf-88"}), ["dialect.encoding", "utf-8"]),
    ("not text", lambda d: set_custom(table(d), "dialect", {"encoding": "base64"}), ["dialect.encoding"]),
    ("delimiter", lambda d: set_custom(table(d), "dialect", {"delimiter": "；"}), ["dialect.delimiter", "ASCII"]),
    ("two characters", lambda d: set_custom(table(d), "dialect", {"delimiter": "::"}), ["dialect.delimiter"]),
]


@pytest.mark.parametrize(("change", "expected"), [pytest.param(c, e, id=n) for n, c, e in CUSTOM])
def test_custom_properties(house: House, change: Change, expected: list[str]) -> None:
    text = said(house, change)
    assert [part for part in expected if part not in text] == [], text


def required_and_blank(name: str, blank: str = "empty") -> Change:
    def change(document: Document) -> None:
        column(document, name)["required"] = True
        set_custom(column(document, name), "blank", blank)

    return change


COLUMNS: list[tuple[str, Change, list[str]]] = [
    (
        "unknown column",
        lambda d: column(d, "hours").update(name="hour"),
        ["properties[6].name", "did you mean 'hours'?"],
    ),
    ("column twice", lambda d: column(d, "hours").update(name="name_latin"), ["'name_latin' twice"]),
    (
        "demanded",
        lambda d: table(d)["properties"].remove(column(d, "event_id")),
        ["no 'event_id'", "give it a template"],
    ),
    (
        "not restricted",
        lambda d: column(d, "name_latin").pop("classification"),
        ["classification", "'restricted'", "vault"],
    ),
    ("no source", lambda d: column(d, "hours").pop("physicalName"), ["properties[6]", "physicalName", "template"]),
    ("two sources", lambda d: set_custom(column(d, "hours"), "template", "6"), ["properties[6]", "keep one"]),
    (
        "nobody",
        lambda d: [table(d)["properties"].remove(column(d, n)) for n in ("person_id", "name_latin")],
        ["no identifying column"],
    ),
    (
        "header twice",
        lambda d: column(d, "hours").update(synonyms=[{"synonym": " NAME "}]),
        ["header ' NAME ' for 'hours'", "'name_latin' has it"],
    ),
    (
        "template group",
        lambda d: set_custom(column(d, "programme_id"), "template", "{file.slt}"),
        ["{file.slt}", "did you mean 'file.slot'?"],
    ),
    (
        "programme",
        lambda d: set_custom(column(d, "programme_id"), "template", "acme-trainin"),
        ["did you mean 'acme-training'"],
    ),
    (
        "blank on status",
        lambda d: drop_custom(column(d, "status"), "blank"),
        ["empty attendance cell", "blank: unknown"],
    ),
    ("blank", lambda d: set_custom(column(d, "status"), "blank", "absnt"), ["'absnt'", "did you mean 'absent'?"]),
    ("blank of no code", lambda d: set_custom(column(d, "hours"), "blank", "unknown"), ["'unknown'", "'empty' or 're"]),
    (
        "blank passes what is demanded",
        lambda d: set_custom(column(d, "status"), "blank", "empty"),
        ["must have a value"],
    ),
    ("blank passes what is required", required_and_blank("province_of_duty"), ["properties[5].blank", "blank: refuse"]),
    (
        "blank refuses what may be empty",
        lambda d: set_custom(column(d, "hours"), "blank", "refuse"),
        ["required: true"],
    ),
    ("code", lambda d: set_custom(column(d, "status"), "codes", {"here": ["P"]}), ["'here'", "a code of 'status'"]),
    (
        "overlap",
        lambda d: set_custom(column(d, "status"), "codes", {"present": ["P"], "absent": [" p "]}),
        ["codes.absent", "it also means 'present'"],
    ),
    ("lookup code", lambda d: set_custom(column(d, "province_of_duty"), "codes", {"26": ["X"]}), ["'26'"]),
    ("codes on text", lambda d: set_custom(column(d, "name_latin"), "codes", {"a": ["b"]}), ["not a coded column"]),
    (
        "date format",
        lambda d: set_custom(column(d, "session_date"), "dateFormats", ["%d/%m"]),
        ["keeps day, month and year"],
    ),
    ("no date format", lambda d: drop_custom(column(d, "session_date"), "dateFormats"), ["dateFormats", "%d/%m/%Y"]),
    (
        "a format of something else",
        lambda d: set_custom(column(d, "session_date"), "dateFormats", ["%d/%j/%Y"]),
        ["%d/%j/%Y", "a format of %d %m"],
    ),
    (
        "an era of nobody",
        lambda d: set_custom(column(d, "session_date"), "era", "budhist"),
        ["did you mean 'buddhist'"],
    ),
    ("a zone of nowhere", lambda d: set_custom(column(d, "session_date"), "timeZone", "Phnom Penh"), ["IANA"]),
    ("an era of hours", lambda d: set_custom(column(d, "hours"), "era", "buddhist"), ["era", "'hours' is no date"]),
    ("a zone of hours", lambda d: set_custom(column(d, "hours"), "timeZone", "UTC"), ["timeZone", "is no date"]),
    (
        "sessions",
        lambda d: set_custom(table(d), "sessions", {"header": "Day.*", "column": "statis"}),
        ["sessions.column", "did you mean 'status'?"],
    ),
]


@pytest.mark.parametrize(("change", "expected"), [pytest.param(c, e, id=n) for n, c, e in COLUMNS])
def test_columns(house: House, change: Change, expected: list[str]) -> None:
    text = said(house, change)
    assert [part for part in expected if part not in text] == [], text


@pytest.mark.parametrize(("name", "blank"), [("status", "unknown"), ("province_of_duty", "07"), ("hours", "refuse")])
def test_a_required_column_may_say_what_an_empty_cell_means(house: House, name: str, blank: str) -> None:
    house.describe(required_and_blank(name, blank))
    assert [c.id for c in load_contracts(house.home.contracts)] == ["acme"]


CONTRACTS: list[tuple[str, Change, list[str]]] = [
    ("id", lambda d: d.update(id="acne"), ["'acne'", "'acme'"]),
    ("no server", lambda d: d.pop("servers"), ["servers", "add a server"]),
    ("outside", lambda d: d["servers"][0].update(path="inbox/../../etc"), ["servers[0].path", "'..'"]),
    ("absolute", lambda d: d["servers"][0].update(path="/etc"), ["servers[0].path", "relative"]),
    ("no owner", lambda d: d["team"]["members"][0].update(role="reader"), ["team.members", "role: owner"]),
    ("no table", lambda d: d.update(schema=[]), ["at least one schema object"]),
    ("table twice", lambda d: table(d, 1).update(name="attendance_list"), ["'attendance_list' twice"]),
    (
        "cron",
        lambda d: d.update(
            slaProperties=[{"property": "frequency", "value": 7, "unit": "d", "schedule": "0 25 * * *"}]
        ),
        ["slaProperties[0].schedule", "cron"],
    ),
    ("days", lambda d: d.update(slaProperties=[{"property": "frequency", "value": 7, "unit": "w"}]), ["unit: d"]),
    ("no days", lambda d: d.update(slaProperties=[{"property": "frequency", "value": 0, "unit": "d"}]), ["1 or more"]),
    (
        "parent",
        lambda d: d["customProperties"][0]["value"][0].update(parent="acme-trainings"),
        ["programmes[0].parent", "did you mean 'acme-training'?"],
    ),
    (
        "own forebear",
        lambda d: d["customProperties"][0]["value"].extend(
            [
                {"id": "a", "name": "A", "funder": "F", "parent": "b"},
                {"id": "b", "name": "B", "funder": "F", "parent": "a"},
            ]
        ),
        ["programmes[1].parent", "programmes[2].parent", "outside itself"],
    ),
    (
        "programme twice",
        lambda d: d["customProperties"][0]["value"].append({"id": "acme-training", "name": "T", "funder": "F"}),
        ["'acme-training' twice"],
    ),
    (
        "unknown field",
        lambda d: column(d, "hours").update(physicalNam="Hours"),
        ["properties[6]", "did you mean 'physicalName'?"],
    ),
    ("unknown top field", lambda d: d.update(serverz=[]), ["serverz", "did you mean 'servers'?"]),
]


@pytest.mark.parametrize(("change", "expected"), [pytest.param(c, e, id=n) for n, c, e in CONTRACTS])
def test_contract(house: House, change: Change, expected: list[str]) -> None:
    text = said(house, change)
    assert [part for part in expected if part not in text] == [], text


RULES: list[tuple[str, Document, list[str]]] = [
    ("unknown", rule("expect_column_values_to_be_betwen"), ["did you mean 'expect_column_values_to_be_between'?"]),
    ("whole table", rule("expect_table_row_count_to_equal", value=3), ["about a whole file", "about single rows"]),
    ("aggregate", rule("expect_column_mean_to_be_between", min_value=1), ["about a whole file"]),
    ("order", rule("expect_column_values_to_be_increasing"), ["about a whole file"]),
    (
        "unknown name",
        rule("expect_column_values_to_not_be_null", column="hour"),
        ["names 'hour'", "did you mean 'hours'?"],
    ),
    ("one of a pair", rule("expect_column_pair_values_to_be_equal", column_A="hours"), ["column_A, column_B"]),
    ("no list", rule("expect_compound_columns_to_be_unique", column="hours"), ["column_list"]),
    ("list of one", rule("expect_compound_columns_to_be_unique", column_list=["hours"]), ["two or more"]),
    ("list of unknown", rule("expect_compound_columns_to_be_unique", column_list=["hours", "x"]), ["names 'x'"]),
    ("mostly", rule("expect_column_values_to_not_be_null", mostly=0.9), ["'mostly'", "severity"]),
    ("severity", rule("expect_column_values_to_not_be_null") | {"severity": "fatal"}, ["error or warning"]),
    (
        "no sentence",
        {k: v for k, v in rule("expect_column_values_to_not_be_null").items() if k != "description"},
        ["sentence"],
    ),
    ("engine", rule("expect_column_values_to_not_be_null") | {"engine": "soda"}, ["engine greatExpectations"]),
]


@pytest.mark.parametrize(("made", "expected"), [pytest.param(r, e, id=n) for n, r, e in RULES])
def test_rules(house: House, made: Document, expected: list[str]) -> None:
    text = said(house, lambda d: column(d, "hours").update(quality=[made]))
    assert [part for part in expected if part not in text] == [], text
    assert "schema[0]" in text


def test_a_rule_of_the_table_that_names_no_column_is_a_mistake(house: House) -> None:
    text = said(house, lambda d: table(d).update(quality=[rule("expect_column_values_to_not_be_null")]))
    assert "no column" in text


def test_a_rule_name_used_twice_is_a_mistake(house: House) -> None:
    twice = [rule("expect_column_values_to_not_be_null"), rule("expect_column_values_to_be_null")]
    assert "'a_rule' twice" in said(house, lambda d: column(d, "hours").update(quality=twice))


def test_all_mistakes_of_all_levels_are_told_at_once(house: House) -> None:
    def change(document: Document) -> None:
        document["id"] = "other"
        column(document, "hours")["physicalNam"] = "x"  # the standard's own schema objects
        set_custom(table(document), "files", "(")  # the table cannot be used
        column(document, "name_latin").pop("classification")  # a column of that table
        set_custom(column(document, "session_date"), "dateFormats", ["%d"])
        column(document, "hours")["quality"] = [rule("expect_nothing")]
        table(document, 2)["properties"][1]["name"] = "event"

    text = said(house, change)
    places = ["id |", "properties[6]", "customProperties.files", "classification", "dateFormats", "expect_nothing"]
    assert [p for p in [*places, "schema[2].properties[1].name"] if p not in text] == [], text


def test_the_raised_error_lists_every_mistake(house: House) -> None:
    house.describe(lambda d: (d.update(id="x"), d["team"].pop("members")))
    with pytest.raises(ContractsInvalid) as raised:
        load_contracts(house.home.contracts)
    assert len(raised.value.mistakes) == 2
    assert "2 mistakes" in str(raised.value)
    assert str(raised.value).startswith("SALA-C001")
