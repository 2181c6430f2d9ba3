"""The row rules: each has a stable code and a sentence the partner can act on; a value is never quoted."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class Message(NamedTuple):
    """A row rule's code and its sentence: `{subject}` is the partner's header, `{expected}` what may stand there."""

    code: str
    sentence: str


MESSAGES: MappingProxyType[str, Message] = MappingProxyType(
    {
        "code_unknown": Message("SALA-R001", "{subject} holds a code that is not agreed. Write one of: {expected}."),
        "name_unknown": Message("SALA-R002", "{subject} is not a known name. Use {expected}."),
        "date_unreadable": Message("SALA-R003", "{subject} is not a date. Write it as {expected}."),
        "date_ambiguous": Message(
            "SALA-R004", "{subject} can be read as two dates of the course. Write it as {expected}."
        ),
        "date_outside_window": Message("SALA-R005", "{subject} is outside the course: it must be from {expected}."),
        "number_unreadable": Message("SALA-R006", "{subject} is not a number. Write it with digits only."),
        "required_empty": Message("SALA-R007", "{subject} is empty. It must be filled in for every row."),
        "row_width": Message(
            "SALA-R008", "The row has more or fewer cells than the header. Move its cells to the right columns."
        ),
        "error_cell": Message(
            "SALA-R009", "{subject} holds an error of the spreadsheet. Mend the formula or write the value."
        ),
        "formula_without_result": Message(
            "SALA-R010", "{subject} holds a formula without a result. Open, save and send again."
        ),
        "formula_in_text": Message("SALA-R011", "{subject} begins with '=' as a formula does. Write the value itself."),
        "person_missing": Message("SALA-R012", "The row names nobody. Fill in an id or a name."),
        "key_conflict": Message(
            "SALA-R013", "Rows with the same {expected} contradict each other. Keep the right one."
        ),
        "value_not_unique": Message("SALA-R014", "{subject} stands in more than one row. Each may stand once."),
        "file_held": Message(
            "SALA-R015", "This row is right, but too many others of its file were refused. Send the file again."
        ),
        "person_erased": Message(
            "SALA-R016", "The person of this row asked to be forgotten and was erased. Leave the row out from now on."
        ),
        "contract_rule": Message("SALA-R020", "{expected}"),
    }
)


def sentence(rule: str, subject: str, expected: str) -> str:
    """Return the sentence of a rule, filled in."""
    return MESSAGES[rule].sentence.format(subject=subject, expected=expected)
