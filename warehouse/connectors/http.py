"""Files of a web server: those its page of links lists, or those the contract names.

A connection is needed only where the server asks who we are: login and password, or a password alone as a bearer token.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpx

from warehouse.connectors.faults import AnswerUnusable, refused
from warehouse.connectors.files import is_passed_over
from warehouse.connectors.remote import Intake, Listed, Visit, gone, growing
from warehouse.connectors.web import Web, length_of, talking

_CHUNK = 1 << 20
_LARGEST_PAGE = 16 << 20  # bytes of a page of links
_DIGEST = re.compile(r"sha-256=:?([A-Za-z0-9+/]{43}=)", re.IGNORECASE)


@contextmanager
def opened(visit: Visit) -> Iterator[Pages]:
    """Yield the folder of a web server."""
    connection = visit.connection
    login, password = (connection.login, connection.password) if connection else ("", "")
    headers = {"Authorization": f"Bearer {password}"} if password and not login else {}
    with talking(visit, headers, (login, password) if login else None) as web:
        yield Pages(web, visit)


class Pages:
    """A folder as a web server shows it: a page of links."""

    def __init__(self, web: Web, visit: Visit) -> None:
        self.web, self.visit, self.kept = web, visit, 0
        self.root = visit.source.location.rstrip("/") + "/"

    def look(self) -> list[Listed]:
        """Return the files that the page links to, or those of the contract's `paths`, as far as they are there."""
        if paths := self.visit.source.paths:
            found = [self._asked(urljoin(self.root, quote(path))) for path in paths]
            return [one for one in found if not one.gone]
        links = sorted(set(_links(self._page(), self.root)))
        return [self._asked(url) for url in links if not is_passed_over(_name(url))]

    def receive(self, listed: Listed, target: Path) -> str:
        """Write the whole file to `target` and return its SHA-256."""
        try:
            digest, is_certain = self._received(listed, target)
            if not is_certain:  # an answer without length or checksum may have been cut off: ask whether it was
                again, _ = self._received(listed, target)
                if again != digest:
                    raise growing(self.visit.where)
        except FileNotFoundError:
            raise gone(self.visit.where) from None
        return digest

    def _received(self, listed: Listed, target: Path) -> tuple[str, bool]:
        with self.web.ask("GET", listed.path) as response:
            if _is_another(listed, _state(listed.path, response)):
                raise growing(self.visit.where)
            length = length_of(response)
            ends = length is not None or response.headers.get("Transfer-Encoding", "").lower() == "chunked"
            packed = response.headers.get("Content-Encoding", "identity") != "identity"  # though we asked for it as is
            intake = Intake(self.visit.where, self.visit.pace, None if packed else length)
            announced = {} if packed else _announced(response)
            intake.write(response.iter_bytes(_CHUNK) if packed else response.iter_raw(_CHUNK), target)
            return intake.check(announced), ends or bool(announced)

    def _asked(self, url: str) -> Listed:
        """Return what the server says of a file without sending it."""
        try:
            with self.web.ask("HEAD", url) as response:
                return _state(url, response)
        except FileNotFoundError:
            return Listed(url, _name(url), gone=True)

    def _page(self) -> str:
        try:
            with self.web.ask("GET", self.root) as response:
                if "html" not in response.headers.get("Content-Type", "html"):
                    raise self._no_page()
                body = b""
                for chunk in response.iter_raw(_CHUNK):
                    body += chunk
                    if len(body) > _LARGEST_PAGE:
                        raise self._no_page()
                return body.decode("utf-8", "replace")
        except FileNotFoundError:
            raise refused(self.visit.where, "no such folder") from None

    def _no_page(self) -> AnswerUnusable:
        action = "Name the files one by one in `paths`, or ask whoever runs the server for a list of the folder."
        return AnswerUnusable(self.visit.where, "an answer that is no page of links", "a page that lists files", action)


class _Anchors(HTMLParser):
    """Collects where a page's links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _links(page: str, root: str) -> Iterator[str]:
    """Yield the addresses of files right in the folder; a page also links to orders, folders and other servers."""
    parser = _Anchors()
    parser.feed(page)
    for link in parser.found:
        try:
            url = urljoin(root, link)
            rest = url.removeprefix(root)
            if url != rest and rest and not set("/?#") & set(rest) and urlsplit(url).path:
                yield url
        except ValueError:  # what no address can be
            continue


def _name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2], errors="surrogateescape")


def _state(url: str, response: httpx.Response) -> Listed:
    tag = response.headers.get("ETag", "")
    return Listed(url, _name(url), length_of(response), _changed(response), tag)


def _is_another(before: Listed, after: Listed) -> bool:
    """Return whether what is said of a file shows that it changed; some servers say less when asked for less."""
    pairs = [(before.tag, after.tag), (before.modified_ns, after.modified_ns)]
    return any(one and other and one != other for one, other in pairs)


def _changed(response: httpx.Response) -> int | None:
    try:
        return int(parsedate_to_datetime(response.headers.get("Last-Modified", "")).timestamp()) * 10**9
    except ValueError:
        return None


def _announced(response: httpx.Response) -> dict[str, str]:
    """Return the checksums of the body that the answer gives: RFC 9530, RFC 3230, RFC 1864."""
    known: dict[str, str] = {}
    fields = [response.headers.get(name, "") for name in ("Content-Digest", "Repr-Digest", "Digest")]
    if match := _DIGEST.search(", ".join(fields)):
        known["sha256"] = base64.b64decode(match[1]).hex()
    try:
        if md5 := response.headers.get("Content-MD5", ""):
            known["md5"] = base64.b64decode(md5, validate=True).hex()
    except (binascii.Error, ValueError):
        pass  # no checksum, then
    return known
