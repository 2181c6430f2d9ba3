"""Pairs with names and evidence, for who may open the vault: one HTML page each, in a folder outside of the home.

    pairs to review ──┐
    vault, opened ────┼──► pair-001-….html: both persons side by side, what each field adds to the score
    features, model ──┘

The pages hold direct identifiers. They load nothing from anywhere, and a browser is told to let them send nothing.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.identity.appearances import deliveries_of
from warehouse.identity.handing_out import private_folder, write_private
from warehouse.identity.persons import read_persons
from warehouse.store.home import Home
from warehouse.store.keys import Keys

PAGE_FIELDS = {
    "partner_id": "partner",
    "name_latin": "name",
    "name_khmer": "name in Khmer",
    "police_id": "police id",
    "phone": "phone",
    "email": "e-mail",
    "birth_date": "born",
    "birth_year": "year of birth",
    "sex": "sex",
    "category": "category",
    "rank": "rank",
    "unit": "unit",
    "province_of_duty": "province of duty",
    "programme_id": "programmes",
    "event_id": "courses",
    "person_ref": "person_ref",
}
Charts = Mapping[tuple[str, str], str]
NO_CHART = "<!DOCTYPE html>\n<html><head></head><body><p>It was not scored by the model in use.</p></body></html>"
# The page's own scripts draw the chart; nothing may be loaded or sent.
POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
STYLE = (
    "body{font-family:sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.3em 1em;border-bottom:1px solid #ccc}"
    ".differs td{background:#fff3d6}.warning{background:#b00020;color:#fff;padding:.6em 1em}"
)
NOTICE = (
    "This page holds names, numbers and dates of birth. Keep it to yourself, and remove it when the pair is decided."
)


def write_pages(home: Home, keys: Keys, pairs: Sequence[Mapping[str, Any]], charts: Charts, folder: Path) -> list[Path]:
    """Write a page per pair into a folder that only its owner may read, and return the pages.

    Args:
        home: Whose vault.
        keys: Open it.
        pairs: As `shown.shown_pairs` returns them.
        charts: By pair, a whole HTML document with its chart; a pair may have none.
        folder: Outside of the home and of the project; made when it is not there.

    Raises:
        PlaceUnfit: The folder is in the home or in the project, or others may look into it.
        SealBroken: A file of the vault cannot be opened.
    """
    private_folder(home, folder)
    persons = opened_persons(home, keys, (pair[side] for pair in pairs for side in ("left", "right")))
    pages = []
    for pair in pairs:
        known = [persons[pair[side]] | facts for side, facts in zip(("left", "right"), pair["persons"], strict=True)]
        name = f"pair-{pair['rank']:03}-{pair['left'][:8]}-{pair['right'][:8]}.html"
        content = page(pair, known, charts.get((pair["left"], pair["right"]), NO_CHART))
        pages.append(write_private(folder / name, content.encode()))
    return pages


def opened_persons(home: Home, keys: Keys, person_refs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what partners wrote of these persons, by person_ref: direct identifiers, for who has the key."""
    wanted = sorted(set(person_refs))
    table = read_persons(home, keys, deliveries_of(home, wanted))
    rows = table.filter(pc.is_in(table["person_ref"], value_set=pa.array(wanted, pa.string()))).to_pylist()
    empty: dict[str, Any] = dict.fromkeys(table.schema.names)
    return dict.fromkeys(wanted, empty) | {row["person_ref"]: row for row in rows}


def page(pair: Mapping[str, Any], persons: Sequence[Mapping[str, Any]], chart: str) -> str:
    """Return the page of one pair.

    Args:
        pair: rank, now, probability.
        persons: The left and the right one, by the names of :data:`PAGE_FIELDS`.
        chart: A whole HTML document with the chart.
    """
    rows = "".join(_row(label, *(_said(each.get(field)) for each in persons)) for field, label in PAGE_FIELDS.items())
    title = f"Pair {pair['rank']}: {pair['now']} now, the same by {pair['probability']:.0%}"
    top = (
        f'<p class="warning">{NOTICE}</p><h1>{html.escape(title)}</h1>'
        f"<table><tr><th></th><th>left</th><th>right</th></tr>{rows}</table>"
        "<h2>What each field adds to the score</h2>"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><style>{STYLE}</style>'
    before, after = chart.split("<head>", 1)
    inside, body = after.split("<body>", 1)
    return f"{before}<head>{head}{inside}<body>{top}{body}"


def _row(label: str, left: str, right: str) -> str:
    differs = ' class="differs"' if left != right else ""
    return f"<tr{differs}><td>{label}</td><td>{html.escape(left)}</td><td>{html.escape(right)}</td></tr>"


def _said(value: object) -> str:
    return "" if value is None else str(value)
