"""Audit: what readers are promised about the published tables, checked on the build file before it is published.

    expectations/suites/*.yaml ─┐
    build/warehouse.duckdb    ──┼─ Great Expectations ──► build/audit/expectation_results.parquet
    the version published now ──┘                         build/audit/audit.json (says passed or not, for this build)
                                                          reports/data_docs/     (for people)

Keys, relations and counting rules are dbt's tests; here are ranges, volumes and freshness. Run twice it
says the same. Nothing it writes holds a value of a row. Alone: `sala audit`.
"""

from warehouse.audit.run import AuditFailed, run_audit
from warehouse.audit.suites import Suite, SuitesInvalid, load_suites, suite_mistakes

__all__ = ["AuditFailed", "Suite", "SuitesInvalid", "load_suites", "run_audit", "suite_mistakes"]
