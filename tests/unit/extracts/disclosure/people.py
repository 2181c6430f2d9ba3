"""Extracts of made-up people, counted in plain Python, so that the truth behind each table is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from warehouse.contract.agreement import Disclosure, Terms
from warehouse.contract.periods import Period
from warehouse.extracts.disclosure.issued import Issued
from warehouse.extracts.figures import DIMENSIONS, FIGURES

RULE = Disclosure(minimum=5, width=5)
Q1 = Period("FY2013-Q1", date(2013, 1, 1), date(2013, 3, 31), date(2013, 1, 1))
Q2 = Period("FY2013-Q2", date(2013, 4, 1), date(2013, 6, 30), date(2013, 1, 1))
GROUPINGS = ((), ("province_of_duty",), ("sex",), ("province_of_duty", "sex"))


@dataclass(frozen=True)
class Module:
    """One person in one module, on a day; `met` None is undecided."""

    person: int
    on: date
    dims: Mapping[str, str]
    met: bool | None = True


def terms(**changes: Any) -> Terms:
    return Terms.model_validate(
        {
            "version": 1,
            "starts_on": "2013-01-01",
            "fiscal_year": {"starts_month": 1, "label": "start"},
            "periods": "quarter",
            "cumulative_from": "2012-01-01",
            "programmes": ["border"],
            "partners": ["iom"],
            "population": {},
            "completion": {"measure": "sessions", "numerator": 4, "denominator": 5, "inclusive": True},
            "unique": "period",
            "indicators": [{"id": "persons_reached", "name": "Reached", "definition": "Attended a session."}],
            "disclosure": RULE.model_dump(),
            "formats": ["csv"],
            "calendar": {"schedule": "0 6 * * *", "days_after_period_end": 30},
        }
        | changes
    )


def figure(indicator: str, dims: Mapping[str, str], value: int | str | None, **fields: Any) -> dict[str, Any]:
    """Return one row; of people unless `counts` says otherwise."""
    row: dict[str, Any] = dict.fromkeys(FIGURES.names)
    grouping = [name for name in DIMENSIONS if name in dims]
    row |= {
        "funder": "canada",
        "agreement_version": 1,
        "period": "FY2013-Q1",
        "window": "period",
        "indicator": indicator,
        "name": indicator,
        "unit": "persons",
        "direction": "up",
        "additive": False,
        "counts": "persons",
        "grouping": ",".join(grouping) or "total",
        "value": None if value is None else Decimal(value),
        "persons": value if isinstance(value, int) else None,
        "target": Decimal(250),
        "status": "shown",
    }
    return row | dict(dims) | fields


def issued(rows: Iterable[Mapping[str, Any]], issue: int = 1, period: Period = Q1, **changes: Any) -> Issued:
    funder = changes.pop("funder", "canada")
    return Issued(funder, period, issue, terms(**changes), pa.Table.from_pylist(list(rows), schema=FIGURES))


def counted(
    modules: Sequence[Module], groupings: Sequence[Sequence[str]] = GROUPINGS, period: Period = Q1
) -> list[dict[str, Any]]:
    """Count persons reached, persons trained and module completions, of the period and since the beginning."""
    rows: list[dict[str, Any]] = []
    for window, start in (("period", period.starts_on), ("cumulative", date(2012, 1, 1))):
        within = [one for one in modules if start <= one.on <= period.ends_on]
        for grouping in groupings:
            cells: dict[tuple[str, ...], list[Module]] = {} if grouping else {(): []}
            for one in within:
                cells.setdefault(tuple(one.dims[name] for name in grouping), []).append(one)
            for values, cell in sorted(cells.items()):
                dims = dict(zip(grouping, values, strict=True))
                rows += [row | {"window": window, "period": period.id} for row in _cell(dims, cell)]
    return rows


def _cell(dims: Mapping[str, str], cell: Sequence[Module]) -> list[dict[str, Any]]:
    people = {one.person for one in cell}
    met = {one.person for one in cell if one.met}
    undecided = {one.person for one in cell if one.met is None} - met
    completions = sum(one.met is True for one in cell)
    return [
        figure("persons_reached", dims, len(people)),
        figure("persons_trained", dims, len(met), undecided=len(undecided), not_met=len(people) - len(met | undecided)),
        figure("module_completions", dims, completions, counts="completions", additive=True, persons=len(met)),
    ]


def modules_of_people(dims: Mapping[str, int], most: int = 60) -> st.SearchStrategy[list[Module]]:
    """Return a strategy of people in modules: sex is one per person, all else may change from module to module."""
    values = {name: st.integers(1, size).map(lambda n: f"{n:02}") for name, size in dims.items() if name != "sex"}
    one = st.tuples(
        st.integers(1, max(most * 2 // 3, 1)),
        st.sampled_from([date(2012, 5, 5), date(2013, 2, 2), date(2013, 5, 5)]),
        st.fixed_dictionaries(values),
        st.sampled_from([True, True, True, False, None]),
    )

    def module(drawn: tuple[int, date, dict[str, str], bool | None]) -> Module:
        person, on, places, met = drawn
        sex = {"sex": "female" if person % 3 == 0 else "male"} if "sex" in dims else {}
        return Module(person, on, places | sex, met)

    return st.lists(one, max_size=most).map(lambda drawn: [module(each) for each in drawn])
