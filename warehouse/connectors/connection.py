"""Host and secret of a server we fetch from or deliver to: what Airflow calls a connection; read here without it.

Outside Airflow a connection is where Airflow looks first as well: `AIRFLOW_CONN_<NAME>` in the environment, as JSON
(``{"conn_type": "sftp", "host": …}``) or as an address (``sftp://user:password@host:22/?host_key=…``). No secret of it
is ever shown: not in an error, a log, a receipt or `repr`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from warehouse.connectors.faults import ConnectionUnusable

PREFIX = "AIRFLOW_CONN_"


@dataclass(frozen=True)
class Connection:
    """One connection; empty where nothing was given.

    Attributes:
        name: Under which the contract or the agreement knows it.
        port: None for the usual one.
        schema: What stands after the host in an address.
        extra: Further settings by Airflow's own names, such as `host_key` or `endpoint_url`.
    """

    name: str
    host: str = field(default="", repr=False)
    port: int | None = field(default=None, repr=False)
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    schema: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def option(self, name: str) -> str:
        """Return a further setting as text, empty where it is missing."""
        value = self.extra.get(name)
        return "" if value is None else str(value)

    def switch(self, name: str) -> bool:
        """Return a further setting as a truth; an address can only spell it."""
        return self.option(name).lower() in ("true", "1", "yes")

    def need(self, what: Mapping[str, str]) -> None:
        """Make sure that settings are there: by name, their value.

        Raises:
            ConnectionUnusable: One is empty.
        """
        if missing := [name for name, value in what.items() if not value]:
            raise unusable(self.name, f"no {' and no '.join(missing)}")


Connections = Callable[[str], Connection]


def unusable(name: str, found: str) -> ConnectionUnusable:
    """Return the error for a connection that is missing or lacks something."""
    return ConnectionUnusable(
        where=f"connection {name}",
        found=found,
        expected="what docs/runbook.md lists for its kind of server",
        action=f"Create or mend it in Airflow, or for the command line in {PREFIX}{name.upper()}",
    )


def required(connection: Connection | None, whose: str) -> Connection:
    """Return the connection of somebody who needs one.

    Raises:
        ConnectionUnusable: None is named.
    """
    if connection is None:
        raise unusable(f"of {whose}", "no connection is named")
    return connection


def from_environment(name: str) -> Connection:
    """Return the connection that the environment names.

    Raises:
        ConnectionUnusable: There is none, or it cannot be read.
    """
    text = os.environ.get(PREFIX + name.upper())
    if not text:
        raise unusable(name, "no such connection")
    try:
        return of_fields(name, json.loads(text)) if text.lstrip().startswith("{") else _of_address(name, text)
    except (ValueError, TypeError, AttributeError):
        raise unusable(name, "neither JSON nor an address") from None


def of_fields(name: str, fields: Mapping[str, Any]) -> Connection:
    """Return the connection of Airflow's own fields, missing ones as None; `extra` as JSON or parsed."""
    extra = fields.get("extra") or {}
    port = fields.get("port")
    texts = {key: str(fields.get(key) or "") for key in ("host", "login", "password", "schema")}
    parsed = json.loads(extra) if isinstance(extra, str) else extra
    if not isinstance(parsed, dict):
        raise ValueError("extra is no mapping")
    return Connection(name, port=int(port) if port else None, extra=parsed, **texts)


def _of_address(name: str, text: str) -> Connection:
    """Read an address the way Airflow writes it; the host may have a protocol of its own: `aws://https://host`."""
    scheme, _, rest = text.partition("://")
    protocol, between, after = rest.partition("://")
    has_protocol = bool(between) and not set("@:/?") & set(protocol)
    parts = urlsplit("//" + (after if has_protocol else rest))
    if not scheme or not text.partition("://")[1]:
        raise ValueError("no address")
    host = unquote(parts.hostname or "")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return of_fields(
        name,
        {
            "host": f"{protocol}://{host}" if has_protocol and host else host,
            "port": parts.port,
            "login": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "schema": unquote(parts.path[1:]),
            "extra": query.get("__extra__", query),
        },
    )
