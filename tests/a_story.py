"""A small story, told through the verbs, that leaves a row in nearly every table; the front doors' rows beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, select
from sqlmodel import Session, SQLModel

from expat.currency.tables import RateProposal
from expat.db import table_of, transaction
from expat.membership.tables import PayoutAccount
from expat.scenario import play
from expat.scenario.run import run

STORY = """
scenario: A stay with a guarantee letter, visits, a paper that comes late, premiums and a recharge
plan: expat-uno
rates:
  2025-07-01: {SGD: "1.5000"}
membership:
  joined: 2023-01-01
  formula: 3
  zone: B
  residence: SG
  people:
    - {id: m, role: member, born: 1985-05-02}
    - {id: s, role: spouse, born: 1986-01-01}
events:
  - {on: 2025-05-20, approval: {id: a, person: m, care: hospital, starts: 2025-06-10, decision: granted, direct: true}}
  - {on: 2025-06-01, premium: {id: p, due: 2025-06-01}}
  - {on: 2025-06-10, pay: {premium: p}}
  - on: 2025-07-01
    claim:
      id: c
      lines:
        - {id: stay, person: m, care: hospital.stay, on: 2025-06-10, until: 2025-06-19, amount: "6000.00 SGD", country: SG}
        - {id: visit, person: s, care: ambulatory.gp, on: 2025-06-25, amount: "100.00", country: SG}
        - {id: blood, person: s, care: ambulatory.laboratory, on: 2025-06-26, amount: "50.00", country: SG, documents: []}
        - {id: back, person: m, care: wellbeing.osteopath, on: 2025-02-01, quantity: 6, amount: "300.00", country: SG}
  - {on: 2025-07-02, settle: {}}
  - {on: 2025-07-03, documents: {line: c.blood, add: [invoice, prescription]}}
  - {on: 2025-07-04, recharge: {id: r, person: m, category: wellbeing}}
  - {on: 2025-07-05, claim: {id: d, lines: [{id: again, person: m, care: wellbeing.osteopath, on: 2025-07-04, quantity: 5, amount: "250.00", country: SG}]}}
  - {on: 2025-07-06, settle: {}}
  - {on: 2025-07-07, change_payout: {currency: SGD}}
"""  # noqa: E501


AT = datetime(2025, 7, 8, tzinfo=UTC)
DAY = date(2025, 7, 8)
LINE = 1001  # the stay, which is paid
DIGEST = "0" * 64

# A row for each table of the people who come through the front doors, in an order that their references allow.
FRONT_DOORS: dict[str, dict[str, Any]] = {
    "document": {"sha256": DIGEST, "media_type": "application/pdf", "size": 1, "stored_at": AT, "key_id": "k"},
    "account": {"email": "ada@example.org", "name": "Ada", "language": "fr", "roles": "member", "person_id": 1,
                "totp_step": 0, "made_at": AT},
    "sign_in": {"token_hash": DIGEST, "account_id": 1, "second_factor": False, "agent": "", "opened_at": AT,
                "seen_at": AT},
    "attempt": {"subject": DIGEST, "kind": "sign_in", "at": AT},
    "mailed_link": {"token_hash": DIGEST, "account_id": 1, "made_at": AT, "expires_at": AT},
    "outgoing_mail": {"key": "statement:1", "kind": "statement", "to_address": "ada@example.org", "language": "fr",
                      "subject": "s", "body": "b", "made_at": AT, "attempts": 0},
    "privacy_choice": {"person_id": 2, "private": True, "recorded_at": AT},
    "document_reading": {"sha256": DIGEST, "state": "asked", "found": {}, "asked_at": AT},
    "claim_draft": {"key": "d", "membership_id": 1, "account_id": 1, "content": {}, "version": 1, "made_at": AT,
                    "changed_at": AT},
    "draft_document": {"draft_key": "d", "sha256": DIGEST, "kind": "invoice", "name": "n", "confidential": False,
                       "added_at": AT},
    "paper_request": {"membership_id": 1, "line_id": LINE, "kind": "original", "why": "w", "asked_by": "ines",
                      "asked_on": DAY, "recorded_at": AT},
    "duplicate_review": {"membership_id": 1, "line_id": LINE, "outcome": "distinct", "why": "w",
                         "reviewed_by": "ines", "recorded_at": AT},
    "stay_review": {"membership_id": 1, "line_id": LINE, "days": 30, "why": "w", "reviewed_by": "ines",
                    "recorded_at": AT},
    "contest": {"line_id": LINE, "decision_id": 1, "reason": "r", "contested_by": "account:1", "contested_on": DAY,
                "recorded_at": AT},
    "contest_answer": {"contest_id": 1, "outcome": "upheld", "answer": "a", "answered_by": "ines",
                       "answered_on": DAY, "recorded_at": AT},
    "approval_file": {"request_id": 1, "submitted_by": "account:1", "key": "a", "provider": "", "recorded_at": AT},
    "approval_document": {"request_id": 1, "kind": "report", "name": "n", "sha256": DIGEST, "recorded_at": AT},
    "approval_question": {"request_id": 1, "kind": "report", "text": "t", "asked_by": "luc", "recorded_at": AT},
    "answer_reason": {"answer_id": 1, "reason": b"sealed"},
    "guarantee_letter": {"answer_id": 1, "code": "ABCD-EFGH", "made_at": AT},
    "message": {"membership_id": 1, "person_id": 1, "account_id": 1, "from_staff": False, "text": "t", "at": AT},
    "message_seen": {"person_id": 1, "by_staff": True, "message_id": 1, "at": AT},
    "discarded_proposal": {"proposal_id": 1, "reason": "r", "discarded_by": "luc", "discarded_at": AT},
    "settlement_order": {"day": DAY, "prepared_by": "ines", "prepared_at": AT, "preview": {}, "memberships": 0},
}  # fmt: skip


def tell(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Play the story on that database, and keep an account and the front doors' rows beside it."""
    file = folder / "story.yaml"
    file.write_text(STORY, encoding="utf-8")
    monkeypatch.setattr(play, "open_engine", lambda *_url, **_options: engine)
    done = run(file)
    assert done.passed, done
    account = {
        "membership_id": 1, "version": 1, "holder": "Ada Lovelace", "iban": "FR7630006000011234567890189",
        "town": "Paris", "country": "FR", "recorded_at": AT,
    }  # fmt: skip
    proposal = {
        "currency": "KWD", "value": Decimal("0.35"), "published_on": DAY, "reason": "r", "entered_by": "ines",
        "entered_at": AT,
    }  # fmt: skip
    with transaction(engine) as session:
        session.execute(table_of(PayoutAccount).insert(), account)
        session.execute(table_of(RateProposal).insert(), proposal)
        open_front_doors(session)


def open_front_doors(session: Session) -> None:
    """A row in each of the front doors' tables that the database has."""
    there = set(inspect(session.connection()).get_table_names())
    for name, row in FRONT_DOORS.items():
        if name in there:
            session.execute(SQLModel.metadata.tables[name].insert(), row)


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table that the database has, with the columns that it has, in the order of the keys."""
    found = {}
    with engine.connect() as connection:
        there = inspect(connection)
        for table in (t for t in SQLModel.metadata.sorted_tables if there.has_table(t.name)):
            columns = [table.c[column["name"]] for column in there.get_columns(table.name) if column["name"] in table.c]
            rows = connection.execute(select(*columns).order_by(*table.primary_key))
            found[table.name] = [dict(row._mapping) for row in rows]
    return found
