"""`sala identity review`: the pairs of persons nobody is sure of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from warehouse.cli import screen
from warehouse.cli.arguments import AsJson, settings
from warehouse.store.home import Home

SHOWN = 12  # letters of a person_ref; eight that nobody else's begins with are enough to decide
NO_EVIDENCE = (
    "  what each field says is not shown: that needs the key of this home and pairs scored by the model in use"
)
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
    opened: Annotated[
        Path | None,
        typer.Option("--open", metavar="FOLDER", help="Write each pair with names and evidence there; needs the key."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the uncertain pairs, those first whose decision moves published counts most; no name is shown."""
    from warehouse.identity.evidence import levels_at_hand
    from warehouse.identity.shown import shown_pairs

    home = settings(context).home
    pairs, total = shown_pairs(home, limit)
    levels = levels_at_hand(home, [(pair["left"], pair["right"]) for pair in pairs])
    for pair in pairs:
        found = levels.get((pair["left"], pair["right"]))
        pair["evidence"] = {name: vars(level) for name, level in found.items()} if found is not None else None
    pages = _write_pages(home, pairs, opened) if opened else []
    if as_json:
        screen.print_json({"uncertain": total, "pairs": pairs, "pages": [str(page) for page in pages]})
        return
    _show(pairs, total)
    for page in pages:
        screen.out().print(str(page), markup=False, soft_wrap=True)


def _write_pages(home: Home, pairs: list[dict[str, Any]], folder: Path) -> list[Path]:
    from warehouse.identity.evidence import kept_evidence
    from warehouse.identity.handing_out import WARNING, private_folder
    from warehouse.identity.opened import write_pages
    from warehouse.store.keys import load_keys, require_key

    private_folder(home, folder)
    keys = load_keys()
    require_key(home, keys)
    screen.err().print(WARNING.format(place=folder), markup=False, soft_wrap=True, style="bold red")
    with screen.progress("review: opening the vault"):
        found = kept_evidence(home, keys, [(pair["left"], pair["right"]) for pair in pairs], charts=True)
        return write_pages(home, keys, pairs, {pair: each.chart for pair, each in found.items()}, folder)


def _show(pairs: list[dict[str, Any]], total: int) -> None:
    console = screen.out()
    if not pairs:
        console.print("No pair is uncertain: the strict and the lenient count are the same, or all were decided.")
        return
    for pair in pairs:
        console.print(
            f"\n{pair['rank']}. {pair['now']} now, the same by {pair['probability']:.0%}; deciding otherwise changes "
            f"{pair['counts']} count{'' if pair['counts'] == 1 else 's'} (expected {pair['expected']:.1f})",
            markup=False,
            soft_wrap=True,
            style="bold",
        )
        left, right = pair["persons"]
        rows = [["person_ref", pair["left"][:SHOWN], pair["right"][:SHOWN]]]
        rows += [[label, left[name], right[name]] for name, label in SIDE_BY_SIDE.items()]
        console.print(screen.table("", ["", "left", "right"], rows))
        said = [f"  {each['weight']:+5.1f}  {name}: {each['label']}" for name, each in (pair["evidence"] or {}).items()]
        heading = "  what each field adds to the score or takes from it, in bits"
        console.print("\n".join([heading, *said]) if said else NO_EVIDENCE, markup=False, soft_wrap=True)
    console.print(f"\n{len(pairs)} of {total} uncertain pairs. Decide one of them:")
    console.print('  sala identity decide --same LEFT RIGHT --who "your role" --why "what told you"', markup=False)
