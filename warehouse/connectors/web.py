"""Talks to a web server: one origin only, encrypted, patient, and no secret to anybody else.

A redirection is followed within the server and nowhere else. What it answers becomes bytes or one of our errors; no
error quotes an address with its query, a header or a word of the answer.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urlsplit

import httpx

from warehouse import __version__
from warehouse.connectors.faults import ServerUnknown, SourceInterrupted, interrupted, is_loopback, refused
from warehouse.connectors.remote import Visit

_REDIRECTIONS = 5
_BUSY = (408, 425, 429, 500, 502, 503, 504)


class Web:
    """One web server during a visit."""

    def __init__(self, client: httpx.Client, visit: Visit) -> None:
        self.client, self.visit = client, visit
        self.origin = _origin(httpx.URL(visit.source.location))

    @contextmanager
    def ask(self, method: str, url: str, headers: Mapping[str, str] | None = None) -> Iterator[httpx.Response]:
        """Yield an answer that is not an error, its body unread.

        Raises:
            FileNotFoundError: There is nothing at the address.
            SourceRefused: It says no.
            SourceInterrupted: It is busy, or does not answer.
            ServerUnknown: It sends us to another server.
        """
        for _ in range(_REDIRECTIONS):
            with self.client.stream(method, url, headers=headers) as response:
                if response.next_request is None:
                    self._judge(response)
                    yield response
                    return
                url = str(response.next_request.url)
                if _origin(response.next_request.url) != self.origin:
                    action = "Name the server that has the files, or ask whoever runs this one."
                    found = "an answer that sends us to another server"
                    raise ServerUnknown(self.visit.where, found, "the server of the contract", action)
        raise refused(self.visit.where, f"more than {_REDIRECTIONS} redirections")

    def _judge(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in (404, 410):
            raise FileNotFoundError
        if status in (401, 403, 407):
            raise refused(self.visit.where, f"it does not accept the sign-in (status {status})")
        if status in _BUSY:
            raise _busy(self.visit.where, response)
        if status >= 300:
            raise refused(self.visit.where, f"it answers with status {status}")


@contextmanager
def talking(visit: Visit, headers: Mapping[str, str], sign_in: tuple[str, str] | None = None) -> Iterator[Web]:
    """Yield the server of a source.

    Args:
        visit: Its location says which server.
        headers: Sent with every request, such as a token.
        sign_in: Login and password.

    Raises:
        ServerUnknown: It would be talked to in clear, is another than the connection's, or has no valid certificate.
        SourceInterrupted: It does not answer, or no longer.
    """
    address = urlsplit(visit.source.location)
    visit.same_host(address.hostname or "", visit.connection.host if visit.connection else "")
    if address.scheme != "https" and not is_loopback(address.hostname or ""):
        raise ServerUnknown(visit.where, "an address in clear", "https", "Write https into the location.")
    sent = {"User-Agent": f"sala/{__version__}", "Accept-Encoding": "identity", **headers}
    known = _authorities()
    try:
        with httpx.Client(auth=sign_in, headers=sent, verify=known, timeout=visit.pace.silence) as client:
            yield Web(client, visit)
    except httpx.TransportError as error:
        if _is_certificate(error):
            action = "Ask whoever runs the server for a certificate of a known authority, or correct the location."
            found = "a certificate that is not valid for it"
            raise ServerUnknown(visit.where, found, "a valid certificate", action) from None
        raise interrupted(visit.where, error) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise refused(visit.where, type(error).__name__) from None


@cache
def _authorities() -> ssl.SSLContext:
    """Return the certificates that are trusted, read once: each time takes longer than a small answer."""
    return httpx.create_ssl_context()


def length_of(response: httpx.Response) -> int | None:
    """Return how many bytes an answer announces, None where it does not say."""
    text = str(response.headers.get("Content-Length", ""))
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or {"http": 80}.get(url.scheme, 443)


def _busy(where: str, response: httpx.Response) -> SourceInterrupted:
    return interrupted(where, f"it answers with status {response.status_code}", _wait(response))


def _wait(response: httpx.Response) -> float:
    """Return for how many seconds the server asks to be left alone, given as a number or as a date."""
    text = str(response.headers.get("Retry-After", "")).strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, float(parsedate_to_datetime(text).timestamp()) - time.time())
    except ValueError:
        return 0.0


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
