"""Appointments and what becomes of them, for the tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine

from expat.db import table_of, transaction
from expat.documents.tables import Document
from expat.payments.agents import agent_account
from expat.representatives.appoint import NewMandate, appoint
from expat.representatives.decide import confirm
from tests.payments.insured import AT, JOINED

PAPER = "a" * 64
AGENTS = {"holder": "Max Agent", "iban": "DE89370400440532013000", "town": "Berlin", "country": "DE"}
DESK, DESK2 = "account:901", "account:902"


def keep_paper(session: Any) -> None:
    """A document that a paper can name."""
    if session.get(Document, PAPER) is None:
        values = {"sha256": PAPER, "media_type": "application/pdf", "size": 1, "stored_at": AT, "key_id": "k"}
        session.execute(table_of(Document).insert().values(values))


def new(key: str = "f-1", **changed: Any) -> NewMandate:
    """An agent for payouts, unless another is asked for."""
    values: dict[str, Any] = {
        "form_key": key, "kind": "agent", "name": "Max Agent", "language": "en", "from_day": JOINED,
        "born": date(1970, 1, 1), "street": "1 Quay", "town": "Berlin", "country": "DE", "rights": ("payouts",),
        "papers": ((PAPER, "signed.pdf"),), **changed,
    }  # fmt: skip
    return NewMandate(**values)


def agent(engine: Engine, membership: int, key: str = "f-1", confirmed: bool = True, **changed: Any) -> int:
    """An agent who is paid, appointed by the member and confirmed."""
    account = changed.pop("account", AGENTS)
    with transaction(engine) as session:
        keep_paper(session)
        made, _again = appoint(session, membership, new(key, **changed), AT, "account:900")
        if "payouts" in changed.get("rights", ("payouts",)):
            agent_account(session, made, account, "EUR", AT, "account:900")
        if confirmed:
            confirm(session, made, AT, DESK)
    return made
