"""One e-mail with every file attached, or none at all; encrypted on its way unless the server is this machine.

The message has the same Message-ID however often it is sent, so that a mailbox can tell a repeat: between the server's
taking it and the receipt a process can be killed.
"""

from __future__ import annotations

import hashlib
import mimetypes
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses

from warehouse.connectors.connection import Connection, required, unusable
from warehouse.connectors.faults import ServerUnknown, is_loopback
from warehouse.extracts.delivery.faults import TooLargeToMail, interrupted, refused
from warehouse.extracts.delivery.parcel import SUMS, Parcel
from warehouse.store.home import Home

LARGEST = 20_000_000  # bytes of a message; few servers take more than 25 MB
SILENCE = 60.0  # seconds without an answer after which the connection counts as lost


def send(home: Home, parcel: Parcel, to: str, connection: Connection | None, now: datetime) -> None:
    """Send the parcel to one or more addresses, separated by commas: to all of them or to none.

    Raises:
        ConnectionUnusable: Host or sender are missing, or the agreement names no address.
        ServerUnknown: The server's certificate is not valid, or it would be talked to in clear.
        TooLargeToMail: It does not fit into one message.
        DeliveryRefused: The server refuses the sign-in, an address or the message.
        DeliveryInterrupted: It does not answer, or asks to come again later.
    """
    connection = required(connection, "a recipient of kind email")
    sender = connection.option("from_email") or connection.login
    addresses = [address for _, address in getaddresses([to])]
    connection.need({"host": connection.host, "from_email": sender if "@" in sender else ""})
    if not addresses or not all("@" in address for address in addresses):
        raise unusable(connection.name, f"an agreement whose recipient is {to[:60]!r}, not an address")
    content = _message(parcel, sender, addresses, now).as_bytes(policy=SMTP)
    _fits(parcel, len(content), int(connection.option("largest_bytes") or LARGEST))
    where = f"mail server {connection.host}"
    try:
        with _session(connection) as server:
            if limit := server.esmtp_features.get("size", "").strip():
                _fits(parcel, len(content), int(limit) or len(content))
            _hand_over(server, where, sender, addresses, content)
    except ssl.SSLCertVerificationError:
        action = "Ask whoever runs the server for a certificate of a known authority, or correct the host."
        raise ServerUnknown(where, "a certificate that is not valid for it", "a valid certificate", action) from None
    except smtplib.SMTPNotSupportedError:
        raise ServerUnknown(where, "a server without encryption", "STARTTLS", "Name another server.") from None
    except smtplib.SMTPResponseException as error:
        raise _said_no(where, error.smtp_code) from None
    except (OSError, EOFError) as error:  # smtplib's own errors are OSErrors
        raise interrupted(where, error) from None


def _hand_over(server: smtplib.SMTP, where: str, sender: str, addresses: list[str], content: bytes) -> None:
    """Name sender and every address, and hand the message over only when all are accepted."""
    _accepted(where, server.mail(sender))
    for address in addresses:
        _accepted(where, server.rcpt(address))
    _accepted(where, server.data(content))


def _accepted(where: str, answer: tuple[int, bytes]) -> None:
    if answer[0] >= 400:
        raise _said_no(where, answer[0])


def _said_no(where: str, code: int) -> Exception:
    """Return the error for an answer: from 500 on it will not change, below it may."""
    if code >= 500:
        return refused(where, f"it answered {code}", "Correct the sign-in or the address, or ask who runs the server.")
    return interrupted(where, smtplib.SMTPResponseException(code, ""))


@contextmanager
def _session(connection: Connection) -> Iterator[smtplib.SMTP]:
    """Yield a session, signed in; encrypted as Airflow's own settings say, and always unless on this machine."""
    host, port = connection.host, connection.port
    context = ssl.create_default_context()
    wrapped = not connection.switch("disable_ssl")
    encrypted = wrapped or not connection.switch("disable_tls")
    if not encrypted and not is_loopback(host):
        action = "Remove disable_tls from the connection's extra field."
        raise ServerUnknown(f"mail server {host}", "a connection in clear", "TLS", action)
    if wrapped:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SILENCE, context=context)
    else:
        server = smtplib.SMTP(host, port or 587, timeout=SILENCE)
    with server:
        if encrypted and not wrapped:
            server.starttls(context=context)
        if connection.login and connection.password:
            server.login(connection.login, connection.password)
        server.ehlo_or_helo_if_needed()
        yield server


def _message(parcel: Parcel, sender: str, addresses: list[str], now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = " ".join(parcel.title.split())
    message["From"], message["To"] = sender, ", ".join(addresses)
    message["Date"] = format_datetime(now)
    same = hashlib.sha256("\n".join([parcel.issue, parcel.sums.decode(), *addresses]).encode()).hexdigest()
    message["Message-ID"] = f"<sala.{same[:32]}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    listed = parcel.sums.decode()
    message.set_content(f"{parcel.title}\n\nAttached, with the SHA-256 of each file:\n\n{listed}")
    for name in sorted(parcel.files):
        _attach(message, name, (parcel.folder / name).read_bytes())
    _attach(message, SUMS, parcel.sums)
    return message


def _attach(message: EmailMessage, name: str, content: bytes) -> None:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    main, _, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)


def _fits(parcel: Parcel, size: int, limit: int) -> None:
    if size > limit:
        raise TooLargeToMail(
            where=parcel.issue,
            found=f"a message of {size:,} bytes",
            expected=f"at most {limit:,}",
            action="Agree with the recipient on SFTP, S3 or a folder, or on fewer formats.",
        )
