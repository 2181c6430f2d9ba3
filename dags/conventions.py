"""What the DAGs have in common: assets, the writer's pool, retries by error class, the calendar's time zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, ExceptionRetryPolicy, RetryAction, RetryRule

from dags.alerts import OPERATORS, tell_owner
from warehouse.errors import SalaError, TransientError
from warehouse.store.here import HERE, day_here
from warehouse.store.home import Home

TIMEZONE = HERE.key
WRITER_POOL = "sala_writer"  # one slot: only one task at a time may write the build file
WRITER_POOL_SLOTS = 1

# The first rule that fits decides. DEFAULT is the task's own retries with backoff; anything that is no SalaError
# (a full disk, a lost worker) falls through to the same.
BY_ERROR_CLASS = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=TransientError, action=RetryAction.DEFAULT, reason="trying again may help"),
        RetryRule(exception=SalaError, action=RetryAction.FAIL, reason="somebody must change something first"),
    ]
)

TASK_DEFAULTS: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    "retry_policy": BY_ERROR_CLASS,
    "on_failure_callback": tell_owner,
    "execution_timeout": timedelta(hours=2),
}


def run_day(dag_run: Any) -> str:
    """Return the day in Cambodia the run stands for; a run started by an asset has no logical date."""
    moment: datetime = dag_run.logical_date or dag_run.run_after
    return day_here(moment).isoformat()


def stand_in(dag_id: str, what: str, tags: list[str]) -> DAG:
    """Return the DAG that stands in for one whose contract or agreement cannot be used, and says so every day."""
    return DAG(
        dag_id=dag_id,
        description=f"The {what} cannot be used; run `sala check`",
        schedule=CronTriggerTimetable("0 6 * * *", timezone=TIMEZONE),
        catchup=False,
        default_args={**TASK_DEFAULTS, "owner": OPERATORS},
        tags=[*tags, f"broken-{what}"],
    )


def bronze_asset(partner: str) -> Asset:
    """Return the asset a partner's DAG emits when at least one of its files was ingested."""
    return Asset(name=f"bronze_{partner}", uri=f"sala://bronze/{partner}")


def partners() -> list[str]:
    """Return the partner folders, with or without a contract that can be used."""
    contracts = Home.from_environment().contracts
    return sorted(folder.name for folder in contracts.iterdir() if folder.is_dir()) if contracts.is_dir() else []
