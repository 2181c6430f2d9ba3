"""Connectors by transport, never by partner: what lies at a server, what lies in an inbox, and a whole copy of it.

    server ──fetch──► inbox ──files──► ingest

`connection` holds host and secret for as long as they are needed, `fetch` visits the servers of a contract, one module
per transport knows the way: `sftp`, `s3`, `http`, `kobo`, `filesystem`. The delivery of extracts goes out by the same.
"""
