"""The operator's own rates: one person types one in and says why, another confirms it (four eyes)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from expat import audit
from expat.currency.arrivals import NewRate, checked
from expat.currency.tables import PublishedRate, RateProposal
from expat.errors import BadInput, Conflict, NotFound

OPERATOR = "operator"
_NAME_LENGTH = 40


def propose(
    session: Session, currency: str, value: Decimal, published_on: date, reason: str, by: str, at: datetime
) -> int:
    """Type in an operator's rate (units for 1 EUR) and why; it counts once another person confirms it.

    Returns the proposal's number. Raises BadInput naming the field.
    """
    checked("rate", NewRate(currency, value, OPERATOR, published_on), at)
    if not reason.strip():
        raise BadInput("reason", "is empty", "why this rate is typed in")
    proposal = RateProposal(
        currency=currency,
        value=value,
        published_on=published_on,
        reason=reason.strip(),
        entered_by=_person(by),
        entered_at=at,
    )
    session.add(proposal)
    session.flush()
    assert proposal.id is not None
    what = {"currency": currency, "value": str(value), "published_on": str(published_on), "reason": reason}
    audit.record(session, at, proposal.entered_by, "rate.propose", f"rate_proposal:{proposal.id}", **what)
    return proposal.id


def confirm(session: Session, proposal_id: int, by: str, at: datetime) -> int:
    """Confirm another person's rate, which holds from now on; returns its number.

    Raises NotFound, BadInput where the same person confirms, Conflict where it is confirmed already.
    """
    proposal = session.scalar(select(RateProposal).where(col(RateProposal.id) == proposal_id).with_for_update())
    if proposal is None:
        raise NotFound("proposal", f"there is no rate proposal {proposal_id}", "a number that `propose` gave")
    person = _person(by)
    if person.casefold() == proposal.entered_by.casefold():
        raise BadInput("by", f"{person} typed this rate in", "another person confirms it")
    if proposal.confirmed_by is not None:
        raise Conflict("proposal", f"{proposal_id} is confirmed already, by {proposal.confirmed_by}")
    rate_id = _insert(session, proposal, person, at)
    confirmed = {"confirmed_by": person, "confirmed_at": at, "rate_id": rate_id}
    session.execute(update(RateProposal).where(col(RateProposal.id) == proposal_id).values(**confirmed))
    audit.record(session, at, person, "rate.confirm", f"rate_proposal:{proposal_id}", rate=rate_id)
    return rate_id


def _insert(session: Session, proposal: RateProposal, confirmed_by: str, at: datetime) -> int:
    row = {
        "currency": proposal.currency,
        "value": proposal.value,
        "source": OPERATOR,
        "published_on": proposal.published_on,
        "arrived_at": at,
        "note": f"{proposal.reason} ({proposal.entered_by}, {confirmed_by})",
    }
    rate_id: int = session.execute(insert(PublishedRate).values(**row).returning(col(PublishedRate.id))).scalar_one()
    return rate_id


def _person(by: str) -> str:
    name = " ".join(by.split())
    if not 0 < len(name) <= _NAME_LENGTH:
        raise BadInput("by", f"{by!r} is no name", f"who acts, in at most {_NAME_LENGTH} letters")
    return name
