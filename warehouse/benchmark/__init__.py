"""The benchmark: how much dearer than bare DuckDB this pipeline is, and how much cheaper than pandas.

    generate ──CSV files──┬─► floor     bare DuckDB: read as text, write Parquet, count officers
                          ├─► pipeline  inbox → ingest → identify → transform → audit → publish
                          └─► pandas    read_csv, Great Expectations on whole frames, to_sql, groupby

Each arm runs in a process of its own, and time, processor time and memory are those of its whole process tree. The
three must give the same officers per province and module, or the run fails. Alone: `sala bench --rows 1000000`.
"""

from warehouse.benchmark.run import run

__all__ = ["run"]
