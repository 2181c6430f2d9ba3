"""Submissions of a KoboToolbox form through its interface (API v2), page by page, as one file.

    api/v2/assets/<uid>/data/?start=…&limit=…&sort={"_id":1} ──► pages kept ──► kobo_<uid>.json

Every visit asks for all submissions: one that was edited keeps its number and its time, so nothing less would notice
it. Each page is kept until the file is whole, so a visit that was killed goes on where it was; pages older than an hour
are asked for again. The file is replaced only when a submission was added, changed or removed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from warehouse.connectors.faults import AnswerUnusable, SourceInterrupted, refused
from warehouse.connectors.remote import Intake, Listed, Visit, differs
from warehouse.connectors.web import Web, length_of, talking
from warehouse.errors import SalaError

LIMIT = 1000  # submissions of a page; the server may send fewer
KEPT_SECONDS = 3600
_LARGEST_PAGE = 256 << 20  # bytes


@contextmanager
def opened(visit: Visit) -> Iterator[Form]:
    """Yield the form of a source; the connection's password is the token of the account."""
    connection = visit.required()
    connection.need({"password": connection.password})
    with talking(visit, {"Authorization": f"Token {connection.password}"}) as web:
        yield Form(web, visit)


@dataclass
class Submissions:
    """What the pages have held so far: each submission as one line of JSON, by its number."""

    where: str
    lines: dict[int, str] = field(default_factory=dict)
    start: int = 0
    count: int = 0

    def add(self, body: bytes) -> bool:
        """Take in a page and return whether there is another.

        Raises:
            AnswerUnusable: It is not what the interface promises.
            NotAsAnnounced: Submissions were removed while the pages were read.
        """
        results, count, more = _parsed(self.where, body)
        self.lines.update(results)
        before, self.start, self.count = self.count, self.start + len(results), count
        if count < before or (more and (not results or self.start >= count)):
            raise differs(self.where, "other submissions than a page ago", "pages that follow each other")
        if not more and len(self.lines) != count:  # one that came twice stands for another that was skipped
            raise differs(self.where, f"{len(self.lines)} submissions", f"{count} submissions")
        return more


class Form:
    """One form; its submissions are one file."""

    def __init__(self, web: Web, visit: Visit) -> None:
        self.web, self.visit, self.kept = web, visit, 0
        self.uid = visit.source.asset or ""
        self.pages = visit.work / f"pages-{self.uid}"

    def look(self) -> list[Listed]:
        """Return the one file; only its submissions tell whether it changed."""
        return [Listed(self.uid, self.visit.source.form_file)]

    def receive(self, listed: Listed, target: Path) -> str:
        """Write all submissions to `target`, by number, and return the SHA-256 of them."""
        until = self._begun()
        try:
            submissions = self._all()
        except SourceInterrupted:
            raise  # the pages so far stay: the next attempt goes on from there
        except SalaError:
            shutil.rmtree(self.pages, ignore_errors=True)
            self.kept = 0
            raise
        digest = hashlib.sha256()
        with target.open("w", encoding="utf-8") as file:
            file.write(f'{{"asset": {json.dumps(self.uid)}, "fetched_until": "{until.isoformat()}", "submissions": [')
            for place, number in enumerate(sorted(submissions.lines)):
                line = submissions.lines[number]
                digest.update(line.encode() + b"\n")
                file.write(f"{',' if place else ''}\n{line}")
            file.write("\n]}\n")
        shutil.rmtree(self.pages, ignore_errors=True)
        return digest.hexdigest()

    def _begun(self) -> datetime:
        """Return when these pages were begun; they are begun anew when there are none, or they are too old."""
        mark = self.pages / "begun"
        begun = mark.stat().st_mtime if mark.exists() else 0.0
        if not 0 <= time.time() - begun < KEPT_SECONDS:
            shutil.rmtree(self.pages, ignore_errors=True)
            self.pages.mkdir(mode=0o700)
            mark.touch()
            begun = mark.stat().st_mtime
        return datetime.fromtimestamp(int(begun), UTC)

    def _all(self) -> Submissions:
        submissions, more = Submissions(self.visit.where), True
        while more:
            page = self.pages / f"{submissions.start:09}.json"
            if not page.exists():
                self._page(submissions.start, page.with_suffix(".part"))
                page.with_suffix(".part").replace(page)
                self.kept += 1
            more = submissions.add(page.read_bytes())
        return submissions

    def _page(self, start: int, target: Path) -> None:
        # The next page is asked for by its number: an address that an answer gave would be sent the token.
        query = urlencode({"format": "json", "limit": LIMIT, "start": start, "sort": '{"_id":1}'})
        url = f"{self.visit.source.location.rstrip('/')}/api/v2/assets/{self.uid}/data/?{query}"
        try:
            with self.web.ask("GET", url) as response:
                intake = Intake(self.visit.where, self.visit.pace, length_of(response), _LARGEST_PAGE)
                intake.write(response.iter_raw(1 << 20), target)
                intake.check({})
        except FileNotFoundError:
            action = "Correct assetUid, or give the account the right to see the form's submissions."
            raise refused(self.visit.where, "no such form", action) from None


def _parsed(where: str, body: bytes) -> tuple[list[tuple[int, str]], int, bool]:
    """Return a page's submissions, by number, how many there are in all, and whether another page follows."""
    try:
        page = json.loads(body, parse_constant=_no_number)
        numbered = [(_number(one), json.dumps(one, ensure_ascii=False)) for one in page["results"]]
        count, more = page["count"], page["next"] is not None
        "".join(line for _, line in numbered).encode()  # half a character pair is no text
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _unusable(where) from None
    if type(count) is not int or len({number for number, _ in numbered}) != len(numbered):
        raise _unusable(where)
    return numbered, count, more


def _number(submission: Any) -> int:
    number = submission["_id"]
    if type(number) is not int:
        raise TypeError
    return number


def _no_number(_: str) -> None:
    raise ValueError


def _unusable(where: str) -> AnswerUnusable:
    action = "See that the location is that of KoboToolbox and the form is deployed; then ask whoever runs the server."
    return AnswerUnusable(where, "a page without its fields", "count, next, and results, each with its _id", action)
