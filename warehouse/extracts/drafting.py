"""Draft an extract from the published version: figures, formats, manifest, in a folder of its own.

The folder appears whole or not at all. Drafted again from the same version by the same rule, it is the same draft.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract.agreements import find_agreement, parse
from warehouse.contract.periods import find_period
from warehouse.extracts.disclosure.issued import Issued
from warehouse.extracts.formats.context import Context
from warehouse.extracts.formats.rendering import render
from warehouse.extracts.issues import (
    AGREEMENT,
    MANIFEST,
    RESTATED,
    RESULT,
    Issue,
    Manifest,
    find_issue,
    issues_of,
    load_issue,
    sha256,
)
from warehouse.extracts.known import known_names
from warehouse.extracts.lifecycle import issued, withdraw_drafts
from warehouse.extracts.preparing import Basis, Counted, Request, context_of, prepare
from warehouse.extracts.provenance import code_fingerprint, libraries
from warehouse.extracts.restate import restate
from warehouse.store import snapshots, versions
from warehouse.store.database import open_figures
from warehouse.store.files import only_one, sync, write_json
from warehouse.store.home import Home
from warehouse.store.snapshots import Snapshot
from warehouse.transform.compiled import read_models
from warehouse.transform.replay import replay

TOLD = (
    *("indicator", "code", "name", "unit", "window", "grouping", "value", "undecided", "strict", "lenient"),
    *("baseline", "target", "share_of_target", "status", "note"),
)


@dataclass(frozen=True)
class Drafted:
    """What drafting came to.

    Attributes:
        issue: The draft, or the issue that says the same already.
        counted: Its figures.
        restated: How it differs from the issue before; None for the first.
        is_new: Whether a folder was written.
    """

    issue: Issue
    counted: Counted
    restated: pa.Table | None
    is_new: bool


def draft(home: Home, funder: str, period_text: str, at: datetime) -> Drafted:
    """Draft the extract of a funder for a period from the current version.

    Args:
        home: Where everything lies.
        funder: Id of the agreement.
        period_text: Id of the period.
        at: When, in UTC; it stands in the record of the draft, not in its files.

    Raises:
        AgreementUnknown: There is no such funder.
        AgreementsInvalid: The agreement holds mistakes.
        PeriodUnknown: The agreement has no such period.
        NothingPublished: There is no version yet.
        SnapshotMissing: The version was published before snapshots were kept.
    """
    agreement = find_agreement(home.funders, funder, known_names(home))
    terms, period = find_period(agreement, period_text)
    snapshot = snapshots.current(home)
    with only_one(home, "extracts"), basis_of(home, snapshot) as basis:
        past, there = issued(home), issues_of(home, funder, period.id)
        before = next((issue for issue in reversed(there) if issue.state == "issued"), None)
        number = max((issue.manifest.issue for issue in there), default=0) + 1
        request = Request(agreement, terms, period, number, [as_issued(issue) for issue in past])
        counted = prepare(basis, request)
        if same := _same(there, counted.figures, past):
            return Drafted(same, counted, same.restated(), is_new=False)
        restated = restate(home, before, request, basis, snapshot, counted.figures) if before else None
        context = context_of(basis, request, counted, restated)
        withdraw_drafts(home, funder, period.id, "sala", at, f"draft {number} took its place")
        with _folder(home, request) as folder:
            _write(home, folder, counted, context, restated, snapshot=snapshot, before=before, past=past)
            load_issue(folder / MANIFEST).record(home, "draft", at, "sala")
        made = find_issue(home, funder, period.id, number)
    return Drafted(made, counted, restated, is_new=True)


@contextmanager
def basis_of(home: Home, snapshot: Snapshot) -> Iterator[Basis]:
    """Open the version that was built from a snapshot for figures; one that is gone is built again."""
    models, as_of = read_models(snapshot.models), date.fromisoformat(snapshot.about()["as_of"])
    version = next((one for one in versions.all_versions(home) if one.name == snapshot.version), None)
    again = home.scratch / f"built-again-{secrets.token_hex(4)}"
    try:
        database = version.path if version else replay(snapshot.inputs, models, as_of, again)
        with open_figures(database) as connection:
            yield Basis(
                connection=connection,
                models=models,
                deliveries=pq.read_table(snapshot.inputs / "build" / "inputs" / "deliveries.parquet"),
                version=snapshot.version,
                content_hash=version.manifest()["content_hash"] if version else "",
                as_of=as_of,
                code=code_fingerprint(),
            )
    finally:
        shutil.rmtree(again, ignore_errors=True)


def as_issued(issue: Issue) -> Issued:
    """Return an issue as disclosure control looks at it: with the agreement as it was."""
    agreement = parse(issue.agreement_text())
    terms = agreement.version(issue.manifest.agreement_version)
    period = find_period(agreement, issue.manifest.period)[1]
    return Issued(agreement.id, period, issue.manifest.issue, terms, issue.result())


def told(drafted: Drafted) -> dict[str, Any]:
    """Return a draft for a report."""
    manifest, protected = drafted.issue.manifest, drafted.counted.protected
    totals = [row for row in drafted.counted.figures.select(TOLD).to_pylist() if row["grouping"] == "total"]
    return {
        "funder": manifest.funder,
        "period": manifest.period,
        "issue": manifest.issue,
        "state": drafted.issue.state,
        "is_new": drafted.is_new,
        "version": manifest.version,
        "folder": str(drafted.issue.folder),
        "files": sorted(manifest.files),
        "submissions": [vars(one) for one in drafted.counted.submissions],
        "hidden": protected.counts(),
        "totals": totals,
        "restated": drafted.restated.to_pylist() if drafted.restated is not None else [],
    }


def _same(there: list[Issue], figures: pa.Table, past: list[Issue]) -> Issue | None:
    """Return the last issue if it says the same already, by the same program and beside the same history.

    The version may be another: issuing alone makes one, with more rows in the ledger of issued figures.
    """
    last = next((issue for issue in reversed(there) if issue.state != "withdrawn"), None)
    if last is None:
        return None
    unseen = {one.id for one in past} - set(last.manifest.history) - {last.id}
    same = last.manifest.code_fingerprint == code_fingerprint() and not unseen
    return last if same and last.result().equals(figures) else None


@contextmanager
def _folder(home: Home, request: Request) -> Iterator[Path]:
    """Yield a scratch folder that becomes the issue's own, whole, when the block ends well."""
    final = home.extract(request.agreement.id, request.period.id, request.issue)
    scratch = home.scratch / f"extract-{request.agreement.id}-{request.period.id}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    yield scratch
    final.parent.mkdir(parents=True, exist_ok=True)
    scratch.rename(final)
    sync(final.parent)


def _write(
    home: Home,
    folder: Path,
    counted: Counted,
    context: Context,
    restated: pa.Table | None,
    *,
    snapshot: Snapshot,
    before: Issue | None,
    past: list[Issue],
) -> None:
    """Write everything an issue holds, the manifest last."""
    figures = counted.figures
    rendered = render(figures, context, folder, context.terms.formats)
    manifest = Manifest(
        funder=context.agreement.id,
        period=context.period.id,
        issue=context.issue,
        agreement_version=context.terms.version,
        version=context.version,
        content_hash=context.content_hash,
        snapshot=snapshot.name,
        models_fingerprint=str(snapshot.about()["models_fingerprint"]),
        code_fingerprint=context.code,
        libraries=libraries(),
        parameters={"as_of": context.as_of.isoformat()},
        previous_issue=before.manifest.issue if before else None,
        hidden=counted.protected.counts(),
        history=tuple(issue.id for issue in past),
        files={path.name: sha256(path) for path in rendered},
        kept=_keep(home, folder, figures, restated, context.agreement.id),
    )
    write_json(home, folder / MANIFEST, manifest.as_dict())


def _keep(home: Home, folder: Path, figures: pa.Table, restated: pa.Table | None, funder: str) -> dict[str, str]:
    """Write what stays with the issue and is not for the funder; return the hashes."""
    pq.write_table(figures, folder / RESULT, compression="zstd")
    shutil.copyfile(home.funders / f"{funder}.yaml", folder / AGREEMENT)
    names = [RESULT, AGREEMENT]
    if restated is not None:
        pq.write_table(restated, folder / RESTATED, compression="zstd")
        names.append(RESTATED)
    return {name: sha256(folder / name) for name in names}
