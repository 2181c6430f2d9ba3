"""Every figure of an agreement for a period, from one version: the one result table that all formats are rendered from.

    the agreement ──► parameter tables ─┐
    warehouse.marts (read-only)  ───────┼─ models/agreements, models/indicators, as compiled ──► FIGURES
                                        └─ in `workbench`, a database in memory

The models run as the version's own snapshot holds them, so a figure can be computed again years later. Nothing looks at
a clock, nothing is left behind but tables in memory: the same version, agreement and period give the same table.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contract.agreement import DIMENSIONS, Agreement, IndicatorTerms, Terms
from warehouse.contract.periods import Period
from warehouse.errors import TerminalError
from warehouse.extracts.parameters import grouping_name, parameters
from warehouse.store.figures import FIGURE, FIGURES, STATUSES, WINDOWS
from warehouse.transform.compiled import Models, Node

__all__ = ["DIMENSIONS", "FIGURE", "FIGURES", "STATUSES", "WINDOWS", "FiguresFailed", "compute", "prepare"]

SCHEMAS = ("agreements", "indicators")
BOUNDS = "bound_difference"  # what `bounds` in the .yml of an indicator names columns of


class FiguresFailed(TerminalError):
    """A model of an indicator could not be computed over a version."""

    code: ClassVar[str] = "SALA-X010"
    title: ClassVar[str] = "The figures cannot be computed"


class IndicatorUnknown(TerminalError):
    """The version was published before the indicator existed."""

    code: ClassVar[str] = "SALA-X011"
    title: ClassVar[str] = "The version has no such indicator"


class FigureImpossible(TerminalError):
    """A figure lies outside the range that its indicator promises."""

    code: ClassVar[str] = "SALA-X014"
    title: ClassVar[str] = "A figure cannot be right"


class DisaggregationMeaningless(TerminalError):
    """An indicator is asked for by a dimension that says nothing about it."""

    code: ClassVar[str] = "SALA-X012"
    title: ClassVar[str] = "The indicator cannot be counted by this dimension"


def compute(
    connection: duckdb.DuckDBPyConnection,
    models: Models,
    agreement: Agreement,
    terms: Terms,
    period: Period,
    missing: Collection[str] = (),
) -> pa.Table:
    """Return the figures, one row per indicator, window, grouping and cell, in the order in which they are published.

    Args:
        connection: With the version attached read-only as `warehouse` and a database in memory as `workbench`.
        models: The compiled models of the version.
        agreement: Whose figures they are.
        terms: The version of the agreement that is in force in the period.
        period: What is reported.
        missing: Ids of the partners that owed data for the period and sent none.

    Returns:
        A table of the schema FIGURES; `suppressed` is for disclosure control to say, never said here.

    Raises:
        IndicatorUnknown: The models hold no indicator of this id.
        DisaggregationMeaningless: An indicator is asked for by a dimension that its .yml excludes.
        FiguresFailed: A model cannot be computed.
        FigureImpossible: A figure lies outside the range its indicator promises.
    """
    prepare(connection, models, agreement, terms, period)
    tables = [
        _figures(connection, models, indicator, agreement, terms, period, missing) for indicator in terms.indicators
    ]
    return pa.concat_tables(tables).combine_chunks()


def prepare(
    connection: duckdb.DuckDBPyConnection, models: Models, agreement: Agreement, terms: Terms, period: Period
) -> None:
    """Put the parameters in place and the models that the agreement's indicators stand on, in `workbench`.

    What more than one of them reads is computed once, as a table; the rest are views.
    """
    _check(models, agreement, terms)
    wanted = [BOUNDS, *(indicator.id for indicator in terms.indicators)]
    given = parameters(connection, agreement, terms, period)
    needed = [node for node in models.needed_for(wanted) if node.schema in SCHEMAS]
    readers = [parent for node in needed for parent in node.depends_on]
    for schema in SCHEMAS:
        connection.execute(f"drop schema if exists workbench.{schema} cascade; create schema workbench.{schema}")
    for name, table in given.items():
        connection.register("given", table)
        connection.execute(f"create table workbench.agreements.{name} as select * from given")  # noqa: S608 -- own names
        connection.unregister("given")
    for node in needed:
        if node.name not in given:
            _create(connection, node, "table" if readers.count(node.name) > 1 else "view")


def _check(models: Models, agreement: Agreement, terms: Terms) -> None:
    where = f"agreement {agreement.id}, version {terms.version}"
    known = models.in_schemas("indicators")
    if unknown := [indicator.id for indicator in terms.indicators if indicator.id not in known]:
        raise IndicatorUnknown(
            where=where,
            found=", ".join(unknown),
            expected="indicators of the published version: " + ", ".join(known),
            action="Build and publish a version whose transforms/models/indicators hold it: sala run",
        )
    for indicator in terms.indicators:
        excluded = models.nodes[indicator.id].meta.get("not_counted_by", ())
        if found := sorted({d for group in indicator.disaggregations for d in group if d in excluded}):
            raise DisaggregationMeaningless(
                where=f"{where}, indicator {indicator.id}",
                found=", ".join(found),
                expected="dimensions other than " + ", ".join(excluded),
                action="Take it out of the indicator's disaggregations in the agreement.",
            )


def _create(connection: duckdb.DuckDBPyConnection, node: Node, kind: str) -> None:
    try:
        connection.execute(f"create {kind} {node.relation} as ({node.sql})")
    except duckdb.Error as error:
        raise _failed(node, error) from error


def _failed(node: Node, error: duckdb.Error) -> FiguresFailed:
    return FiguresFailed(
        where=node.name,
        found=str(error).splitlines()[0],
        expected=f"a model that this DuckDB ({duckdb.__version__}) can compute over the version",
        action="Mend the model under transforms/models; of an older version, use the DuckDB its snapshot.json names.",
    )


_RESULT = """
    select
        $funder as funder,
        $version as agreement_version,
        $period as period,
        i.reporting_window as "window",
        $indicator as indicator,
        $code as code,
        $name as name,
        $unit as unit,
        $direction as direction,
        $additive as additive,
        $counts as counts,
        i.grouping_name as "grouping",
        {dimensions},
        case when {known} then i.value end as value,
        case when {known} then i.numerator end as numerator,
        case when {known} then i.denominator end as denominator,
        case when not {silent} then i.not_met end as not_met,
        case when not {silent} then i.undecided end as undecided,
        case when not {silent} then i.persons end as persons,
        case when not {silent} then i.n_pre end as n_pre,
        case when not {silent} then i.n_post end as n_post,
        case when not {silent} then i.n_matched end as n_matched,
        case when {is_total} and {known} then i.value + {strict} end as strict,
        case when {is_total} and {known} then i.value + {lenient} end as lenient,
        case when {is_total} then cast($baseline as decimal(18, 4)) end as baseline,
        case when {is_total} then {target} end as target,
        case
            when {is_total} and {known} and {target} <> 0 then cast(i.value * 100 / {target} as decimal(18, 4))
        end as share_of_target,
        case
            when {silent} then 'no_data'
            when {withheld} then 'withheld'
            when i.value is null then 'not_applicable'
            else 'shown'
        end as status,
        cast(null as varchar) as note
    from {relation} as i
    left join {bounds} as b on i.reporting_window = b.reporting_window
    where list_contains($groupings, i.grouping_name)
    order by "window" desc, "grouping" <> 'total', "grouping", {order}
"""
# A partner that owed data and sent none leaves nothing to say about itself; when all of them did, about anything.
_SILENT = "(i.reporting_window = 'period' and ($all_missing or list_contains($missing, coalesce(i.partner_id, ''))))"
# Fewer were matched than the agreement's share of those who took the assessment that more took.
_WITHHELD = "(coalesce(i.n_matched * 100 < greatest(i.n_pre, i.n_post) * $match_percent, false))"
_TARGET = (
    "case when i.reporting_window = 'period' then cast($period_target as decimal(18, 4)) "
    "else cast($target as decimal(18, 4)) end"
)


def _figures(
    connection: duckdb.DuckDBPyConnection,
    models: Models,
    indicator: IndicatorTerms,
    agreement: Agreement,
    terms: Terms,
    period: Period,
    missing: Collection[str],
) -> pa.Table:
    node = models.nodes[indicator.id]
    column = node.meta.get("bounds")
    query = _RESULT.format(
        relation=node.relation,
        dimensions=", ".join(f"i.{name}" for name in DIMENSIONS),
        order=", ".join(f"i.{name} nulls first" for name in DIMENSIONS),
        known=f"(not {_SILENT} and not {_WITHHELD})",
        silent=_SILENT,
        withheld=_WITHHELD,
        target=_TARGET,
        is_total="(i.grouping_name = 'total')",
        bounds=models.nodes[BOUNDS].relation,
        **{side: f"b.{column}_{side}" if column else "null" for side in ("strict", "lenient")},
    )
    try:
        values = _values(node, indicator, agreement, terms, period, missing)
        figures = connection.execute(query, values).to_arrow_table().cast(FIGURES)
    except duckdb.Error as error:
        raise _failed(node, error) from error
    _expect_possible(node, figures)
    return figures


def _expect_possible(node: Node, figures: pa.Table) -> None:
    lowest, highest = node.meta["valid_range"]
    found = pc.min_max(figures["value"]).as_py()
    too_low = found["min"] is not None and lowest is not None and found["min"] < lowest
    too_high = found["max"] is not None and highest is not None and found["max"] > highest
    if too_low or too_high:
        raise FigureImpossible(
            where=node.name,
            found=f"values from {found['min']} to {found['max']}",
            expected=f"from {lowest} to {highest if highest is not None else 'any number'}, as its documentation says",
            action="Mend the model, or the range in its .yml where that is wrong, then: sala run",
        )


def _values(
    node: Node,
    indicator: IndicatorTerms,
    agreement: Agreement,
    terms: Terms,
    period: Period,
    missing: Collection[str],
) -> dict[str, Any]:
    return {
        "funder": agreement.id,
        "version": terms.version,
        "period": period.id,
        "indicator": indicator.id,
        "code": indicator.code,
        "name": indicator.name,
        **{name: node.meta[name] for name in ("unit", "direction", "additive", "counts")},
        "groupings": [grouping_name(group) for group in ((), *indicator.disaggregations)],
        "missing": sorted(missing),
        "all_missing": bool(missing) and set(terms.partners) <= set(missing),
        "match_percent": terms.learning_gain_match_percent,
        "baseline": indicator.baseline,
        "target": indicator.target,
        "period_target": indicator.period_targets.get(period.id),
    }
