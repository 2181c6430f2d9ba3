"""One DAG per partner contract: what lies in the partner's inbox becomes bronze, file by file.

    fetch ──► pending ──► ingest_file (mapped, one per file) ──┬──► delivered      emits sala://bronze/<partner>
                                                               ├──► all_accepted   fails the run when a file was held
                                                               └──► give_back      what the partner has to mend

`fetch` is there where the contract names servers to fetch from; when it fails, what is in the inbox is ingested all
the same, and the run fails.

Twice is harmless: a file the ledger knows is not pending, and the same content under another name is a repeat.
By hand: ``sala ingest <partner>`` or ``airflow dags test ingest_<partner>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable, TriggerRule, task

from dags.conventions import TASK_DEFAULTS, TIMEZONE, bronze_asset, partners, stand_in
from dags.keys import key_of_connection
from warehouse.contract import Contract, ContractsInvalid, Mistake, check_contracts
from warehouse.store.home import Home


@task(do_xcom_push=False)
def fetch(partner: str) -> None:
    """Fetch into the inbox what is new at the partner's servers."""
    from dags.connections import connection_of_airflow
    from warehouse import pipeline

    pipeline.fetch_or_fail(partner, Home.from_environment(), connection_of_airflow, print)


@task(trigger_rule=TriggerRule.ALL_DONE)
def pending(partner: str) -> list[str]:
    """Tokens of the files to ingest; a token says nothing about the file."""
    from warehouse import pipeline

    with key_of_connection():
        return pipeline.pending(partner, Home.from_environment())


@task(max_active_tis_per_dag=4, do_xcom_push=False)
def ingest_file(partner: str, arrival: str) -> None:
    """Land, read, conform, validate and commit one file; a held file fails only its own instance.

    The argument is not called `token`: Airflow would take it for a secret and hide it.
    """
    from warehouse import pipeline

    with key_of_connection():
        pipeline.ingest_or_fail(partner, arrival, Home.from_environment())


@task(trigger_rule=TriggerRule.ALL_DONE, do_xcom_push=False)
def give_back(partner: str) -> None:
    """Write and deliver what the partner gets back of its deliveries, to mend."""
    from dags.connections import connection_of_airflow
    from warehouse import reporting

    with key_of_connection():
        packs = reporting.give_back(Home.from_environment(), connection_of_airflow, datetime.now(UTC), partner)
    print(f"{len(packs)} packs, {sum(pack['pack'] == 'written' for pack in packs)} of them new")


@task(retries=0)
def contract_cannot_be_used(folder: str, mistakes: Sequence[dict[str, str]]) -> None:
    """Fail with every mistake of the contract."""
    raise ContractsInvalid(folder, [Mistake(**mistake) for mistake in mistakes])


def ingest_dag(contract: Contract) -> DAG:
    """Return the DAG of one partner."""
    with DAG(
        dag_id=f"ingest_{contract.id}",
        description=f"{contract.name}: from the inbox to bronze",
        doc_md=__doc__,
        schedule=CronTriggerTimetable(contract.schedule, timezone=TIMEZONE) if contract.schedule else None,
        catchup=False,
        max_active_runs=1,
        default_args={**TASK_DEFAULTS, "owner": contract.owner},
        tags=["ingest", contract.id],
    ) as dag:
        waiting = pending(contract.id)
        files = ingest_file.partial(partner=contract.id).expand(arrival=waiting)
        delivered = EmptyOperator(
            task_id="delivered",
            outlets=[bronze_asset(contract.id)],
            trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS,
        )
        all_accepted = EmptyOperator(task_id="all_accepted", trigger_rule=TriggerRule.NONE_FAILED)
        files >> [delivered, all_accepted, give_back(contract.id)]
        if contract.sources:
            fetch(contract.id) >> [waiting, all_accepted]
    return dag


def broken_dag(partner: str, mistakes: Sequence[Mistake]) -> DAG:
    """Return the DAG that says every day what is wrong with a partner's contract."""
    with stand_in(f"ingest_{partner}", "contract", ["ingest", partner]) as dag:
        contract_cannot_be_used(partner, [mistake.as_dict() for mistake in mistakes])
    return dag


usable, all_mistakes = check_contracts(Home.from_environment().contracts)
for one in usable:
    ingest_dag(one)
for name in sorted(set(partners()) - {one.id for one in usable}):
    broken_dag(name, [mistake for mistake in all_mistakes if mistake.file.startswith(f"{name}/")])
