"""A batch of direct debits, a movement that waits, a proposal and a refund of a membership, for the pages' tests."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from expat.billing.tables import PremiumMandate, PremiumRefund
from expat.collecting.tables import BankEntry, BankMessageRecord, BankPart, DebitBatch, DebitItem, MoneyProposal
from expat.db import table_of
from tests.bank.bank_says import OURS, THEIRS
from tests.portal.house import AT, TODAY


def collected(session: Session, membership: int, premium: int) -> dict[str, Any]:
    """The keys of what is there, by the names that addresses have for them."""

    def add(model: Any, **values: Any) -> int:
        table = table_of(model)
        return int(session.execute(table.insert().values(values).returning(table.c.id)).scalar_one())

    mandate = add(
        PremiumMandate, membership_id=membership, reference="M-9", holder="Ada", iban=THEIRS, signed_on=TODAY,
        recorded_by="desk", recorded_at=AT,
    )  # fmt: skip
    batch = add(DebitBatch, collect_on=TODAY, made_by="jobs", made_at=AT)
    add(
        DebitItem, batch_id=batch, premium_id=premium, attempt=1, membership_id=membership, mandate_id=mandate,
        mandate="M-9", sequence="FRST", cents=100, end_to_end_id="E-9",
    )  # fmt: skip
    message = add(
        BankMessageRecord, sha256="9" * 64, name="s.xml", kind="statement", version="camt.053.001.08", message_id="m",
        made_on=TODAY, statements=["s"], imported_by="command", imported_at=AT,
    )  # fmt: skip
    entry = add(
        BankEntry, bank_message_id=message, statement="s", account=OURS, key="k", currency="EUR", amount=300,
        booked_on=TODAY, text="t",
    )  # fmt: skip
    parts = [
        add(
            BankPart,
            bank_entry_id=entry,
            position=n,
            amount=100,
            remittance="rent",
            name="Ada",
            matched="waits",
            why="unknown",
        )
        for n in (1, 2)
    ]
    proposal = add(
        MoneyProposal, kind="not_ours", part_id=parts[1], cents=100, day=TODAY, reason="rent", proposed_by="desk",
        proposed_at=AT,
    )  # fmt: skip
    refund = add(
        PremiumRefund, membership_id=membership, source="test:9", amount=100, reason="end", day=TODAY, due_by=TODAY,
        recorded_at=AT,
    )  # fmt: skip
    return {"batch_id": batch, "part_id": parts[0], "proposal_id": proposal, "refund_id": refund}
