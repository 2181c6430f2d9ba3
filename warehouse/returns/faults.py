"""What can go wrong with a return pack."""

from __future__ import annotations

from typing import ClassVar

from warehouse.errors import TerminalError


class PackNotMade(TerminalError):
    """The delivered file was read, and no workbook could be made of it."""

    code: ClassVar[str] = "SALA-G001"
    title: ClassVar[str] = "A return pack could not be made"
