"""One DAG per agreement with a funder, on its calendar: what is due is drafted, what was issued is delivered.

    draft ──► ask_for_approval        somebody looks:  sala extract approve, sala extract issue
    deliver                           everything that was issued and has no receipt yet

A run waits for nobody: the draft of one run is delivered by a run after it was issued, or at once by hand with
``sala extract deliver``. What is to be done is read from the issues and receipts in the home. Twice is harmless: what
was drafted is not drafted again, what has a receipt is not sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from airflow.sdk import DAG, CronTriggerTimetable, Param, get_current_context, task

from dags.alerts import send
from dags.conventions import TASK_DEFAULTS, TIMEZONE, run_day, stand_in
from warehouse.contract import Mistake
from warehouse.contract.agreement import Agreement
from warehouse.contract.agreements import AgreementsInvalid, check_agreements
from warehouse.store.home import Home


@task(do_xcom_push=False)
def draft(funder: str, today: str) -> None:
    """Compute and write what is due on a day and was never drafted."""
    from warehouse import reporting

    reporting.draft_due_extracts(Home.from_environment(), funder, date.fromisoformat(today), datetime.now(UTC))


@task(do_xcom_push=False)
def ask_for_approval(funder: str, who: str) -> None:
    """Tell the agreement's owner which drafts wait, on their first day and each week again."""
    from warehouse.extracts.calendar import question, to_ask_about

    if waiting := to_ask_about(Home.from_environment(), funder, datetime.now(UTC)):
        text = question(waiting)
        print(text)  # Airflow keeps it in the task's log, which is where somebody looks who gets no e-mail
        send(f"Sala: extracts for {funder} wait for approval", text, who, get_current_context())


@task(do_xcom_push=False)
def deliver(funder: str) -> None:
    """Send what was issued and has no receipt yet."""
    from dags.connections import connection_of_airflow
    from warehouse import reporting

    reporting.deliver_extracts(Home.from_environment(), funder, connection_of_airflow, datetime.now(UTC))


@task(retries=0)
def agreement_cannot_be_used(folder: str, mistakes: Sequence[dict[str, str]]) -> None:
    """Fail with every mistake of the agreement."""
    raise AgreementsInvalid(folder, [Mistake(**mistake) for mistake in mistakes])


def extract_dag(agreement: Agreement) -> DAG:
    """Return the DAG of one agreement."""
    day = Param(None, type=["null", "string"], format="date", description="The day it is; empty: the day of the run")
    with DAG(
        dag_id=f"extract_{agreement.id}",
        description=f"{agreement.name}: drafted when due, delivered when issued",
        doc_md=__doc__,
        schedule=CronTriggerTimetable(agreement.versions[-1].calendar.schedule, timezone=TIMEZONE),
        catchup=False,
        max_active_runs=1,
        params={"as_of": day},
        user_defined_macros={"run_day": run_day},
        default_args={**TASK_DEFAULTS, "owner": agreement.owner},
        tags=["extract", agreement.id],
    ) as dag:
        draft(agreement.id, "{{ params.as_of or run_day(dag_run) }}") >> ask_for_approval(agreement.id, agreement.owner)
        deliver(agreement.id)
    return dag


def broken_dag(funder: str, mistakes: Sequence[Mistake]) -> DAG:
    """Return the DAG that says every day what is wrong with an agreement."""
    with stand_in(f"extract_{funder}", "agreement", ["extract", funder]) as dag:
        agreement_cannot_be_used(funder, [mistake.as_dict() for mistake in mistakes])
    return dag


usable, all_mistakes = check_agreements(Home.from_environment().funders)
for one in usable:
    extract_dag(one)
for file in sorted({mistake.file for mistake in all_mistakes}):
    broken_dag(file.removesuffix(".yaml"), [mistake for mistake in all_mistakes if mistake.file == file])
