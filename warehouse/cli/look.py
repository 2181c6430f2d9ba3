"""`sala status` and `sala where`: what there is and where it lies."""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from warehouse.cli import report, screen
from warehouse.cli.arguments import AsJson, settings, today
from warehouse.cli.exits import Exit
from warehouse.store import versions
from warehouse.store.here import day_here
from warehouse.store.home import Home

OUTCOMES = ("accepted", "held", "undecided")
ZONES = (
    "inbox",
    "returns",
    "ledger",
    "identity_registry",
    "decisions",
    "crosswalk",
    "build",
    "build_database",
    "published",
    "reports",
    "scratch",
)
FOLDERS = ("fetched", "archive", "bronze", "quarantine", "vault")


def where(context: typer.Context, as_json: AsJson = False) -> None:
    """Show where everything lies."""
    home = settings(context).home
    paths = {"home": home.root, "contracts": home.contracts, "project": home.project}
    paths |= {zone: getattr(home, zone) for zone in ZONES} | {name: home.root / name for name in FOLDERS}
    paths |= {"data_docs": home.reports / "data_docs" / "index.html"}
    paths |= {"airflow_log": home.root / "airflow" / "logs" / "embedded.log"}
    paths |= {} if os.environ.get("SALA_KEY") else {"key_file": _key_file()}
    version = _current(home)
    paths |= {"current_version": version.path, "current_parquet": version.tables} if version else {}
    if as_json:
        screen.print_json({name: str(path) for name, path in paths.items()})
        return
    there = {name: "" if path.exists() else "not there yet" for name, path in paths.items()}
    rows = [[name, str(path), there[name]] for name, path in paths.items()]
    screen.out().print(screen.table("", ["what", "path", ""], rows))


def _key_file() -> Path:
    from warehouse.store.keys import default_key_file

    named = os.environ.get("SALA_KEY_FILE")
    return Path(named).absolute() if named else default_key_file()


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show files, refusals, freshness and the published version; works before anything is published."""
    home = settings(context).home
    problems: list[dict[str, str]] = []
    try:
        published = _published(home)
    except versions.PointerBroken as error:  # everything else can still be told
        published, problems = None, [error.as_dict()]
    partners, refusals, held, changed = _partners(home), _refusals(home), _held(home), _drift(home)
    strays, undefended = _strays(home), _undefended()
    if as_json:
        found = {"published": published, "partners": partners, "refusals": refusals, "held": held}
        found |= {"drift": changed}
        screen.print_json({**found, "strays": strays, "undefended": undefended, "problems": problems})
    else:
        _show(published, partners, refusals, strays)
        report.drifted(changed)
        if undefended:
            screen.out().print(
                f"reading    partner files can reach {', '.join(undefended)}", markup=False, soft_wrap=True
            )
        report.problems([*held, *problems])
    raise typer.Exit(Exit.FINDINGS if problems else Exit.OK)


def _show(
    published: dict[str, Any] | None,
    partners: list[dict[str, Any]],
    refusals: list[dict[str, Any]],
    strays: dict[str, int],
) -> None:
    console = screen.out()
    if published:
        console.print(f"published  version {published['version']}, figures as of {published['as_of']}")
    else:
        console.print("published  nothing yet: sala run")
    if strays:
        folders = ", ".join(f"{number} in {folder}" for folder, number in strays.items())
        console.print(
            f"no partner {folders}: no contract has this inbox, nobody reads it", markup=False, soft_wrap=True
        )
    columns = ["partner", *OUTCOMES, "rows accepted", "rows refused", "last delivery", "days since", "owed every", "is"]
    console.print()
    lines = [list(partner.values()) for partner in partners]
    spare = ["rows accepted", "last delivery", "owed every"]
    console.print(screen.table("Files by partner", columns, lines, spare))
    console.print()
    rows = [list(refusal.values()) for refusal in refusals]
    columns = ["partner", "rule", "column", "rows"]
    console.print(screen.table("Refused rows by rule", columns, rows) if rows else "No row was refused.")


def _undefended() -> list[str]:
    """Return what this machine cannot take away from the process that opens partner files."""
    from warehouse.readers.confinement import missing

    return missing()


def _current(home: Home) -> versions.Version | None:
    """Return the current version; a broken pointer is for `sala query` and `sala publish` to speak of."""
    try:
        return versions.current_or_none(home)
    except versions.PointerBroken:
        return None


def _published(home: Home) -> dict[str, Any] | None:
    version = versions.current_or_none(home)
    if version is None:
        return None
    manifest = version.manifest()
    shown = ("version", "as_of", "published_at", "content_hash")
    return {"file": str(version.path), **{key: manifest[key] for key in shown}}


def _partners(home: Home) -> list[dict[str, Any]]:
    """Return a line per partner: its files by outcome and how fresh they are; no data is a line, not a gap."""
    from warehouse.contract import check_contracts
    from warehouse.ingest import intake
    from warehouse.store import ledger
    from warehouse.store.accounts import accounts

    records = accounts(ledger.read_all(home))
    contracts = {contract.id: contract for contract in check_contracts(home.contracts)[0]}
    lines = []
    for partner in sorted(set(contracts) | {record.partner for record in records}):
        own = [record for record in records if record.partner == partner]
        kinds = Counter(record.outcome for record in own)
        contract = contracts.get(partner)
        times = [d.delivered_at for record in own if record.outcome == "accepted" for d in record.deliveries]
        arrived = [day_here(datetime.fromisoformat(time)) for time in times]
        last = max((day for day in arrived if day <= today()), default=None)  # as quality.freshness has it
        days = (today() - last).days if last else None
        owed = contract.delivery_every_days if contract else None
        undecided = len(intake.pending(home, contract)) if contract else 0
        lines.append(
            {
                "partner": partner,
                "accepted": kinds["accepted"],
                "held": kinds["held"],
                "undecided": undecided,
                "rows_accepted": sum(record.counts.accepted for record in own),
                "rows_refused": sum(record.counts.quarantined for record in own),
                "last_delivery": last,
                "days_since": days,
                "owed_every_days": owed,
                "freshness": _freshness(days, owed),
            }
        )
    return lines


def _freshness(days: int | None, owed: int | None) -> str:
    if days is None:
        return "no data"
    if owed is None:
        return "not expected"
    return "late" if days > owed else "fresh"


def _refusals(home: Home) -> list[dict[str, Any]]:
    """Return how many rows each rule refused, the most first; a row refused by two rules counts for both."""
    import pyarrow.parquet as pq

    counts: Counter[tuple[str, str, str | None]] = Counter()
    for path in home.root.glob("quarantine/*/partner=*/*.parquet"):
        refused = pq.read_table(path, columns=["partner_id", "rule", "column_name"], partitioning=None).to_pylist()
        counts.update((row["partner_id"], row["rule"], row["column_name"]) for row in refused)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return [{"partner": p, "rule": rule, "column": column, "rows": rows} for (p, rule, column), rows in ordered]


def _strays(home: Home) -> dict[str, int]:
    """Return how many files lie in each folder of the inbox that belongs to no contract."""
    from warehouse.contract import check_contracts

    inboxes = [home.root / contract.inbox for contract in check_contracts(home.contracts)[0]]
    strays: Counter[str] = Counter()
    for folder, _, names in os.walk(home.inbox):
        path = Path(folder)
        if not any(path.is_relative_to(inbox) for inbox in inboxes):
            number = sum(not name.startswith(".") for name in names)
            strays.update({str(path.relative_to(home.root)): number} if number else {})
    return dict(sorted(strays.items()))


def _drift(home: Home) -> list[dict[str, Any]]:
    """Return what changed in the last delivery of each table since the one before it."""
    from warehouse.contract import check_contracts
    from warehouse.ingest.drift import drifts, last_of_tables
    from warehouse.store import ledger

    records = ledger.read_all(home)
    found = drifts(records, check_contracts(home.contracts)[0])
    return [
        {"partner": r.partner, "file": r.delivery.file, "drift": [change.as_dict() for change in found[r.delivery_id]]}
        for r in last_of_tables(records)
        if r.delivery_id in found
    ]


def _held(home: Home) -> list[dict[str, str]]:
    """Return the error of each file held, with who it is from; one that was corrected since needs nobody."""
    from warehouse.returns.comparison import corrected
    from warehouse.store import ledger
    from warehouse.store.accounts import accounts

    records = accounts(ledger.read_all(home))
    done = corrected(records)
    held = [r.error for r in records if r.outcome == "held" and r.error and r.delivery_id not in done]
    return sorted(held, key=lambda error: error["where"])
