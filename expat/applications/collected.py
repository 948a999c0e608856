"""How a concluded membership pays from its first day on: by the terms and the mandate of its application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from expat.applications.form import Filled
from expat.applications.hand_in import mandate_of
from expat.billing.calls import period_worth
from expat.billing.tables import PremiumMandate
from expat.billing.terms import Terms, Told, book_first, start_calling
from expat.claims.load import load
from expat.db import table_of
from expat.membership.changes import Acting
from expat.periods import DAY, Period

_MANDATE: Any = table_of(PremiumMandate)


def begin_calls(
    session: Session, membership_id: int, application_id: int, form: Filled,
    paid: Sequence[tuple[int, Period, int]], acting: Acting,
) -> None:  # fmt: skip
    """Call the premiums after the first ones, which were told and are `paid`: key, days and EUR cents of each."""
    assert form.choice is not None
    signed = mandate_of(session, application_id)
    if signed is not None:
        values = {
            "membership_id": membership_id, "reference": signed.reference, "holder": signed.holder,
            "iban": signed.iban, "signed_on": signed.signed_on, "ends": False, "recorded_by": acting.actor,
            "recorded_at": acting.at,
        }  # fmt: skip
        session.execute(_MANDATE.insert().values(values))
    (key, days, cents), *others = paid
    for other, _days, apart in others:
        book_first(session, other, apart, acting)
    dossier, frequency = load(session, [membership_id])[membership_id], form.choice.frequency
    told = Told(key, days, cents, period_worth(session, dossier, days, frequency))
    terms = Terms(frequency, "transfer" if signed is None else "direct_debit")
    start_calling(session, dossier, terms, days.last + DAY, acting, told)
