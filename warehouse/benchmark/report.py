"""The summary of a run: ratios, targets, and tables for people."""

from __future__ import annotations

import os
import platform
from typing import Any

from rich.console import Console
from rich.table import Table

from warehouse.benchmark.generate import Delivery
from warehouse.benchmark.measure import Arm

# Stated for 5 M rows on 2 cores; a smaller run is charged with the fixed costs of imports and of dbt.
TARGETS = {"ratio_to_floor": 6.0, "ratio_to_pandas": 3.0, "peak_mib": 4096.0, "extract_seconds": 20.0}


def summarise(delivery: Delivery, arms: dict[str, Arm]) -> dict[str, Any]:
    """Return everything measured, with the ratios of whole arms by wall time.

    `ratio_to_floor` is pipeline by floor, `ratio_to_pandas` pandas by pipeline; the latter is null when pandas
    was left out.
    """
    wholes = {name: arm.whole for name, arm in arms.items()}
    pipeline = wholes["pipeline"]
    pandas, extract = wholes.get("pandas"), wholes.get("extract")
    return {
        "rows": delivery.rows,
        "files": len(delivery.files),
        "bytes": delivery.bytes,
        "persons": delivery.persons,
        "cores": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "steps": [step.as_dict() for arm in arms.values() for step in (*arm.steps, arm.whole)],
        "ratio_to_floor": round(pipeline.wall_seconds / wholes["floor"].wall_seconds, 2),
        "ratio_to_pandas": round(pandas.wall_seconds / pipeline.wall_seconds, 2) if pandas else None,
        "peak_mib": round(pipeline.peak_mib),
        "extract_seconds": round(extract.wall_seconds, 2) if extract else None,
        "extract_peak_mib": round(extract.peak_mib) if extract else None,
        "extract": arms["extract"].result if extract else None,
        "pipeline": {k: v for k, v in arms["pipeline"].result.items() if k != "published"},
        "figures_agree": True,
        "targets_at_5m_rows": dict(TARGETS),
    }


def show(summary: dict[str, Any], console: Console) -> None:
    """Print the summary as a table and three sentences."""
    size = f"{summary['rows']:,} rows in {summary['files']} files, {summary['bytes'] / 1e6:,.0f} MB"
    table = Table(title=f"{size}, {summary['cores']} cores", title_justify="left", box=None, pad_edge=False)
    for name, justify in (("arm", "left"), ("step", "left"), ("wall s", "right"), ("CPU s", "right")):
        table.add_column(name, justify="right" if justify == "right" else "left")
    table.add_column("peak MiB", justify="right")
    for step in summary["steps"]:
        numbers = (f"{step['wall_seconds']:.2f}", f"{step['cpu_seconds']:.2f}", f"{step['peak_mib']:,}")
        table.add_row(step["arm"], step["step"], *numbers, style="bold" if step["step"] == "whole" else None)
    console.print(table)
    console.print(f"\nThe pipeline takes {summary['ratio_to_floor']} times as long as bare DuckDB.")
    if summary["ratio_to_pandas"] is not None:
        console.print(f"pandas takes {summary['ratio_to_pandas']} times as long as the pipeline.")
    console.print(f"The pipeline's peak memory was {summary['peak_mib']:,} MiB.")
    if summary["extract"]:
        extract = f"{summary['extract']['figures']:,} figures in every format"
        console.print(f"An extract of one period, {extract}, took {summary['extract_seconds']} s.")
    console.print("All of them gave the same officers per province and module.")
