"""A finished, audited build made by hand: publish is told only by files, so files are enough."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.store import builds
from warehouse.store.home import Home

SQL = """
create schema marts; create schema quality; create table marts.officers_trained as
    select 'KH' || lpad((i % 25 + 1)::varchar, 2, '0') as province_code, i::integer as persons_trained,
           (i / 3)::decimal(8, 2) as hours, date '2024-01-01' + i::integer as first_day,
           i % 2 = 0 as is_total
    from range({rows}) t(i) order by {order};
comment on table marts.officers_trained is 'Persons trained. One row per province. It''s not additive.';
comment on column marts.officers_trained.province_code is 'P-code';
create table quality.freshness as select 'ijm' as partner_id, timestamptz '2024-05-01 00:00:00+00' as last_delivery;
"""
MakeBuild = Callable[..., Home]


@pytest.fixture
def make_build(tmp_path: Path) -> MakeBuild:
    home = Home(tmp_path / "home")
    count = iter(range(1000))

    def make(
        rows: int = 100, order: str = "i", audited: bool = True, passed: bool = True, more: str = "", why: str = "x"
    ) -> Home:
        home.build.mkdir(parents=True, exist_ok=True)
        builds.clear(home)
        with duckdb.connect(str(home.build_database)) as connection:
            connection.execute(SQL.format(rows=rows, order=order) + more)
        build = builds.finish(home, f"build-{next(count)}", date(2024, 12, 31))
        if audited:
            audit(home, build, passed, why)
        return home

    return make


def audit(home: Home, build: builds.Build, passed: bool, why: str) -> None:
    folder = builds.audit_folder(home)
    folder.mkdir(exist_ok=True)
    results = folder / "expectation_results.parquet"
    found = f"select 'marts.officers_trained' as table_name, true as success, '{why}' as why"
    duckdb.sql(found).write_parquet(str(results))
    record = {
        "build": build.as_dict(),
        "passed": passed,
        "results_sha256": hashlib.sha256(results.read_bytes()).hexdigest(),
    }
    (folder / "audit.json").write_text(json.dumps(record))
