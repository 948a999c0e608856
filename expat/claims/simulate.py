"""What a claim would come to: the same judging as when it is handed in, nothing saved, nothing locked.

For care to come, and for what stands in a form before it is sent. What is known today counts, at today's rates; care
to come is taken as received when it ends. Lines that are accepted and wait for a settlement go first, and each line of
the simulation before the next, so that what is told is what a settlement would pay, not what each line alone could get.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from expat.adjudication import facts
from expat.adjudication.decision import Decision, Split
from expat.adjudication.facts import RateUsed
from expat.claims.balances import Balance, balance_on, ceiling_on
from expat.claims.dossier import Dossier
from expat.claims.history import Lines, load_related
from expat.claims.intake import NewClaim, NewLine, check
from expat.claims.judge import Judged, judge, rates_for
from expat.claims.lines import LineState, from_row
from expat.claims.load import load
from expat.claims.records import trace_json
from expat.claims.submit import line_state
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import NotFound
from expat.money import CENTS, from_minor, minor_units, round_half_up
from expat.periods import DAY, Period, membership_year
from expat.plans.edition import Edition
from expat.plans.schema import DOCUMENTS

NO_CLAIM = 0  # the number of what is not handed in
ASSUMED = "assumed"

_LINE: Any = table_of(ClaimLine)


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a line would come to, at today's rates: an estimate.

    `trace` is as a kept decision has it; `needed` and `missing` are kinds of papers. `invoiced`, what `counts` of it
    and the member's `share` are in `currency`, `paid` is in `paid_in`, `eur` counts against the ceilings; they are
    None while papers are missing or a rate is. `balance` is what the category's ceiling holds after the line.
    """

    line: LineState
    status: str
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    trace: dict[str, Any]
    edition: Edition
    needed: tuple[str, ...]
    missing: tuple[str, ...]
    invoiced: Decimal
    currency: str
    counts: Decimal | None
    share: Decimal | None
    paid: Decimal | None
    paid_in: str
    eur: Decimal | None
    payee: str
    invoice_rate: RateUsed | None
    payout_rate: RateUsed | None
    balance: Balance | None


def simulate(
    session: Session,
    membership_id: int,
    lines: Sequence[NewLine],
    today: date,
    preference: Sequence[str],
    assume_approved: bool = False,
    papers_complete: bool = False,
    assume_stay: bool = False,
) -> list[Simulated]:
    """What the lines would come to, in their order, judged as a claim would be; nothing is saved.

    `assume_approved` takes a prior approval as granted where the care needs one; `papers_complete` takes the papers as
    there, `assume_stay` the hospital stay that an ambulance or a convalescence goes with. Raises NotFound for the
    membership, BadInput naming the field, as handing in does.
    """
    dossier = load(session, [membership_id]).get(membership_id)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    if papers_complete:
        lines = [replace(line, documents=None) for line in lines]
    check(NewClaim(lines, today, "simulation"), dossier)
    states = [_state(dossier, i, line, today) for i, line in enumerate(lines, start=1)]
    if assume_approved:
        _approve(dossier, states)
    if assume_stay:
        _admit(dossier, states)
    related = load_related(session, {membership_id: dossier}, states)
    rates = rates_for(session, {membership_id: dossier}, states, today, preference)
    _settle_first(session, dossier, states, related)
    return [_simulated(dossier, judge(dossier, state, related, rates, today)) for state in states]


def with_papers(
    session: Session, membership_id: int, line_ids: Collection[int], today: date, preference: Sequence[str]
) -> dict[int, Simulated]:
    """What kept lines would come to once every paper were there, by line; nothing is saved."""
    dossier = load(session, [membership_id])[membership_id]
    mine = select(_LINE).where(_LINE.c.id.in_(line_ids), _LINE.c.membership_id == membership_id)
    states = sorted((from_row(row) for row in session.execute(mine)), key=lambda line: line.order)
    related = load_related(session, {membership_id: dossier}, states)
    for state in states:
        state.documents = frozenset(DOCUMENTS)
        dossier.findings.asked.pop(state.id, None)
    rates = rates_for(session, {membership_id: dossier}, states, today, preference)
    _settle_first(session, dossier, states, related)
    judged = [judge(dossier, state, related, rates, today) for state in states]
    return {one.line.id: _simulated(dossier, one) for one in judged if one.line.id is not None}


def _state(dossier: Dossier, position: int, line: NewLine, today: date) -> LineState:
    """The line, received today, or when the care is over."""
    state = line_state(dossier, NO_CLAIM, position, line, today)
    state.received_on = max(today, state.last_day)
    return state


def _approve(dossier: Dossier, states: Iterable[LineState]) -> None:
    """Take a prior approval of each line's care as granted, in the dossier at hand alone."""
    for state in states:
        care = dossier.plan.on(state.first_day).care.get(state.care)
        if care is not None and care.approval.value != "none":
            asked, starts = min(state.received_on, state.first_day), state.first_day
            granted = facts.Approval(NO_CLAIM, state.care, asked, starts, granted=True, override=ASSUMED)
            dossier.approvals[state.person].append(granted)


def _admit(dossier: Dossier, states: Iterable[LineState]) -> None:
    """Take the stay that a line's care goes with as agreed to, in the dossier at hand alone (UNO-HOSP-1)."""
    for state in states:
        edition = dossier.plan.on(state.first_day)
        care = edition.care.get(state.care)
        if care is None or not care.goes_with:
            continue
        stay = next(one.code for one in edition.care.values() if one.admission and one.category == care.category)
        first = state.first_day - DAY if care.goes_with == "earlier_stay" else state.first_day
        dossier.approvals[state.person].append(
            facts.Approval(NO_CLAIM, stay, first, first, granted=True, override=ASSUMED)
        )


# --- what is used before, and by each line ------------------------------------------------------------------------


def _settle_first(session: Session, dossier: Dossier, states: list[LineState], related: Lines) -> None:
    """Take what is accepted and not settled yet as paid: the next settlement comes to it before these lines."""
    years = sorted({membership_year(dossier.joined, state.first_day) for state in states})
    people = {state.person for state in states}
    for year in years:
        for person, care, cents in _accepted(session, dossier.id, people, year):
            known = dossier.plan.on(year.first).care.get(care) or dossier.plan.on(year.last).care.get(care)
            if known is not None and cents:
                _reserve(dossier, person, known.category, _day_of(states, person, year), int(cents))
    ours = {id(state) for state in states}
    for line in (line for person in people for line in related.of(person) if id(line) not in ours):
        line.status = "paid" if line.status == "accepted" else line.status


def _accepted(session: Session, membership: int, people: set[int], year: Period) -> Iterable[Any]:
    """Cents of the accepted lines of a membership year, by person and care."""
    query = select(_LINE.c.person_id, _LINE.c.care, func.sum(_LINE.c.cents))
    mine = (_LINE.c.status == "accepted", _LINE.c.membership_id == membership, _LINE.c.person_id.in_(people))
    query = query.where(*mine, _LINE.c.first_day.between(year.first, year.last))
    return session.execute(query.group_by(_LINE.c.person_id, _LINE.c.care).order_by(_LINE.c.person_id, _LINE.c.care))


def _day_of(states: list[LineState], person: int, year: Period) -> date:
    return min((s.first_day for s in states if s.person == person and s.first_day in year), default=year.first)


def _reserve(dossier: Dossier, person: int, category: str, day: date, cents: int) -> None:
    """Take so much of a category's purses, at most what they hold."""
    ceiling = ceiling_on(dossier, person, category, day)
    if ceiling is None:
        _take(dossier, person, category, day, cents, None)
        return
    amount = min(Decimal(cents).scaleb(-CENTS), ceiling.left)
    _take(dossier, person, category, day, int(amount.scaleb(CENTS)), ceiling.split(amount))


def _take(dossier: Dossier, person: int, category: str, day: date, cents: int, split: Split | None) -> None:
    """What a settlement takes from the purses, in the dossier at hand alone."""
    year = membership_year(dossier.joined, day).first
    use = dossier.use(person, category, year)
    use.paid += cents
    if split is None:
        return
    use.own += split.own
    use.carried += split.carried
    for key, part in split.recharges:
        recharge = next(r for r in dossier.recharges if r.id == key)
        recharge.used[year] = recharge.used.get(year, 0) + part


# --- what it came to ----------------------------------------------------------------------------------------------


def _simulated(dossier: Dossier, judged: Judged) -> Simulated:
    line, decision, edition = judged.line, judged.decision, judged.edition
    care = edition.care.get(line.care)
    if decision.payable and care is not None:
        _pay(dossier, judged, care.category)
    trace = trace_json(decision)
    papers: dict[str, Any] = next((s["looked_at"] for s in trace["steps"] if s["gate"] == "documents"), {})
    invoiced, counts = from_minor(line.amount, line.currency), _counts(line, decision)
    known = counts is not None and decision.cents is not None
    return Simulated(
        line=line,
        status=decision.status,
        reasons=decision.reasons,
        flags=decision.flags,
        trace=trace,
        edition=edition,
        needed=tuple(papers.get("needed", ())),
        missing=tuple(papers.get("missing", ())),
        invoiced=invoiced,
        currency=line.currency,
        counts=counts,
        share=None if counts is None else invoiced - counts,
        paid=_paid(decision),
        paid_in=decision.payout_currency or judged.facts.payout_currency,
        eur=Decimal(decision.cents or 0).scaleb(-CENTS) if known else None,
        payee=decision.payee,
        invoice_rate=judged.facts.invoice_rate,
        payout_rate=judged.facts.payout_rate,
        balance=None if care is None else balance_on(dossier, line.person, care.category, line.first_day),
    )


def _pay(dossier: Dossier, judged: Judged, category: str) -> None:
    """What paying the line changes for the lines after it."""
    line, decision = judged.line, judged.decision
    line.status = "paid"
    _take(dossier, line.person, category, line.first_day, decision.cents or 0, decision.split)
    if category == judged.edition["ceiling.complication_category"].value and line.cause == "complication":
        dossier.use(line.person, category, membership_year(dossier.joined, line.first_day).first).complication = True


def _counts(line: LineState, decision: Decision) -> Decimal | None:
    """What is left of the invoice after every reduction, in its currency; None while something is waited for."""
    if decision.status == "pending" or (decision.status == "accepted" and not decision.payable):
        return None
    reductions = decision.reductions
    exact = reductions[-1].after if reductions else Fraction(from_minor(line.amount, line.currency))
    return round_half_up(exact or Fraction(0), minor_units(line.currency))


def _paid(decision: Decision) -> Decimal | None:
    if decision.status == "refused":
        return Decimal(0)
    if decision.payout is None or decision.payout_currency is None:
        return None
    return from_minor(decision.payout, decision.payout_currency)
