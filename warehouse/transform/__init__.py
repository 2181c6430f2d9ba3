"""Transform: bronze, crosswalk and inputs → the build file, by `dbt build` in two parts.

    build/inputs/*.parquet ─┐
    bronze/, quarantine/  ──┼─ dbt build (a child process) ──► build/warehouse.duckdb ──► build/build.json
    identity/crosswalk    ──┘

`sala run` begins the part that needs no crosswalk beside identify. Run twice it builds twice, from nothing: the old
build file and its log are removed first, so a killed build leaves nothing behind that a later one could meet. Alone:
`sala transform --as-of 2024-12-31`.
"""

from warehouse.transform.run import Transformation, TransformFailed, TransformNotStarted

__all__ = ["TransformFailed", "TransformNotStarted", "Transformation"]
