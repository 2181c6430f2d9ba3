"""What became of each dbt node: `run_results.json` joined with the manifest's words about it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAILED = frozenset({"error", "fail", "runtime error"})
KINDS = ("model", "seed", "test")


@dataclass(frozen=True)
class Node:
    """One model, seed or test of a dbt run.

    Attributes:
        name: Its short name.
        kind: model, seed, test, unit_test …
        status: dbt's word: success, pass, warn, fail, error, skipped.
        found: What went wrong, in one or two lines; empty when nothing did.
        advice: What the test's author wrote on how to resolve it.
    """

    name: str
    kind: str
    status: str
    found: str
    advice: str

    @property
    def failed(self) -> bool:
        """True for a model not built or a failed test of severity error; skipped nodes only follow from one."""
        return self.status in FAILED

    @property
    def warned(self) -> bool:
        """True for a failed test of severity warn."""
        return self.status == "warn"

    def as_dict(self) -> dict[str, str]:
        """Return the fields for a report."""
        return {"name": self.name, "kind": self.kind, "found": self.found, "action": self.advice}


def read_nodes(folder: Path) -> list[Node]:
    """Return the nodes of the last run, in dbt's order.

    Args:
        folder: dbt's target path.
    """
    results = json.loads((folder / "run_results.json").read_text(encoding="utf-8"))["results"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    known: dict[str, Any] = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    return [_node(result, known.get(result["unique_id"], {})) for result in results]


def counts(nodes: list[Node]) -> dict[str, int]:
    """Return how many models, seeds and tests ran; unit tests are for the test suite, not for a run on data."""
    kinds = Counter(node.kind for node in nodes)
    return {f"{kind}s": kinds[kind] for kind in KINDS}


def _node(result: dict[str, Any], node: dict[str, Any]) -> Node:
    kind, _, rest = result["unique_id"].partition(".")
    status = result["status"]
    return Node(
        name=node.get("name") or rest,
        kind=kind,
        status=status,
        found=_found(result) if status in FAILED | {"warn"} else "",
        advice=_advice(node),
    )


def _found(result: dict[str, Any]) -> str:
    message = " ".join((result.get("message") or result["status"]).split())
    rows = result.get("failures")
    stored = result.get("relation_name")
    text = message[:300]
    if rows and stored and result["unique_id"].startswith("test."):
        text += f"; the rows are in {stored.replace(chr(34), '')} of build/workbench.duckdb"
    return text


def _advice(node: dict[str, Any]) -> str:
    """Return `meta.resolve` where there is one, else the description that says what, when and how to resolve."""
    meta = {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}
    return " ".join(str(meta.get("resolve") or node.get("description") or "").split())
