"""Where a partner's files come from: the inbox, and the servers from which files are fetched into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from warehouse.contract.properties import ServerProperties, WholeFile
from warehouse.contract.wording import example, shown

if TYPE_CHECKING:
    from warehouse.contract.building import Builder
    from warehouse.contract.model import Table

# By the standard's own type of server; `custom` may be an address of any file system that fsspec knows.
TRANSPORTS = {"local": "filesystem", "sftp": "sftp", "s3": "s3", "api": "kobo", "custom": "filesystem"}
_NEED_CONNECTION = ("sftp", "s3", "kobo")
_SETTLED = WholeFile(stableSeconds=10)  # of a folder or a page, which show a file before it is whole


@dataclass(frozen=True)
class Source:
    """A server from which files are fetched into the inbox.

    Attributes:
        name: The contract's name for it.
        transport: Which module of `warehouse/connectors/` knows the way.
        location: Its address, or a path of this machine; no secret.
        connection: Whose name the connection with host and secret has; None where none is needed.
        whole: How to tell that a file there is whole.
        paths: The only files to fetch, below the location; none where its listing says which there are.
        asset: The form, where it is a server of forms.
    """

    name: str
    transport: str
    location: str
    connection: str | None
    whole: WholeFile
    paths: tuple[str, ...]
    asset: str | None

    @property
    def form_file(self) -> str:
        """The name of the file that holds a form's submissions."""
        return f"kobo_{self.asset}.json"


def build_servers(builder: Builder, servers: Sequence[Any]) -> tuple[str, tuple[Source, ...]]:
    """Return the inbox, which is the first server, and the sources, which are all others; note each mistake."""
    inbox = (servers[0].path or servers[0].location or "") if servers else ""
    if not inbox:
        found = "a first server without a path" if servers else "0 servers"
        builder.note("servers", found, "the inbox, with its path", "add a server of type local")
        return "", ()
    if ".." in Path(inbox).parts or Path(inbox).is_absolute():
        expected = "a relative path without '..'"
        builder.note("servers[0].path", repr(inbox), expected, "name a folder under SALA_HOME")
    options, _, written = builder.custom("servers[0].customProperties", servers[0].customProperties, ServerProperties)
    for name in written if options else ():
        expected, action = "nothing: the inbox is a folder of the home", "describe the source as a further server"
        builder.note(f"servers[0].customProperties.{name}", f"'{name}' of the inbox", expected, action)
    names = [server.server for server in servers]
    for name in sorted({n for n in names if n and names.count(n) > 1}):
        builder.note("servers", f"'{name}' twice", "servers with different names", "rename one of them")
    made = [_source(builder, f"servers[{place}]", server) for place, server in enumerate(servers[1:], 1)]
    return inbox, tuple(source for source in made if source)


def _source(builder: Builder, path: str, server: Any) -> Source | None:
    options, _, _ = builder.custom(f"{path}.customProperties", server.customProperties, ServerProperties)
    location = server.location or server.path or ""
    scheme = urlsplit(location).scheme
    transport = "http" if server.type == "custom" and scheme in ("http", "https") else TRANSPORTS.get(server.type)
    if not location:
        builder.note(path, "no address", "a location, or the path of a folder", "add location: sftp:///outgoing")
    if transport is None:
        expected = f"one of {', '.join(TRANSPORTS)}"
        builder.note(f"{path}.type", repr(server.type), expected, "see docs/contracts.md: files from elsewhere")
    if not location or transport is None or options is None:
        return None
    note = _noting(builder, path)
    _check_location(note, server.type, location, server.location is not None)
    if transport in _NEED_CONNECTION and not options.connectionId:
        note("customProperties.connectionId", "nothing", f"required for type {server.type}", example("connectionId"))
    if (transport == "kobo") != bool(options.assetUid):
        found = "nothing" if transport == "kobo" else f"'assetUid' of a server of type {server.type}"
        expected = "the form's uid" if transport == "kobo" else "assetUid for type api only"
        note("customProperties.assetUid", found, expected, example("assetUid") if transport == "kobo" else "remove it")
    for name in ("paths", "wholeFile") if transport == "kobo" else ():
        if getattr(options, name):
            note(f"customProperties.{name}", shown(name), "nothing of the kind for type api", "remove it")
    # An object appears in its store when all of it is there; in a folder it grows.
    whole = options.wholeFile or (WholeFile(stableSeconds=0) if transport in ("s3", "kobo") else _SETTLED)
    return Source(server.server, transport, location, options.connectionId, whole, options.paths, options.assetUid)


def check_forms(builder: Builder, servers: Sequence[Any], sources: Sequence[Source], tables: Sequence[Table]) -> None:
    """Note a form whose file no table expects: it would be fetched only to be held."""
    for source in sources:
        if source.asset and not any(table.match(source.form_file) for table in tables):
            place = [server.server for server in servers].index(source.name)
            found, action = f"'{source.form_file}'", f"for example files: 'kobo_{source.asset}\\.json'"
            expected = "a name that the `files` of a table expects"
            builder.note(f"servers[{place}].customProperties.assetUid", found, expected, action)


Note = Callable[[str, str, str, str], None]


def _noting(builder: Builder, path: str) -> Note:
    return lambda inner, *words: builder.note(f"{path}.{inner}", *words)


def _check_location(note: Note, kind: str, location: str, is_address: bool) -> None:
    """Note an address that cannot be one of its kind, and anything secret in it."""
    field = "location" if is_address else "path"
    expected = {"sftp": "sftp", "s3": "s3", "api": "https?", "custom": r"[a-z][a-z0-9+.-]*"}.get(kind)
    if expected and not re.match(rf"{expected}://", location):
        begins = {"sftp": "sftp://", "s3": "s3://", "api": "https://"}.get(kind, "protocol://")
        note(field, shown(_without_secret(location)), f"an address that begins with {begins}", "write it so")
        return
    if is_address and (urlsplit(location).username or urlsplit(location).password):
        note(field, "a login in the address", "an address without one", "put it into the connection, and change it")
    if is_address and urlsplit(location).query:
        note(
            field, "a question mark in the address", "an address without one", "put what is secret into the connection"
        )


def _without_secret(location: str) -> str:
    return location.rpartition("@")[2].partition("?")[0]
