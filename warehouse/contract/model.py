"""Typed contracts: what the rest of the system knows of a partner."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from warehouse.contract.entities import ENTITIES, Column
from warehouse.contract.mistakes import ContractUnknown
from warehouse.contract.properties import ColumnProperties, Programme, Returns, TableProperties
from warehouse.contract.shaping import headers_for_shaping, is_shaped
from warehouse.contract.sources import Source
from warehouse.contract.spelling import fold_text
from warehouse.errors import did_you_mean

# A name with control characters or bytes that are no UTF-8 is never a promised one, whatever the pattern says.
_UNFIT_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LARGEST_REVISION = 2**31 - 1
# Of a return pack made of another format than its own; browsers count.
_PACK_NAME = re.compile(r"(?P<file>.+?(?<!\.xlsx))(?: \(\d+\))?\.xlsx", re.IGNORECASE)


@dataclass(frozen=True)
class Rule:
    """A quality rule of a contract: a Great Expectations expectation with a sentence for the partner."""

    name: str
    expectation: str
    kwargs: dict[str, Any]
    severity: str
    message: str
    column: str | None


@dataclass(frozen=True)
class ColumnContract:
    """How one canonical column is found in the partner's file.

    Attributes:
        column: The canonical column.
        headers: The partner's header and its further spellings; empty when a template gives the value.
        required: An empty value is refused.
        primary_key: Part of what makes a row of one delivery unique.
        options: The custom properties.
    """

    column: Column
    headers: tuple[str, ...]
    required: bool
    unique: bool
    primary_key: bool
    options: ColumnProperties

    @property
    def name(self) -> str:
        """The canonical name."""
        return self.column.name


@dataclass(frozen=True)
class Table:
    """One table a partner sends: which files hold it and how its cells become canonical columns.

    Attributes:
        is_returned: Its files are return packs that were made of the partner's files and come back mended.
    """

    name: str
    columns: tuple[ColumnContract, ...]
    rules: tuple[Rule, ...]
    options: TableProperties
    is_returned: bool = field(default=False, repr=False)

    @property
    def entity(self) -> str:
        """The canonical entity its rows are."""
        return self.options.entity

    @cached_property
    def canonical(self) -> tuple[Column, ...]:
        """All columns of the entity, sent by this partner or not."""
        return ENTITIES[self.entity]

    @cached_property
    def returned(self) -> Table:
        """How a return pack is read that was made of the rows of one of these files: they stand in a workbook.

        It is the same thing as that file, so that it supersedes it.
        """
        plain = {"format": "workbook", "headerWithin": None, "headerRow": None, "headerLines": 1}
        options = self.options.model_copy(update={**plain, "footer": (), "endsAt": None})
        return replace(self, options=options, is_returned=True)

    @cached_property
    def may_return(self) -> bool:
        """True when the rows that were read say all that the file says, so that a mended pack may take its place."""
        return not (self.is_shaped or self.options.titles or self.options.format == "submissions")

    @cached_property
    def primary_key(self) -> tuple[str, ...]:
        """Columns that identify a row within one delivery."""
        return tuple(c.name for c in self.columns if c.primary_key)

    @cached_property
    def is_shaped(self) -> bool:
        """True when the rows are not those of the sheet as they stand: joined, unfolded, or kept by a rule."""
        return is_shaped(self.options, self.columns)

    @cached_property
    def known_headers(self) -> frozenset[str]:
        """Folded headers that may be there although no column of the contract has them."""
        ignored = frozenset(map(fold_text, self.options.ignoredColumns))
        return ignored | headers_for_shaping(self.options, self.columns)

    @property
    def header_within(self) -> int:
        """How many rows are searched for the header."""
        return self.options.headerWithin or (20 if self.options.format == "workbook" else 1)

    def match(self, file_name: str) -> re.Match[str] | None:
        """Return the match of a file name, or None when the file is not this table's."""
        if _UNFIT_NAME.search(file_name):
            return None
        if self.is_returned and (pack := _PACK_NAME.fullmatch(file_name)):
            file_name = pack["file"]
        elif self.is_returned:
            return None
        match = re.fullmatch(self.options.files, file_name)
        return match if match and _revision(match.groupdict()) is not None else None

    def slot_and_revision(self, match: re.Match[str]) -> tuple[str, int]:
        """Return what the delivery is "the same thing" as, and its place among its corrections."""
        groups = {k: v or "" for k, v in match.groupdict().items() if k != "revision"}
        return "/".join([self.name, *(groups[k] for k in sorted(groups))]), _revision(match.groupdict()) or 0


def _revision(groups: dict[str, str | None]) -> int | None:
    """Return a name's place among its corrections, 1 without one; None when it is no number to count with."""
    text = groups.get("revision") or "1"
    number = int(text) if text.isdecimal() and len(text) <= 10 else _LARGEST_REVISION + 1
    return number if number <= _LARGEST_REVISION else None


@dataclass(frozen=True)
class Contract:
    """What one partner promises.

    Attributes:
        id: The partner, also the folder's name.
        inbox: Folder of its deliveries, relative to `SALA_HOME`.
        owner: The role mailbox to tell.
        schedule: Cron expression of its ingest, or None.
        delivery_every_days: A delivery is owed at least this often, in days; None when nothing is owed.
        sources: Servers from which files are fetched into the inbox.
        returns: Where return packs are delivered to; None where they only lie in the home.
    """

    id: str
    name: str
    version: str
    folder: Path
    inbox: str
    owner: str
    schedule: str | None
    delivery_every_days: int | None
    sources: tuple[Source, ...]
    programmes: tuple[Programme, ...]
    tables: tuple[Table, ...]
    returns: Returns | None = None

    def table_for(self, file_name: str) -> tuple[Table, re.Match[str]] | None:
        """Return the table whose file pattern matches the name, or that of the file a pack was made of; the match."""
        for table in (*self.tables, *(table.returned for table in self.tables)):
            if match := table.match(file_name):
                return table, match
        return None

    def shown(self, file_name: str) -> str:
        """Return a file's name as it may be kept and shown: one the contract does not expect may say anything."""
        if self.table_for(file_name) and file_name.isprintable():
            return file_name
        digest = hashlib.sha256(file_name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return f"‹unexpected name {digest}›"


def find(contracts: tuple[Contract, ...], partner: str) -> Contract:
    """Return the contract of a partner.

    Raises:
        ContractUnknown: When there is none.
    """
    for contract in contracts:
        if contract.id == partner:
            return contract
    raise ContractUnknown(
        where="partner",
        found=repr(partner),
        expected="the name of a folder under the contracts folder",
        action=did_you_mean(partner, (c.id for c in contracts)),
    )
