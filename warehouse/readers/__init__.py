"""Readers by format, never by partner: bytes in, text with its place out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from warehouse.contract.model import Table
from warehouse.contract.properties import TableProperties
from warehouse.readers.delimited import open_delimited, read_delimited
from warehouse.readers.grid import Opened
from warehouse.readers.raw import RawFile
from warehouse.readers.submissions import open_submissions, read_submissions
from warehouse.readers.workbook import open_workbook, read_workbook

READERS: MappingProxyType[str, Callable[[Path, Table], RawFile]] = MappingProxyType(
    {"delimited": read_delimited, "workbook": read_workbook, "submissions": read_submissions}
)
OPENERS: MappingProxyType[str, Callable[[Path, TableProperties], Opened]] = MappingProxyType(
    {"delimited": open_delimited, "workbook": open_workbook, "submissions": open_submissions}
)
