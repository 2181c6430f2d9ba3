"""Typed suites: `expectations/suites/<table>.yaml`, every mistake collected before one is raised.

table: marts.fct_attendance
expectations:
  - expectation: expect_column_values_to_be_between
    kwargs: {column: hours, min_value: 0, max_value: 12}
    severity: error                    # error: the pointer must not move; warning: somebody is told
    why: What goes wrong for a reader when it does not hold.
    resolve: What to do when it fails.
  - expectation: expect_table_row_count_to_be_between
    relative_to_previous: {min: 0.9}   # shares of the row count of the version published now
    ...
  - expectation: expect_column_max_to_be_between
    kwargs: {column: session_date}
    relative_to_as_of: {max_days: 0}   # bounds in days from the day the figures are for
    ...
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from warehouse.audit.catalogue import DBT_HOLDS, EXPECTATIONS, Reads, columns_of, keywords
from warehouse.contract.mistakes import Mistake
from warehouse.errors import TerminalError, did_you_mean
from warehouse.store.home import Home

ERROR, WARNING = SEVERITIES = ("error", "warning")
SUITE_KEYS = ("table", "expectations")
PROMISE_KEYS = ("expectation", "kwargs", "severity", "why", "resolve", "relative_to_previous", "relative_to_as_of")
RELATIVE_KEYS = {"relative_to_previous": ("min", "max"), "relative_to_as_of": ("min_days", "max_days")}


class SuitesInvalid(TerminalError):
    """One or more suites hold mistakes; `mistakes` lists them all."""

    code: ClassVar[str] = "SALA-A002"
    title: ClassVar[str] = "A suite cannot be used"

    def __init__(self, where: str, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        blocks = [
            f"{m.file} at {m.path}: got {m.found}; expected {m.expected}; do this: {m.action}" for m in self.mistakes
        ]
        super().__init__(
            where,
            "\n            ".join([f"{len(blocks)} mistake(s)", *blocks]),
            "suites as warehouse/audit/suites.py describes them",
            "Mend each of them, then run: sala check",
        )


@dataclass(frozen=True)
class Promise:
    """One expectation of a suite.

    Attributes:
        expectation: The name Great Expectations knows it by.
        kwargs: Its keywords.
        severity: `error` keeps the version from being published, `warning` tells somebody.
        why: What goes wrong for a reader when it does not hold.
        resolve: What to do when it fails.
        shares: Bounds as shares of the previous version's row count.
        days: Bounds in days from `as_of`.
        previous: The previous version's row count, once bounds were made of it; None for all other promises.
    """

    expectation: str
    kwargs: dict[str, Any]
    severity: str
    why: str
    resolve: str
    shares: dict[str, float] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    previous: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return columns_of(self.kwargs)

    @property
    def sentence(self) -> str:
        """The expectation in one line: its name, its columns and its bounds."""
        bounds = ", ".join(f"{key} {value}" for key, value in self.kwargs.items() if not key.startswith("column"))
        columns = f" on {', '.join(self.columns)}" if self.columns else ""
        return f"{self.expectation}{columns}" + (f" ({bounds})" if bounds else "")

    @property
    def reads(self) -> Reads:
        """What it has to be shown."""
        return EXPECTATIONS[self.expectation]


@dataclass(frozen=True)
class Suite:
    """What is promised about one published table, named `schema.table`."""

    table: str
    promises: tuple[Promise, ...]
    file: str


def folder(home: Home) -> Path:
    """The folder of the suites."""
    return home.project / "expectations" / "suites"


def load_suites(home: Home) -> tuple[Suite, ...]:
    """Return all suites.

    Raises:
        SuitesInvalid: Any of them holds a mistake, or there is none at all.
    """
    suites, mistakes = _read_all(home)
    if mistakes:
        raise SuitesInvalid(str(folder(home)), mistakes)
    return suites


def suite_mistakes(home: Home) -> list[Mistake]:
    """Return every mistake of every suite."""
    return _read_all(home)[1]


def _read_all(home: Home) -> tuple[tuple[Suite, ...], list[Mistake]]:
    mistakes: list[Mistake] = []
    suites = [_read(path, mistakes) for path in sorted(folder(home).glob("*.yaml"))]
    if not suites:  # an audit of nothing must not pass
        mistakes.append(Mistake(".", ".", "no suite", "one .yaml file per published table", "restore the suites"))
    return tuple(suite for suite in suites if suite), mistakes


def _read(path: Path, mistakes: list[Mistake]) -> Suite | None:
    report = _Report(path.name, mistakes)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        report.add(".", " ".join(str(error).split())[:200], "a YAML file in UTF-8", "mend the file's syntax")
        return None
    if not isinstance(content, dict):
        report.add(".", type(content).__name__, "keys: " + ", ".join(SUITE_KEYS), "see warehouse/audit/suites.py")
        return None
    report.unknown("", content, SUITE_KEYS)
    table = str(content.get("table", ""))
    if table.split(".")[-1] != path.stem or table.count(".") != 1:
        report.add("table", repr(table), f"schema.{path.stem}", "name the table as the file is named")
    entries = content.get("expectations")
    if not isinstance(entries, list) or not entries:
        report.add("expectations", repr(entries)[:60], "a list of at least one expectation", "add one")
        entries = []
    promises = [_promise(f"expectations[{i}]", entry, report) for i, entry in enumerate(entries)]
    return Suite(table, tuple(p for p in promises if p), path.name)


@dataclass
class _Report:
    """Collects mistakes of one file."""

    file: str
    mistakes: list[Mistake]

    def add(self, path: str, found: str, expected: str, action: str) -> None:
        self.mistakes.append(Mistake(self.file, path, found, expected, action))

    def unknown(self, path: str, given: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in given:
            if key not in known:
                self.add(f"{path}.{key}".strip("."), f"unknown key {key!r}", "a known key", did_you_mean(key, known))


def _promise(path: str, entry: object, report: _Report) -> Promise | None:
    if not isinstance(entry, dict):
        report.add(path, repr(entry)[:60], "keys: " + ", ".join(PROMISE_KEYS), "write it as a mapping")
        return None
    before = len(report.mistakes)
    report.unknown(path, entry, PROMISE_KEYS)
    for key in ("why", "resolve"):
        if not str(entry.get(key) or "").strip():
            report.add(f"{path}.{key}", "nothing", "a sentence", "say it: whoever meets the failure reads it")
    if entry.get("severity") not in SEVERITIES:
        found = repr(entry.get("severity"))
        report.add(f"{path}.severity", found, " or ".join(SEVERITIES), did_you_mean(found, SEVERITIES))
    kwargs = entry.get("kwargs") or {}
    name = str(entry.get("expectation"))
    if name not in EXPECTATIONS:
        advice = f"{did_you_mean(name, EXPECTATIONS)} ({DBT_HOLDS})"
        report.add(f"{path}.expectation", repr(name), "an expectation suites may use", advice)
    else:
        _check_kwargs(path, name, kwargs, report)
    relative = {key: _bounds(path, key, entry.get(key), report) for key in RELATIVE_KEYS}
    _check_relative(path, name, relative, report)
    if len(report.mistakes) > before:
        return None
    why, resolve = (" ".join(str(entry[key]).split()) for key in ("why", "resolve"))
    shares, days = relative["relative_to_previous"], relative["relative_to_as_of"]
    return Promise(name, kwargs, entry["severity"], why, resolve, shares, {k: int(v) for k, v in days.items()})


def _check_kwargs(path: str, name: str, kwargs: object, report: _Report) -> None:
    if not isinstance(kwargs, dict):
        report.add(f"{path}.kwargs", repr(kwargs)[:60], "a mapping of keywords", "write it as a mapping")
        return
    known, demanded = keywords(name)
    report.unknown(f"{path}.kwargs", kwargs, tuple(sorted(known)))
    for missing in sorted(demanded - set(kwargs)):
        report.add(f"{path}.kwargs", f"no {missing!r}", f"{name} needs it", f"add {missing}")


def _bounds(path: str, key: str, given: object, report: _Report) -> dict[str, float]:
    if given is None:
        return {}
    numbers = isinstance(given, dict) and all(isinstance(v, int | float) for v in given.values())
    if not isinstance(given, dict) or not numbers or not given:
        report.add(f"{path}.{key}", repr(given)[:60], f"numbers for {' or '.join(RELATIVE_KEYS[key])}", "give a bound")
        return {}
    report.unknown(f"{path}.{key}", given, RELATIVE_KEYS[key])
    return given


def _check_relative(path: str, name: str, relative: dict[str, dict[str, float]], report: _Report) -> None:
    if relative["relative_to_previous"] and name != "expect_table_row_count_to_be_between":
        report.add(
            f"{path}.relative_to_previous", name, "expect_table_row_count_to_be_between", "use it for volumes only"
        )
    if relative["relative_to_as_of"] and not name.endswith("_to_be_between"):
        report.add(f"{path}.relative_to_as_of", name, "an expectation with min_value and max_value", "use one of those")
