"""What of a contract changes the rows of a sheet before its table is looked for: which headers that needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from warehouse.contract.properties import Choices, TableProperties
from warehouse.contract.spelling import fold_text

if TYPE_CHECKING:
    from warehouse.contract.building import Builder
    from warehouse.contract.model import ColumnContract


def is_shaped(options: TableProperties, columns: Iterable[ColumnContract]) -> bool:
    """True when a table's rows are not those of its sheet as they stand."""
    choices = options.sessions and options.sessions.choices
    steps = options.repeat or options.keep or options.refuses or choices
    return bool(steps) or any(c.options.merge or c.options.join for c in columns)


def headers_for_shaping(options: TableProperties, columns: Iterable[ColumnContract]) -> frozenset[str]:
    """Return the headers that are read to shape the rows, folded; none of them need be a canonical column's."""
    found = [rule.header for rule in options.refuses]
    if options.keep:
        found += [*options.keep.by, options.keep.order]
    if options.repeat:
        found += [text for pair in options.repeat.on.items() for text in pair]
    if options.sessions and options.sessions.choices:
        choices = options.sessions.choices
        found += [*choices.question, *chain.from_iterable(headers_of_choices(choices).values())]
    found += [header for column in columns for header in column.options.join]
    return frozenset(map(fold_text, found))


def headers_of_choices(choices: Choices) -> dict[str, list[str]]:
    """Return answer → the headers that a column of its own may have; the first is the one it gets."""
    return {
        answer: [f"{question}/{text}" for question in choices.question for text in (answer, *spellings)]
        for answer, spellings in choices.answers.items()
    }


def check_shaping(builder: Builder, path: str, columns: Sequence[ColumnContract], options: TableProperties) -> None:
    """Note what cannot be: sheets joined where there is one, a merge of one header, a cell's part of no cell."""
    if options.repeat and options.format == "delimited":
        action = "remove it, or write format: workbook"
        builder.note(f"{path}.customProperties.repeat", "sheets of delimited text", "a format with sheets", action)
    for column in columns:
        place = f"{path}.properties ({column.name})"
        if column.options.merge and len(column.headers) < 2:
            action = "add the header of the other version to the synonyms, or remove merge"
            builder.note(f"{place}.merge", f"{len(column.headers)} header(s)", "two headers or more", action)
        if column.options.join and (not column.headers or column.options.merge):
            expected, action = "a header to join it to, without merge", "name the first header as physicalName"
            builder.note(f"{place}.join", "no single column that begins the text", expected, action)
        if column.options.extract and column.options.template is not None:
            builder.note(f"{place}.extract", "a template", "a header whose cells hold the value", "remove one of them")
    _check_answers(builder, path, options)


def _check_answers(builder: Builder, path: str, options: TableProperties) -> None:
    """Note a spelling that means two answers."""
    if not (options.sessions and options.sessions.choices):
        return
    meaning: dict[str, str] = {}
    for answer, spellings in options.sessions.choices.answers.items():
        for text in (answer, *spellings):
            if meaning.setdefault(fold_text(text), answer) != answer:
                place, action = f"{path}.customProperties.sessions.choices.answers.{answer}", "remove one of them"
                found = f"{text!r}, which also means '{meaning[fold_text(text)]}'"
                builder.note(place, found, "each spelling once", action)
