"""Delivers every partner's samples, runs the DAGs to their end, issues extracts and looks at what was published.

    expectations/partners/*/sample/received ──► inbox ──► python -m dags.embedded run ──► published version ──► figures
                                                                        └──► what funders receive (demo/funders.py)

Run twice, the second run finds nothing new to ingest and publishes nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from warehouse import reporting
from warehouse.connectors.connection import from_environment
from warehouse.contract import load_contracts
from warehouse.demo import funders
from warehouse.demo.funders import Extract
from warehouse.errors import TerminalError
from warehouse.store import versions
from warehouse.store.database import open_published
from warehouse.store.home import Home

Rows = list[dict[str, Any]]

# The published programmes come with officers counted as each programme counts them; see docs/warehouse.md.
PROGRAMMES = """
    select programme_id, persons_reached, officers_reached, events, provinces_of_training, provinces_of_duty,
        provinces_of_duty_names
    from marts.programme_summary order by programme_id
"""
OFFICERS = """
    select p.province_name_en as province, m.module_name_en as module,
        t.persons_reached, t.persons_trained, t.person_trainings, t.completions, t.undecided
    from marts.officers_trained as t
    inner join marts.dim_province as p on t.province_code = p.province_code
    inner join marts.dim_module as m on t.module_id = m.module_id
    where t.grouping_level = 'province_module' and t.province_basis = 'duty' and t.population = 'officers'
        and t.persons_reached > 0
    order by t.persons_trained desc, t.persons_reached desc, province, module
"""
TOTAL = """
    select persons_reached, persons_trained, person_trainings, completions, undecided
    from marts.officers_trained
    where grouping_level = 'total' and province_basis = 'duty' and population = 'officers'
"""
DIFFERENT = """
    select coalesce(partner_id, 'all partners') as partner, population, persons_reached,
        persons_reached_strict, persons_reached_lenient
    from marts.officers_trained
    where grouping_level in ('partner', 'total') and province_basis = 'duty'
    order by population desc, grouping_level, partner_id
"""
OVERLAP = """
    select coalesce(partner_id, 'all partners') as partner, other_partner_id as other_partner,
        persons_of_partner, persons_of_other, persons_in_both, persons_in_both_strict, persons_in_both_lenient,
        persons_sum, persons_maximum, persons_union
    from marts.partner_overlap order by grouping_level desc, partner_id, other_partner_id
"""
LEDGER = """
    select partner_id, file_names, outcome, is_active, rows_read, rows_accepted, rows_quarantined, rows_repeated,
        records_counted, error_code
    from quality.file_loads order by partner_id, file_names
"""


class DagsFailed(TerminalError):
    """A DAG did not reach its end."""

    code: ClassVar[str] = "SALA-D001"
    title: ClassVar[str] = "The demonstration did not reach its end"


@dataclass(frozen=True)
class TaskEnded:
    """A task of a DAG has ended: its state, and the code of its error if it has one."""

    dag: str
    task: str
    state: str
    seconds: float
    error: str | None


@dataclass(frozen=True)
class Demonstration:
    """What was published: tables as rows, and where to look next.

    Attributes:
        version: File name of the published version.
        officers_total: The figures of all of Cambodia, each officer once.
        officers_trained: The same per province of duty and module.
        different_officers: Different persons reached, per partner and over all, with their strict and lenient values.
        overlap: Whom two partners both list, beside sum, maximum and true union of their lists.
        programmes: Figures per programme.
        files: What became of every file.
        extracts: What funders receive, issued before and after the files that came later.
        packs: What partners get back to mend, per partner.
        places: Where to look next, by name.
    """

    version: str
    officers_total: dict[str, Any]
    officers_trained: Rows
    different_officers: Rows
    overlap: Rows
    programmes: Rows
    files: Rows
    extracts: list[Extract]
    packs: Rows
    places: dict[str, str]


def run(
    home: Home,
    on_task: Callable[[TaskEnded], None] | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> Demonstration:
    """Run the demonstration in a home and return what came out.

    Args:
        home: Where everything lies.
        on_task: Called when a task of a DAG has ended.
        on_step: Called with what begins after the DAGs.

    Raises:
        DagsFailed: A task failed for another reason than a held file, which the samples plant on purpose.
    """
    first = funders.is_first_run(home)
    deliver_samples(home, funders.LATER if first else {})
    _run_dags(home, on_task)
    extracts = funders.issue_all(home, on_step)
    if first:
        deliver_samples(home)
        funders.take_in_the_rest(home, on_step)
        extracts = funders.issue_all(home, on_step)
    on_step("marking what partners have to mend")
    packs = reporting.give_back(home, from_environment, datetime.now(UTC))
    return figures(home, extracts, packs)


def figures(home: Home, extracts: Sequence[Extract] = (), packs: Sequence[dict[str, Any]] = ()) -> Demonstration:
    """Return what the demonstration shows of a home's published version and of what was issued."""
    with open_published(home) as connection:

        def rows(query: str) -> Rows:
            found = connection.execute(query)
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, values, strict=True)) for values in found.fetchall()]

        return Demonstration(
            version=versions.current(home).path.name,
            officers_total=rows(TOTAL)[0],
            officers_trained=rows(OFFICERS),
            different_officers=rows(DIFFERENT),
            overlap=rows(OVERLAP),
            programmes=rows(PROGRAMMES),
            files=rows(LEDGER),
            extracts=list(extracts),
            packs=[_given_back(partner, packs) for partner in sorted({pack["partner"] for pack in packs})],
            places={
                "published": str(home.published),
                "ledger": str(home.ledger),
                "extracts": str(home.extracts),
                "quarantine": str(home.root / "quarantine"),
                "returns": str(home.returns),
                "reports": str(home.reports),
            },
        )


def _given_back(partner: str, packs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return how many packs a partner gets and what they come to."""
    own = [pack for pack in packs if pack["partner"] == partner and pack["pack"] != "failed"]
    since = [pack["since"] for pack in own if pack.get("since")]
    return {
        "partner": partner,
        "packs": len(own),
        "own_workbooks": sum(pack["kind"] == "own" for pack in own),
        "made_of_its_rows": sum(pack["kind"] in ("made", "refused") for pack in own),
        "one_reason": sum(pack["kind"] == "letter" and pack["outcome"] == "held" for pack in own),
        "things_to_mend": sum(len(pack["fixes"]) for pack in own),
        "rows_held_back": sum(pack["rows"].get("refused", 0) for pack in own),
        "mended_since": sum(one["mended"] for one in since),
        "new_since": sum(one["new"] for one in since),
    }


def deliver_samples(home: Home, later: Mapping[str, Collection[str]] | None = None) -> int:
    """Copy each partner's sample files into its inbox, and return how many there are; one that is there stays.

    Args:
        home: Whose inboxes.
        later: By partner, the names of files that are not delivered yet.
    """
    waiting = later or {}
    delivered = 0
    for contract in load_contracts(home.contracts):
        inbox = home.root / contract.inbox
        inbox.mkdir(parents=True, exist_ok=True)
        for sample in sorted((contract.folder / "sample" / "received").glob("*")):
            if sample.name in waiting.get(contract.id, ()):
                continue
            delivered += 1
            if not (inbox / sample.name).exists():
                shutil.copy2(sample, inbox / sample.name)
    return delivered


def _run_dags(home: Home, on_task: Callable[[TaskEnded], None] | None) -> None:
    command = [
        sys.executable,
        "-m",
        "dags.embedded",
        "run",
        "--home",
        str(home.root),
        "--contracts",
        str(home.contracts),
    ]
    process = subprocess.Popen(
        command, cwd=home.project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    with process:
        for line in process.stdout or ():
            event = json.loads(line)
            if event["event"] == "end" and on_task:
                on_task(TaskEnded(*(event[k] for k in ("dag", "task", "state", "seconds", "error"))))
        said = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise DagsFailed(
            "the DAGs",
            "\n            ".join(said.strip().splitlines()[-12:]),
            "every task to succeed, but for the files held on purpose",
            f"read the log in {home.root / 'airflow' / 'logs'}, mend the cause and run it again",
        )
