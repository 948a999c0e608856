"""A small story, told through the verbs, that leaves a row in nearly every table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel

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


def tell(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Play the story on that database, and keep an account beside it."""
    file = folder / "story.yaml"
    file.write_text(STORY, encoding="utf-8")
    monkeypatch.setattr(play, "open_engine", lambda *_url, **_options: engine)
    done = run(file)
    assert done.passed, done
    account = {
        "membership_id": 1, "version": 1, "holder": "Ada Lovelace", "iban": "FR7630006000011234567890189",
        "town": "Paris", "country": "FR", "recorded_at": datetime(2025, 7, 8, tzinfo=UTC),
    }  # fmt: skip
    with transaction(engine) as session:
        session.execute(table_of(PayoutAccount).insert(), account)


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table, in the order of the keys."""
    with engine.connect() as connection:
        tables = SQLModel.metadata.sorted_tables
        return {t.name: [tuple(row) for row in connection.execute(select(t).order_by(*t.primary_key))] for t in tables}
