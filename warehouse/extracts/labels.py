"""What readers call the codes of each dimension."""

from __future__ import annotations

import duckdb

_LABELS = {
    "province_of_duty": "select province_code, province_name_en from warehouse.marts.dim_province",
    "module_id": "select module_id, module_name_en from warehouse.marts.dim_module",
    "category": "select category, label_en from warehouse.marts.dim_person_category",
    "unit_code": "select unit_code, unit_name_en from warehouse.marts.dim_unit",
    "partner_id": "select partner_id, partner_name from warehouse.marts.dim_partner",
}
UNKNOWN = "Not known"


def labels(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return, by dimension, what each code is called; the marts are attached as `warehouse`."""
    found = {dimension: dict(connection.execute(query).fetchall()) for dimension, query in _LABELS.items()}
    found["province_of_training"] = found["province_of_duty"]
    found["sex"] = {"female": "Women", "male": "Men"}
    found["topic"] = {}
    return {dimension: {**names, "unknown": UNKNOWN} for dimension, names in found.items()}
