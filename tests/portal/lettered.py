"""A formal notice that was handed over, for the records that addresses name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from expat.billing.dunning import Step
from expat.claims.load import load
from expat.db import table_of
from expat.letters.post import write_letter
from expat.letters.tables import PostalBatch, PostedLetter
from expat.membership.changes import Acting
from expat.settings import Settings

TO = {"name": "Ada", "street": "1 Quay", "building": "", "postcode": "", "town": "Singapore", "country": "SG"}


def a_letter(session: Session, membership: int, premium: int, day: date, at: datetime) -> dict[str, Any]:
    """A letter on a premium, in a batch: their keys as addresses name them."""
    acting = Acting(day, at, ("ecb",), "jobs")
    step = Step(
        "notice", membership, premium, 29_325, day - timedelta(days=16), day, day + timedelta(days=30),
        day + timedelta(days=40),
    )  # fmt: skip
    letter = write_letter(session, step, load(session, [membership])[membership], day, acting, Settings())
    batch, posted = table_of(PostalBatch), table_of(PostedLetter)
    made = batch.insert().values(day=day, number=1, made_by="jobs", made_at=at).returning(batch.c.id)
    key = session.execute(made).scalar_one()
    session.execute(posted.insert().values(letter_id=letter, batch_id=key, recipient=TO))
    return {"letter_id": letter, "post_id": key}
