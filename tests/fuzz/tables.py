"""What a run found, in tables: for a person at a terminal, or as docs/formats.md has them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from tests.fuzz.law import Verdict
from tests.fuzz.trials import Result

BAD = (Verdict.SILENT, Verdict.BROKEN)


def rows(results: list[Result], key: Callable[[Result], str]) -> list[list[str]]:
    """Return a line per key: how many cases, and how many ended in each way."""
    found: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
    for result in results:
        found[key(result)][result.verdict] += 1
    lines = [[name, found[name].total(), *(found[name][v] for v in Verdict)] for name in sorted(found)]
    return [[str(cell) for cell in line] for line in lines]


def markdown(headings: Sequence[str], lines: list[list[str]]) -> str:
    aligned = ["---", *["--:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in ([*headings], aligned, *lines))


def show(results: list[Result], seconds: float, seed: int, markdown: bool) -> None:
    """Print the tables, and every case that broke the law."""
    headings = ["", "files", *map(str, Verdict)]
    for title, key in (("corpus", lambda r: r.corpus), ("damage", lambda r: r.damage)):
        lines = rows(results, key)
        lines.append(["all", *(str(sum(int(line[i]) for line in lines)) for i in range(1, len(headings)))])
        print("\n" + table([title, *headings[1:]], lines) if markdown else plain([title, *headings[1:]], lines))
    slowest = max(results, key=lambda r: r.seconds)
    codes = Counter(r.why for r in results if r.verdict is Verdict.HELD)
    print("\nheld by: " + ", ".join(f"{code} {number}" for code, number in sorted(codes.items())))
    print(
        f"{len(results)} damaged files, seed {seed}, in {seconds:.0f} s; slowest {slowest.seconds:.1f} s "
        f"(case {slowest.number}); peak of the process that asks {max(r.megabytes for r in results)} MiB"
    )
    for result in results:
        if result.verdict in BAD:
            print(
                f"case {result.number}: {result.verdict}: {result.corpus}/{result.file}, {result.damage} {result.why}"
            )


table = markdown


def plain(headings: list[str], lines: list[list[str]]) -> str:
    """Return the lines in columns."""
    widths = [max(len(line[i]) for line in [headings, *lines]) for i in range(len(headings))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in [headings, *lines]
    )
