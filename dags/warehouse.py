"""From bronze to a new published version of the warehouse.

    identify ──► transform ──► audit ──► publish

Runs when a partner's bronze has changed, and every night, so that an event lost on the way is made good and freshness
is judged even when nothing arrives. What is to be done is read from the ledger, never from the event. Only one run at
a time, and only one task at a time in the pool `sala_writer`. Twice is harmless: the same bronze and the same `as_of`
give the same published content. By hand: ``sala run`` or ``airflow dags test warehouse``.
"""

from __future__ import annotations

from datetime import date

from airflow.sdk import DAG, AssetAny, AssetOrTimeSchedule, CronTriggerTimetable, Param, chain, task

from dags.alerts import OPERATORS
from dags.conventions import TASK_DEFAULTS, TIMEZONE, WRITER_POOL, bronze_asset, partners, run_day
from dags.keys import key_of_connection
from warehouse.store.home import Home


def schedule() -> CronTriggerTimetable | AssetOrTimeSchedule:
    """Return the nightly sweep, and the partners' assets where there are any."""
    sweep = CronTriggerTimetable("30 2 * * *", timezone=TIMEZONE)
    assets = [bronze_asset(partner) for partner in partners()]
    return AssetOrTimeSchedule(timetable=sweep, assets=AssetAny(*assets)) if assets else sweep


@task(do_xcom_push=False)
def identify() -> None:
    """Give every person of bronze an officer key."""
    from warehouse import pipeline

    with key_of_connection():
        pipeline.identify(Home.from_environment())


@task(do_xcom_push=False)
def transform(as_of: str) -> None:
    """Build the warehouse file with dbt, as it stands on the day `as_of`."""
    from warehouse import pipeline

    pipeline.transform(date.fromisoformat(as_of), Home.from_environment())


@task(do_xcom_push=False)
def audit() -> None:
    """Hold the build file against what readers are promised; an error stops the run before it is published."""
    from warehouse import pipeline

    pipeline.audit(Home.from_environment())


@task(do_xcom_push=False)
def publish() -> None:
    """Make the build file a new version and move the pointer to it."""
    from warehouse import pipeline

    pipeline.publish(Home.from_environment())


with DAG(
    dag_id="warehouse",
    description="From bronze to a published version",
    doc_md=__doc__,
    schedule=schedule(),
    catchup=False,
    max_active_runs=1,
    params={
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date",
            description="The day the warehouse stands for; empty: the day of the run",
        )
    },
    user_defined_macros={"run_day": run_day},
    default_args={**TASK_DEFAULTS, "owner": OPERATORS, "pool": WRITER_POOL},
    tags=["warehouse"],
):
    chain(identify(), transform("{{ params.as_of or run_day(dag_run) }}"), audit(), publish())
