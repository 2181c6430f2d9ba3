"""Every partner's sample, through the real ingest: what is accepted, what is refused, how each file ends.

The folders under `shapes/` have a partner's form too: each is what one program exports, with nobody behind it. A
new folder is picked up without a line here. Golden files hold no direct identifier.
"""

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from warehouse.contract.loading import check_contracts
from warehouse.contract.model import Contract, Table, find
from warehouse.pipeline import ingest, pending
from warehouse.store import ledger
from warehouse.store.home import PROJECT, Home

PARTNERS = PROJECT / "expectations" / "partners"
SHAPES = Path(__file__).parent / "shapes"
PLACE = ["sheet", "row_number", "source_column"]
REFUSAL = [*PLACE, "column_name", "rule", "code", "message"]


def originals(received: Path) -> dict[str, str]:
    """File name → name of the first file with the same bytes (the shortest name is the original)."""
    names = sorted((p.name for p in received.iterdir()), key=lambda name: (len(name), name))
    first: dict[str, str] = {}
    return {n: first.setdefault(hashlib.sha256((received / n).read_bytes()).hexdigest(), n) for n in names}


def ingest_all(contract: Contract, received: Path, home: Home) -> None:
    shutil.copytree(received, home.root / contract.inbox)
    for path in (home.root / contract.inbox).iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    tokens = pending(contract.id, home)
    assert len(tokens) == len(list(received.iterdir()))
    for token in tokens:
        ingest(contract.id, token, home)


def text_of(columns: list[str], rows: Iterable[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def ordered(path: Path) -> list[dict[str, object]]:
    if not path.exists():
        return []
    rows: list[dict[str, object]] = pq.ParquetFile(path).read().to_pylist()
    keys = ("sheet", "row_number", "source_column", "column_name", "rule")
    return sorted(rows, key=lambda r: [(r.get(k) is not None, r.get(k) or 0) for k in keys if k in r])


def outcome_of(record: ledger.Record) -> dict[str, object]:
    counts = {name: getattr(record.counts, name) for name in ("counted", "read", "accepted", "quarantined", "repeated")}
    error = {k: record.error[k] for k in ("code", "where", "found", "action")} if record.error else None
    warned = {
        v["rule"]: v["rows_failed"] for v in record.validations if v["severity"] == "warning" and v["rows_failed"]
    }
    return {
        "outcome": record.outcome,
        "table": record.table,
        "slot": record.slot,
        "revision": record.revision,
        **counts,
        "error": error,
        "notes": list(record.notes),
        "warnings": warned,
        "dates": [
            "{column}: {reading}, {how}, {sure_percent} % sure, {supporting} cells for it, {contradicting} against it, "
            "{cells} in all, {unsettled} unsettled".format(**evidence)
            for evidence in record.dates
        ],
    }


def accepted_columns(table: Table) -> list[str]:
    return [*PLACE, *(c.name for c in table.columns if not c.column.identifies)]


def produced(contract: Contract, received: Path, home: Home) -> dict[str, str]:
    """Relative path → text of every golden file, made by the real ingest."""
    ingest_all(contract, received, home)
    tables = {table.name: table for table in contract.tables}
    files: dict[str, str] = {}
    outcomes: dict[str, object] = {}
    for name, original in sorted(originals(received).items()):
        record = ledger.read(home, hashlib.sha256((received / name).read_bytes()).hexdigest())
        assert record is not None, f"no ledger record for {name}"
        assert contract.shown(name) in {d.file for d in record.deliveries}
        if name != original:
            outcomes[name] = {"outcome": "repeat", "of": original}
            continue
        outcomes[name] = outcome_of(record)
        if record.entity and record.table:
            accepted = ordered(home.bronze(record.entity, contract.id, record.delivery_id))
            refused = ordered(home.quarantine(record.entity, contract.id, record.delivery_id))
            assert record.counts.accepted == len(accepted)
            if accepted:
                files[f"expected/{name}.csv"] = text_of(accepted_columns(tables[record.table]), accepted)
            if refused:
                files[f"refused/{name}.csv"] = text_of(REFUSAL, refused)
    files["outcomes.json"] = json.dumps(outcomes, ensure_ascii=False, indent=1) + "\n"
    return files


def write_anew(sample: Path, files: dict[str, str]) -> None:
    for folder in ("expected", "refused"):
        shutil.rmtree(sample / folder, ignore_errors=True)
    for name, text in files.items():
        (sample / name).parent.mkdir(parents=True, exist_ok=True)
        (sample / name).write_text(text, encoding="utf-8")


def samples(root: Path) -> list[object]:
    folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    return [pytest.param(folder, id=folder.name) for folder in folders]


@pytest.mark.parametrize("folder", [*samples(PARTNERS), *samples(SHAPES)])
def test_sample(folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    contracts, mistakes = check_contracts(folder.parent)
    assert not [mistake for mistake in mistakes if mistake.file.startswith(f"{folder.name}/")]
    contract, sample = find(contracts, folder.name), folder / "sample"
    files = produced(contract, sample / "received", Home(tmp_path, folder.parent))
    if request.config.getoption("--update-golden", default=False):
        write_anew(sample, files)
    golden = [*sample.glob("expected/*.csv"), *sample.glob("refused/*.csv"), sample / "outcomes.json"]
    committed = {path.relative_to(sample).as_posix(): path.read_text(encoding="utf-8") for path in golden}
    assert committed.keys() == files.keys()
    for name, text in files.items():
        assert text.splitlines() == committed[name].splitlines(), f"{folder.name}/sample/{name}"
