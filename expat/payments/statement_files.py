"""What members are told of a settlement, as files: a statement for each payout, a notice for each claim without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.payments.notice import claims_to_tell, notices
from expat.payments.statement import statements
from expat.payments.statement_text import as_text
from expat.payments.tables import Payout

AT_ONCE = 200  # read together

_PAYOUT: Any = table_of(Payout)


def write_statements(session: Session, settlement_id: int, folder: Path) -> tuple[int, int]:
    """Write a settlement's statements and notices, each in the member's language; answers how many of both."""
    query = select(_PAYOUT.c.id).where(_PAYOUT.c.settlement_id == settlement_id).order_by(_PAYOUT.c.id)
    payouts = list(session.execute(query).scalars())
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(payouts), AT_ONCE):
        for one in statements(session, payouts[start : start + AT_ONCE]):
            _write(folder / f"statement-{one.payout:08d}-{one.language}.txt", as_text(one))
    claims = claims_to_tell(session, settlement_id)
    for start in range(0, len(claims), AT_ONCE):
        for told in notices(session, claims[start : start + AT_ONCE]):
            _write(folder / f"notice-{told.claim:08d}-{told.language}.txt", as_text(told))
    return len(payouts), len(claims)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
