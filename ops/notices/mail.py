"""E-mail: one message to one mailbox; a repeat has the same Message-ID."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from ledger.posting import Letter
from ops.notices.channel import Undelivered, told

Security = Literal["tls", "starttls", "none"]
PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChannel:
    """One mailbox behind one SMTP server; several people share a list's address."""

    host: str
    sender: str
    address: str = field(repr=False)
    security: Security = "starttls"
    port: int = 0
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    seconds: float = 10.0

    def send(self, letter: Letter) -> None:
        """Hand it to the server; the code of a refusal is the server's number alone."""
        try:
            with self._server() as server:
                server.send_message(message(letter, self.sender, self.address))
        except smtplib.SMTPResponseException as error:
            raise Undelivered(f"smtp-{error.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise Undelivered(f"smtp-{code}") from None
        except TimeoutError:
            raise Undelivered("timed-out") from None
        except ssl.SSLError:
            raise Undelivered("certificate-refused") from None
        except smtplib.SMTPNotSupportedError:
            raise Undelivered("smtp-not-offered") from None
        except (smtplib.SMTPException, OSError):
            raise Undelivered("connection-broken") from None

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        port = self.port or PORTS[self.security]
        with self._connected(port) as server:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            yield server

    def _connected(self, port: int) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, port, timeout=self.seconds, context=context)
        return smtplib.SMTP(self.host, port, timeout=self.seconds)


def message(letter: Letter, sender: str, address: str) -> EmailMessage:
    """Write the message: what happened, for whom, and the ids to look it up by."""
    written = EmailMessage()
    written["From"], written["To"] = sender, address
    written["Subject"] = f"[Gridward] {letter.notice.about}"
    written["Date"] = format_datetime(letter.created_at)
    written["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    written["Auto-Submitted"] = "auto-generated"
    written.set_content(words(letter))
    return written


def words(letter: Letter) -> str:
    """Give a notice as lines of plain text."""
    told_of = told(letter)
    data = {**told_of["data"], "people": " ".join(letter.people)}
    lines = [f"{name}: {value}" for name, value in data.items()]
    head = [f"{letter.notice.about}", f"at: {told_of['timestamp']}", f"notice: {letter.id}"]
    return "\n".join([*head, *lines]) + "\n"
