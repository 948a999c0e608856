"""How a membership, or somebody's place in it, ends (UNO-MEM-3, UNO-MEM-5, UNO-MEM-6), and what takes an end back.

A request counts on the day it arrives, and nothing is backdated. Each verb keeps what was asked, accepted or refused,
and answers what came of it; asked twice it is kept once. Unpaid lines are judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import BadInput
from expat.membership import standing
from expat.membership.changes import Acting, Outcome, keep_change, locked
from expat.membership.standing import Change
from expat.periods import DAY, Period, add_months, membership_year, next_anniversary, plausible

_LINE: Any = table_of(ClaimLine)

BY_MEMBER = ("member", "return_to_france", "lost_status", "renunciation")
BY_INSURER = ("false_declaration", "omission", "insurer_contract")
TERMINATIONS = (*BY_MEMBER, *BY_INSURER)
WITHDRAWN_BY_MEMBER = ("member", "return_to_france", "lost_status")
LEFT = ("removed", "occupation", "separated", "moved_out", "death")
AS_IT_HAPPENED = ("occupation", "death")  # the contract ties cover to the fact, not to a request


@dataclass(frozen=True)
class End:
    """An end that is asked for. `effective` is the first day without cover; one too early becomes the first allowed.

    `arrived` is the day on which the letter came, `sent` the day on which it left; of a return to France `returned` is
    its day. `known_claim`: the member knows of a claim (UNO-MEM-5).
    """

    reason: str
    effective: date
    arrived: date
    sent: date | None = None
    returned: date | None = None
    known_claim: bool = False


@dataclass(frozen=True)
class Leaving:
    """Somebody who is no longer to be insured; `effective` is the first day without cover."""

    person: int
    reason: str
    effective: date
    arrived: date


@dataclass(frozen=True)
class Death:
    """The member's death, and the day on which we were told."""

    died_on: date
    arrived: date


@dataclass(frozen=True)
class Reopened:
    """French rights that are open again from `first` on, after a return; we were told on `arrived`."""

    first: date
    arrived: date


# --- what the rules allow -----------------------------------------------------------------------------------------


def first_allowed(dossier: Dossier, end: End) -> date:
    """The first day without cover that the rules allow for what is asked; never before the day it arrived."""
    edition, asked = dossier.plan.on(end.arrived), max(end.effective, end.arrived)
    if end.reason == "renunciation":
        return end.arrived
    if end.reason in ("omission", "insurer_contract"):
        return asked
    if end.reason == "false_declaration":
        return max(end.effective, end.arrived + timedelta(days=edition["membership.fraud_notice"].value))
    notice = add_months(end.arrived, edition["membership.notice"].value)
    first = max(end.effective, notice)
    if end.reason == "return_to_france" and end.returned is not None:
        kept = add_months(end.returned, edition["membership.keep_after_return"].value)
        return min(first, max(notice, kept))  # cover is kept no longer than that
    return next_anniversary(dossier.joined, first) if end.reason == "member" else first


def kept_in_france(dossier: Dossier, end: End) -> Period | None:
    """The days on which France would count as the residence, for a return that is looked at; None without any."""
    if end.reason != "return_to_france":
        return None
    first, months = first_allowed(dossier, end), dossier.plan.on(end.arrived)["membership.keep_after_return"].value
    kept = standing.kept_before(first, end.returned, max(end.arrived, add_months(first, -months)), months)
    return kept if kept.first <= kept.last else None


def cooling_off(dossier: Dossier) -> Period:
    """The days within which one can renounce: from the date on the certificate, the last one included (UNO-MEM-5)."""
    concluded = dossier.concluded_on or dossier.joined
    return Period(concluded, concluded + timedelta(days=dossier.plan.on(concluded)["membership.cooling_off"].value))


def refused_because(dossier: Dossier, end: End) -> str | None:
    """Why an end cannot be had, in a stable word; None where it can. A letter counts as sent, where that is known ⚖."""
    if end.reason != "renunciation":
        return None
    if (end.sent or end.arrived) > cooling_off(dossier).last:
        return "renunciation_late"
    return "renunciation_claim_known" if dossier.sold == "at_home" and end.known_claim else None


def paid_until(dossier: Dossier, day: date) -> date:
    """The last day of the period paid for in which a day lies: to that day the others stay covered (UNO-MEM-3).

    A period that was called and can still be paid counts ⚖. Where no period is known it is that of so many months of
    the membership year as the plan assumes, a quarter ⚖.
    """
    found = max((p.last for p in dossier.periods.values() if p.first <= day <= p.last), default=None)
    if found is not None:
        return found
    year = membership_year(dossier.joined, max(day, dossier.joined))
    assumed = dossier.plan.on(day)["membership.period_assumed"].value
    ends = (add_months(year.first, months) - DAY for months in range(assumed, 12 + assumed, assumed))
    return next(end for end in ends if end >= min(day, year.last))


def death_change(dossier: Dossier, died_on: date, told_on: date) -> Change:
    """The member's death as a change: no cover from the day after; for the others to the end of the period paid for."""
    until = max(died_on, paid_until(dossier, died_on))
    return Change("death", "death", told_on, died_on + DAY, until, dossier.member.id)


def leaving_change(dossier: Dossier, person: int, reason: str, effective: date, arrived: date) -> Change:
    """Somebody's leaving as a change. Where it is asked for, never before the day it arrived.

    What happened ends the cover on its day, as the contract says; never before the person's first day.
    """
    first = effective if reason in AS_IT_HAPPENED else max(effective, arrived)
    return Change("left", reason, arrived, max(first, dossier.people[person].covered_from), None, person)


def change_of(dossier: Dossier, end: End | Leaving | Death | Reopened) -> Change:
    """What an end would be kept as."""
    if isinstance(end, Reopened):
        return Change("rights_reopened", "FR", end.arrived, max(end.first, end.arrived))
    if isinstance(end, Death):
        return death_change(dossier, end.died_on, end.arrived)
    if isinstance(end, Leaving):
        return leaving_change(dossier, end.person, end.reason, end.effective, end.arrived)
    return Change("termination", end.reason, end.arrived, first_allowed(dossier, end))


# --- terminations ---------------------------------------------------------------------------------------------------


def terminate(
    session: Session, membership_id: int, reason: str, effective: date, acting: Acting, *,
    arrived: date | None = None, sent: date | None = None, returned: date | None = None, whole_premium: bool = False,
) -> Outcome:  # fmt: skip
    """UNO-MEM-5 and 6: end a membership. Of several ends the one that comes first holds. Raises BadInput.

    `whole_premium`: renounced, sold at home, with a claim that the member did not know of: all of it stays due.
    """
    dossier = locked(session, membership_id)
    end = End(reason, effective, arrived or acting.day, sent, returned, knows_of_claim(session, membership_id))
    _check(dossier, end, acting)
    refused, first = refused_because(dossier, end), first_allowed(dossier, end)
    same = [c for c in standing.terminations(dossier.changes) if (c.value, c.effective_from) == (reason, first)]
    if same and refused is None:
        return Outcome(None, first, same[0].id)
    if reason == "return_to_france" and returned is not None:
        keep_change(session, dossier, acting, Change("returned", "FR", end.arrived, returned), judge=False)
    if whole_premium and reason == "renunciation" and dossier.sold == "at_home" and refused is None:
        keep_change(session, dossier, acting, Change("whole_premium", reason, end.arrived, first), judge=False)
    return keep_change(session, dossier, acting, Change("termination", reason, end.arrived, first, refused=refused))


def _check(dossier: Dossier, end: End, acting: Acting) -> None:
    if end.reason not in TERMINATIONS:
        raise BadInput("reason", f"{end.reason!r} is unknown", f"one of {', '.join(TERMINATIONS)}")
    plausible(end.effective, "effective")
    check_arrived(dossier, end.arrived, acting.day)
    if end.sent is not None and not cooling_off(dossier).first <= end.sent <= end.arrived:
        expected = f"a day from {cooling_off(dossier).first} to {end.arrived}"
        raise BadInput("sent", f"{end.sent} cannot be the day it was sent", expected)
    if end.returned is not None:
        plausible(end.returned, "returned")


def check_arrived(dossier: Dossier, arrived: date, today: date) -> None:
    """Raise BadInput for a day on which nothing can have arrived: one to come, or one before the conclusion."""
    first = min(cooling_off(dossier).first, dossier.joined)
    if not first <= arrived <= max(today, first):
        raise BadInput("arrived", f"{arrived} cannot be the day it arrived", f"a day from {first} to {today}")


def knows_of_claim(session: Session, membership_id: int) -> bool:
    """Whether a claim was handed in: the member knows of it."""
    query = select(_LINE.c.id).where(_LINE.c.membership_id == membership_id).limit(1)
    return session.execute(query).first() is not None


def withdraw_termination(session: Session, membership_id: int, acting: Acting, by_member: bool = True) -> Outcome:
    """Take back the ends that have not come yet: the membership goes on. A member takes back what was the member's."""
    dossier = locked(session, membership_id)
    found = withdrawable(dossier, acting.day, by_member)
    if not found:
        raise BadInput("termination", "there is none that can be taken back", "one whose day has not come")
    done = Outcome()
    for change in found:
        done = keep_change(
            session, dossier, acting, Change("termination_withdrawn", str(change.id), acting.day, acting.day)
        )
    return done


def withdrawable(dossier: Dossier, day: date, by_member: bool = True) -> list[Any]:
    """The terminations that can be taken back on a day: those whose own day lies ahead, while the cover has not ended
    otherwise (by another termination, French rights that reopened, or a premium that was not paid)."""
    ended = dossier.facts_on(dossier.plan.on(day)).terminated_on
    if ended is not None and ended <= day:
        return []
    reasons: Sequence[str] = WITHDRAWN_BY_MEMBER if by_member else (*WITHDRAWN_BY_MEMBER, *BY_INSURER)
    return [c for c in standing.terminations(dossier.changes) if c.effective_from > day and c.value in reasons]


def reopen_rights(session: Session, membership_id: int, first: date, acting: Acting) -> Outcome:
    """UNO-MEM-6: French rights are open again from a day on: the cover kept after the return ends, never backdated."""
    dossier = locked(session, membership_id)
    check_reopened(dossier, first)
    change = change_of(dossier, Reopened(first, acting.day))
    if any(c.effective_from == change.effective_from for c in standing.reopened(dossier.changes)):
        return Outcome(None, change.effective_from)
    return keep_change(session, dossier, acting, change)


def check_reopened(dossier: Dossier, first: date) -> None:
    """Raise BadInput where no rights can be open again: no return to France stands."""
    plausible(first, "first")
    if not standing.returns(dossier.changes):
        raise BadInput("first", "no return to France is known", "record the return first")
