"""Reads every format as its receiver would, without the code that wrote it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook

from warehouse.contract.agreement import DIMENSIONS

INTEGERS = ("agreement_version", "not_met", "undecided", "persons", "n_pre", "n_post", "n_matched")
DECIMALS = ("value", "numerator", "denominator", "strict", "lenient", "baseline", "target", "share_of_target")
SIGNS = {"[z]": "not_applicable", "[u]": "withheld", "[x]": "no_data", "[c]": "suppressed"}
HEADINGS = {
    "Province of duty": "province_of_duty",
    "Province of training": "province_of_training",
    "Module": "module_id",
    "Topic": "topic",
    "Sex": "sex",
    "Category": "category",
    "Unit": "unit_code",
    "Partner": "partner_id",
}
OTHER_SHEETS = ("Performance measurement", "Restatement", "Methods")
Key = tuple[int, str, tuple[tuple[str, str], ...]]  # which indicator, counted from 0; window; dimensions and labels
Shown = tuple[str, float | None]  # status and value


def key_of(row: dict[str, Any], indicator: int, labels: dict[str, dict[str, str]] | None = None) -> Key:
    codes = [(name, row[name]) for name in DIMENSIONS if row[name] is not None]
    named = [(name, (labels or {}).get(name, {}).get(code, code)) for name, code in codes]
    return indicator, row["window"], tuple(sorted(named))


def csv_rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = []
    for row in rows:
        made: dict[str, Any] = {name: text or None for name, text in row.items()}
        made |= {name: int(row[name]) for name in INTEGERS if row[name]}
        made |= {name: _number(row[name]) for name in DECIMALS if row[name]}
        found.append(made | {"additive": {"true": True, "false": False}[row["additive"]]})
    return found


def json_rows(path: Path) -> list[dict[str, Any]]:
    """Put together again what the document says once for an indicator and what it says for each figure."""
    document = json.loads(path.read_text("utf-8"))
    indicators = {one["id"]: one for one in document["indicators"]}
    agreement = {"funder": document["agreement"]["id"], "agreement_version": document["agreement"]["version"]}
    found = []
    for figure in document["figures"]:
        dimensions = figure.pop("dimensions")
        said = indicators[figure["indicator"]]
        constant = {name: said[name] for name in ("code", "name", "unit", "direction", "additive", "counts")}
        cell = {name: dimensions.get(name) for name in DIMENSIONS}
        found.append({**agreement, "period": document["period"]["id"], **constant, **cell, **figure})
    return found


def iati_figures(path: Path) -> dict[Key, Decimal]:
    found: dict[Key, Decimal] = {}
    for number, indicator in enumerate(etree.parse(path).iter("indicator")):
        periods = indicator.findall("period")
        for window, period in zip(("period", "cumulative"), periods, strict=True):
            for actual in period.findall("actual"):
                cell = tuple(sorted((d.get("name"), d.get("value")) for d in actual.findall("dimension")))
                assert (number, window, cell) not in found
                found[number, window, cell] = _number(actual.get("value"))
    return found


def _number(text: str) -> Decimal:
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", text), text
    return Decimal(text)


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def xlsx_figures(path: Path, names: list[str]) -> dict[Key, Shown]:
    """Return every figure of the workbook, as it stands there: a share as a fraction."""
    read = sheets(path)
    found: dict[Key, Shown] = dict(_measured(read["Performance measurement"], len(names)))
    for name, rows in read.items():
        if name not in OTHER_SHEETS:
            for key, shown in _broken_down(rows, names):
                assert found.setdefault(key, shown) == shown, f"{key} differs between sheets"
    return found


def _shown(cell: Any) -> Shown:
    return (SIGNS[cell], None) if isinstance(cell, str) else ("shown", float(cell))


def _header(rows: list[list[Any]], heading: str) -> int:
    return next(index for index, row in enumerate(rows) if heading in row)


def _windows(row: list[Any]) -> list[str]:
    """Return the window of each column from the heading above, which is merged over several."""
    current, found = "", []
    for cell in row:
        current = "cumulative" if "Cumulative" in str(cell) else "period" if str(cell).startswith("FY") else current
        found.append(current)
    return found


def _measured(rows: list[list[Any]], count: int) -> Iterator[tuple[Key, Shown]]:
    header = _header(rows, "Indicator")
    windows, fields = _windows(rows[header]), rows[header + 1]
    for number in range(count):
        row = rows[header + 2 + number]
        for column, field in enumerate(fields):
            if field == "Actual":
                yield (number, windows[column], ()), _shown(row[column])


def _broken_down(rows: list[list[Any]], names: list[str]) -> Iterator[tuple[Key, Shown]]:
    header = next(index for index, row in enumerate(rows) if row[0] in HEADINGS)
    down = [HEADINGS[cell] for cell in rows[header] if cell in HEADINGS]
    others = [name for name in _named(rows[0][0]) if name not in down]
    is_matrix = rows[header + 1][0] != ""
    title, body = "", rows[header + (1 if is_matrix else 2) :]
    windows = _windows(rows[header])
    across = {column: cell for column, cell in enumerate(rows[header]) if column >= len(down)}
    for row in body:
        if row[0] and not any(cell != "" for cell in row[1:]):
            title = row[0]
            continue
        (number,) = (n for n, name in enumerate(names) if title == name or title.startswith(f"{name}  ·  "))
        cell = [] if row[0] == "All" else list(zip(down, row, strict=False))
        if is_matrix:
            window = "cumulative" if title.endswith("cumulative") else "period"
            for found, shown in _matrix_row(row, cell, across, others[0]):
                yield (number, window, found), shown
        else:
            fields = rows[header + 1]
            for column in (c for c, field in enumerate(fields) if field == "Figure"):
                if row[column] != "–":
                    yield (number, windows[column], tuple(cell)), _shown(row[column])


def _named(title: str) -> list[str]:
    """Return the dimensions that a sheet's title names."""
    words = title.removeprefix("By ").replace(" and ", ", ").split(", ")
    return [HEADINGS[word.capitalize()] for word in words]


def _matrix_row(
    row: list[Any], cell: list[tuple[str, str]], across: dict[int, str], dimension: str
) -> Iterator[tuple[tuple[tuple[str, str], ...], Shown]]:
    for column, label in across.items():
        if row[column] not in ("", "–"):  # a total that was not asked for, or nobody
            yield tuple(sorted(cell if label == "All" else [*cell, (dimension, label)])), _shown(row[column])
