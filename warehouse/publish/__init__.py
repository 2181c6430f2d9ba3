"""Publish: an audited build → an immutable version, then one atomic swap of the pointer.

    build/warehouse.duckdb ──copy the file──► published/.new-*.duckdb ─fsync, rename─► warehouse-<version>.duckdb
    build/audit/           ──results──────────────► published/.new-*/       ─fsync, rename─► warehouse-<version>/
    build/draft/           ──the tables, if they were written beside the audit──┘
                                                                             last of all ──► CURRENT

A version is named by the day its figures are for and by its content, so publishing the same content again
changes nothing and says so. Killed anywhere, `published/` stays as it was for readers; what was left unfinished
is removed next time. Alone: `sala publish`.
"""

from warehouse.publish.draft import write_draft
from warehouse.publish.run import PublishRefused, run_publish
from warehouse.publish.write import VersionDamaged

__all__ = ["PublishRefused", "VersionDamaged", "run_publish", "write_draft"]
