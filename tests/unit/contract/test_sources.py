"""What a contract may say of servers from which files are fetched, and how its mistakes are told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Document, House, properties
from warehouse.contract import check_contracts
from warehouse.contract.properties import WholeFile
from warehouse.contract.sources import Source


def server(kind: str, location: str = "", custom: Document | None = None, **fields: Any) -> Document:
    made: Document = {"server": "office", "type": kind, **({"location": location} if location else {}), **fields}
    return made | ({"customProperties": properties(**custom)} if custom else {})


def told(house: House, *servers: Document, files: str = r"kobo_aXy7\.json") -> list[str]:
    """Each mistake as its place and what to write instead."""

    def change(contract: Document) -> None:
        contract["servers"].extend(servers)
        contract["schema"][1]["customProperties"][1]["value"] = files

    house.describe(change)
    _, mistakes = check_contracts(house.home.contracts)
    return [f"{m.path}: {m.found} / {m.expected} / {m.action}" for m in mistakes]


def sources(house: House, *servers: Document) -> tuple[Source, ...]:
    assert told(house, *servers) == []
    return house.contract.sources


def test_a_contract_without_further_servers_has_no_source(house: House) -> None:
    assert sources(house) == ()


def test_every_kind_of_server_has_its_transport_and_its_way_to_be_whole(house: House) -> None:
    named = {"connectionId": "office"}
    found = sources(
        house,
        server("sftp", "sftp:///outgoing", named, server="a"),
        server("s3", "s3://bucket/out", named, server="b"),
        server("custom", "https://office.example/out/", server="c"),
        server("custom", "smb://office/out", server="d"),
        server("local", custom={"wholeFile": {"marker": ".done"}}, path="/mnt/office", format="csv", server="e"),
        server("api", "https://kf.kobotoolbox.org", {**named, "assetUid": "aXy7"}, server="f"),
    )
    assert [one.transport for one in found] == ["sftp", "s3", "http", "filesystem", "filesystem", "kobo"]
    waits = [one.whole.stableSeconds for one in found]
    assert waits == [10, 0, 10, 10, None, 0]
    assert found[4].whole == WholeFile(marker=".done")
    assert (found[0].connection, found[2].connection, found[5].asset) == ("office", None, "aXy7")
    assert house.contract.inbox == "inbox/acme"


NAMED = {"connectionId": "office"}
FORM = {"connectionId": "office", "assetUid": "aXy7"}
MISTAKES: list[tuple[str, Document, str]] = [
    ("no connection", server("sftp", "sftp:///out"), "servers[1].customProperties.connectionId: nothing"),
    ("no address", server("custom", custom=NAMED), "servers[1]: no address"),
    ("a kind nobody fetches from", server("kafka", host="kafka.example"), "one of local, sftp, s3, api, custom"),
    ("another protocol", server("s3", "https://bucket/out", NAMED), "an address that begins with s3://"),
    ("a password", server("sftp", "sftp://sala:CANARY@host/out", NAMED), "servers[1].location: a login in the address"),
    ("a token", server("custom", "https://host/out?token=CANARY"), "servers[1].location: a question mark"),
    ("a token and another protocol", server("s3", "https://sala:CANARY@host/out?token=CANARY", NAMED), "s3://"),
    ("no form", server("api", "https://kf.kobotoolbox.org", NAMED), "customProperties.assetUid: nothing"),
    ("a form elsewhere", server("s3", "s3://bucket", FORM), "'assetUid' of a server of type s3"),
    (
        "files of a form",
        server("api", "https://k.org", {**FORM, "paths": ["a.csv"]}),
        "nothing of the kind for type api",
    ),
    ("both ways", server("s3", "s3://b", {**NAMED, "wholeFile": {"marker": ".x", "stableSeconds": 1}}), "either"),
    ("neither way", server("s3", "s3://b", {**NAMED, "wholeFile": {}}), "either stableSeconds or marker"),
    ("no time", server("s3", "s3://b", {**NAMED, "wholeFile": {"stableSeconds": -1}}), "a whole number, 0 or more"),
    ("no marker", server("s3", "s3://b", {**NAMED, "wholeFile": {"marker": "/etc"}}), "the end of a file name"),
    ("a misspelt key", server("s3", "s3://b", {**NAMED, "wholeFile": {"markr": ".x"}}), "did you mean 'marker'?"),
    ("a way out", server("s3", "s3://b", {**NAMED, "paths": ["../../x"]}), "the path of a file below the location"),
    ("an address among paths", server("s3", "s3://b", {**NAMED, "paths": ["s3://c/x"]}), "below the location"),
    ("no name of a connection", server("s3", "s3://b", {"connectionId": "a b"}), "the name of an Airflow connection"),
    ("a way out of the form", server("api", "https://k.org", {**FORM, "assetUid": "a/../b"}), "the uid of a form"),
    ("a name twice", server("s3", "s3://b", NAMED, server="inbox"), "'inbox' twice"),
]


@pytest.mark.parametrize(("made", "said"), [pytest.param(m, s, id=i) for i, m, s in MISTAKES])
def test_a_mistake_is_told_with_its_place_and_without_a_secret(house: House, made: Document, said: str) -> None:
    found = told(house, made)
    assert any(said in one for one in found), found
    assert "CANARY" not in "".join(found)


def test_a_form_whose_file_no_table_expects_is_told(house: House) -> None:
    (mistake,) = told(house, server("api", "https://k.org", FORM), files="nothing")
    assert mistake.endswith(r"for example files: 'kobo_aXy7\.json'")


def test_what_belongs_to_a_source_is_a_mistake_at_the_inbox(house: House) -> None:
    house.describe(lambda d: d["servers"][0].update(customProperties=properties(connectionId="office")))
    _, (mistake,) = check_contracts(house.home.contracts)
    assert mistake.action == "describe the source as a further server"


def test_a_mistake_at_a_server_is_one_mistake_and_hides_no_other(house: House) -> None:
    found = told(house, server("api", "https://k.org", FORM, hots="x"), server("sftp", "sftp:///x", server="b"))
    assert len(found) == 2
