"""Tells somebody when a task has failed for good: who must do what, in the log always, by e-mail once configured.

E-mail is off until an Airflow connection `sala_smtp` (type smtp) exists. Its extra field `operators` holds the
address of those who run Sala; the owner of the partner's contract is told as well. No message holds a personal value.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from warehouse.errors import SalaError

CONNECTION = "sala_smtp"
OPERATORS = "those who run Sala"

log = logging.getLogger(__name__)


def tell_owner(context: Mapping[str, Any]) -> None:
    """Failure callback of every task: log who must do what, and send it where e-mail is configured."""
    ti = context["task_instance"]
    owner = context["dag"].default_args["owner"]
    text = message(ti.dag_id, ti.task_id, ti.map_index, owner, context.get("exception"), ti.log_url)
    log.error("%s", text)
    send(f"Sala: {ti.dag_id}.{ti.task_id} failed", text, owner, context)


def message(
    dag_id: str,
    task_id: str,
    map_index: int,
    owner: str,
    error: BaseException | str | None,
    log_url: str = "",
) -> str:
    """Return who must do what, as one readable block."""
    task = f"{dag_id}.{task_id}" + (f"[{map_index}]" if map_index >= 0 else "")
    lines = [f"{task} failed and will not be tried again", f"  who       {owner}"]
    if isinstance(error, SalaError):
        lines += str(error).splitlines()
    else:  # only the kind: the text of a foreign error may quote a cell
        kind = type(error).__name__ if isinstance(error, BaseException) else "the task was stopped from outside"
        lines += [
            f"SALA-000 Something went wrong: {kind}",
            "  do this   read the task's log; clear the task to run it again; every step may be repeated",
        ]
    if log_url:
        lines.append(f"  log       {log_url}")
    return "\n".join(lines)


def send(subject: str, text: str, owner: str, context: Mapping[str, Any]) -> None:
    """Send the text to the operators and, when it is an address, to the owner; nothing without a connection."""
    try:
        connection = BaseHook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        log.info("No e-mail sent: the connection %s is not configured.", CONNECTION)
        return
    candidates = (connection.extra_dejson.get("operators", ""), owner)
    recipients = sorted({address for address in candidates if "@" in address})
    if not recipients:
        log.error("No e-mail sent: the connection %s names no `operators` and %s is no address.", CONNECTION, owner)
        return

    from airflow.providers.smtp.notifications.smtp import SmtpNotifier  # heavy, and needed only here

    body = "<pre>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</pre>"
    SmtpNotifier(to=recipients, subject=subject, html_content=body, smtp_conn_id=CONNECTION)(context)
