"""Names every agreement's extract to dbt as an exposure, so that dbt's lineage ends with who receives the figures.

    expectations/funders/*.yaml ──► build/exposures/exposures.yml ──dbt──► manifest, docs

Written anew before each build; dbt finds the folder by `SALA_EXPOSURES`, and without it has no exposures. The same
agreements give the same bytes, so dbt parses nothing again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from warehouse.contract.agreement import Agreement
from warehouse.store.files import whole_file
from warehouse.store.home import Home

SETTING = "SALA_EXPOSURES"
_TEMPLATE = re.compile(r"(?<=[{])(?=[{%#])")  # dbt would take what a funder wrote for a template


def folder(home: Home) -> Path:
    """Where dbt reads the exposures from."""
    return home.build / "exposures"


def write_exposures(home: Home, agreements: Sequence[Agreement]) -> None:
    """Write an exposure for each agreement; indicators without a model are left out: `sala check` names them."""
    models = {path.stem for path in (home.project / "transforms" / "models" / "indicators").glob("*.sql")}
    document = {"version": 2, "exposures": [_exposure(agreement, models) for agreement in agreements]}
    with whole_file(home, folder(home) / "exposures.yml") as scratch:
        scratch.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _exposure(agreement: Agreement, models: set[str]) -> dict[str, Any]:
    indicators = sorted({indicator.id for terms in agreement.versions for indicator in terms.indicators} & models)
    formats = sorted({one for terms in agreement.versions for one in terms.formats})
    owner = {"email": agreement.owner} if "@" in agreement.owner else {}
    return {
        "name": f"extract_{agreement.id.replace('-', '_')}",
        "label": _plain(agreement.name),
        "type": "analysis",
        "maturity": "high",
        "owner": {"name": _plain(agreement.owner), **owner},
        "description": _plain(f"What {agreement.funder} receives. One issue per period, as {', '.join(formats)}."),
        "depends_on": [f"ref('{indicator}')" for indicator in indicators],
    }


def _plain(text: str) -> str:
    return _TEMPLATE.sub(" ", text)
