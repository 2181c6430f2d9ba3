"""What is delivered of an issue: the files the funder receives, and last the list of their SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.contract.agreement import Agreement
from warehouse.extracts.delivery.faults import NotIssued
from warehouse.extracts.issues import Issue

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Parcel:
    """One issue on its way; its manifest stays, which names other funders' issues.

    Attributes:
        issue: Such as `canada-iom/FY2013-Q3/1`.
        place: Folders below which it lies at the recipient's, such as `canada-iom/FY2013-Q3/001`.
        title: What a person reads.
        folder: Where the files are.
        files: SHA-256 of each, by name.
    """

    issue: str
    place: str
    title: str
    folder: Path
    files: Mapping[str, str]

    @property
    def sums(self) -> bytes:
        """The list, as `sha256sum --check` reads it; where it lies, everything else has arrived."""
        return "".join(f"{digest}  {name}\n" for name, digest in sorted(self.files.items())).encode()


def parcel_of(agreement: Agreement, issue: Issue) -> Parcel:
    """Return what is delivered of an issue.

    Raises:
        NotIssued: It is a draft, approved only, or withdrawn.
        IssueChanged: A file is not what the manifest says.
    """
    manifest = issue.manifest
    if issue.state != "issued":
        action = f"Approve it first: sala extract approve {manifest.funder} {manifest.period}"
        raise NotIssued(issue.id, f"an issue that is {issue.state}", "an issue that was issued", action)
    issue.verify()
    place = f"{manifest.funder}/{manifest.period}/{manifest.issue:03d}"
    title = f"{agreement.name}: {manifest.period}, issue {manifest.issue}"
    return Parcel(issue.id, place, title, issue.folder, dict(manifest.files))
