"""The compiled SQL of all models in the order in which they are built: with Parquet files, all it takes to build again.

dbt compiles with the paths of one home. Here they are relative to a folder in the layout of a home, so that what was
compiled can be run over another such folder (`transform/replay.py`), wherever it lies; and the day the figures are for
is named, not written out, so that building the same models for another day is no change of code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from warehouse.errors import TerminalError

READ = "read_parquet('"  # how every source is read, and nothing else
AS_OF = "{{ as_of }}"


class ModelsUnreadable(TerminalError):
    """The compiled models do not say what they should."""

    code = "SALA-T003"
    title = "The compiled models cannot be used"


@dataclass(frozen=True)
class Node:
    """One model or seed.

    Attributes:
        name: Its name; each once in the project.
        kind: `model` or `seed`.
        database: `warehouse` or `workbench`.
        schema: The schema it lies in.
        materialization: `table`, `view` or, of a seed, `seed`.
        sql: The compiled query; "" for a seed.
        depends_on: Names of the models and seeds it reads, sorted.
        columns: Name and type of each column the model promises, in order; empty where it promises none.
        meta: What its .yml says of it under `config.meta`.
    """

    name: str
    kind: str
    database: str
    schema: str
    materialization: str
    sql: str
    depends_on: tuple[str, ...]
    columns: tuple[tuple[str, str], ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def relation(self) -> str:
        """Its quoted name, as other models write it."""
        return f'"{self.database}"."{self.schema}"."{self.name}"'


@dataclass(frozen=True)
class Models:
    """Models and seeds by name, each after those it reads."""

    nodes: dict[str, Node]

    def in_schemas(self, *schemas: str) -> list[str]:
        """Return the names of the models in these schemas, in order."""
        return [node.name for node in self.nodes.values() if node.schema in schemas]

    def needed_for(self, names: Iterable[str]) -> list[Node]:
        """Return these and all they stand on, in order."""
        wanted, ahead = set[str](), list(names)
        while ahead:
            name = ahead.pop()
            if name not in wanted:
                wanted.add(name)
                ahead.extend(self.nodes[name].depends_on)
        return [node for node in self.nodes.values() if node.name in wanted]

    def fingerprint(self, names: Iterable[str] | None = None) -> str:
        """Return one hash over the SQL of these models and all they stand on; of all models when none are named."""
        nodes = self.needed_for(self.nodes if names is None else names)
        said = sorted([n.relation, n.materialization, n.sql, *map(list, n.columns)] for n in nodes if n.kind == "model")
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def as_list(self) -> list[dict[str, Any]]:
        """Return the nodes for a JSON file, in order."""
        return [asdict(node) for node in self.nodes.values()]


def compiled(target: Path, root: Path, as_of: date) -> Models:
    """Return what dbt compiled.

    Args:
        target: dbt's target path, with the manifest of a run.
        root: The home it was compiled for.
        as_of: The day it was compiled for.

    Raises:
        ModelsUnreadable: A query holds the place of the home in another way than by reading Parquet.
    """
    path = target / "manifest.json"
    found = json.loads(path.read_text(encoding="utf-8"))["nodes"].values()
    there = {n["unique_id"]: n for n in found if n["resource_type"] in ("model", "seed")}
    place = str(root).replace("'", "''")
    nodes = [_node(n, there, place, as_of) for n in there.values()]
    if bound := [node.name for node in nodes if place in node.sql]:
        raise ModelsUnreadable(
            where=str(path),
            found=f"the place of the home in {', '.join(bound)}",
            expected="sources that read Parquet files below SALA_HOME, and nothing else that names it",
            action="Mend transforms/models/staging/sources.yml, then run: sala transform",
        )
    return _ordered(nodes)


def read_models(path: Path) -> Models:
    """Return the models that were written as `Models.as_list` gives them."""
    documents = json.loads(path.read_text(encoding="utf-8"))
    lists = ("depends_on", "columns")
    return Models({d["name"]: Node(**d | {name: tuple(map(_frozen, d[name])) for name in lists}) for d in documents})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _node(node: dict[str, Any], there: dict[str, Any], place: str, as_of: date) -> Node:
    sql = (node.get("compiled_code") or "").replace(f"{READ}{place}/", READ)
    config = node["config"]
    enforced = (config.get("contract") or {}).get("enforced", False)
    columns = node["columns"].values() if enforced else ()
    return Node(
        name=node["name"],
        kind=node["resource_type"],
        database=node["database"],
        schema=node["schema"],
        materialization=config["materialized"],
        sql=sql.replace(f"cast('{as_of.isoformat()}' as date)", f"cast('{AS_OF}' as date)"),
        depends_on=tuple(sorted(there[one]["name"] for one in node["depends_on"].get("nodes", ()) if one in there)),
        columns=tuple((column["name"], column["data_type"]) for column in columns),
        meta=config.get("meta") or {},
    )


def _ordered(nodes: list[Node]) -> Models:
    """Return the nodes each after those it reads; equal projects give equal orders."""
    by_name = {node.name: node for node in sorted(nodes, key=lambda node: node.name)}
    order = TopologicalSorter({node.name: node.depends_on for node in by_name.values()})
    return Models({name: by_name[name] for name in order.static_order()})
