"""What a run found, in tables: for a person at a terminal, or as docs/formats.md has them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from tests.fuzz.law import Verdict
from tests.fuzz.nasty import Nasty
from tests.fuzz.samples import Reading
from tests.fuzz.trials import Result

BAD = (Verdict.SILENT, Verdict.BROKEN)


def rows(ended: list[tuple[str, Verdict]]) -> list[list[str]]:
    """Return a line per name: how many cases, and how many ended in each way."""
    found: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
    for name, verdict in ended:
        found[name][verdict] += 1
    return [[name, *map(str, (found[name].total(), *(found[name][v] for v in Verdict)))] for name in sorted(found)]


def markdown(headings: Sequence[str], lines: list[list[str]]) -> str:
    aligned = ["---", *["--:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in ([*headings], aligned, *lines))


def show(results: list[Result], seconds: float, seed: int, as_markdown: bool) -> None:
    """Print the tables of damaged files, and every case that broke the law."""
    for title, key in (("corpus", lambda r: r.corpus), ("damage", lambda r: r.damage)):
        _print(title, rows([(key(r), r.verdict) for r in results]), as_markdown)
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


def show_nasty(found: dict[str, list[tuple[Nasty, Verdict, Reading]]], as_markdown: bool) -> None:
    """Print what becomes of the nasty files, by dialect and group."""
    ended = [(f"{file.group}, dialect {name}", verdict) for name in found for file, verdict, _ in found[name]]
    _print("delimited files", rows(ended), as_markdown)
    for name, results in found.items():
        for file, verdict, _ in results:
            if verdict in BAD:
                print(f"{verdict}: {file.name}, dialect {name}")


def show_samples(ended: list[tuple[str, str]]) -> None:
    """Print how the samples themselves end: corpus and the code that holds the file, empty where it is accepted."""
    counts = Counter((corpus, bool(code)) for corpus, code in ended)
    for corpus in sorted({corpus for corpus, _ in ended}):
        print(f"{corpus}: {counts[corpus, False]} accepted, {counts[corpus, True]} held")


def _print(title: str, lines: list[list[str]], as_markdown: bool) -> None:
    headings = [title, "files", *map(str, Verdict)]
    lines.append(["all", *(str(sum(int(line[i]) for line in lines)) for i in range(1, len(headings)))])
    print("\n" + (markdown if as_markdown else plain)(headings, lines))


def plain(headings: Sequence[str], lines: list[list[str]]) -> str:
    """Return the lines in columns."""
    widths = [max(len(line[i]) for line in (headings, *lines)) for i in range(len(headings))]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))])
        for line in (headings, *lines)
    )
