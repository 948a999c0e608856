"""Where the demo keeps what it makes, with a database and a document key of its own."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from shlex import quote

from expat.documents.keys import Keys, new_key

HOST = "127.0.0.1"
FOLDERS = ("documents", "bank", "statements", "mail", "post")
FILES = ("expat.sqlite3", "expat.sqlite3-wal", "expat.sqlite3-shm", "document.key", "env")

# Who pays in the demo, and in the demo alone.
OPERATOR = {
    "name": "Expat Demo Association", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPP", "town": "Paris",
    "country": "FR", "street": "12 rue des Exemples", "postcode": "75001", "email": "help@demo.example",
    "phone": "+33 1 99 00 12 34",
}  # fmt: skip


@dataclass(frozen=True)
class Places:
    """The demo's folder. Everything in it but the invoices is made afresh each time."""

    root: Path
    port: int = 8000

    @property
    def base(self) -> str:
        """The address of the web pages, as the demo's mails name it."""
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.root / 'expat.sqlite3'}"

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def invoices(self) -> Path:
        return self.root / "invoices"

    @property
    def bank(self) -> Path:
        return self.root / "bank"

    @property
    def statements(self) -> Path:
        return self.root / "statements"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def env(self) -> Path:
        return self.root / "env"

    def clear(self) -> None:
        """Remove what an earlier run left, by name: nothing else in the folder is touched."""
        self.root.mkdir(parents=True, exist_ok=True)
        for name in FOLDERS:
            shutil.rmtree(self.root / name, ignore_errors=True)
        for name in FILES:
            (self.root / name).unlink(missing_ok=True)

    def fresh_key(self) -> Keys:
        """A new document key, kept here and good for the demo alone."""
        key = new_key()
        _private(self.root / "document.key", f"{key}\n")
        return Keys.read(key)

    def settings(self, day: date) -> dict[str, str]:
        """The settings with which `expat` works on the demo's database on the demo's day, but for the secrets."""
        here = {
            "EXPAT_DATABASE_URL": f"sqlite:///{(self.root / 'expat.sqlite3').resolve()}",
            "EXPAT_DOCUMENT_FOLDER": str(self.documents.resolve()),
            "EXPAT_BANK_FOLDER": str(self.bank.resolve()),
            "EXPAT_POST_FOLDER": str((self.root / "post").resolve()),
        }
        here |= {"EXPAT_MAIL_FOLDER": str(self.mail.resolve()), "EXPAT_DEMO_DAY": day.isoformat()}
        here["EXPAT_BASE_URL"] = self.base
        return here | {f"EXPAT_OPERATOR_{name.upper()}": value for name, value in OPERATOR.items()}

    def secrets(self) -> dict[str, str]:
        """The demo's own keys, made when it was."""
        key = (self.root / "document.key").read_text(encoding="utf-8").strip()
        return {"EXPAT_DOCUMENT_KEY": key, "EXPAT_SECRET_KEY": sha256(f"pages {key}".encode()).hexdigest()}

    def write_env(self, command: Path, day: date) -> None:
        """The settings with which `expat` works on the demo's database, to be read by a shell."""
        here = self.settings(day)
        lines = [f"export {name}={quote(value)}" for name, value in here.items()]
        lines.append(f'export EXPAT_DOCUMENT_KEY="$(cat {quote(str((self.root / "document.key").resolve()))})"')
        lines.append(f"export EXPAT_SECRET_KEY={self.secrets()['EXPAT_SECRET_KEY']}")
        lines.append(f'export PATH={quote(str(command.resolve().parent))}:"$PATH"')
        _private(self.env, "\n".join(lines) + "\n")


def _private(path: Path, text: str) -> None:
    """A file that only its owner reads."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
