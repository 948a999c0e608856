"""Files of an employer, for its tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
from sqlalchemy import Engine

from expat.db import transaction
from expat.documents.keys import Keys, new_key
from expat.employers.columns import NAMES
from expat.employers.open import open_employer, pays_for
from expat.membership.join import NewMembership, NewPerson, join

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEYS = Keys.read(new_key())
MEMBER = {
    "action": "joiner", "family": "1", "role": "member", "first_name": "Léa", "last_name": "Martin",
    "born": "1990-05-04", "nationality": "FR", "effective": "2026-04-01", "email": "lea.martin@corp.example",
    "language": "fr", "residence": "SG", "formula": "3", "zone": "B", "currency": "EUR",
}  # fmt: skip
SPOUSE = {
    "action": "joiner", "family": "1", "role": "spouse", "first_name": "Max", "last_name": "Martin",
    "born": "1989-01-09", "nationality": "DE", "effective": "2026-04-01",
}  # fmt: skip
LEAVER = {"action": "leaver", "membership": "E-100", "effective": "2026-06-30", "reason": "lost_status"}
CHANGE = {
    "action": "change", "membership": "E-100", "effective": "2026-04-01", "street": "1 Orchard Road",
    "postcode": "238801", "town": "Singapore",
}  # fmt: skip


def table(rows: Iterable[dict[str, Any]], titles: Iterable[str] = NAMES) -> list[list[Any]]:
    """A header and its rows."""
    titles = list(titles)
    return [titles, *([row.get(name, "") for name in titles] for row in rows)]


def csv_of(rows: Iterable[dict[str, Any]], titles: Iterable[str] = NAMES, delimiter: str = ";") -> bytes:
    """The rows as a CSV file."""
    return "\r\n".join(delimiter.join(map(str, line)) for line in table(rows, titles)).encode()


def xlsx_of(rows: Iterable[dict[str, Any]], titles: Iterable[str] = NAMES) -> bytes:
    """The rows as a workbook."""
    book, kept = openpyxl.Workbook(), BytesIO()
    for line in table(rows, titles):
        book.active.append(line)
    book.save(kept)
    return kept.getvalue()


def employ(engine: Engine) -> int:
    """An employer that pays for E-100 (Ada, joined in 2024); E-200 is another's. Answers the employer's key."""
    with transaction(engine) as session:
        employer, other = (open_employer(session, n, n, AT, "test") for n in ("CORP", "OTHER"))
        for number, payer in (("E-100", employer), ("E-200", other)):
            people = (NewPerson("member", date(1985, 5, 2), "Ada", f"Lovelace {number}"),)
            join(session, NewMembership(number, "expat-uno", date(2024, 1, 1), "3", "B", "SG", people), AT)
            pays_for(session, payer, number, date(2024, 1, 1), AT, "test")
    return employer
