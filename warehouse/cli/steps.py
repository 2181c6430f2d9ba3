"""The steps by hand: `sala run`, `fetch`, `ingest`, `transform`, `audit`, `publish`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from warehouse.cli import report, returns, screen
from warehouse.cli.arguments import AsJson, AsOf, settings, today
from warehouse.cli.exits import Exit, exit_code
from warehouse.store.home import Home

if TYPE_CHECKING:
    from warehouse.connectors.fetch import Fetched, FileOutcome

Workers = Annotated[int, typer.Option("--workers", min=1, help="Files ingested at the same time.")]
Keep = Annotated[int, typer.Option("--keep", min=1, help="Published versions that stay; pinned ones always do.")]

IDENTIFYING = "identify: giving each person a key"
BUILDING = "transform: building the warehouse with dbt"
AUDITING = "audit: checking what readers are promised"
PUBLISHING = "publish: writing the new version"


def run(context: typer.Context, as_of: AsOf = None, workers: Workers = 2, as_json: AsJson = False) -> None:
    """Every step in order, without Airflow: fetch, ingest, identify, transform, audit, publish, returns."""
    from warehouse import pipeline

    home, day = settings(context).home, as_of or today()
    with pipeline.start_transform(home) as transformation:
        fetched = _fetch(home, None)
        _tell(report.fetched, [one.as_dict() for one in fetched], as_json or not fetched)
        outcomes = _ingest_all(home, None, workers)
        done: dict[str, Any] = {"fetch": [one.as_dict() for one in fetched], "ingest": outcomes}
        _tell(report.ingested, outcomes, as_json)
        pipeline.begin_transform(day, home, transformation)
        steps: dict[str, tuple[str, Callable[[], dict[str, Any]], Callable[[dict[str, Any]], None]]] = {
            "identify": (IDENTIFYING, lambda: pipeline.identify(home), report.identified),
            "transform": (BUILDING, lambda: pipeline.transform(day, home, transformation), report.transformed),
            "audit": (AUDITING, lambda: pipeline.audit(home), report.audited),
            "publish": (PUBLISHING, lambda: pipeline.publish(home), report.published),
        }
        for name, (label, step, tell) in steps.items():
            with screen.progress(label):
                done[name] = step()
            _tell(tell, done[name], as_json)  # at once: a later step may fail
    done["returns"] = returns.give_back(home)
    _tell(report.given_back, [pack for pack in done["returns"] if pack["pack"] != "kept"], as_json)
    if as_json:
        screen.print_json(done)
    raise typer.Exit(_found(outcomes) or _ended(fetched))


def fetch(
    context: typer.Context,
    partner: Annotated[str | None, typer.Argument(help="Only this partner's servers.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Put back what was fetched before and is not in the inbox any more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch into the inboxes what is new at the servers that the contracts name."""
    done = _fetch(settings(context).home, partner, again)
    if as_json:
        screen.print_json([one.as_dict() for one in done])
    else:
        report.fetched([one.as_dict() for one in done])
    raise typer.Exit(_ended(done))


def ingest(
    context: typer.Context,
    partner: Annotated[str | None, typer.Argument(help="Only this partner's inbox.")] = None,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Only these files; one from elsewhere is copied into the inbox first.")
    ] = None,
    workers: Workers = 2,
    as_json: AsJson = False,
) -> None:
    """Read what lies in the inboxes; every file gets an outcome."""
    home = settings(context).home
    outcomes = _ingest_files(home, partner, files) if partner and files else _ingest_all(home, partner, workers)
    if as_json:
        screen.print_json(outcomes)
    else:
        report.ingested(outcomes)
    raise typer.Exit(_found(outcomes))


def transform(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Identify persons and build the warehouse file from everything accepted so far; nothing is published yet."""
    from warehouse import pipeline

    home = settings(context).home
    with screen.progress(IDENTIFYING):
        identified = pipeline.identify(home)
    _tell(report.identified, identified, as_json)
    with screen.progress(BUILDING):
        result = pipeline.transform(as_of or today(), home)
    screen.print_json(result | {"identify": identified}) if as_json else report.transformed(result)


def audit(
    context: typer.Context,
    accept_volume: Annotated[
        bool, typer.Option("--accept-volume", help="The fall or rise in volume was looked at and is right.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the built file against what readers are promised."""
    from warehouse import pipeline

    with screen.progress(AUDITING):
        result = pipeline.audit(settings(context).home, accept_volume)
    screen.print_json(result) if as_json else report.audited(result)


def publish(context: typer.Context, keep: Keep = 3, as_json: AsJson = False) -> None:
    """Make the audited file the version everybody reads."""
    from warehouse.publish import run_publish

    with screen.progress(PUBLISHING):
        result = run_publish(settings(context).home, keep=keep)
    screen.print_json(result) if as_json else report.published(result)


def _fetch(home: Home, partner: str | None, again: bool = False) -> list[Fetched]:
    from warehouse import pipeline
    from warehouse.connectors.connection import from_environment

    console = screen.err()

    def tell(source: str, one: FileOutcome) -> None:
        if console.is_terminal:
            console.print(f"{source}: {one.file} {one.outcome}", markup=False, soft_wrap=True)

    with screen.progress("fetch: looking at the partners' servers"):
        return pipeline.fetch(home, from_environment, partner, again=again, on_file=tell)


def _ingest_all(home: Home, partner: str | None, workers: int) -> list[dict[str, Any]]:
    from warehouse import pipeline

    console = screen.err()

    def tell(outcome: dict[str, Any], done: int, total: int) -> None:
        if console.is_terminal:
            console.print(report.one_line(outcome, done, total), markup=False, soft_wrap=True)

    with screen.progress("ingest: reading what lies in the inboxes"):
        return pipeline.ingest_all(home, partner=partner, workers=workers, on_outcome=tell)


def _ingest_files(home: Home, partner: str, files: list[Path]) -> list[dict[str, Any]]:
    from warehouse import pipeline
    from warehouse.contract import check_contracts, find

    inbox = home.root / find(check_contracts(home.contracts)[0], partner).inbox
    names = [_delivered(home, inbox, file) for file in files]
    return [pipeline.ingest(partner, name, home) for name in names]


def _delivered(home: Home, inbox: Path, file: Path) -> str:
    """Return the file's name in the inbox, having copied it there when it lies elsewhere."""
    from warehouse.connectors.files import NameTaken
    from warehouse.store.files import whole_file

    if not file.is_file():
        return file.name if file.parent == Path() else str(file)  # perhaps a name of the inbox: ingest will say
    target = inbox / file.name
    if target.exists() and not target.samefile(file) and target.read_bytes() != file.read_bytes():
        raise NameTaken(str(target), "a file with other content", "a free name", "Rename your file, then try again.")
    if not target.exists():
        with whole_file(home, target) as scratch:
            shutil.copy2(file, scratch)  # its time decides which delivery is the newer one
    return file.name


def _tell(tell: Callable[[Any], None], result: Any, as_json: bool) -> None:
    if not as_json:
        tell(result)


def _ended(fetched: list[Fetched]) -> Exit:
    from warehouse.connectors.fetch import failure

    error = failure(fetched)
    return exit_code(error) if error else Exit.OK


def _found(outcomes: list[dict[str, Any]]) -> Exit:
    kinds = {outcome["outcome"] for outcome in outcomes}
    if "failed" in kinds:
        return Exit.TERMINAL
    return Exit.FINDINGS if "held" in kinds else Exit.TRANSIENT if "waiting" in kinds else Exit.OK
