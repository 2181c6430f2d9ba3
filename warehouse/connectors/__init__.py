"""Connectors by transport, never by partner: what lies in an inbox, and a whole copy of it."""
