"""What can go wrong between an issue and its recipient; no error quotes a secret or what a server said."""

from __future__ import annotations

from typing import ClassVar

from warehouse.connectors.place import Verdicts
from warehouse.errors import TerminalError, TransientError


class DeliveryRefused(TerminalError):
    """The server let us in no further: sign-in, rights, folder, or the message itself."""

    code: ClassVar[str] = "SALA-L003"
    title: ClassVar[str] = "The recipient's server refused the delivery"


class NotIssued(TerminalError):
    """Only what was issued may leave."""

    code: ClassVar[str] = "SALA-L004"
    title: ClassVar[str] = "This issue has not been issued"


class PlaceTaken(TerminalError):
    """Something else was delivered to the very place of this issue."""

    code: ClassVar[str] = "SALA-L005"
    title: ClassVar[str] = "Another delivery lies where this one belongs"


class TooLargeToMail(TerminalError):
    """The issue does not fit into one e-mail."""

    code: ClassVar[str] = "SALA-L006"
    title: ClassVar[str] = "The issue is too large for an e-mail"


class ReceiptBroken(TerminalError):
    """A receipt cannot be read, so nobody knows what was delivered."""

    code: ClassVar[str] = "SALA-L007"
    title: ClassVar[str] = "A receipt cannot be read"


class DeliveryInterrupted(TransientError):
    """The connection was not made or was lost, or the server is busy."""

    code: ClassVar[str] = "SALA-L101"
    title: ClassVar[str] = "The delivery was interrupted"


class DeliveryDiffers(TransientError):
    """What was read back is not what was sent."""

    code: ClassVar[str] = "SALA-L102"
    title: ClassVar[str] = "What arrived is not what was sent"


def interrupted(where: str, error: BaseException) -> DeliveryInterrupted:
    """Return the transient error for a lost connection; only the kind of the foreign error is told."""
    action = "It is tried again; if it stays so, ask whoever runs the server."
    return DeliveryInterrupted(where, type(error).__name__, "a server that answers to the end", action)


def refused(
    where: str, found: str, action: str = "Mend the connection, or ask whoever runs the server."
) -> DeliveryRefused:
    """Return the terminal error for a server that said no."""
    return DeliveryRefused(where, found, "a server that takes the delivery", action)


VERDICTS = Verdicts(refused, interrupted)
