"""What can go wrong between us and a server; no error quotes a secret, a foreign file name or what a server said."""

from __future__ import annotations

import ipaddress
from typing import ClassVar

from warehouse.connectors.place import Verdicts
from warehouse.errors import TerminalError, TransientError


class ConnectionUnusable(TerminalError):
    """A connection is missing, or lacks what its kind of server needs."""

    code: ClassVar[str] = "SALA-L001"
    title: ClassVar[str] = "A connection cannot be used"


class ServerUnknown(TerminalError):
    """The server does not prove to be the one that was agreed on, or would be talked to in clear."""

    code: ClassVar[str] = "SALA-L002"
    title: ClassVar[str] = "The server is not the one agreed on"


class SourceRefused(TerminalError):
    """The server let us in no further: sign-in, rights, folder."""

    code: ClassVar[str] = "SALA-F105"
    title: ClassVar[str] = "The partner's server refused us"


class SourceInterrupted(TransientError):
    """The connection was not made or was lost, or the server is busy.

    `wait` is how many seconds it asks to be left alone, 0 where it does not say.
    """

    code: ClassVar[str] = "SALA-F106"
    title: ClassVar[str] = "The partner's server does not answer, or no longer"
    wait: float = 0.0


class NotAsAnnounced(TransientError):
    """What arrived is not what the server announced: another length, another checksum, other submissions."""

    code: ClassVar[str] = "SALA-F107"
    title: ClassVar[str] = "What arrived is not what the server announced"


class AnswerUnusable(TerminalError):
    """The server answers, but not what its interface promises."""

    code: ClassVar[str] = "SALA-F108"
    title: ClassVar[str] = "The server's answer cannot be used"


class NameUnfit(TerminalError):
    """A file of the server has a name that no file of the inbox can have."""

    code: ClassVar[str] = "SALA-F109"
    title: ClassVar[str] = "A file's name cannot be used"


class TooLarge(TerminalError):
    """A file of the server is larger than anything that is read."""

    code: ClassVar[str] = "SALA-F110"
    title: ClassVar[str] = "A file is too large to fetch"


def interrupted(where: str, error: BaseException | str, wait: float = 0.0) -> SourceInterrupted:
    """Return the transient error for a server that does not answer; only the kind of a foreign error is told."""
    found = error if isinstance(error, str) else type(error).__name__
    action = "It is tried again; if it stays so, ask whoever runs the server."
    made = SourceInterrupted(where, found, "a server that answers to the end", action)
    made.wait = wait
    return made


def refused(
    where: str, found: str, action: str = "Mend the connection or the contract, or ask whoever runs the server."
) -> SourceRefused:
    """Return the terminal error for a server that said no."""
    return SourceRefused(where, found, "a server that lets us list and read", action)


FETCHING = Verdicts(refused, interrupted)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, to which nothing travels over a network."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
