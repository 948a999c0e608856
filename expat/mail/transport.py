"""Ways out for a mail: a mail server (SMTP), or a folder of files."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from expat.errors import BadInput
from expat.files import write_whole
from expat.settings import Settings

TIMEOUT = 30  # seconds that the server may take for each answer
FOR_GOOD = 500  # answers from this code on are final


class Undeliverable(Exception):
    """This mail cannot be sent, now or later: its address is refused, or no head can be written for it."""


class Failed(Exception):
    """This mail was not taken for the time being; others may be."""


class Unreachable(Exception):
    """No mail can be sent at present: there is no answer, or we are not let in."""


class Transport(Protocol):
    """Hands mails over, one after the other."""

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over. Raises Undeliverable, Failed or Unreachable."""

    def close(self) -> None:
        """No more mails for now."""


class Folder:
    """Mails as files, one for each, which a mail program opens."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: EmailMessage) -> None:
        """Write the mail, whole or not at all; the same mail again is the same file."""
        stamp = message["Date"].datetime.strftime("%Y%m%d-%H%M%S")
        name = sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            write_whole(self.path / f"{stamp}-{name}.eml", message.as_bytes())
        except OSError as wrong:
            raise Unreachable(f"{self.path} cannot be written to ({wrong.strerror})") from wrong

    def close(self) -> None:
        """Nothing is open."""


class MailServer:
    """An SMTP server; `security` is starttls, tls or none. The line to it stays open from one mail to the next."""

    def __init__(
        self, host: str, port: int, security: str, user: str | None = None, password: str | None = None
    ) -> None:
        self.host, self.port, self.security, self.user, self.password = host, port, security, user, password
        self._line: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand the mail over; a line that the server has closed meanwhile is opened again."""
        line = self._open()
        try:
            line.send_message(message)
        except smtplib.SMTPRecipientsRefused as wrong:
            code, said = next(iter(wrong.recipients.values()))
            raise _refused(code, said) from wrong
        except smtplib.SMTPDataError as wrong:
            raise _refused(wrong.smtp_code, wrong.smtp_error) from wrong
        except smtplib.SMTPNotSupportedError as wrong:
            raise Undeliverable(f"{self.host}: {wrong}") from wrong
        except (OSError, smtplib.SMTPException) as wrong:
            self.close()
            raise self._unreachable(wrong) from wrong

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
        self._line = None

    def _open(self) -> smtplib.SMTP:
        if self._line is not None and self._answers(self._line):
            return self._line
        self.close()
        try:
            self._line = self._call()
        except (OSError, smtplib.SMTPException) as wrong:
            raise self._unreachable(wrong) from wrong
        return self._line

    def _call(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=trusted)
        else:
            line = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.security == "starttls":
                line.starttls(context=trusted)
            if self.user is not None:
                line.login(self.user, self.password or "")
        except (OSError, smtplib.SMTPException):
            line.close()
            raise
        return line

    @staticmethod
    def _answers(line: smtplib.SMTP) -> bool:
        try:
            return line.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _unreachable(self, wrong: Exception) -> Unreachable:
        return Unreachable(f"{self.host}:{self.port}: {wrong}")


def transport_of(chosen: Settings) -> Transport | None:
    """The way out that the settings name: the folder where there is one, else the server; None without either."""
    if chosen.mail_folder is not None:
        return Folder(chosen.mail_folder)
    if chosen.smtp_host is None:
        return None
    password = chosen.smtp_password.get_secret_value() if chosen.smtp_password else None
    return MailServer(chosen.smtp_host, chosen.smtp_port, chosen.smtp_security, chosen.smtp_user, password)


def sender_of(chosen: Settings) -> str:
    """The address that mail comes from. Raises BadInput where the settings name none."""
    sender = chosen.mail_from or chosen.operator_email
    if not sender:
        raise BadInput("EXPAT_MAIL_FROM", "is not set", "the address that mail comes from")
    return sender


def _refused(code: int, said: bytes | str) -> Undeliverable | Failed:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return (Undeliverable if code >= FOR_GOOD else Failed)(f"{code} {text}")
