"""What documents are called in a file of somebody's data: the day, what it is, and as it was named; never a hash."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from sqlmodel import Session

from expat.documents.store import media_type_of
from expat.errors import NotFound
from expat.wording import names

FOLDER = "documents"
ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/heic": "heic",
    "image/heif": "heif",
}
LONGEST = 80
# The columns that say when a paper came, the one that says it best first.
DAYS = ("received_on", "sent_on", "recorded_at", "added_at", "asked_at")


class Names:
    """The names of documents, each given once: a second one of a name gets a number."""

    def __init__(self, session: Session, language: str) -> None:
        self.session, self.language = session, language
        self.given: dict[str, str] = {}  # by hash, in the order in which they were met
        self._taken: set[str] = set()

    def of(self, row: dict[str, Any]) -> str:
        """The name of the document that a row of a table names, as its first row says it."""
        digest = str(row["sha256"])
        if digest not in self.given:
            self.given[digest] = self._free(" ".join(part for part in self._parts(row) if part), self._ending(digest))
        return self.given[digest]

    def _parts(self, row: dict[str, Any]) -> list[str]:
        what = names.file_of(str(row.get("kind") or ""), self.language)
        named = PurePath(str(row.get("name") or "")).stem
        return [_day(row), _plain(what), _plain(named)]

    def _free(self, name: str, ending: str) -> str:
        plain = name[:LONGEST].strip() or names.file_of("other", self.language)
        found, number = f"{FOLDER}/{plain}.{ending}", 1
        while found.lower() in self._taken:
            number += 1
            found = f"{FOLDER}/{plain} ({number}).{ending}"
        self._taken.add(found.lower())
        return found

    def _ending(self, digest: str) -> str:
        try:
            return ENDINGS.get(media_type_of(self.session, digest), "bin")
        except NotFound:
            return "bin"


def _day(row: dict[str, Any]) -> str:
    found = next((row[name] for name in DAYS if row.get(name) is not None), None)
    if isinstance(found, datetime):
        found = found.date()
    return found.isoformat() if isinstance(found, date) else ""


def _plain(text: str) -> str:
    """Letters, digits and what file systems everywhere take; nothing that leads into another folder."""
    return " ".join(re.sub(r"[^\w .,()’'-]", " ", text).split()).strip(" .")
