"""The one result table: every figure of an agreement for a period, which all formats are rendered from."""

from __future__ import annotations

import pyarrow as pa

DIMENSIONS = (
    "province_of_duty",
    "province_of_training",
    "module_id",
    "topic",
    "sex",
    "category",
    "unit_code",
    "partner_id",
)
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
