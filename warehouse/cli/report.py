"""What each step did, in a few lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from warehouse.cli import screen

SHOWN = 40  # files listed; of more, only those that need somebody are


def one_line(outcome: dict[str, Any], done: int, total: int) -> str:
    """Return one file's outcome as a line."""
    rows = f"{outcome.get('rows_accepted', 0)} rows accepted, {outcome.get('rows_quarantined', 0)} refused"
    error = outcome.get("error") or {}
    rest = f"{error['code']} {error['title']}" if error else rows
    return f"[{done}/{total}] {outcome['partner']} {outcome['file']}: {outcome['outcome']}, {rest}"


def fetched(sources: list[dict[str, Any]]) -> None:
    """Print what became of each source, and what to do where something failed."""
    console = screen.out()
    if not sources:
        console.print("fetch      no contract names a server to fetch from")
        return
    files = [one for source in sources for one in source["files"]]
    kinds = Counter(one["outcome"] for one in files)
    said = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())) or "nothing new"
    console.print(f"fetch      {len(sources)} sources: {said}")
    columns = ["partner", "source", "listed", "as before", "fetched", "waiting", "failed"]
    rows = []
    for source in sources:
        ended = Counter(one["outcome"] for one in source["files"])
        counts = [ended[kind] for kind in ("fetched", "waiting", "failed")]
        rows.append([source["partner"], source["source"], source["listed"], source["unchanged"], *counts])
    console.print(screen.table("", columns, rows))
    problems(source["error"] for source in sources)
    problems(one["error"] for one in files)


def ingested(outcomes: list[dict[str, Any]]) -> None:
    """Print a table of the files and what to do about those held."""
    console = screen.out()
    if not outcomes:
        console.print("ingest     nothing new in the inboxes")
        return
    kinds = Counter(outcome["outcome"] for outcome in outcomes)
    console.print(f"ingest     {len(outcomes)} files: " + ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())))
    listed = outcomes if len(outcomes) <= SHOWN else [o for o in outcomes if o["outcome"] not in ("accepted", "repeat")]
    columns = ["partner", "file", "outcome", "read", "accepted", "refused", "repeated", "set aside"]
    numbers = ["rows_read", "rows_accepted", "rows_quarantined", "rows_repeated", "rows_set_aside"]
    rows = [[o["partner"], o["file"], o["outcome"], *(o.get(n) for n in numbers)] for o in listed]
    if rows:
        console.print(screen.table("", columns, rows))
    drifted(outcomes)
    problems(o["error"] for o in outcomes if o.get("error"))


def drifted(outcomes: Iterable[dict[str, Any]]) -> None:
    """Print what changed in each file since the partner's delivery before it."""
    console = screen.out()
    for outcome in (o for o in outcomes if o.get("drift")):
        console.print(f"\n{outcome['partner']} {outcome['file']} differs from the delivery before it", markup=False)
        for change in outcome["drift"]:
            nearest = f"; {change['nearest']}" if change["nearest"] else ""
            console.print(f"  {change['kind']:<9} {change['found']}{nearest}", markup=False, soft_wrap=True)


def problems(errors: Iterable[dict[str, str] | None]) -> None:
    """Print each error as a block: what, where, found, expected, do this."""
    console = screen.out()
    for error in filter(None, errors):
        console.print(f"\n{error['code']} {error['title']}", markup=False, style="bold")
        for label, key in (("where", "where"), ("found", "found"), ("expected", "expected"), ("do this", "action")):
            if error.get(key):
                console.print(f"  {label:<9} {error[key]}", markup=False, soft_wrap=True)


def identified(result: dict[str, Any]) -> None:
    """Print how many officers the persons are, how sure that is, and what changed."""
    console = screen.out()
    bounds = f"{result['strict']} by the strict, {result['lenient']} by the lenient threshold"
    console.print(
        f"identify   {result['persons']} persons of partners' lists are {result['officers']} different ones ({bounds})"
    )
    changes = f"{result['new_keys']} new keys, {result['merged']} merged, {result['split']} split"
    console.print(f"           {changes}; uncertain pairs: {result['uncertain_pairs']}", style="dim")
    if result["warning"]:
        console.print(f"  warning  {result['warning']}", markup=False, soft_wrap=True)


def transformed(result: dict[str, Any]) -> None:
    """Print what dbt built."""
    console = screen.out()
    built = f"{result['models']} models built, {result['tests']} tests passed"
    console.print(f"transform  {built}, as of {result['as_of']} ({result['seconds']} s)")
    for warning in result["warnings"]:
        console.print(f"  warning  {warning['name']}: {warning['found']}", markup=False, soft_wrap=True)
        console.print(f"           {warning['action']}", markup=False, soft_wrap=True, style="dim")


def audited(result: dict[str, Any]) -> None:
    """Print what the audit found."""
    console = screen.out()
    held = result["promises"] - len(result["warnings"])
    console.print(f"audit      {held} of {result['promises']} promises to readers hold ({result['seconds']} s)")
    for warning in result["warnings"]:
        console.print(f"  warning  {warning['found']}", markup=False, soft_wrap=True)
        console.print(f"           {warning['why']} {warning['action']}", markup=False, soft_wrap=True, style="dim")
    console.print(f"           {result['data_docs']}", markup=False, soft_wrap=True, style="dim")


def published(result: dict[str, Any]) -> None:
    """Print which version is current and whether anything changed."""
    console = screen.out()
    said = "is now current" if result["published"] else "has the same content as before: nothing to publish"
    if result["held"]:
        said = "is made, but readers stay with the current one while published/HOLD is there"
    console.print(f"publish    version {result['version']} {said} ({result['seconds']} s)")
    console.print(f"           {result['file']}", markup=False, soft_wrap=True, style="dim")
    console.print(f"           content {result['content_hash']}", style="dim")


def given_back(packs: list[dict[str, Any]]) -> None:
    """Print what partners have to mend, and where their packs lie."""
    console = screen.out()
    kinds = Counter(pack["pack"] for pack in packs)
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    said = f"{len(packs)} packs for partners: {told}" if packs else "nothing new for partners"
    console.print(f"returns    {said}")
    listed = [pack for pack in packs if pack["pack"] != "failed"]
    rows = [_pack_row(pack) for pack in listed[:SHOWN]]
    if rows:
        columns = ["partner", "file", "outcome", "refused", "fixes", "mended", "new", "still"]
        console.print(screen.table("", columns, rows))
    if len(listed) > SHOWN:
        console.print(f"  … and {len(listed) - SHOWN} more: sala returns PARTNER --json")
    folders = sorted({pack["folder"].rpartition("/")[0] for pack in listed})
    for folder in folders:
        console.print(f"           {folder}", markup=False, soft_wrap=True, style="dim")
    problems(pack["error"] for pack in packs)


def _pack_row(pack: dict[str, Any]) -> list[Any]:
    since = pack["since"] or {}
    outcome = pack["reason"]["code"] if pack["reason"] else pack["outcome"]
    changes = [since.get(name, "") for name in ("mended", "new", "still")]
    return [pack["partner"], pack["file"], outcome, pack["rows"].get("refused", ""), len(pack["fixes"]), *changes]
