"""Everything ever issued, attacked: between which bounds could a reader reckon each hidden figure?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from warehouse.extracts.disclosure.audit import audit
from warehouse.extracts.disclosure.issued import strictest
from warehouse.extracts.drafting import as_issued
from warehouse.extracts.lifecycle import issued
from warehouse.store.home import Home


def attack_issued(home: Home) -> list[dict[str, Any]]:
    """Return a row per hidden figure or small difference: what and where it is, its bounds, whether they are wide."""
    history = [as_issued(issue) for issue in issued(home)]
    if not history:
        return []
    findings = audit(history, strictest(one.terms.disclosure for one in history))
    return [
        {
            "funder": finding.funder,
            "period": finding.period,
            "issue": finding.issue,
            "what": finding.what,
            "cell": asdict(finding.cell),
            "low": finding.interval.low,
            "high": finding.interval.high,
            "is_safe": finding.is_safe,
        }
        for finding in findings
    ]
