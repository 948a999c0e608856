"""The memberships that ended so long ago that something of them is past its time.

The database finds those that may have ended by then; whether they did, their dossiers say. So the work follows from how
many ended, not from how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session

from expat.claims.load import load
from expat.periods import DAY, add_years
from expat.personal_data.blanks import table
from expat.personal_data.retention import Retention, last_past
from expat.plans.loader import plan

SLICE = 500
ENDINGS = ("termination", "rights_reopened", "left", "death")  # kinds of changes that take the member's cover


def ended(session: Session, kept: Retention, day: date, among: Any = None) -> Iterator[tuple[int, date]]:
    """The memberships of which something is left to erase that had ended by the last day that is past its time, with
    the last day on which somebody was covered; a slice at a time, and of those alone that may have ended by then."""
    limit, after = last_past(kept, day), 0
    while True:
        keys = list(session.execute(_perhaps_ended(session, kept.what, limit, day, after, among)).scalars())
        for key, dossier in load(session, keys).items() if keys else ():
            edition = dossier.plan.on(day)
            last = max((period.last for one in dossier.people for period in dossier.cover(one, edition)), default=None)
            if last is not None and last <= limit:
                yield key, last
        if len(keys) < SLICE:
            return
        after = keys[-1]


def _perhaps_ended(session: Session, what: str, limit: date, day: date, after: int, among: Any) -> Any:
    """Keys of a slice of those that may have ended by a day: never too few, and few more than did."""
    membership, done = table("membership"), table("erased_membership")
    left = membership.c.id.not_in(select(done.c.membership_id).where(done.c.what == what))
    where = [membership.c.id > after, membership.c.joined <= limit, left, _perhaps(session, limit, day)]
    if among is not None:
        where.append(membership.c.id.in_(among))
    return select(membership.c.id).where(*where).order_by(membership.c.id).limit(SLICE)


def _perhaps(session: Session, limit: date, day: date) -> Any:
    """What ends the member's cover, and so everybody's: a change, an unpaid premium, or age."""
    membership, person, change = table("membership"), table("insured_person"), table("membership_change")
    changed = select(change.c.id).where(
        change.c.membership_id == membership.c.id, change.c.kind.in_(ENDINGS), change.c.refused.is_(None),
        change.c.effective_from <= limit + DAY,
    )  # fmt: skip
    plans = session.execute(select(membership.c.plan).distinct()).scalars().all()
    old = (and_(membership.c.plan == name, person.c.born <= _too_old(name, limit, day)) for name in plans)
    member = select(person.c.id).where(person.c.membership_id == membership.c.id, person.c.role == "member")
    aged = member.where(or_(*old, person.c.covered_from > membership.c.joined))
    return or_(changed.exists(), _perhaps_unpaid(limit).exists(), aged.exists())


def _too_old(name: str, limit: date, day: date) -> date:
    """Who was born later cannot have been over the age for cover by a day; a day more for a 29 February."""
    return add_years(limit, -plan(name).on(day)["membership.member_until"].value) + DAY


def _perhaps_unpaid(limit: date) -> Any:
    """Premiums whose course may have ended the cover by a day: a formal notice was sent, or none was needed."""
    membership, premium, event = table("membership"), table("premium"), table("premium_event")
    happened = select(event.c.id).where(event.c.premium_id == premium.c.id)
    noticed = happened.where(event.c.kind == "noticed", event.c.happened_on <= limit).exists()
    in_time = happened.where(event.c.kind == "paid", event.c.happened_on <= premium.c.due_on).exists()
    taken_back = happened.where(event.c.kind == "returned").exists()
    uncalled = premium.c.called_on.is_(None) & (~in_time | taken_back)
    mine = premium.c.membership_id == membership.c.id, premium.c.covers == "health", premium.c.due_on <= limit
    return select(premium.c.id).where(*mine, or_(noticed, uncalled))
