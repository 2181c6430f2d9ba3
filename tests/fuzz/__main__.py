"""Damages sample files and holds what becomes of them against the law of docs/formats.md.

python -m tests.fuzz --count 10000            a bounded run; exit code 1 when a law was broken
python -m tests.fuzz --count 10000 --table    the same, as the tables of docs/formats.md
python -m tests.fuzz --case 4711 --keep FILE  one case again, its bytes kept in a file
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import track

from tests.fuzz import tables
from tests.fuzz.law import touched
from tests.fuzz.nasty import DIALECTS
from tests.fuzz.trials import bench, make, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="how many damaged files")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2, help="processes side by side")
    parser.add_argument("--table", action="store_true", help="print the tables of docs/formats.md")
    parser.add_argument("--case", type=int, help="make this one case again and tell of it")
    parser.add_argument("--keep", type=Path, help="write the bytes of --case to this file")
    chosen = parser.parse_args()
    if chosen.case is not None:
        return one(chosen.seed, chosen.case, chosen.keep)
    started = time.monotonic()
    cases = run(chosen.seed, chosen.count, chosen.workers)
    console = Console(stderr=True)
    watched = track(cases, "Damaged files", chosen.count, console=console, disable=not console.is_terminal)
    results = sorted(watched, key=lambda result: result.number)
    seconds = time.monotonic() - started
    nasty = {name: bench().nasty(dialect) for name, dialect in DIALECTS.items()}
    tables.show_samples([(s.corpus, bench().original(s).held) for s in bench().samples])
    tables.show(results, seconds, chosen.seed, as_markdown=chosen.table)
    tables.show_nasty(nasty, as_markdown=chosen.table)
    verdicts = [r.verdict for r in results] + [verdict for found in nasty.values() for _, verdict, _ in found]
    return int(any(verdict in tables.BAD for verdict in verdicts))


def one(seed: int, number: int, keep: Path | None) -> int:
    case = make(bench().samples, seed, number)
    if keep:
        keep.write_bytes(case.data)
    original = bench().original(case.sample)
    result = bench().result(seed, number)
    _, changed = bench().tried(case)
    print(f"{case.sample.corpus}/{case.sample.name}: {case.damage}{' (strict)' if case.strict else ''}")
    print(f"{result.verdict}: {result.why or changed.found}")
    print(
        f"accepted {original.records.total()} → {changed.records.total()} records, "
        f"not accepted {original.unaccepted} → {changed.unaccepted}"
    )
    print(f"touched: {touched(case.sample.data, case.data, original.first)}")
    for sign, records in (("-", original.records - changed.records), ("+", changed.records - original.records)):
        print(*(f"{sign} {record}" for record in list(records)[:5]), sep="\n")
    return int(result.verdict in tables.BAD)


if __name__ == "__main__":
    sys.exit(main())
