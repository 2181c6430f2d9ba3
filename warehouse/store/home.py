"""Where everything lies: the zones under `SALA_HOME`, and the only place that builds their paths."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PACK_NAMED = 12  # characters of a delivery's id in the name of its pack at the partner's
COMPRESSED = ".zst.age"  # ends the name of what is compressed before it is sealed
PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """The zones of one installation.

    Attributes:
        root: `SALA_HOME`, by default `./var`.
        contracts: The folder with one folder per partner.
        project: The folder that holds `transforms/` and `expectations/`.
        funders: The folder with one agreement per funder.
    """

    root: Path
    contracts: Path = PROJECT / "expectations" / "partners"
    project: Path = PROJECT
    funders: Path = PROJECT / "expectations" / "funders"

    @classmethod
    def from_environment(cls, root: Path | None = None, contracts: Path | None = None) -> Home:
        """Return the home named by the arguments, else by `SALA_HOME`, `SALA_CONTRACTS` and `SALA_FUNDERS`."""
        root = root or Path(os.environ.get("SALA_HOME", "var"))
        contracts = contracts or Path(os.environ.get("SALA_CONTRACTS", PROJECT / "expectations" / "partners"))
        funders = Path(os.environ.get("SALA_FUNDERS", PROJECT / "expectations" / "funders"))
        return cls(root.absolute(), contracts.absolute(), funders=funders.absolute())

    @property
    def inbox(self) -> Path:
        """What partners deliver, a folder each."""
        return self.root / "inbox"

    def fetched(self, partner: str) -> Path:
        """What was fetched from a partner's servers before, without a name."""
        return self.root / "fetched" / f"{partner}.json"

    def archive(self, partner: str, delivery: str) -> Path:
        """Original bytes of a delivery, compressed and encrypted; only encrypted where they lie so since before."""
        folder = self.root / "archive" / partner
        former = folder / f"{delivery}.age"
        return former if former.exists() else folder / f"{delivery}{COMPRESSED}"

    def archived_rows(self, zone: str, partner: str, delivery: str) -> Path:
        """A delivery's rows of `bronze` or `quarantine`, encrypted, where its original bytes had to go."""
        return self.root / "archive" / partner / f"{delivery}.{zone}.parquet.age"

    @property
    def key_fingerprint(self) -> Path:
        """Which key this home was made with; not the key."""
        return self.root / "key-fingerprint"

    @property
    def ledger(self) -> Path:
        """One outcome record per delivered content."""
        return self.root / "ledger"

    def bronze(self, entity: str, partner: str = "*", delivery: str = "*") -> Path:
        """Accepted rows of one delivery; a glob when partner or delivery is left out."""
        return self.root / "bronze" / entity / f"partner={partner}" / f"{delivery}.parquet"

    def quarantine(self, entity: str, partner: str = "*", delivery: str = "*") -> Path:
        """Refused rows of one delivery; a glob when partner or delivery is left out."""
        return self.root / "quarantine" / entity / f"partner={partner}" / f"{delivery}.parquet"

    def vault(self, partner: str, delivery: str) -> Path:
        """Direct identifiers of one delivery, encrypted."""
        return self.root / "vault" / f"partner={partner}" / f"{delivery}.parquet.age"

    @property
    def erasures(self) -> Path:
        """Who was erased, as keyed hashes; while an erasure is unfinished also its sealed journal."""
        return self.root / "vault" / "erasures"

    @property
    def rotation(self) -> Path:
        """Journal of a change of key; there only while it is unfinished. Holds public halves only."""
        return self.root / "vault" / "rotation.json"

    def sealed_files(self) -> list[Path]:
        """Every encrypted file that Sala wrote; what partners sent or are sent is theirs."""
        theirs = {self.inbox, self.returns, self.scratch}
        return sorted(p for p in self.root.rglob("*.age") if p.is_file() and theirs.isdisjoint(p.parents))

    @property
    def identity_features(self) -> Path:
        """Normalised identifiers kept from one identify run to the next, encrypted; a cache."""
        return self.root / "vault" / "identity" / "features.parquet.age"

    @property
    def identity(self) -> Path:
        """Who is who, without direct identifiers."""
        return self.root / "identity"

    @property
    def crosswalk(self) -> Path:
        """person_ref → officer_key."""
        return self.identity / "crosswalk.parquet"

    @property
    def identity_pairs(self) -> Path:
        """Scored pairs of persons kept from one identify run to the next; a cache."""
        return self.identity / "pairs.parquet"

    @property
    def identity_registry(self) -> Path:
        """Every officer key ever given, a file per run that changed something; only ever added to."""
        return self.identity / "registry"

    @property
    def identity_summary(self) -> Path:
        """What the last identify run found, in numbers."""
        return self.identity / "summary.parquet"

    @property
    def decisions(self) -> Path:
        """What reviewers decided about pairs of persons; kept when everything derived is made anew."""
        return self.root / "identity" / "decisions.csv"

    @property
    def build(self) -> Path:
        """The single writer's folder."""
        return self.root / "build"

    @property
    def build_database(self) -> Path:
        """The file dbt writes what is published to; readers never open it."""
        return self.build / "warehouse.duckdb"

    @property
    def workbench_database(self) -> Path:
        """The file dbt writes everything before the marts to; never published."""
        return self.build / "workbench.duckdb"

    @property
    def inputs(self) -> Path:
        """What the ledger and the contracts tell dbt, as Parquet."""
        return self.build / "inputs"

    @property
    def published(self) -> Path:
        """Immutable versions and the pointer `CURRENT`."""
        return self.root / "published"

    @property
    def snapshots(self) -> Path:
        """What versions were built from."""
        return self.root / "snapshots"

    @property
    def extracts(self) -> Path:
        """What funders receive: a folder per funder, period and issue, never overwritten."""
        return self.root / "extracts"

    def extract(self, funder: str, period: str, issue: int) -> Path:
        """One issue of an extract."""
        return self.extracts / funder / period / f"{issue:03d}"

    @property
    def issued_figures(self) -> Path:
        """The figures of every issue, a file each; only ever added to."""
        return self.extracts / "_ledger"

    @property
    def restated_figures(self) -> Path:
        """How each issue differs from the one before it and why, a file each; only ever added to."""
        return self.extracts / "_restated"

    @property
    def receipts(self) -> Path:
        """What became of each attempt to deliver an issue, a file each; only ever added to."""
        return self.extracts / "_receipts"

    @property
    def outbox(self) -> Path:
        """Where issues are delivered to whose recipient is a folder without a place of its own."""
        return self.root / "outbox"

    @property
    def returns(self) -> Path:
        """What partners get back of their deliveries, with their own values in it: its keeper's only, as the inbox."""
        return self.root / "returns"

    def return_pack(self, partner: str, delivery: str) -> Path:
        """The folder of the pack of one delivery."""
        return self.returns / partner / delivery

    @property
    def return_receipts(self) -> Path:
        """What became of each attempt to deliver a pack, a file each; only ever added to."""
        return self.returns / "_receipts"

    @property
    def lineage(self) -> Path:
        """OpenLineage events, one a line; sent to nobody."""
        return self.root / "lineage" / "events.ndjson"

    @property
    def reports(self) -> Path:
        """Data Docs and run reports."""
        return self.root / "reports"

    @property
    def scratch(self) -> Path:
        """Unfinished work; on the same file system as the zones, so that renames are atomic."""
        return self.root / "scratch"
