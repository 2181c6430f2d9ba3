"""A real web server on loopback: a folder of files with a page of links, and forms as KoboToolbox serves them.

It may be told to misbehave: to be busy, slow or gone, to cut an answer, to send somebody elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

TOKEN = "CANARY-token"


@dataclass
class Answer:
    """What the server says instead of what was asked for."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Web:
    """A web server and what it shall do wrong.

    Attributes:
        files: Content by path below `/out/`.
        modified: Last-Modified of all of them, empty to leave it out.
        tags: Whether it sends an ETag.
        headers: Further headers of a file, computed from its content.
        length: How a file's end is told: `length`, `chunked`, or `close` of the connection.
        cut: Ends the connection, so many times, in the middle of a file.
        delay: Seconds before the second half of a file.
        instead: Called with method and path before anything else; what it returns is said.
        page: The page of links, where it is another than that of the files.
        forms: Submissions by the form's uid.
        sorts: Whether it sorts submissions as it is asked to.
        most: Submissions of one page, whatever is asked for.
        on_page: Called with form and start before a page is sent.
        requests: Method, path and query of each request.
    """

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    modified: str = "Mon, 06 May 2024 03:00:00 GMT"
    tags: bool = True
    headers: Callable[[bytes], dict[str, str]] = lambda _: {}
    length: str = "length"
    cut: int = 0
    delay: float = 0.0
    instead: Callable[[str, str], Answer | None] = lambda *_: None
    page: str | None = None
    forms: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sorts: bool = True
    most: int = 1000
    on_page: Callable[[str, int], object] = lambda *_: None
    requests: list[str] = field(default_factory=list)
    authorisations: set[str | None] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self, method: str) -> list[str]:
        """Paths asked for by a method, without the query."""
        return [one.split()[1].partition("?")[0] for one in self.requests if one.startswith(method)]


def answering(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def answer(self) -> None:
            web.requests.append(f"{self.command} {self.path}")
            web.authorisations.add(self.headers.get("Authorization"))
            path = unquote(urlsplit(self.path).path)
            if said := web.instead(self.command, path):
                self.say(said.status, said.body, said.headers)
            elif path == "/out/":
                self.say(200, (self.links() if web.page is None else web.page).encode(), {"Content-Type": "text/html"})
            elif path.startswith("/api/v2/assets/"):
                self.form(path.split("/")[4])
            elif (content := web.files.get(path.removeprefix("/out/"))) is not None:
                self.file(content)
            else:
                self.say(404, b"")

        def links(self) -> str:
            names = [name for name in web.files if "/" not in name]
            return "".join(f'<a href="{quote(name)}">{name}</a>\n' for name in names)

        def say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def file(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            if web.modified:
                self.send_header("Last-Modified", web.modified)
            if web.tags:
                self.send_header("ETag", f'"{hashlib.md5(content).hexdigest()}"')
            for name, value in web.headers(content).items():
                self.send_header(name, value)
            how = {"length": ("Content-Length", str(len(content))), "chunked": ("Transfer-Encoding", "chunked")}
            self.send_header(*how.get(web.length, ("Connection", "close")))
            self.end_headers()
            if self.command == "GET":
                self.body(content)

        def body(self, content: bytes) -> None:
            half = len(content) // 2
            for place, part in enumerate((content[:half], content[half:])):
                if place and web.cut:
                    web.cut -= 1
                    self.close_connection = True
                    self.wfile.flush()
                    return
                if place:
                    self.wfile.flush()
                    time.sleep(web.delay)
                chunk = f"{len(part):x}\r\n".encode() + part + b"\r\n" if part else b""
                self.wfile.write(chunk if web.length == "chunked" else part)
            if web.length == "chunked":
                self.wfile.write(b"0\r\n\r\n")

        def form(self, uid: str) -> None:
            if self.headers.get("Authorization") != f"Token {TOKEN}":
                self.say(401, b'{"detail": "Invalid token."}')
                return
            if uid not in web.forms:
                self.say(404, b"")
                return
            query = parse_qs(urlsplit(self.path).query)
            start, limit = int(query["start"][0]), min(int(query["limit"][0]), web.most)
            web.on_page(uid, start)
            everything = sorted(web.forms[uid], key=lambda one: one["_id"]) if web.sorts else web.forms[uid]
            more = start + limit < len(everything)
            following = f"http://elsewhere.example/?start={start + limit}" if more else None
            page = {"count": len(everything), "next": following, "previous": None}
            body = json.dumps({**page, "results": everything[start : start + limit]}, ensure_ascii=False)
            self.say(200, body.encode(), {"Content-Type": "application/json"})

    return Handler


class Serving(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a visitor who hangs up is no news
            super().handle_error(request, client_address)


@contextmanager
def running(encrypted: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Serve on a free port, in clear or encrypted."""
    web = Web()
    with Serving(("127.0.0.1", 0), answering(web)) as server:
        if encrypted:
            server.socket = encrypted.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        web.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield web
        server.shutdown()
