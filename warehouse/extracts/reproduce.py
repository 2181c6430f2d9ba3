"""Make an issue again from what was kept, and compare every byte; where it differs, say what is no longer the same.

    manifest ─► snapshot ─replay─► marts ─► figures, by the agreement as it was ─► every format ─► SHA-256 by SHA-256

Neither the published version nor the agreement of today is looked at.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract.agreements import parse
from warehouse.contract.periods import find_period
from warehouse.errors import TerminalError
from warehouse.extracts.drafting import as_issued
from warehouse.extracts.formats.rendering import render
from warehouse.extracts.issues import AGREEMENT, RESTATED, RESULT, Issue, Manifest, load_issue, sha256
from warehouse.extracts.preparing import Basis, Request, context_of, prepare
from warehouse.extracts.provenance import code_fingerprint, libraries
from warehouse.extracts.restate import restate
from warehouse.publish.content import hash_of_marts
from warehouse.store import snapshots
from warehouse.store.database import open_figures, open_version
from warehouse.store.home import Home
from warehouse.store.snapshots import Snapshot
from warehouse.transform.compiled import read_models
from warehouse.transform.replay import replay


class NotReproduced(TerminalError):
    """An issue, made again, is another one."""

    code: ClassVar[str] = "SALA-X030"
    title: ClassVar[str] = "The issue does not come out the same"


class ErasedSince(NotReproduced):
    """Persons whom the issue counted were erased since: it cannot come out the same, and need not."""

    code: ClassVar[str] = "SALA-X031"
    title: ClassVar[str] = "Persons were erased since the issue was made"


@dataclass
class Reproduced:
    """What came of making an issue again.

    Attributes:
        issue: Its id.
        files: For each file whether it came out the same, byte for byte; what only stays here, row for row.
        differs: What is no longer as it was when the issue was made, in words; by itself it need not matter.
        erased: Whether rows of what it was made from were erased.
    """

    issue: str
    files: dict[str, bool] = field(default_factory=dict)
    differs: list[str] = field(default_factory=list)
    erased: bool = False

    @property
    def reproduced(self) -> bool:
        """Whether everything came out the same."""
        return bool(self.files) and all(self.files.values())

    def error(self) -> NotReproduced | None:
        """Return what to raise when something came out differently."""
        if self.reproduced:
            return None
        others = ", ".join(name for name, same in self.files.items() if not same)
        return (ErasedSince if self.erased else NotReproduced)(
            where=f"issue {self.issue}",
            found=f"{others} came out differently; " + ("; ".join(self.differs) or "nothing it is made of was changed"),
            expected="every file as it was issued, byte for byte",
            action="Keep the issued files; an erasure is not undone."
            if self.erased
            else "Keep the issued files. With the program and the libraries of that day, named above, it comes out.",
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for a report."""
        return {"issue": self.issue, "reproduced": self.reproduced, "files": self.files, "differs": self.differs}


def reproduce(home: Home, manifest: Path) -> Reproduced:
    """Make an issue again and compare.

    Args:
        home: Where snapshots and issues lie.
        manifest: The `manifest.json` of the issue.

    Raises:
        IssueUnknown: The file is no manifest, or an issue that this one was held against is gone.
        SnapshotMissing: What the version was built from is not there.
        ReplayFailed: It cannot be built again.
    """
    issue = load_issue(manifest)
    snapshot = snapshots.named(home, issue.manifest.snapshot)
    differs = [*_changed_files(issue), *_changed_since(issue.manifest, snapshot)]
    found = Reproduced(issue.id, differs=differs, erased=bool(snapshot.erasures))
    folder = home.scratch / f"reproduced-{secrets.token_hex(4)}"
    try:
        with _basis(issue.manifest, snapshot, folder / "built", found) as basis:
            _compare(home, issue, snapshot, basis, folder / "rendered", found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


@contextmanager
def _basis(manifest: Manifest, snapshot: Snapshot, built: Path, found: Reproduced) -> Iterator[Basis]:
    """Build the version again, from its snapshot alone."""
    models, as_of = read_models(snapshot.models), date.fromisoformat(manifest.parameters["as_of"])
    database = replay(snapshot.inputs, models, as_of, built)
    with open_version(database) as connection:
        content_hash = hash_of_marts(connection)
    if content_hash != manifest.content_hash:
        found.differs.append("the marts, built again, are not those that were published")
    deliveries = pq.read_table(snapshot.inputs / "build" / "inputs" / "deliveries.parquet")
    with open_figures(database) as connection:
        yield Basis(
            connection, models, deliveries, manifest.version, manifest.content_hash, as_of, manifest.code_fingerprint
        )


def _compare(home: Home, issue: Issue, snapshot: Snapshot, basis: Basis, folder: Path, found: Reproduced) -> None:
    manifest = issue.manifest
    request = _request(home, issue)
    counted = prepare(basis, request)
    restated = None
    if manifest.previous_issue is not None:
        before = load_issue(home.extract(manifest.funder, manifest.period, manifest.previous_issue) / "manifest.json")
        restated = restate(home, before, request, basis, snapshot, counted.figures)
    folder.mkdir(parents=True)
    rendered = render(counted.figures, context_of(basis, request, counted, restated), folder, request.terms.formats)
    made = {path.name: sha256(path) for path in rendered}
    for name in sorted({*made, *manifest.files}):
        found.files[name] = made.get(name) == manifest.files.get(name)
    found.files[RESULT] = _is(issue.folder / RESULT, counted.figures)
    if restated is not None:
        found.files[RESTATED] = _is(issue.folder / RESTATED, restated)


def _is(path: Path, table: pa.Table) -> bool:
    return path.is_file() and bool(pq.read_table(path).equals(table))


def _request(home: Home, issue: Issue) -> Request:
    """Return what was asked for, by the agreement and beside the history of that day."""
    manifest, agreement = issue.manifest, parse(issue.agreement_text())
    past = [load_issue(_manifest_of(home, one)) for one in manifest.history]
    terms, period = agreement.version(manifest.agreement_version), find_period(agreement, manifest.period)[1]
    return Request(agreement, terms, period, manifest.issue, [as_issued(one) for one in past])


def _manifest_of(home: Home, issue: str) -> Path:
    funder, period, number = issue.split("/")
    return home.extract(funder, period, int(number)) / "manifest.json"


def _changed_files(issue: Issue) -> Iterator[str]:
    """Yield which files of the issue are not what its manifest says."""
    expected = {**issue.manifest.files, **issue.manifest.kept}
    for name, digest in sorted(expected.items()):
        path = issue.folder / name
        if not path.is_file():
            yield f"{name} is gone from the issue"
        elif sha256(path) != digest:
            yield f"{name} of the issue was changed" + (": the rule is not the one it was" if name == AGREEMENT else "")


def _changed_since(manifest: Manifest, snapshot: Snapshot) -> Iterator[str]:
    """Yield what else an issue is made of and is another today."""
    if erased := len(snapshot.erasures):
        yield f"persons were erased from what it was made from, {erased} times"
    if read_models(snapshot.models).fingerprint() != manifest.models_fingerprint:
        yield "the compiled models of the snapshot were changed"
    if manifest.code_fingerprint != code_fingerprint():
        yield f"the program is another one: {code_fingerprint()[:12]}, then {manifest.code_fingerprint[:12]}"
    for name, version in sorted(libraries().items()):
        if (then := manifest.libraries.get(name)) != version:
            yield f"{name} is {version}, then {then}"
