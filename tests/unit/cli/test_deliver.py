"""`sala extract deliver`: what was issued goes out once, and its exit code says whether to try again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.extracts.delivery.conftest import agreement_of, made_issue, whole
from warehouse.contract.agreement import Agreement, Recipient
from warehouse.store.home import Home

Sala = Callable[..., Any]
SECRET = "CANARY-password"


@pytest.fixture
def deliver(sala: Sala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Issue an extract for these recipients and deliver it."""
    home = Home(tmp_path / "home")
    monkeypatch.setenv("SALA_FUNDERS", str(tmp_path / "funders"))

    def run(*words: str, to: Recipient) -> Any:
        agreement: Agreement = agreement_of(to)
        text = yaml.safe_dump(agreement.model_dump(mode="json"), allow_unicode=True)
        (tmp_path / "funders").mkdir(exist_ok=True)
        (tmp_path / "funders" / f"{agreement.id}.yaml").write_text(text, "utf-8")
        if not home.extracts.exists():
            made_issue(home, agreement)
        return sala("--home", str(home.root), "extract", "deliver", agreement.id, *words)

    return run


def test_it_is_delivered_once_and_each_receipt_is_shown(deliver: Callable[..., Any], tmp_path: Path) -> None:
    to = Recipient(kind="folder", to=str(tmp_path / "fund"))
    first = deliver("--json", to=to)
    (receipt,) = json.loads(first.out)["receipts"]
    assert (first.code, receipt["outcome"], receipt["to"]) == (0, "delivered", str(tmp_path / "fund"))
    (folder,) = (path.parent for path in (tmp_path / "fund").rglob("SHA256SUMS"))
    whole({path.name: path.read_bytes() for path in folder.iterdir()})
    assert json.loads(deliver("--json", to=to).out) == {"receipts": []}
    assert "has been delivered" in deliver(to=to).out


@pytest.mark.parametrize(
    ("connection", "code", "said"),
    [(None, 4, "SALA-L001"), (f"sftp://sala:{SECRET}@127.0.0.1:1/?host_key=PINNED", 3, "SALA-L101")],
)
def test_the_exit_code_says_whether_to_try_again_and_nothing_says_the_secret(
    deliver: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, connection: str | None, code: int, said: str
) -> None:
    if connection:
        import asyncssh

        key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[1]
        monkeypatch.setenv("AIRFLOW_CONN_FUND_SFTP", connection.replace("PINNED", key.replace("+", "%2B")))
    done = deliver(to=Recipient(kind="sftp", connection="fund_sftp", to="incoming"))
    assert done.code == code
    assert said in done.err
    assert SECRET not in done.err + done.out
