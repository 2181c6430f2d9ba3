"""Ingest: a partner's file becomes accepted, refused and sealed rows, and one ledger record."""
