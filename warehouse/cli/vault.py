"""`sala vault`: the sealed files as a whole: change their key, erase a person, let identifiers expire, verify."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import EPILOG, AsJson, AsOf, settings, today
from warehouse.cli.exits import Exit

app = typer.Typer(
    help="The vault as a whole: change its key, erase a person, let identifiers expire, verify.",
    epilog=EPILOG,
    no_args_is_help=True,
)
PHASES = {
    "check": "opening every sealed file",
    "seal": "sealing with the new key",
    "verify": "opening with the new key",
    "open": "opening every sealed file",
}


@app.callback()
def vault() -> None:
    """The vault as a whole: change its key, erase a person, let identifiers expire, verify."""


@app.command(epilog=EPILOG)
def rotate(
    context: typer.Context,
    new_key_file: Annotated[
        Path, typer.Option("--new-key-file", help="The key to change to; it is made where no file is.")
    ],
    as_json: AsJson = False,
) -> None:
    """Seal archive and vault under a new key; pseudonyms stay. Interrupted, run it again with the same two keys."""
    from warehouse.store.keys import load_keys
    from warehouse.vault.rotate import rotate as run

    with _counted() as on_file:
        result = run(settings(context).home, load_keys(), new_key_file.absolute(), on_file)
    if as_json:
        screen.print_json(result)
        return
    console = screen.out()
    if not result["changed"]:
        console.print(f"rotate     nothing to change: {result['key_file']} is the key of this home", soft_wrap=True)
        console.print(
            f"           all {result['files']} sealed files open with it; for a new key name a file that is not there"
        )
        return
    console.print(
        f"rotate     {result['resealed']} of {result['files']} files sealed anew; only the new key opens them"
    )
    console.print(f"           set SALA_KEY_FILE={result['key_file']} and keep a copy in a safe place", soft_wrap=True)
    console.print("           keep the former key for as long as you keep backups made with it", style="dim")


@app.command(epilog=EPILOG)
def erase(
    context: typer.Context,
    person: Annotated[
        str | None, typer.Argument(help="A person_ref or an officer_key. Left out: end what was begun.")
    ] = None,
    partner: Annotated[
        str | None, typer.Option("--partner", help="Whose own id of the person is given instead, by --id-file.")
    ] = None,
    id_file: Annotated[
        Path | None,
        typer.Option("--id-file", help="A file with that id, or - for standard input; without it you are asked."),
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Only this person_ref, not the same officer's other appearances.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation on a terminal.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a person everywhere and prove it by a search. Interrupted, run it again; names never on this line."""
    from warehouse import pipeline

    home = settings(context).home
    own_id = _own_id(id_file) if partner else None
    if person and partner:
        raise typer.BadParameter("give PERSON, or --partner with --id-file, not both")
    if id_file and not partner:
        raise typer.BadParameter("--id-file needs --partner: an id is one partner's")
    if (person or own_id) and not yes and sys.stdin.isatty():
        typer.confirm("Rows, identifiers and original files of this person cannot be brought back. Go on?", abort=True)
    with _stepped() as on_step:
        if partner and own_id:
            reports = pipeline.erase_by_id(home, partner, own_id, today(), on_step)
        else:
            reports = pipeline.erase(home, person, today(), alone, on_step)
    _tell_erasures(reports, as_json)


@app.command(epilog=EPILOG)
def expire(
    context: typer.Context,
    older_than: Annotated[
        int,
        typer.Option("--older-than", envvar="SALA_RETENTION_YEARS", min=1, metavar="YEARS", help="Since last seen."),
    ],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Remove what identifies persons who were not seen for so many years; their rows stay, under a pseudonym."""
    from warehouse import pipeline

    with _stepped() as on_step:
        reports = pipeline.expire(settings(context).home, older_than, as_of or today(), today(), on_step)
    _tell_erasures(reports, as_json)


@app.command(epilog=EPILOG)
def verify(context: typer.Context, as_json: AsJson = False) -> None:
    """Open every sealed file; see that what the ledger and bronze promise is there."""
    from warehouse.cli import report
    from warehouse.store.keys import load_keys
    from warehouse.vault.verify import verify as run

    with _counted() as on_file:
        result = run(settings(context).home, load_keys(), on_file)
    if as_json:
        screen.print_json(result)
    else:
        whole = result["files"] and not result["problems"]
        screen.out().print(f"verify     {result['files']} sealed files, {len(result['problems'])} problems", style=None)
        if whole:
            screen.out().print(f"           all open with the key {result['fingerprint']}", style="dim")
        report.problems(result["problems"])
    raise typer.Exit(Exit.FINDINGS if result["problems"] else Exit.OK)


def _own_id(file: Path | None) -> str:
    """Return the partner's own id, which must not stand on a command line: other users of the machine see that."""
    if file is None:
        return str(typer.prompt("The partner's own id of the person", hide_input=True)).strip()
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    if not text.strip():
        raise typer.BadParameter("the file with the id is empty")
    return text.strip()


def _tell_erasures(reports: list[dict[str, Any]], as_json: bool) -> None:
    """Print the reports; the exit code says whether everything was found gone."""
    if as_json:
        screen.print_json(reports)
    else:
        for one in reports:
            _tell_erasure(one)
        if not reports:
            screen.out().print("erase      nobody to erase")
    raise typer.Exit(Exit.OK if all(one["finished"] for one in reports) else Exit.FINDINGS)


def _tell_erasure(one: dict[str, Any]) -> None:
    console = screen.out()
    if one["already"]:
        console.print(f"erase      {one['erasure_id']} was finished before, begun on {one['begun_on']}")
        return
    searched = one["searched"]
    console.print(
        f"{one['cause']:<10} {one['persons']} persons, {one['rows']} rows, {one['deliveries']} deliveries, "
        f"{one['inbox_files_removed']} files of inboxes"
    )
    console.print(
        f"searched   {searched['files']} files, of them {searched['sealed_files_opened']} unsealed "
        f"({searched['bytes']:,} bytes), for {searched['identifiers']} identifiers"
    )
    console.print(
        f"           not searched for: {searched['shared_with_others']} that others have too, "
        f"{searched['too_short']} too short to tell",
        style="dim",
    )
    for kind, label in (("found", "FOUND"), ("unreadable", "unreadable"), ("found_in_inbox", "in inbox")):
        for path in one[kind]:
            console.print(f"{label:<10} {path}", markup=False, soft_wrap=True)
    if one["finished"]:
        console.print("           nothing was found; versions published from now on are without them: sala run")
    else:
        console.print("           remove or mend the files above, then run the same command again")


@contextmanager
def _counted() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar of files done on a terminal; yield what to tell it."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = screen.err()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def tell(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(PHASES[phase], total=total)
            bars.update(tasks[phase], completed=done)

        yield tell


@contextmanager
def _stepped() -> Iterator[Callable[[str], None]]:
    """Show which step is under way, on a terminal; yield what to tell it."""
    console = screen.err()
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("waiting for the vault") as status:
        yield status.update
