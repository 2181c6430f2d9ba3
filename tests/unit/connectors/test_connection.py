"""Connections are read from the environment, and never show what is secret.

That they mean what they mean to Airflow is held in tests/integration/test_dags.py.
"""

from __future__ import annotations

import json

import pytest

from warehouse.connectors.connection import Connection, from_environment
from warehouse.connectors.faults import ConnectionUnusable


def read(text: str) -> Connection:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_FUND_SFTP", text)
        return from_environment("fund_sftp")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"extra": "[1]"}', '{"port": "many"}', "nothing", "sftp://h:many"])
def test_what_is_no_connection_is_one_clear_error_without_its_text(text: str) -> None:
    with pytest.raises(ConnectionUnusable) as raised:
        read(text)
    assert "AIRFLOW_CONN_FUND_SFTP" in raised.value.action
    assert not text or text not in str(raised.value)


def test_no_connection_at_all_is_said() -> None:
    with pytest.raises(ConnectionUnusable, match="no such connection"):
        from_environment("nobody")


def test_a_secret_is_not_shown() -> None:
    connection = read("sftp://someone:CANARY@host:22/?private_key=CANARY")
    assert (connection.password, connection.option("private_key")) == ("CANARY", "CANARY")
    assert "CANARY" not in f"{connection} {connection!r}"


def test_switches_are_read_as_json_and_as_an_address_spell_them() -> None:
    for text in ("smtp://h/?disable_ssl=true", json.dumps({"host": "h", "extra": {"disable_ssl": True}})):
        assert read(text).switch("disable_ssl")
    assert not read("smtp://h/?disable_ssl=false").switch("disable_ssl")
    assert not read("smtp://h").switch("disable_ssl")
