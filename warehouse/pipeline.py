"""The steps in order; each is a plain function that a DAG task or a command calls in one line.

    fetch ──► ingest (per file, any number at once) ──► identify ──► transform ──► audit ──► publish

Every step may be run twice or be killed and run again: it finds out from the files what is left to do.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.connectors import fetch as fetching
from warehouse.connectors.connection import Connections
from warehouse.connectors.files import Arrival
from warehouse.contract import Contract, ContractsInvalid, check_contracts, find, load_contracts
from warehouse.errors import TerminalError, TransientError
from warehouse.ingest import intake
from warehouse.ingest.drift import drifts
from warehouse.ingest.expectations import load_validator
from warehouse.ingest.held import held
from warehouse.readers.lifetime import end_with_parent
from warehouse.store import ledger
from warehouse.store.home import Home
from warehouse.store.keys import Keys, load_keys, require_key

if TYPE_CHECKING:
    from warehouse.transform.dbt import Dbt

OnOutcome = Callable[[dict[str, Any], int, int], None]


def fetch(
    home: Home,
    connections: Connections,
    partner: str | None = None,
    *,
    again: bool = False,
    on_file: fetching.OnFile = lambda *_: None,
) -> list[fetching.Fetched]:
    """Fetch into the inboxes what is new at the servers that the contracts name; return what became of each.

    Args:
        home: Whose inboxes.
        connections: Gives a connection by its name.
        partner: Only this partner; None for all.
        again: Put back what was fetched before and is not in the inbox any more.
        on_file: Called with the source's name and each file.
    """
    contracts = [_contract(partner, home)] if partner else load_contracts(home.contracts)
    visited = [fetching.fetch(home, c, connections, again=again, on_file=on_file) for c in contracts]
    return [one for done in visited for one in done]


def fetch_or_fail(partner: str, home: Home, connections: Connections, say: Callable[[str], object]) -> None:
    """Fetch for one partner and say what became of it; raise when something failed, so that a task fails visibly.

    Raises:
        TransientError: Something failed that trying again may mend.
        TerminalError: Something failed that it cannot.
    """
    done = fetch(home, connections, partner)
    for one in done:
        say(one.summary)
    if error := fetching.failure(done):
        raise error


def pending(partner: str, home: Home) -> list[str]:
    """Return the tokens of a partner's files that are not decided yet."""
    intake.remove_left_over(home)
    intake.restore_lost(home)
    return [arrival.token for arrival in intake.pending(home, _contract(partner, home))]


def ingest(partner: str, token: str, home: Home) -> dict[str, Any]:
    """Ingest one file, named by its token or its name, and return its outcome.

    Raises:
        TransientError: It cannot be read now.
        FileNotInInbox: There is no such file.
    """
    contract = _contract(partner, home)
    outcome = _ingest(home, contract, intake.find_arrival(home, contract, token), load_keys())
    return _with_drift(home, [contract], [outcome])[0]


def ingest_or_fail(partner: str, token: str, home: Home) -> dict[str, Any]:
    """Ingest one file; raise when it is held, for a caller that must fail visibly.

    Raises:
        FileHeld: The file is refused as a whole; its record is in the ledger.
    """
    outcome = ingest(partner, token, home)
    if outcome["outcome"] == "held":
        raise held(outcome["error"])
    return outcome


def ingest_all(
    home: Home, partner: str | None = None, workers: int = 2, on_outcome: OnOutcome | None = None
) -> list[dict[str, Any]]:
    """Ingest everything pending, several files at once, and return the outcomes.

    Args:
        home: Whose inboxes.
        partner: Only this partner; None for all.
        workers: Processes; the files share nothing.
        on_outcome: Called with each outcome, how many are done and how many there are.
    """
    contracts = [_contract(partner, home)] if partner else list(load_contracts(home.contracts))
    intake.remove_left_over(home)
    intake.restore_lost(home)
    keys = load_keys()
    work = [(home, c, a, keys) for c in contracts for a in intake.pending(home, c)]
    if work:
        require_key(home, keys)  # here too, so that no file of many is begun
    outcomes: list[dict[str, Any]] = []
    for outcome in _each(work, min(workers, len(work))):
        outcomes.append(outcome)
        if on_outcome:
            on_outcome(outcome, len(outcomes), len(work))
    return _with_drift(home, contracts, outcomes)


def _with_drift(home: Home, contracts: Sequence[Contract], outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the outcomes with what changed since the delivery before each; told here, kept nowhere."""
    found = drifts(ledger.read_all(home), contracts) if outcomes else {}
    return [o | {"drift": [d.as_dict() for d in found.get(o.get("delivery_id", ""), [])]} for o in outcomes]


def _each(work: list[tuple[Home, Contract, Arrival, Keys]], workers: int) -> Iterable[dict[str, Any]]:
    if workers < 2:
        yield from (_outcome(*item) for item in work)
        return
    load_validator()  # once here instead of in every worker
    # Forked workers inherit the imports and the key, which then need not travel through a pipe.
    _forked.extend(work)
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(workers, context, end_with_parent, (os.getpid(),)) as pool:
            yield from pool.map(_forked_outcome, range(len(work)))
    finally:
        _forked.clear()


_forked: list[tuple[Home, Contract, Arrival, Keys]] = []


def _forked_outcome(place: int) -> dict[str, Any]:
    return _outcome(*_forked[place])


def _outcome(home: Home, contract: Contract, arrival: Arrival, keys: Keys) -> dict[str, Any]:
    """Return the outcome; `waiting` or `failed`, with the reason, for a file that stays undecided.

    One such file says nothing of the others: they are ingested.
    """
    try:
        return _ingest(home, contract, arrival, keys)
    except (TransientError, TerminalError) as error:
        kind = "waiting" if isinstance(error, TransientError) else "failed"
        return {"partner": contract.id, "file": arrival.shown, "outcome": kind, "error": error.as_dict()}


def _ingest(home: Home, contract: Contract, arrival: Arrival, keys: Keys) -> dict[str, Any]:
    outcome = intake.ingest_file(home, contract, arrival, keys)
    record = outcome.record
    repeat = outcome.outcome == "repeat"
    counts = record.counts
    return {
        "partner": outcome.partner,
        "file": outcome.file,
        "delivery_id": record.delivery_id,
        "outcome": outcome.outcome,
        "table": record.table,
        "entity": record.entity,
        "records_counted": counts.counted,
        "rows_read": counts.read,
        "rows_accepted": 0 if repeat else counts.accepted,
        "rows_quarantined": 0 if repeat else counts.quarantined,
        "rows_repeated": counts.read if repeat else counts.repeated,
        "rows_set_aside": counts.set_aside,
        "notes": list(record.notes),
        "dates": list(record.dates),
        "error": None if repeat else record.error,
    }


def identify(home: Home, now: datetime | None = None) -> dict[str, Any]:
    """Find out who is the same officer, and give every person of a delivery that counts an officer key.

    Args:
        home: Whose persons.
        now: The time that new keys, merges and splits are recorded with; by default the present.
    """
    from warehouse.identity.decisions import load_decisions
    from warehouse.identity.model import load_model
    from warehouse.identity.resolve import Known, resolve
    from warehouse.identity.run import Method, run_identify
    from warehouse.transform.inputs import active_deliveries

    deliveries = active_deliveries(home, check_contracts(home.contracts)[0])
    method = Method(resolve, Known, load_model().fingerprint)
    return run_identify(home, load_keys(), deliveries, load_decisions(home), method, now or datetime.now(UTC))


def erase(
    home: Home, person: str | None, today: date, alone: bool = False, on_step: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """Remove a person everywhere, named by person_ref or officer_key, and prove it; None ends what was begun."""
    from warehouse.vault.erase import erase as erase_from

    _remove_left_over(home)
    return erase_from(home, load_keys(), person, today.isoformat(), alone, on_step=on_step)


def erase_by_id(
    home: Home, partner: str, own_id: str, today: date, on_step: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """Remove the person whom a partner knows by this id, everywhere, and prove it."""
    from warehouse.ingest.persons import reference_of_id
    from warehouse.vault.erase import erase as erase_from

    keys = load_keys()
    _remove_left_over(home)
    reference = reference_of_id(find(check_contracts(home.contracts)[0], partner).id, own_id, keys)
    return erase_from(home, keys, reference, today.isoformat(), also=(own_id,), on_step=on_step)


def expire(
    home: Home, years: int, as_of: date, today: date, on_step: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """Remove what identifies persons last seen so many years before the day `as_of`; their rows stay."""
    from warehouse.vault.expire import expire as expire_in

    _remove_left_over(home)
    return expire_in(home, load_keys(), years, as_of, today.isoformat(), on_step)


def start_dbt(home: Home) -> Dbt:
    """Start dbt ahead of the step transform, as it takes seconds to be ready; use it as a context, which ends it."""
    from warehouse.contract.agreements import check_agreements
    from warehouse.transform.dbt import Dbt
    from warehouse.transform.exposures import write_exposures

    # A broken agreement must not stop the figures; `sala check` and its DAG report it. So with contracts.
    write_exposures(home, check_agreements(home.funders)[0])
    return Dbt(home)


def transform(as_of: date, home: Home, dbt: Dbt | None = None) -> dict[str, Any]:
    """Build the warehouse file as it stands on the day `as_of`, with a dbt that was started before or a new one."""
    from warehouse.transform import run_transform
    from warehouse.transform.inputs import write_inputs

    with dbt or start_dbt(home) as dbt:
        write_inputs(home, check_contracts(home.contracts)[0])
        return run_transform(home, as_of, dbt)


def audit(home: Home) -> dict[str, Any]:
    """Hold the build file against the promises of `expectations/suites/`."""
    from warehouse.audit import run_audit

    return run_audit(home)


def publish(home: Home) -> dict[str, Any]:
    """Make the audited build file a new version and move the pointer to it."""
    from warehouse.publish import run_publish

    return run_publish(home)


def _contract(partner: str, home: Home) -> Contract:
    """Return one partner's contract; mistakes in the others do not concern it."""
    contracts, mistakes = check_contracts(home.contracts)
    own = [m for m in mistakes if m.file.split("/")[0] == partner]
    if own:
        raise ContractsInvalid(str(home.contracts), own)
    return find(contracts, partner)


def _remove_left_over(home: Home) -> None:
    """Remove what killed runs left of partners' files, so that nobody's name stays there."""
    intake.remove_left_over(home)
    fetching.remove_left_over(home)
