"""How a pack looks, and how its marks are known again when the partner sends its workbook back."""

from __future__ import annotations

import unicodedata

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from warehouse.ingest.messages import Phrase, label
from warehouse.returns.contents import Text

AUTHOR = "Sala"
CELL_COLOUR, ROW_COLOUR = "FFFFC8CE", "FFFFF3CC"  # near the usual ones, so that nobody else's is taken for ours
REFUSED_CELL = PatternFill("solid", start_color=CELL_COLOUR, end_color=CELL_COLOUR)
REFUSED_ROW = PatternFill("solid", start_color=ROW_COLOUR, end_color=ROW_COLOUR)
HEADING = PatternFill("solid", start_color="FF1F3864", end_color="FF1F3864")
_NAME = "Calibri"
PLAIN, BOLD, TITLE_FONT = Font(name=_NAME), Font(name=_NAME, bold=True), Font(name=_NAME, bold=True, size=14)
HEADING_FONT, LINK_FONT = (
    Font(name=_NAME, bold=True, color="FFFFFFFF"),
    Font(name=_NAME, color="FF0563C1", underline="single"),
)
QUIET_FONT = Font(name=_NAME, italic=True, color="FF666666")
WRAPPED = Alignment(wrap_text=True, vertical="top", horizontal="left")
LINE = Border(bottom=Side("thin", color="FFCCCCCC"))
_BEGIN = "▸ Sala "  # of our part of a note
_LONGEST = 200  # characters of a partner's cell that are quoted
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def both(phrase: Phrase) -> str:
    """Return a text in both languages, one below the other."""
    return phrase.english if phrase.english == phrase.khmer else f"{phrase.english}\n{phrase.khmer}"


def write(cell: Cell | MergedCell, text: object) -> None:
    """Write a text that stays a text, whatever it begins with; a number stays a number."""
    if not isinstance(text, str):
        cell.value = text  # type: ignore[assignment]
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True  # a spreadsheet then leaves it a text when somebody edits it


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of that width, in characters; marks above a letter take none."""
    letters = ([c for c in line if not unicodedata.category(c).startswith("M")] for line in text.split("\n"))
    return sum(1 + int(len(line) / width) for line in letters)


def shown(value: object) -> str:
    """Return a cell's value as a note quotes it."""
    text = "" if value is None else str(value).strip()
    if text.endswith(" 00:00:00"):
        text = text.removesuffix(" 00:00:00")
    return f"«{text[:_LONGEST]}{'…' if len(text) > _LONGEST else ''}»" if text else ""


def note(cell: Cell, texts: list[Text], whole_row: bool) -> None:
    """Say at a cell what was found, what was expected and what to do, in both languages.

    A note of the partner's own stays above ours.
    """
    said = _BEGIN + "\n\n".join(_said(text, "" if whole_row else shown(cell.value), whole_row) for text in texts)
    own = without_ours(cell.comment.text) if cell.comment else ""
    comment = Comment(ILLEGAL_CHARACTERS_RE.sub("", f"{own}\n\n{said}" if own else said), AUTHOR)
    comment.width, comment.height = 420, min(700, 60 + 20 * sum(1 + len(line) // 60 for line in said.split("\n")))
    cell.comment = comment


def without_ours(text: str) -> str:
    """Return a note without what an earlier pack said in it."""
    return text.partition(_BEGIN)[0].rstrip()


def is_ours(text: str) -> bool:
    """Return whether a pack wrote in a note."""
    return _BEGIN in text


def _said(text: Text, value: str, whole_row: bool) -> str:
    lines = [text.code]
    found, expected, action, empty = (label(name) for name in ("found", "expected", "action", "empty"))
    for wording, language in ((text.english, 0), (text.khmer, 1)):
        if not wording.found:
            continue
        quoted = "" if whole_row else f"{value or empty[language]} – "
        lines.append(f"{found[language]}: {quoted}{wording.found}")
        lines += [f"{expected[language]}: {wording.expected}"] if wording.expected else []
        lines += [f"{action[language]}: {wording.action}"] if wording.action else []
    return "\n".join(lines)
