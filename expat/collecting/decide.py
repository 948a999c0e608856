"""What people decide about money, four eyes each time: one proposes and says why, another confirms or refuses.

What a waiting payment of the bank is: a payment for a premium, a direct debit that came back, charges, a refund of
ours, in the books already (`known`), or not ours (`not_ours`, `sent_back`). Also a payment that came without the bank's
word (`hand`), and a refund that was transferred (`refunded`). Nothing is booked before it is confirmed.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import exists, select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.billing.tables import PremiumRefund
from expat.claims.written import written
from expat.collecting.batches import LOCK
from expat.collecting.debits import came_back
from expat.collecting.match import charge
from expat.collecting.moved import WAITS, Moved
from expat.collecting.receive import Received, receive
from expat.collecting.tables import BankEntry, BankPart, DebitItem, MoneyDecision, MoneyProposal
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.ledger.post import BANK, BANK_CHARGES, PREMIUM_REFUNDS, UNMATCHED, Entry, Transaction, post, reverse
from expat.membership.changes import Acting
from expat.money import EUR
from expat.periods import plausible
from expat.premiums.tables import Premium
from expat.settings import Settings

OF_CREDITS = ("premium", "known", "not_ours", "sent_back")
OF_DEBITS = ("return", "charges", "refund", "known", "sent_back")
CONFIRMED, REFUSED = OUTCOMES = "confirmed", "refused"
MOST = 99_999_999_99  # cents of a payment by hand

_PROPOSAL: Any = table_of(MoneyProposal)
_DECISION: Any = table_of(MoneyDecision)
_PART: Any = table_of(BankPart)
_ENTRY: Any = table_of(BankEntry)
_PREMIUM: Any = table_of(Premium)
_REFUND: Any = table_of(PremiumRefund)
_ITEM: Any = table_of(DebitItem)


class Proposed(NamedTuple):
    """What somebody proposes for a waiting payment, and why; the premium or the refund that it is for."""

    kind: str
    reason: str
    premium: int | None = None
    refund: int | None = None


def propose(session: Session, part_id: int, one: Proposed, acting: Acting) -> int:
    """Propose what a waiting payment is; answers the proposal's key.

    Raises NotFound, BadInput naming the field, Own for one's own membership, Conflict where it waits no more or a
    proposal waits already.
    """
    reason = written("reason", one.reason)
    advisory_lock(session, LOCK)
    part = waiting_part(session, part_id)
    known = OF_CREDITS if part.amount > 0 else OF_DEBITS
    if one.kind not in known:
        raise BadInput("kind", f"{one.kind!r} cannot be", f"one of {', '.join(known)}")
    if _open_proposal(session, _PROPOSAL.c.part_id == part_id) is not None:
        raise Conflict("part", "a proposal waits already", "a decision on it")
    _check(session, part, one, acting)
    premium = one.premium if one.kind == "premium" else None
    refund = one.refund if one.kind == "refund" else None
    values = {"part_id": part_id, "premium_id": premium, "refund_id": refund, "cents": part.amount, "day": _day(part)}
    return _keep(session, one.kind, reason, acting, **values)


def propose_by_hand(
    session: Session, premium_id: int, cents: int, day: date, reason: str, acting: Acting
) -> int:  # fmt: skip
    """Enter a payment that no statement tells of: EUR cents for a called premium, on a day, and how it came.

    Raises NotFound, BadInput naming the field, Own, Conflict where the same waits already.
    """
    why = written("reason", reason)
    advisory_lock(session, LOCK)
    refuse_own(session, _premium(session, premium_id), acting.actor)
    if not 0 < cents <= MOST:
        raise BadInput("amount", f"{cents} cents", "an amount above zero")
    if plausible(day, "day") > acting.day:
        raise BadInput("day", f"{day} has not come yet", f"a day up to {acting.day}")
    same = (_PROPOSAL.c.kind == "hand") & (_PROPOSAL.c.premium_id == premium_id) & (_PROPOSAL.c.cents == cents)
    if _open_proposal(session, same & (_PROPOSAL.c.day == day)) is not None:
        raise Conflict("premium", "the same payment waits for a second person already", "a decision on it")
    return _keep(session, "hand", why, acting, premium_id=premium_id, cents=cents, day=day)


def propose_refunded(session: Session, refund_id: int, day: date, reason: str, acting: Acting) -> int:
    """Note that a refund was transferred on a day. Raises NotFound, BadInput, Own, Conflict where it is paid."""
    why = written("reason", reason)
    advisory_lock(session, LOCK)
    refund = _refund(session, refund_id)
    refuse_own(session, refund.membership_id, acting.actor)
    if not refund.day <= plausible(day, "day") <= acting.day:
        raise BadInput("day", f"{day}", f"a day from {refund.day} to {acting.day}")
    if _open_proposal(session, _PROPOSAL.c.refund_id == refund_id) is not None:
        raise Conflict("refund", "a proposal waits already", "a decision on it")
    return _keep(session, "refunded", why, acting, refund_id=refund_id, cents=refund.amount, day=day)


def decide(session: Session, proposal_id: int, outcome: str, acting: Acting, chosen: Settings) -> None:
    """Confirm or refuse what another person proposed, once; a confirmed one is booked.

    Raises NotFound, BadInput for the proposer's own eyes, Own, Conflict where it was decided or holds no more.
    """
    if outcome not in OUTCOMES:
        raise BadInput("outcome", f"{outcome!r} is unknown", f"one of {', '.join(OUTCOMES)}")
    advisory_lock(session, LOCK)
    row = session.execute(select(_PROPOSAL).where(_PROPOSAL.c.id == proposal_id)).first()
    if row is None:
        raise NotFound("proposal", f"there is no proposal {proposal_id}")
    if row.proposed_by.casefold() == acting.actor.casefold():
        raise BadInput("by", f"{acting.actor} proposed this", "another person to decide")
    if session.execute(select(_DECISION.c.proposal_id).where(_DECISION.c.proposal_id == proposal_id)).first():
        raise Conflict("proposal", f"{proposal_id} is decided")
    values = {
        "proposal_id": proposal_id, "outcome": outcome, "decided_by": acting.actor, "decided_at": acting.at
    }  # fmt: skip
    if outcome == CONFIRMED:
        _apply(session, row, acting, chosen)
    session.execute(_DECISION.insert().values(values))
    audit.record(session, acting.at, acting.actor, f"money.{outcome}", f"money_proposal:{proposal_id}", kind=row.kind)


def waiting_part(session: Session, part_id: int) -> Any:
    """A payment that waits for a person, with its movement. Raises NotFound, Conflict where it waits no more."""
    columns = (_ENTRY.c[name] for name in ("currency", "booked_on", "value_on"))
    query = select(_PART, *columns).join(_ENTRY, _ENTRY.c.id == _PART.c.bank_entry_id)
    row = session.execute(query.where(_PART.c.id == part_id)).first()
    if row is None:
        raise NotFound("part", f"there is no payment {part_id}")
    if session.execute(query.where(_PART.c.id == part_id, still_waits())).first() is None:
        raise Conflict("part", f"{part_id} waits no more", "one that is on the list")
    return row


def still_waits() -> Any:
    """Payments (of the query) that a person has to look at and nobody has decided on."""
    decided = (
        exists()
        .where(_PROPOSAL.c.part_id == _PART.c.id, _DECISION.c.proposal_id == _PROPOSAL.c.id)
        .where(_DECISION.c.outcome == CONFIRMED)
        .correlate(_PART)
    )
    again = _ENTRY.alias()
    return (_PART.c.matched == WAITS) & ~decided & ~exists().where(again.c.details_of == _PART.c.bank_entry_id)


def _check(session: Session, part: Any, one: Proposed, acting: Acting) -> None:
    if one.kind == "premium":
        if part.currency != EUR:
            raise BadInput("kind", f"the payment is in {part.currency}", "premiums are paid in EUR")
        if one.premium is None:
            raise BadInput("premium", "is missing", "the number of a premium that was called")
        refuse_own(session, _premium(session, one.premium), acting.actor)
    elif one.kind == "refund":
        if one.refund is None:
            raise BadInput("refund", "is missing", "the number of a refund that is to be paid")
        refund = _refund(session, one.refund)
        if (part.currency, -part.amount) != (EUR, refund.amount):
            raise BadInput("refund", f"is of {refund.amount} cents", "a refund of exactly this amount")
    elif one.kind == "return" and _returned_item(session, part) is None:
        raise BadInput("kind", "no direct debit of ours is named that has not come back yet", "another choice")


def _apply(session: Session, row: Any, acting: Acting, chosen: Settings) -> None:
    if row.kind == "hand":
        _receive(session, row, "hand", row.day, BANK, acting, chosen)
        return
    if row.kind == "refunded":
        _unpaid(session, row.refund_id)
        _book(session, row, EUR, PREMIUM_REFUNDS, BANK, row.cents, acting)
        return
    part = waiting_part(session, row.part_id)
    waited = f"waits:entry:{part.bank_entry_id}:{part.position}"
    if row.kind == "premium":
        _receive(session, row, "transfer", row.day, UNMATCHED, acting, chosen)
    elif row.kind == "known":
        reverse(session, waited, part.booked_on, acting.at)
    elif row.kind == "charges":
        _book(session, row, part.currency, BANK_CHARGES, UNMATCHED, -part.amount, acting)
    elif row.kind == "refund":
        _unpaid(session, row.refund_id)
        _book(session, row, EUR, PREMIUM_REFUNDS, UNMATCHED, -part.amount, acting)
    elif row.kind == "return":
        reverse(session, waited, part.booked_on, acting.at)
        _return(session, row, part, acting, chosen)


def _return(session: Session, row: Any, part: Any, acting: Acting, chosen: Settings) -> None:
    item = _returned_item(session, part)
    if item is None:
        raise Conflict("part", "the direct debit came back already", "a refusal of this proposal")
    source = f"proposal:{row.id}"
    came_back(session, item, part.booked_on, part.returned_code, source, acting, chosen)
    if left := -part.amount - item.cents:
        moved = Moved(source, EUR, part.booked_on, part.value_on, False, None)
        charge(session, -left, moved, acting)


def _receive(
    session: Session, row: Any, method: str, day: date, against: str, acting: Acting, chosen: Settings
) -> None:  # fmt: skip
    membership = _premium(session, row.premium_id)
    refuse_own(session, membership, acting.actor)
    one = Received(
        membership, row.cents, day, method, f"proposal:{row.id}", against, (row.premium_id,), row.proposed_by,
        acting.actor,
    )  # fmt: skip
    receive(session, one, acting, chosen)


def _book(session: Session, row: Any, currency: str, to: str, by: str, amount: int, acting: Acting) -> None:
    both = (Entry(to, currency, amount), Entry(by, currency, -amount))
    post(session, [Transaction(f"decided:proposal:{row.id}", row.day, both)], acting.at)


def _returned_item(session: Session, part: Any) -> Any:
    """The direct debit that a waiting return names and that has not come back."""
    kind, _, number = (part.subject or "").partition(":")
    if kind != "debit" or not number.isdigit() or part.currency != EUR:
        return None
    mine = select(_ITEM).where(_ITEM.c.id == int(number), _ITEM.c.returned_on.is_(None))
    return session.execute(mine).first()


def _premium(session: Session, premium_id: int) -> int:
    """The membership of a called premium. Raises NotFound."""
    query = select(_PREMIUM.c.membership_id).where(_PREMIUM.c.id == premium_id, _PREMIUM.c.called_on.is_not(None))
    found = session.execute(query).scalar()
    if found is None:
        raise NotFound("premium", f"no premium {premium_id} was called", "the number of a premium that was called")
    return int(found)


def _refund(session: Session, refund_id: int) -> Any:
    row = session.execute(select(_REFUND).where(_REFUND.c.id == refund_id)).first()
    if row is None:
        raise NotFound("refund", f"there is no refund {refund_id}")
    _unpaid(session, refund_id)
    return row


def _unpaid(session: Session, refund_id: int) -> None:
    if session.execute(select(_REFUND.c.id).where(_REFUND.c.id == refund_id, refund_paid())).first() is not None:
        raise Conflict("refund", f"{refund_id} is paid already", "one that is on the list")


def refund_paid() -> Any:
    """Refunds (of the query) that two people noted as paid."""
    return (
        exists()
        .where(_PROPOSAL.c.refund_id == _REFUND.c.id, _DECISION.c.proposal_id == _PROPOSAL.c.id)
        .where(_DECISION.c.outcome == CONFIRMED)
        .correlate(_REFUND)
    )


def _open_proposal(session: Session, of: Any) -> Any:
    decided = exists().where(_DECISION.c.proposal_id == _PROPOSAL.c.id)
    return session.execute(select(_PROPOSAL.c.id).where(of, ~decided).limit(1)).scalar()


def _day(part: Any) -> date:
    day: date = min(part.booked_on, part.value_on or part.booked_on)
    return day


def _keep(session: Session, kind: str, reason: str, acting: Acting, **values: Any) -> int:
    values |= {"kind": kind, "reason": reason, "proposed_by": acting.actor, "proposed_at": acting.at}
    key = int(session.execute(_PROPOSAL.insert().values(values).returning(_PROPOSAL.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "money.proposed", f"money_proposal:{key}", kind=kind)
    return key
