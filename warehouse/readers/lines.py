"""Where the lines of a text end, and how many records it holds, without parsing it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from warehouse.readers.faults import QuotingBroken

_LF, _CR = 10, 13


def settle_line_ends(text: bytes, quote: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the text with line ends that every program takes for such, and a note where they are unusual.

    A file whose every line ends in a carriage return is an old Mac's. One that stands alone among other ends is
    refused: some programs end a line there, others do not.

    Raises:
        QuotingBroken: There is such a carriage return outside quotes.
    """
    pairs = text.count(b"\r\n") if b"\r" in text else 0
    if (not pairs and b"\r" not in text) or pairs == text.count(b"\r") == text.count(b"\n"):
        return text, ()
    array = np.frombuffer(text, dtype=np.uint8)
    quotes = places(array, quote[0])

    feeds, returns = _outside(quotes, places(array, _LF)), _outside(quotes, places(array, _CR))
    alone = returns[~np.isin(returns + 1, feeds)]
    if not len(alone):
        mixed = 0 < len(returns) < len(feeds)
        return text, ("lines end in two ways, with and without a carriage return",) if mixed else ()
    if len(feeds):
        found = f"{len(alone)} carriage returns that stand alone, the first at byte {alone[0]}"
        raise QuotingBroken("the file", found, "lines that end in one way", "save it as 'CSV UTF-8' and send it again")
    changed = array.copy()
    changed[alone] = _LF
    return changed.tobytes(), ("lines end in carriage returns, as an old Mac writes them",)


def count_records(text: bytes, quote: bytes) -> int:
    """Count the non-blank records without parsing: line ends outside quotes that end something.

    It shares no code with the readers, which makes it the independent count of law 1.
    """
    array = np.frombuffer(text, dtype=np.uint8)
    ends = places(array, _LF)
    if quote in text:
        ends = _outside(places(array, quote[0]), ends)
    ends = np.append(ends, len(array))
    starts = np.append(0, ends[:-1] + 1)
    lengths = ends - starts
    candidates = lengths == 1
    if candidates.any():  # a lone carriage return before the line end is a blank line too
        lengths[candidates & (array[np.minimum(starts, len(array) - 1)] == _CR)] = 0
    return int(np.count_nonzero(lengths))


def places(array: npt.NDArray[np.uint8], byte: int) -> npt.NDArray[np.int64]:
    """Return where a byte stands; by parts, as comparing all at once would take as much memory as the text."""
    part = 1 << 18
    starts = range(0, len(array), part)
    found = [np.flatnonzero(array[start : start + part] == byte) + start for start in starts]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _outside(quotes: npt.NDArray[np.int64], found: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the places that lie outside quotes."""
    even: npt.NDArray[np.bool_] = np.searchsorted(quotes, found) % 2 == 0
    return found[even]
