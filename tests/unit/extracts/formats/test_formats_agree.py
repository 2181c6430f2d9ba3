"""Every format says what the result table says, figure by figure, whatever the figures, statuses and texts."""

from __future__ import annotations

import re
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from extracts_for_tests import FORMATS, LABELS, make_context, make_rows, make_table
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from reading_back import Key, csv_rows, iati_figures, json_rows, key_of, xlsx_figures

from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.rendering import render
from warehouse.store.figures import FIGURES, STATUSES

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "សាក្សី", 'a,"b"\nc', "<&>]]>", " x ", "\x00\x07", "'")
EMPTIED = [*FIGURES.names[FIGURES.names.index("value") : FIGURES.names.index("baseline")], "share_of_target", "note"]
CONTEXT = make_context("canada-iom", "FY2013-Q3")
BASE = make_rows(CONTEXT)
TEXTS = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=20)), min_size=1, max_size=9)
# A float keeps 15 digits, so that is what JSON and workbooks promise; here 11 before the point and 4 after it.
VALUES = st.lists(st.decimals(min_value=-(10**11), max_value=10**11, places=4), min_size=1, max_size=30)


def shown_in_xml(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")


def shown_in_cell(text: str) -> str:
    return shown_in_xml("'" + text if text[0] in "=+-@\t\r\n" else text)


def drawn(values: list[Decimal], texts: list[str], statuses: list[str]) -> list[dict[str, Any]]:
    """Return the figures with other values, texts and statuses, in turn; every sixth row is missing."""
    names = {row["indicator"]: number for number, row in enumerate(BASE)}
    found = []
    for number, base in enumerate(BASE):
        if number % 6 == 5 and base["grouping"] != "total":
            continue
        status = statuses[number % len(statuses)]
        row = base | {"status": status, "note": texts[number % len(texts)], "value": values[number % len(values)]}
        index = names[base["indicator"]]
        row |= {"name": f"{texts[index % len(texts)]} {index}", "code": texts[-1], "unit": texts[0]}
        if status == "suppressed":
            row |= dict.fromkeys(EMPTIED)
        if status != "shown":
            row["value"] = None
        found.append(row)
    return found


def written(rows: list[dict[str, Any]], folder: Path, context: Context = CONTEXT) -> pa.Table:
    table = make_table(rows)
    render(table, context, folder, FORMATS)
    return table


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@example([Decimal(0), Decimal("-3.5")], list(HOSTILE), ["shown", "suppressed"])
@given(VALUES, TEXTS, st.lists(st.sampled_from(STATUSES), min_size=1, max_size=5))
def test_all_formats_say_what_the_table_says(values: list[Decimal], texts: list[str], statuses: list[str]) -> None:
    rows = drawn(values, texts, statuses)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = written(rows, folder)
        assert pq.read_table(folder / "figures.parquet").equals(table)
        compare_json(rows, json_rows(folder / "extract.json"))
        assert iati_figures(folder / "results.iati.xml") == iati_expected(rows)
        compare_workbook(rows, folder / "extract.xlsx")


@settings(deadline=None, max_examples=25)
@example([Decimal(0), Decimal("-3.5")], list(HOSTILE), ["shown", "suppressed"])
@given(VALUES, TEXTS, st.lists(st.sampled_from(STATUSES), min_size=1, max_size=5))
def test_csv_says_what_the_table_says(values: list[Decimal], texts: list[str], statuses: list[str]) -> None:
    rows = drawn(values, texts, statuses)
    context = make_context("canada-iom", "FY2013-Q3", terms=CONTEXT.terms.model_copy(update={"hxl": False}))
    with tempfile.TemporaryDirectory() as name:
        render(make_table(rows), context, Path(name), ["csv"])
        read = csv_rows(Path(name) / "figures.csv")
    expected = [{k: shown_in_cell(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows]
    assert read == expected


def compare_json(rows: list[dict[str, Any]], read: list[dict[str, Any]]) -> None:
    assert len(read) == len(rows)
    for said, row in zip(read, rows, strict=True):
        expected = {name: float(v) if isinstance(v, Decimal) else v for name, v in row.items() if name != "grouping"}
        assert said == expected


def numbered(rows: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    order = {name: number for number, name in enumerate(dict.fromkeys(row["indicator"] for row in rows))}
    return [(order[row["indicator"]], row) for row in rows]


def iati_expected(rows: list[dict[str, Any]]) -> dict[Key, Decimal]:
    return {key_of(row, number): row["value"] for number, row in numbered(rows) if row["status"] == "shown"}


def compare_workbook(rows: list[dict[str, Any]], path: Path) -> None:
    firsts = {row["indicator"]: row for row in rows}.values()
    titles = [shown_in_cell(f"{row['code']}  {row['name']}  ·  {row['unit']}") for row in firsts]
    read = xlsx_figures(path, titles)
    assert len(read) == len(rows)
    for number, row in numbered(rows):
        status, value = read[key_of(row, number, LABELS)]
        assert status == row["status"]
        if row["value"] is not None:
            scale = 100 if row["counts"] == "percent" else 1
            assert value == pytest.approx(float(row["value"]) / scale, rel=1e-14)


@pytest.mark.parametrize(("funder", "period"), [("canada-iom", "FY2013-Q3"), ("justice-fund", "FY2016-Q2")])
def test_the_examples_formats_agree(funder: str, period: str, tmp_path: Path) -> None:
    context = make_context(funder, period)
    rows = [row | {"code": row["code"] or "none"} for row in make_rows(context, seed=1)]
    written(rows, tmp_path, context)
    assert {row["status"] for row in rows} == set(STATUSES), "every status is looked at"
    compare_json(rows, json_rows(tmp_path / "extract.json"))
    compare_workbook(rows, tmp_path / "extract.xlsx")
    assert iati_figures(tmp_path / "results.iati.xml") == iati_expected(rows)


def test_the_same_figures_give_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        written(make_rows(CONTEXT), folder)
    names = sorted(path.name for path in folders[0].iterdir())
    assert len(names) == 8
    assert [n for n in names if (folders[0] / n).read_bytes() != (folders[1] / n).read_bytes()] == []
