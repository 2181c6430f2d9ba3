"""The key from an Airflow connection, for the tasks that need one and for as long as they run.

`SALA_KEY_CONNECTION` names the connection; its password is the text of a key file, the two lines with a space between.
The text reaches `warehouse` through `SALA_KEY` in the task's own process: it is no argument, no XCom, no template, and
Airflow hides passwords of connections in its logs. Without the setting, the key comes from where it always does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

SETTING = "SALA_KEY_CONNECTION"


@contextmanager
def key_of_connection() -> Iterator[None]:
    """Set `SALA_KEY` for the block from the connection named by the environment, if one is.

    Raises:
        KeyUnusable: There is no such connection, or it has no password.
    """
    name = os.environ.get(SETTING)
    if not name:
        yield
        return
    before = os.environ.get("SALA_KEY")
    os.environ["SALA_KEY"] = _password(name)
    try:
        yield
    finally:
        os.environ.pop("SALA_KEY")
        if before is not None:
            os.environ["SALA_KEY"] = before


def _password(name: str) -> str:
    try:
        password = BaseHook.get_connection(name).password
    except AirflowNotFoundException:
        password = None
    if not password:
        from warehouse.store.keys import KeyUnusable  # a cipher's library, which reading the DAGs must not wait for

        raise KeyUnusable(
            where=f"Airflow connection {name}, named by {SETTING}",
            found="no such connection, or no password in it",
            expected="a connection whose password is the text of a key file",
            action="create it, or unset the setting and name a key file: SALA_KEY_FILE",
        )
    return password
