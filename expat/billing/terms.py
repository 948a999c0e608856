"""How a membership pays its premiums: how often, by which means, and who; and where its calls begin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.billing.tables import PremiumAllocation, PremiumLine, PremiumSchedule, PremiumTerms
from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.ledger.post import BANK, PREMIUM_INCOME, PREMIUMS_RECEIVABLE, Entry, Transaction, post
from expat.membership.changes import Acting, locked
from expat.money import EUR
from expat.periods import Period, next_anniversary, plausible

METHODS = ("direct_debit", "transfer")
PAYERS = ("member", "employer")

_TERMS: Any = table_of(PremiumTerms)
_SCHEDULE: Any = table_of(PremiumSchedule)
_LINE: Any = table_of(PremiumLine)
_ALLOCATION: Any = table_of(PremiumAllocation)


class Terms(NamedTuple):
    """How often, by which means, and who pays."""

    frequency: str
    method: str = "transfer"
    payer: str = "member"


class Told(NamedTuple):
    """A first premium that was told and paid before cover began: its key, its days, EUR cents, what they were worth."""

    premium: int
    days: Period
    cents: int
    computed: int


def start_calling(
    session: Session, dossier: Dossier, terms: Terms, next_from: date, acting: Acting, told: Told | None = None
) -> None:
    """Begin to call a membership's premiums with the period from `next_from`; `told` is what came before it.

    Raises BadInput for terms that the plan does not know, Conflict where calls have begun.
    """
    _check(dossier, terms, acting.day)
    if schedule_of(session, dossier.id) is not None:
        raise Conflict("membership", "its premiums are called already", "new terms from the next anniversary")
    since = told.days.first if told else next_from
    _keep(session, dossier.id, terms, since, acting)
    call_on = next_from - timedelta(days=dossier.plan.on(next_from)["premium.call_ahead"].value)
    values = {"next_from": next_from, "call_on": call_on, "facts_version": dossier.version}
    session.execute(_SCHEDULE.insert().values(membership_id=dossier.id, **values))
    if told is not None:
        line = {
            "premium_id": told.premium, "position": 1, "membership_id": dossier.id, "kind": "told",
            "period_from": told.days.first, "period_to": told.days.last, "first_day": told.days.first,
            "last_day": told.days.last, "amount": told.cents, "computed": told.computed, "explained": {},
        }  # fmt: skip
        session.execute(_LINE.insert().values(line))
        book_first(session, told.premium, told.cents, acting)


def book_first(session: Session, premium: int, cents: int, acting: Acting) -> None:
    """A first premium that came before cover began: owed and received at once, EUR cents."""
    values = {"premium_id": premium, "amount": cents, "day": acting.day, "source": "first", "recorded_at": acting.at}
    session.execute(_ALLOCATION.insert().values(values))
    owed = (Entry(PREMIUMS_RECEIVABLE, EUR, cents), Entry(PREMIUM_INCOME, EUR, -cents))
    came = (Entry(BANK, EUR, cents), Entry(PREMIUMS_RECEIVABLE, EUR, -cents))
    booked = [
        Transaction(f"called:premium:{premium}", acting.day, owed),
        Transaction(f"received:first:{premium}", acting.day, came),
    ]
    post(session, booked, acting.at)


def change_terms(session: Session, membership_id: int, terms: Terms, acting: Acting) -> date:
    """Pay otherwise: the means from the next call on, how often from the next anniversary on; answers from when.

    Raises BadInput for terms that the plan does not know, NotFound where no premiums are called.
    """
    dossier = locked(session, membership_id)
    _check(dossier, terms, acting.day)
    stands = schedule_of(session, membership_id)
    if stands is None:
        raise NotFound("membership", "its premiums are not called", "start the calls with the first terms")
    before = terms_on(terms_of(session, membership_id), stands.next_from)
    since: date = stands.next_from
    if terms.frequency != before.frequency:
        since = next_anniversary(dossier.joined, since)
        if since != stands.next_from:
            _keep(session, membership_id, terms._replace(frequency=before.frequency), stands.next_from, acting)
    waits = {row.holds_from for row in terms_of(session, membership_id) if row.holds_from > since}
    for day in sorted({since, *waits}):  # what was asked for before and waits is replaced
        _keep(session, membership_id, terms, day, acting)
    return since


def schedule_of(session: Session, membership_id: int) -> Any:
    """Where a membership's calls stand; None where none are made."""
    return session.execute(_SCHEDULE.select().where(_SCHEDULE.c.membership_id == membership_id)).first()


def terms_of(session: Session, membership_id: int) -> Sequence[Any]:
    """The terms of a membership, the newest last."""
    return session.execute(select(_TERMS).where(_TERMS.c.membership_id == membership_id).order_by(_TERMS.c.id)).all()


def terms_on(rows: Sequence[Any], day: date) -> Terms:
    """The terms that hold on a day. Raises NotFound where there are none."""
    held = [(row.holds_from, row.id, row) for row in rows if row.holds_from <= day]
    if not held:
        raise NotFound("membership", f"no terms of payment hold on {day}", "how often and how premiums are paid")
    row = max(held)[2]
    return Terms(row.frequency, row.method, row.payer)


def _check(dossier: Dossier, terms: Terms, day: date) -> None:
    plausible(day, "day")
    known = {
        "frequency": dossier.plan.on(day)["premium.frequencies"].value, "method": METHODS, "payer": PAYERS,
    }  # fmt: skip
    for name, words in known.items():
        if getattr(terms, name) not in words:
            raise BadInput(name, f"{getattr(terms, name)!r} is unknown", f"one of {', '.join(words)}")


def _keep(session: Session, membership_id: int, terms: Terms, since: date, acting: Acting) -> None:
    values = {
        "membership_id": membership_id, **terms._asdict(), "holds_from": since, "recorded_by": acting.actor,
        "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_TERMS.insert().values(values))
    detail = {**terms._asdict(), "from": since.isoformat()}
    audit.record(session, acting.at, acting.actor, "premium.terms", f"membership:{membership_id}", **detail)
