"""Issues of extracts as they lie in the home, and how far each has come.

    extracts/<funder>/<period>/<issue>/manifest.json     what it was made from, and the hash of every file; written last
                                       result.parquet    the one result table, as it leaves: what is suppressed is empty
                                       restated.parquet  how it differs from the issue before, and why
                                       agreement.yaml    the agreement as it was
                                       …                 the files the funder receives
                                       drafted.json      when; then approved.json and by whom; then issued.json
                                       withdrawn.json    instead: another draft took its place

No file here is ever written a second time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import TerminalError
from warehouse.store.files import write_json
from warehouse.store.home import Home

State = Literal["draft", "approved", "issued", "withdrawn"]
MANIFEST, RESULT, AGREEMENT = "manifest.json", "result.parquet", "agreement.yaml"
RESTATED = "restated.parquet"
_EVENTS: tuple[tuple[str, State], ...] = (
    ("withdrawn.json", "withdrawn"),
    ("issued.json", "issued"),
    ("approved.json", "approved"),
    ("drafted.json", "draft"),
)
_NUMBER = re.compile(r"\d{3,}")


class IssueUnknown(TerminalError):
    """There is no such issue."""

    code: ClassVar[str] = "SALA-X004"
    title: ClassVar[str] = "There is no such issue of this extract"


class IssueChanged(TerminalError):
    """A file of an issue is not what its manifest says."""

    code: ClassVar[str] = "SALA-X005"
    title: ClassVar[str] = "A file of an issue was changed"


@dataclass(frozen=True)
class Manifest:
    """What one issue was made from, and what it holds.

    Attributes:
        issue: 1, 2, 3 … within funder and period.
        agreement_version: Version of the agreement by whose rule it counts.
        version: The published version it was computed from.
        content_hash: Of that version's marts.
        snapshot: Name of what that version was built from.
        models_fingerprint: Of the compiled SQL that computed it.
        code_fingerprint: Of the program.
        libraries: Their versions, by name.
        parameters: `as_of`, the day of that version, ISO.
        previous_issue: The issue it restates; None for the first.
        hidden: How many figures are suppressed: `primary`, `complementary`; and how many `exposed` all the same.
        history: Every issue, as funder/period/issue, that disclosure was held against.
        files: SHA-256 of each file the funder receives, by name.
        kept: SHA-256 of the files that stay: result and agreement.
    """

    funder: str
    period: str
    issue: int
    agreement_version: int
    version: str
    content_hash: str
    snapshot: str
    models_fingerprint: str
    code_fingerprint: str
    libraries: Mapping[str, str]
    parameters: Mapping[str, str]
    previous_issue: int | None
    hidden: Mapping[str, int]
    history: tuple[str, ...]
    files: Mapping[str, str]
    kept: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as they are stored."""
        return asdict(self)


@dataclass(frozen=True)
class Issue:
    """One issue on disk."""

    folder: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """Such as `canada-iom/FY2013-Q3/1`."""
        return f"{self.manifest.funder}/{self.manifest.period}/{self.manifest.issue}"

    @property
    def state(self) -> State:
        """How far it has come."""
        return next(state for file, state in _EVENTS if (self.folder / file).is_file())

    def result(self) -> pa.Table:
        """Return the result table as it was issued."""
        return pq.read_table(self.folder / RESULT)

    def restated(self) -> pa.Table | None:
        """Return how it differs from the issue before it, and why; None for a first issue."""
        path = self.folder / RESTATED
        return pq.read_table(path) if path.is_file() else None

    def agreement_text(self) -> str:
        """Return the agreement as it was."""
        return (self.folder / AGREEMENT).read_text(encoding="utf-8")

    def event(self, state: State) -> dict[str, str] | None:
        """Return when, by whom and why it came to a state; None when it has not."""
        path = self.folder / next(file for file, name in _EVENTS if name == state)
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None

    def record(self, home: Home, state: State, at: datetime, by: str, note: str = "") -> None:
        """Write down that it came to a state; what is written down already stays."""
        path = self.folder / next(file for file, name in _EVENTS if name == state)
        if not path.exists():
            write_json(home, path, {"at": at.isoformat(timespec="seconds"), "by": by, "note": note})

    def verify(self) -> None:
        """Make sure that every file is what the manifest says.

        Raises:
            IssueChanged: One is not.
        """
        for name, expected in {**self.manifest.files, **self.manifest.kept}.items():
            path = self.folder / name
            found = sha256(path) if path.is_file() else "no file"
            if found != expected:
                action = f"Restore the file from a backup, or compare: sala reproduce {self.folder / MANIFEST}"
                raise IssueChanged(str(path), found[:12], f"the file with SHA-256 {expected[:12]}…", action)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def all_issues(home: Home) -> list[Issue]:
    """Return every issue of every funder, in the order of funder, period and number."""
    return list(_issues(home, "*/*/*"))


def issues_of(home: Home, funder: str, period: str) -> list[Issue]:
    """Return the issues of one extract, the first one first."""
    return list(_issues(home, f"{funder}/{period}/*"))


def find_issue(home: Home, funder: str, period: str, number: int | None = None) -> Issue:
    """Return one issue; without a number the last one that was not withdrawn.

    Raises:
        IssueUnknown: There is none.
    """
    there = [issue for issue in issues_of(home, funder, period) if number or issue.state != "withdrawn"]
    found = [issue for issue in there if number in (None, issue.manifest.issue)]
    if not found:
        known = ", ".join(f"{i.manifest.issue} ({i.state})" for i in there) or "none"
        where, action = f"extract {funder} {period}", f"Draft it first: sala extract draft {funder} {period}"
        raise IssueUnknown(where, "no such issue", f"one of those there are: {known}", action)
    return found[-1]


def load_issue(manifest: Path) -> Issue:
    """Return the issue of a manifest.

    Raises:
        IssueUnknown: The file is not one.
    """
    try:
        fields = json.loads(manifest.read_text(encoding="utf-8"))
        return Issue(manifest.parent, Manifest(**{**fields, "history": tuple(fields["history"])}))
    except (OSError, ValueError, TypeError, KeyError) as error:
        expected = "the manifest.json of an issue"
        raise IssueUnknown(str(manifest), type(error).__name__, expected, "Name another file.") from None


def _issues(home: Home, pattern: str) -> Iterator[Issue]:
    for path in sorted(home.extracts.glob(f"{pattern}/{MANIFEST}")):
        if _NUMBER.fullmatch(path.parent.name):
            yield load_issue(path)
