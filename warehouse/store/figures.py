"""The tables of figures that leave, as Arrow schemas: dbt reads what was issued and restated from exactly these."""

from __future__ import annotations

import pyarrow as pa

from warehouse.contract.agreement import DIMENSIONS

WINDOWS = ("period", "cumulative")
STATUSES = ("shown", "not_applicable", "withheld", "no_data", "suppressed")

FIGURE = pa.decimal128(18, 4)

# One row per indicator, window, grouping and cell. A dimension is null where the grouping does not count by it and
# 'unknown' where it does and nobody said.
FIGURES = pa.schema(
    [
        pa.field("funder", pa.string(), nullable=False),
        pa.field("agreement_version", pa.int32(), nullable=False),
        pa.field("period", pa.string(), nullable=False),
        pa.field("window", pa.string(), nullable=False),  # one of WINDOWS
        pa.field("indicator", pa.string(), nullable=False),
        pa.field("code", pa.string()),  # the funder's own
        pa.field("name", pa.string(), nullable=False),  # the funder's own
        pa.field("unit", pa.string(), nullable=False),
        pa.field("direction", pa.string(), nullable=False),
        pa.field("additive", pa.bool_(), nullable=False),
        pa.field("counts", pa.string(), nullable=False),
        pa.field("grouping", pa.string(), nullable=False),  # 'total', 'sex', 'province_of_duty,sex' …
        *(pa.field(name, pa.string()) for name in DIMENSIONS),
        pa.field("value", FIGURE),  # null: cannot be calculated, or not shown; `status` says why
        pa.field("numerator", FIGURE),
        pa.field("denominator", FIGURE),
        pa.field("not_met", pa.int64()),
        pa.field("undecided", pa.int64()),  # shown beside the figure, never within it
        pa.field("persons", pa.int64()),  # people behind the figure
        pa.field("n_pre", pa.int64()),
        pa.field("n_post", pa.int64()),
        pa.field("n_matched", pa.int64()),
        pa.field("strict", FIGURE),  # the total by the strict and by the lenient threshold of identity
        pa.field("lenient", FIGURE),
        pa.field("baseline", FIGURE),
        pa.field("target", FIGURE),
        pa.field("share_of_target", FIGURE),  # percent
        pa.field("status", pa.string(), nullable=False),  # one of STATUSES
        pa.field("note", pa.string()),
    ]
)

# Every figure ever issued, as it left.
ISSUED_FIGURES = pa.schema(
    [
        *FIGURES,
        pa.field("issue", pa.int32(), nullable=False),
        pa.field("version", pa.string(), nullable=False),  # the published version it was computed from
        pa.field("issued_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)

# How an issue differs from the one before, one row per figure and cause; the amounts of a figure add up to its
# difference. Null where one of the two was not shown.
RESTATED_FIGURES = pa.schema(
    [
        *(FIGURES.field(name) for name in ("funder", "period")),
        pa.field("issue_from", pa.int32(), nullable=False),
        pa.field("issue_to", pa.int32(), nullable=False),
        *(FIGURES.field(name) for name in ("indicator", "window", "grouping", *DIMENSIONS)),
        pa.field("before", FIGURE),
        pa.field("after", FIGURE),
        pa.field("before_status", pa.string(), nullable=False),
        pa.field("after_status", pa.string(), nullable=False),
        pa.field("difference", FIGURE),
        pa.field("cause", pa.string(), nullable=False),
        pa.field("amount", FIGURE),
    ]
)
