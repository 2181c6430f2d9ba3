"""`sala identity review`: the pairs of persons nobody is sure of."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson, settings

SIDE_BY_SIDE = {
    "partner_id": "partner",
    "category": "category",
    "sex": "sex",
    "rank": "rank",
    "unit": "unit",
    "province_of_duty": "province of duty",
    "programme_id": "programmes",
}


def review(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Pairs shown.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the uncertain pairs, those first whose decision moves published counts most; no name is shown."""
    from warehouse.identity.shown import shown_pairs

    home = settings(context).home
    every = shown_pairs(home)
    pairs = every[:limit]
    if as_json:
        screen.print_json({"uncertain": len(every), "pairs": pairs})
        return
    _show(pairs, len(every))


def _show(pairs: list[dict[str, Any]], total: int) -> None:
    console = screen.out()
    if not pairs:
        console.print("No pair is uncertain: the strict and the lenient count are the same, or all were decided.")
        return
    for pair in pairs:
        console.print(
            f"\n{pair['rank']}. {pair['now']} now, the same by {pair['probability']:.0%}; deciding otherwise changes "
            f"{pair['counts']} counts (expected {pair['expected']:.1f})",
            markup=False,
            soft_wrap=True,
            style="bold",
        )
        left, right = pair["persons"]
        rows = [["person_ref", pair["left"], pair["right"]]]
        rows += [[label, left[name], right[name]] for name, label in SIDE_BY_SIDE.items()]
        console.print(screen.table("", ["", "left", "right"], rows))
    console.print(f"\n{len(pairs)} of {total} uncertain pairs. Decide one of them:")
    console.print('  sala identity decide --same LEFT RIGHT --who "your role" --why "what told you"', markup=False)
