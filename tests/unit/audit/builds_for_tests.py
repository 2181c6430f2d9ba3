"""A small finished build and its suite, made by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

from warehouse.store import builds
from warehouse.store.home import Home

AS_OF = date(2024, 12, 31)
ROWS = """
create schema marts;
create schema quality;
create table marts.fct_attendance as
    select i as row_number, 'p' || i % 4 as partner_id, (i % 10)::decimal(8, 2) as hours,
           case when i % 5 = 0 then null else date '2024-12-31' - (i % 100)::integer end as session_date,
           i % 10 as attended, 5 as planned
    from range(1000) t(i);
create table quality.freshness as select 'ijm' as partner_id, 3 as days_late;
"""


def promise(expectation: str, severity: str = "error", **rest: Any) -> dict[str, Any]:
    return {"expectation": expectation, "severity": severity, "why": "Readers rely on it.", "resolve": "Mend.", **rest}


def make_home(root: Path, *promises: dict[str, Any], sql: str = ROWS, table: str = "marts.fct_attendance") -> Home:
    home = Home(root / "home", project=root / "project")
    suites = home.project / "expectations" / "suites"
    suites.mkdir(parents=True, exist_ok=True)
    (suites / f"{table.split('.')[1]}.yaml").write_text(yaml.safe_dump({"table": table, "expectations": [*promises]}))
    write_build(home, sql)
    return home


def write_build(home: Home, sql: str = ROWS, build_id: str = "b1", as_of: date = AS_OF) -> None:
    home.build.mkdir(parents=True, exist_ok=True)
    builds.clear(home)
    with duckdb.connect(str(home.build_database)) as connection:
        connection.execute(sql)
    builds.finish(home, build_id, as_of)
