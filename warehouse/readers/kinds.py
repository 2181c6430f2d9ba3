"""What kind of cells a column holds, judged from its texts alone: numbers, dates, texts or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from warehouse.contract.spelling import tidy
from warehouse.readers.raw import REAL_DATE

LOOKED_AT = 1000  # different texts of a column
_MOST = 0.8  # share of them that makes a kind: a slip in a cell does not make it another
_DIGITS = "0-9០-៩"
_NUMBER = re.compile(rf"[+-]?[{_DIGITS}]+(?:[.,][{_DIGITS}]+)?")
_DATE = re.compile(rf"[{_DIGITS}]{{1,4}}([-/.])[{_DIGITS}]{{1,2}}\1[{_DIGITS}]{{2,4}}(?:[T ].*)?")


def kind_of(text: str) -> str:
    """Return `empty`, `date`, `number` or `text` for one cell."""
    if text.startswith(REAL_DATE):
        return "date"
    plain = tidy(text)
    if not plain:
        return "empty"
    if _NUMBER.fullmatch(plain):
        return "number"
    return "date" if _DATE.fullmatch(plain) else "text"


def kind_of_column(texts: Iterable[str]) -> str:
    """Return the kind of most of a column's different texts, `mixed` when none is clear, `empty` without any."""
    kinds = Counter(kind_of(text) for text in islice(texts, LOOKED_AT))
    del kinds["empty"]
    if not kinds:
        return "empty"
    kind, number = kinds.most_common(1)[0]
    return kind if number >= _MOST * kinds.total() else "mixed"
