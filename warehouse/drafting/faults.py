"""Why a contract cannot be drafted, compared or tried."""

from __future__ import annotations

from typing import ClassVar

from warehouse.errors import TerminalError


class NothingToDraft(TerminalError):
    """The sample holds no table."""

    code: ClassVar[str] = "SALA-C201"
    title: ClassVar[str] = "The file holds nothing to draft a contract from"


class ContractThere(TerminalError):
    """The folder has a contract already, which is never written over."""

    code: ClassVar[str] = "SALA-C202"
    title: ClassVar[str] = "The folder holds a contract already"


class PartnerIdUnfit(TerminalError):
    """The partner's id cannot be the name of a folder, a DAG and an inbox, or is not that of its folder."""

    code: ClassVar[str] = "SALA-C203"
    title: ClassVar[str] = "The partner's id is not one that can be used"


class FileMissing(TerminalError):
    """There is no such file."""

    code: ClassVar[str] = "SALA-C204"
    title: ClassVar[str] = "There is no such file"
