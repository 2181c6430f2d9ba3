"""A recipient's host and secret from an Airflow connection, for the task that delivers and for as long as it does.

They reach `warehouse` as a typed object that shows nothing secret: no argument of a task, no XCom, no template.
"""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from warehouse.connectors.connection import Connection, of_fields, unusable


def connection_of_airflow(name: str) -> Connection:
    """Return a connection as `warehouse` knows it.

    Raises:
        ConnectionUnusable: Airflow has none of this name, or its extra field is no JSON.
    """
    try:
        found = BaseHook.get_connection(name)
    except AirflowNotFoundException:
        raise unusable(name, "no such connection") from None
    fields = ("host", "port", "login", "password", "schema", "extra")
    try:
        return of_fields(name, {field: getattr(found, field) for field in fields})
    except (ValueError, TypeError):
        raise unusable(name, "an extra field that is no JSON") from None
