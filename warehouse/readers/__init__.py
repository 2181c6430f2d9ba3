"""Readers by format, never by partner: bytes in, text with its place out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from warehouse.contract.model import Table
from warehouse.readers.delimited import read_delimited
from warehouse.readers.raw import RawFile
from warehouse.readers.workbook import read_workbook

READERS: MappingProxyType[str, Callable[[Path, Table], RawFile]] = MappingProxyType(
    {"delimited": read_delimited, "workbook": read_workbook}
)
