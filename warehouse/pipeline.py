"""The steps in order; each is a plain function that a DAG task or a command calls in one line.

    fetch ──► ingest (per file, any number at once) ──► identify ──► transform ──► audit ──► publish

Every step may be run twice or be killed and run again: it finds out from the files what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.connectors import fetch as fetching
from warehouse.connectors.connection import Connections
from warehouse.contract import Contract, ContractsInvalid, check_contracts, find, load_contracts
from warehouse.ingest import intake
from warehouse.ingest.drift import drifts
from warehouse.ingest.held import held
from warehouse.ingest.outcomes import ingest_each, ingest_one
from warehouse.store import ledger
from warehouse.store.home import Home
from warehouse.store.keys import load_keys, require_key
from warehouse.store.locks import WriterBusy

if TYPE_CHECKING:
    from warehouse.transform import Transformation

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
    outcome = ingest_one((home, contract, intake.find_arrival(home, contract, token), load_keys()))
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
    for outcome in ingest_each(work, min(workers, len(work))):
        outcomes.append(outcome)
        if on_outcome:
            on_outcome(outcome, len(outcomes), len(work))
    return _with_drift(home, contracts, outcomes)


def _with_drift(home: Home, contracts: Sequence[Contract], outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the outcomes with what changed since the delivery before each; told here, kept nowhere."""
    found = drifts(ledger.read_all(home), contracts) if outcomes else {}
    return [o | {"drift": [d.as_dict() for d in found.get(o.get("delivery_id", ""), [])]} for o in outcomes]


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


def start_transform(home: Home, ahead: bool = True) -> Transformation:
    """Start dbt ahead of the step transform, as it takes seconds to be ready; use it as a context, which ends it."""
    from warehouse.contract.agreements import check_agreements
    from warehouse.transform import Transformation
    from warehouse.transform.exposures import write_exposures

    # A broken agreement must not stop the figures; `sala check` and its DAG report it. So with contracts.
    write_exposures(home, check_agreements(home.funders)[0])
    return Transformation(home, ahead)


def begin_transform(as_of: date, home: Home, transformation: Transformation) -> None:
    """Begin to build, beside the step identify, what needs nothing of it; without the build file it is left for later.

    Who holds the build file may have let go of it by the time identify has ended; if not, transform says so.
    """
    with suppress(WriterBusy):
        transformation.begin(as_of, check_contracts(home.contracts)[0])


def transform(as_of: date, home: Home, transformation: Transformation | None = None) -> dict[str, Any]:
    """Build the warehouse file as it stands on the day `as_of`, or end the build that was begun for it."""
    contracts = check_contracts(home.contracts)[0]
    if transformation and transformation.is_outdated(as_of, contracts):
        transformation.close()  # it would lack what has arrived since
        transformation = None
    with transformation or start_transform(home, ahead=False) as transformation:
        transformation.begin(as_of, contracts)
        return transformation.end()


def audit(home: Home, accept_volume: bool = False) -> dict[str, Any]:
    """Hold the build file against the promises of `expectations/suites/`, and draft its publication beside that.

    Args:
        home: Whose build file.
        accept_volume: The fall or rise in volume was looked at and is right.
    """
    from warehouse.audit import run_audit
    from warehouse.publish import write_draft

    return run_audit(home, accept_volume, beside=write_draft)


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
