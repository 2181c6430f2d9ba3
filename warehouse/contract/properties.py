"""The custom properties: what a Sala contract says beyond the Open Data Contract Standard.

This module is their only list; docs/contracts.md explains each and a test compares the two. Names are
the YAML's own (camelCase, as the standard asks), so that a mistake is reported in the partner's words.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from warehouse.contract.texts import (
    AssetUid,
    ConnectionName,
    DateFormat,
    Day,
    Delimiter,
    Encoding,
    Extract,
    Mark,
    Marker,
    Regex,
    RemotePath,
    TimeZone,
)


class Properties(BaseModel):
    """Base: a name that is not listed here is a mistake, never passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Programme(Properties):
    """A programme of the partner; every `programme_id` a file can yield is declared."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    funder: str
    parent: str | None = None


class Returns(Properties):
    """Where return packs are delivered to: a folder, or a mailbox by a connection that names the mail server."""

    folder: str | None = None
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")
    connection: ConnectionName | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Returns:
        if (self.folder is None) == (self.email is None) or (self.email and not self.connection):
            raise ValueError("either a folder, or an email with its connection")
        return self


class ContractProperties(Properties):
    """Custom properties of the whole contract."""

    programmes: tuple[Programme, ...] = Field(min_length=1)
    returns: Returns | None = None


class WholeFile(Properties):
    """How to tell that a file of a server is whole: it stays the same for a while, or another file says so."""

    stableSeconds: int | None = Field(default=None, ge=0, le=3600)
    marker: Marker | None = None

    @model_validator(mode="after")
    def _one_way(self) -> WholeFile:
        if (self.stableSeconds is None) == (self.marker is None):
            raise ValueError("either stableSeconds or marker")
        return self


class ServerProperties(Properties):
    """Custom properties of a server from which files are fetched."""

    connectionId: ConnectionName | None = None
    wholeFile: WholeFile | None = None
    paths: tuple[RemotePath, ...] = ()
    assetUid: AssetUid | None = None


class Dialect(Properties):
    """How a delimited file is written."""

    delimiter: Delimiter = ","
    quote: Mark = Field(default='"', min_length=1, max_length=1)
    encoding: Encoding = "utf-8"


class Choices(Properties):
    """A question with several answers, each of which is a session, in whatever way the export spells it."""

    question: tuple[str, ...] = Field(min_length=1)
    answers: dict[str, tuple[str, ...]] = Field(min_length=1)


class Sessions(Properties):
    """A wide layout: each header that matches is one session, its cells hold `column`."""

    header: Regex
    column: str = "status"
    choices: Choices | None = None

    @model_validator(mode="after")
    def _choices_are_sessions(self) -> Sessions:
        for answer in self.choices.answers if self.choices else ():
            header = f"{self.choices.question[0] if self.choices else ''}/{answer}"
            if not re.fullmatch(self.header, header):
                raise ValueError(f"a header that matches the choices as well, which {header!r} does not")
        return self


class Repeat(Properties):
    """Rows on a sheet of their own that belong to rows of another sheet, found by what both hold."""

    sheet: Regex
    parent: Regex
    on: dict[str, str] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _spelled_on(cls, given: object) -> object:
        # YAML reads the bare word as true.
        return (
            {"on" if key is True else key: value for key, value in given.items()} if isinstance(given, dict) else given
        )


class Keep(Properties):
    """Of several rows about the same thing one counts: which rows are, and which one of them is it."""

    by: tuple[str, ...] = Field(min_length=1)
    order: str
    take: Literal["latest", "earliest", "highest", "lowest"]
    formats: tuple[DateFormat, ...] = ()


class Refuse(Properties):
    """Rows that the partner itself marked as not to be counted."""

    header: str
    values: tuple[str, ...] = Field(min_length=1)
    reason: str


class CourseWindow(Properties):
    """The days between which every date of the table must lie, both included."""

    from_: Day = Field(alias="from")
    to: Day

    @model_validator(mode="after")
    def _in_order(self) -> CourseWindow:
        if self.from_ > self.to:
            raise ValueError("a window that begins before it ends")
        return self


class TableProperties(Properties):
    """Custom properties of one schema object."""

    entity: Literal["attendance", "assessment", "participant", "event"]
    files: Regex
    format: Literal["delimited", "workbook", "submissions"]
    toleratedRefusedPercent: int = Field(ge=0, le=100)
    dialect: Dialect = Dialect()
    sheets: Regex = ".*"
    ignoredSheets: Regex | None = None
    headerWithin: int | None = Field(default=None, ge=1, le=200)
    headerRow: int | None = Field(default=None, ge=1, le=200)
    headerLines: int = Field(default=1, ge=1, le=2)
    titles: tuple[Regex, ...] = ()
    footer: tuple[Regex, ...] = ()
    endsAt: Regex | None = None
    sessions: Sessions | None = None
    repeat: Repeat | None = None
    keep: Keep | None = None
    refuses: tuple[Refuse, ...] = ()
    courseWindow: CourseWindow | None = None
    ignoredColumns: tuple[str, ...] = ()
    unknownColumns: Literal["note", "hold"] = "note"


class ColumnProperties(Properties):
    """Custom properties of one column."""

    template: str | None = None
    codes: dict[str, tuple[str, ...]] = {}
    blank: str | None = None
    dateFormats: tuple[DateFormat, ...] = ()
    era: Literal["common", "buddhist", "visakha", "detect"] = "common"
    timeZone: TimeZone | None = None
    decimalComma: bool = False
    extract: Extract | None = None
    merge: bool = False
    join: tuple[str, ...] = ()


LEVELS: dict[str, type[Properties]] = {
    "contract": ContractProperties,
    "server": ServerProperties,
    "schema": TableProperties,
    "column": ColumnProperties,
}
# Properties that are mappings themselves, by name.
NESTED: dict[str, type[Properties]] = {
    "programmes": Programme,
    "wholeFile": WholeFile,
    "dialect": Dialect,
    "sessions": Sessions,
    "choices": Choices,
    "repeat": Repeat,
    "keep": Keep,
    "refuses": Refuse,
    "courseWindow": CourseWindow,
    "returns": Returns,
}
