"""Takes from a cell the part that the contract asks for, as the points from "28.00 / 30"."""

from __future__ import annotations

import re

from warehouse.contract.model import ColumnContract
from warehouse.contract.spelling import fold_text, tidy
from warehouse.ingest.values import Converted, Converter
from warehouse.readers.raw import REAL_DATE

MISSING = REAL_DATE * 2  # stands for a cell that does not hold the part; readers take the mark out of partners' texts


def parts_of(contract: ColumnContract, texts: list[str]) -> list[str]:
    """Return of each text the part named by `extract`, the whole without one, `MISSING` where it is not in it.

    A text that the codes list is one as it stands; one that matches without the group is empty. Real dates have no
    parts.
    """
    if contract.options.extract is None:
        return texts
    pattern = re.compile(contract.options.extract)
    listed = {"", *(fold_text(raw) for raws in contract.options.codes.values() for raw in raws)}

    def part_of(raw: str) -> str:
        text = tidy(raw)
        if raw.startswith(REAL_DATE) or fold_text(text) in listed:
            return raw
        match = pattern.fullmatch(text)
        return match["value"] or "" if match else MISSING

    return [part_of(text) for text in texts]


def refusing_missing(convert: Converter) -> Converter:
    """Return a converter that refuses a cell without its part."""
    return lambda text: Converted(None, "part_missing") if text == MISSING else convert(text)
