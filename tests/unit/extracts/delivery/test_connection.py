"""Connections mean here what they mean to Airflow, and never show what is secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warehouse.extracts.delivery import from_environment
from warehouse.extracts.delivery.connection import Connection
from warehouse.extracts.delivery.faults import ConnectionUnusable

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
HOSTS = st.sampled_from(["sftp.example.org", "127.0.0.1", "https://s3.example.org", "SFTP.Example.org"])
EXTRAS = st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=8), WORDS, max_size=3)


def fields(connection: Any) -> dict[str, Any]:
    """What a delivery looks at, of Airflow's connection or ours; Airflow has None for nothing."""
    extra = json.loads(connection.extra or "{}") if isinstance(connection.extra, str | None) else connection.extra
    texts = {name: getattr(connection, name) or "" for name in ("host", "login", "password", "schema")}
    return {**texts, "port": connection.port or None, "extra": dict(extra)}


def read(text: str) -> Connection:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_FUND_SFTP", text)
        return from_environment("fund_sftp")


@pytest.fixture(autouse=True, scope="module")
def airflow_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:  # before Airflow is first imported, which makes its folder
        patch.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        yield


@settings(deadline=None)  # the first example imports Airflow
@given(host=HOSTS, port=st.none() | st.integers(1, 65535), login=WORDS, password=WORDS, schema=WORDS, extra=EXTRAS)
@example(host="h", port=22, login="a@b", password="p/w:?#@%", schema="x/y", extra={"host_key": "ssh-ed25519 AA+/="})
def test_whatever_airflow_writes_is_read_as_airflow_reads_it(
    host: str, port: int | None, login: str, password: str, schema: str, extra: dict[str, str]
) -> None:
    from airflow.sdk import Connection as Theirs

    made = Theirs(
        conn_id="fund_sftp",
        conn_type="google-cloud",
        host=host,
        port=port,
        login=login,
        password=password,
        schema=schema,
        extra=json.dumps(extra),
    )
    for text in (made.get_uri(), made.as_json()):
        theirs = Theirs.from_json(text, "fund_sftp") if text.startswith("{") else Theirs(conn_id="x", uri=text)
        assert fields(read(text)) == fields(theirs)


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
