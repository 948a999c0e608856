"""The operator's own rates: one person types one in and says why, another confirms it (four eyes) or discards it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from expat import audit
from expat.currency.arrivals import NewRate, checked
from expat.currency.tables import DiscardedProposal, PublishedRate, RateProposal
from expat.errors import BadInput, Conflict, NotFound

OPERATOR = "operator"
LONGEST_REASON = 500
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

    Raises NotFound, BadInput where the same person confirms, Conflict where it is confirmed already or discarded.
    """
    proposal, person = _locked(session, proposal_id), _person(by)
    if person.casefold() == proposal.entered_by.casefold():
        raise BadInput("by", f"{person} typed this rate in", "another person confirms it")
    _check_open(session, proposal)
    rate_id = _insert(session, proposal, person, at)
    confirmed = {"confirmed_by": person, "confirmed_at": at, "rate_id": rate_id}
    session.execute(update(RateProposal).where(col(RateProposal.id) == proposal_id).values(**confirmed))
    audit.record(session, at, person, "rate.confirm", f"rate_proposal:{proposal_id}", rate=rate_id)
    return rate_id


def discard(session: Session, proposal_id: int, reason: str, by: str, at: datetime) -> None:
    """Say that a typed-in rate is not to be confirmed, and why: whoever typed it in, or anybody else.

    The proposal stays, with who discarded it. Raises NotFound, BadInput for a reason that is empty or too long,
    Conflict where it is confirmed already or discarded.
    """
    proposal, person, why = _locked(session, proposal_id), _person(by), reason.strip()
    if not why or "\x00" in why or len(why) > LONGEST_REASON:
        raise BadInput("reason", "is empty or too long", f"why it is discarded, in {LONGEST_REASON} characters")
    _check_open(session, proposal)
    session.add(DiscardedProposal(proposal_id=proposal_id, reason=why, discarded_by=person, discarded_at=at))
    session.flush()
    audit.record(session, at, person, "rate.discard", f"rate_proposal:{proposal_id}", reason=why)


def _locked(session: Session, proposal_id: int) -> RateProposal:
    proposal = session.scalar(select(RateProposal).where(col(RateProposal.id) == proposal_id).with_for_update())
    if proposal is None:
        raise NotFound("proposal", f"there is no rate proposal {proposal_id}", "a number that `propose` gave")
    return proposal


def _check_open(session: Session, proposal: RateProposal) -> None:
    if proposal.confirmed_by is not None:
        raise Conflict("proposal", f"{proposal.id} is confirmed already, by {proposal.confirmed_by}")
    discarded = session.get(DiscardedProposal, proposal.id)
    if discarded is not None:
        raise Conflict("proposal", f"{proposal.id} is discarded, by {discarded.discarded_by}")


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
