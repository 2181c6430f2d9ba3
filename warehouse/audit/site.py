"""Make the generated site one that opens anywhere: no script, no request to anyone, readable without a network.

Great Expectations' pages take their style and behaviour from other people's servers. What they say is kept; what would
load something, or sends the reader elsewhere, is not. The browser is told the same by a content security policy.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from pathlib import Path

CONTENT = "h1 h2 h3 h4 h5 h6 p strong em b code pre br ul ol li table thead tbody tr th td div span"
KEPT = frozenset(CONTENT.split())
FOREIGN = "head script style iframe nav footer button form label select svg object audio video template noscript"
DROPPED = frozenset(FOREIGN.split())  # with all they hold
SIDEBAR = "sticky"  # buttons and a table of contents, dead without scripts
VOID = frozenset({"br"})
MARKS = {"fa-check-circle": '<b class="good">✔ holds</b>', "fa-times": '<b class="bad">✘ fails</b>'}
MARKS |= {"fa-exclamation-triangle": '<b class="bad">! warning</b>'}
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ccc; }
td.n, th.n { text-align: right; white-space: nowrap; }
h4, h5, h6 { margin: 1rem 0 .2rem; font-size: 1.05rem; }
.good { color: #12662b; white-space: nowrap; } .bad { color: #a3161b; white-space: nowrap; } a { color: #0b4f9e; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Summary:
    """One line of the first page.

    Attributes:
        held: How many expectations hold.
        asked: How many there are.
        failed: Rows that break one.
        evaluated: Rows looked at, by all expectations together.
    """

    held: int
    asked: int
    failed: int
    evaluated: int


def make_self_contained(folder: Path, pages: Mapping[str, Summary]) -> None:
    """Rewrite every generated page, and write the first one anew.

    Args:
        folder: The generated site.
        pages: The summary of each page, by name.
    """
    shutil.rmtree(folder / "static", ignore_errors=True)  # pictures, fonts and styles no page needs any more
    for path in folder.rglob("*.html"):
        depth = len(path.relative_to(folder).parts) - 1
        reader = _Content()
        reader.feed(path.read_text(encoding="utf-8"))
        reader.close()
        first = f'<p><a href="{"../" * depth}index.html">All pages</a></p>'
        path.write_text(_page(path.stem, first + "".join(reader.parts)), encoding="utf-8")
    (folder / "index.html").write_text(_page("Data quality", _index(folder, pages)), encoding="utf-8")


class _Content(HTMLParser):
    """Collects what a page says, without attributes and without what is not a plain text or a table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._within: list[str] = []  # a dropped element, and those of its kind inside it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._within:
            self._within += [tag] if tag == self._within[0] else []
        elif tag in DROPPED or ("class", SIDEBAR) in attrs or ("data-toggle", "collapse") in attrs:
            self._within.append(tag)
        elif tag == "i":
            words = (dict(attrs).get("class") or "").split()
            self.parts += [MARKS[word] for word in words if word in MARKS]
        elif tag in KEPT:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if self._within:
            if tag == self._within[0]:
                self._within.pop()
        elif tag in KEPT and tag not in VOID:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.parts.append(escape(data))


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _index(folder: Path, pages: Mapping[str, Summary]) -> str:
    at = {path.stem: path.relative_to(folder).as_posix() for path in (folder / "validations").rglob("*.html")}
    parts = ["<h1>Data quality</h1>"]
    for kind, title in (("audit", "Published tables"), ("ingest", "What partners sent: partner and kind of table")):
        rows = [_row(name, pages[name], at[name]) for name in sorted(pages) if name.split(".")[0] == kind]
        heads = (
            '<th>page</th><th></th><th class="n">expectations that hold</th><th class="n">rows failed / checked</th>'
        )
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        parts += [f"<h2>{title}</h2>", table if rows else "<p>Nothing yet.</p>"]
    parts.append("<p>A row checked by several expectations counts for each of them.</p>")
    return "\n".join(parts)


def _row(name: str, summary: Summary, path: str) -> str:
    mark = MARKS["fa-check-circle" if summary.held == summary.asked else "fa-times"]
    return (
        f'<tr><td><a href="{escape(path)}">{escape(name.partition(".")[2])}</a></td><td>{mark}</td>'
        f'<td class="n">{summary.held} of {summary.asked}</td>'
        f'<td class="n">{summary.failed} / {summary.evaluated}</td></tr>\n'
    )
