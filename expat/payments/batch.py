"""One batch of a settlement: judged again in the order received, paid, posted, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, update
from sqlmodel import Session

from expat import audit
from expat.claims.dossier import Dossier
from expat.claims.judge import Judged, paid_in
from expat.claims.lines import kept
from expat.claims.load import load
from expat.claims.records import keep_decisions
from expat.claims.rejudge import note_standing
from expat.claims.suspicions import held_lines
from expat.claims.tables import ClaimLine
from expat.claims.uses import UsedBy, keep_uses, take
from expat.db import table_of
from expat.ledger.post import post, settled
from expat.membership.tables import Membership
from expat.payments.account_records import MEMBER
from expat.payments.agent_payouts import held_agents, note_agents
from expat.payments.open_lines import OpenLines
from expat.payments.setting_off import Made, cents_left, keep_back, note_added, to_add
from expat.payments.tables import Payout
from expat.recoveries.standing import Decided
from expat.representatives.standing import agents_paid
from expat.screening.holds import held_providers

_PAYOUT: Any = table_of(Payout)
_LINE: Any = table_of(ClaimLine)
_MEMBERSHIP: Any = table_of(Membership)


class Payee(NamedTuple):
    """Who is paid, and in which currency: one payout for each in a settlement."""

    membership: int
    payee: str
    provider: str
    currency: str


class Paid(NamedTuple):
    """A line that was paid: cents in EUR, `amount` in minor units of the payee's currency."""

    line: int
    payee: Payee
    cents: int
    amount: int


@dataclass
class Batch:
    """What settling some memberships came to; `waiting` are lines and the currencies that they miss a rate for."""

    paid: list[Paid] = field(default_factory=list)
    refused: int = 0
    waiting: list[tuple[str, str]] = field(default_factory=list)


class _Held:
    """The providers of care whom nothing is paid to until a person checked a name; looked up once, where one is due.

    With them the agents who are paid for members (mandates, by membership), and lines that a person looks at first.
    """

    def __init__(self, session: Session, memberships: Sequence[int], agents: dict[int, int]) -> None:
        self._session = session
        self._names: frozenset[str] | None = None
        self._agents, self._held = agents, held_agents(session, set(agents.values()))
        self._suspected = held_lines(session, memberships)

    def stops(self, one: Judged) -> bool:
        """Whether what is due waits for a person: by its line, its provider or its agent; the line stays accepted."""
        if one.line.id in self._suspected:
            return True
        if one.decision.payee == MEMBER:
            return self._agents.get(one.line.membership_id) in self._held
        if not one.line.provider:
            return False
        if self._names is None:
            self._names = held_providers(self._session)
        return one.line.provider in self._names


def settle_memberships(
    session: Session, ids: list[int], settlement_id: int, day: date, at: datetime, preference: Sequence[str]
) -> Batch:
    """Judge the memberships' open lines as of `day`, line by line in their order, and pay those that can be paid."""
    dossiers = load(session, ids)
    lines = OpenLines(session, dossiers, day, preference)
    reopened: set[int] = set()
    agents = agents_paid(session, ids, day)
    held = _Held(session, ids, agents)
    done, judged, changed = Batch(), [], []
    for one in lines:
        line, dossier = one.line, dossiers[one.line.membership_id]
        if one.decision.payable and not held.stops(one):
            judged.append(one)
            done.paid.append(_pay(dossier, one, reopened))
        elif lines.changed(line):
            changed.append(one)
        if lines.fell(line):
            done.refused += 1
            reopened.add(dossier.id)
        if dossier.id in reopened:
            lines.reopen(line)
        if "rate_unavailable" in line.reasons:
            missing = lines.missing_rates({line.currency, paid_in(dossier, day)})
            done.waiting.append((line.ref, kept(sorted(missing))))
    payouts = _keep(session, dossiers, judged, changed, done.paid, settlement_id, day, at, preference)
    note_agents(
        session,
        {key: agents[p.membership] for p, key in payouts.items() if p.payee == MEMBER and p.membership in agents},
    )
    _note_versions(session, dossiers, reopened)
    return done


def _pay(dossier: Dossier, one: Judged, reopened: set[int]) -> Paid:
    line, decision = one.line, one.decision
    assert line.id is not None
    assert decision.cents is not None
    assert decision.payout is not None
    line.status = "paid"
    _use(dossier, one, reopened)
    provider = line.provider or "" if decision.payee != "member" else ""
    payee = Payee(dossier.id, decision.payee, provider, decision.payout_currency or "")
    return Paid(line.id, payee, decision.cents, decision.payout)


def _use(dossier: Dossier, one: Judged, reopened: set[int]) -> None:
    """Take what is paid from the purses, so that the lines after it see them as they are."""
    line, decision = one.line, one.decision
    used = UsedBy(line.person, line.care, line.first_day, line.cause)
    if take(dossier, one.edition, used, decision.cents or 0, decision.split):
        reopened.add(dossier.id)


def _keep(
    session: Session, dossiers: dict[int, Dossier], judged: list[Judged], changed: list[Judged], paid: list[Paid],
    settlement_id: int, day: date, at: datetime, preference: Sequence[str],
) -> dict[Payee, int]:  # fmt: skip
    everything = [(j.line.id, j) for j in [*judged, *changed] if j.line.id is not None]
    keep_decisions(session, everything, day, at, settlement_id)
    note_standing(session, changed)
    sums, added = _sums(paid), to_add(session, list(dossiers), day)
    payouts = _insert_payouts(session, _with(sums, added), judged, settlement_id)
    _mark_paid(session, judged, paid, payouts)
    keep_uses(session, dossiers.values())
    references = {payee: f"settled:payout:{key}" for payee, key in payouts.items()}
    post(
        session,
        [settled(references[p], day, cents, p.currency, amount) for p, (cents, amount) in sums.items()],
        at,
    )
    subjects = [(f"payout:{key}", {"settlement": settlement_id}) for key in payouts.values()]
    audit.record_all(session, at, "settle", "payout.made", subjects)
    note_added(session, [(one, payouts[_payee(one)]) for one in added], day, at)
    made = [
        Made(payouts[p], p.membership, p.currency, amount, cents)
        for p, (cents, amount) in _with(sums, added).items()
        if p.payee == MEMBER
    ]
    keep_back(session, made, dossiers, day, at, preference)
    return payouts


def _payee(complement: Decided) -> Payee:
    """A complement goes to the member, in the currency that was paid."""
    return Payee(complement.row.membership_id, MEMBER, "", complement.row.currency)


def _with(sums: dict[Payee, tuple[int, int]], added: list[Decided]) -> dict[Payee, tuple[int, int]]:
    """What lines come to, by payee, with the complements that are paid beside them."""
    found = dict(sums)
    for one in added:
        cents, amount = found.get(_payee(one), (0, 0))
        found[_payee(one)] = cents + cents_left(one), amount + one.left
    return found


def _sums(paid: list[Paid]) -> dict[Payee, tuple[int, int]]:
    sums: dict[Payee, tuple[int, int]] = {}
    for one in paid:
        cents, amount = sums.get(one.payee, (0, 0))
        sums[one.payee] = cents + one.cents, amount + one.amount
    return sums


def _insert_payouts(
    session: Session, sums: dict[Payee, tuple[int, int]], judged: list[Judged], settlement_id: int
) -> dict[Payee, int]:
    if not sums:
        return {}
    rates = {r.currency: r for j in judged for r in (j.facts.invoice_rate, j.facts.payout_rate) if r is not None}
    rows = [
        {
            "settlement_id": settlement_id, "membership_id": p.membership, "payee": p.payee, "provider": p.provider,
            "currency": p.currency, "amount": amount, "eur_cents": cents, **_rate(rates.get(p.currency)),
        }
        for p, (cents, amount) in sums.items()
    ]  # fmt: skip
    query = _PAYOUT.insert().returning(_PAYOUT.c.id, sort_by_parameter_order=True)
    return dict(zip(sums, session.execute(query, rows).scalars(), strict=True))


def _rate(rate: Any) -> dict[str, Any]:
    """The rate of a payout; a complement alone is paid at the one of the lines that it belongs to."""
    return {"rate_id": None, "rate_note": ""} if rate is None else {"rate_id": rate.id, "rate_note": _rate_note(rate)}


def _rate_note(rate: Any) -> str:
    return f"{rate.value} {rate.currency} per EUR, {rate.source}, {rate.published_on}"


def _mark_paid(session: Session, judged: list[Judged], paid: list[Paid], payouts: dict[Payee, int]) -> None:
    if not paid:
        return
    names = (
        "status",
        "reasons",
        "flags",
        "covered",
        "payee",
        "cents",
        "payout",
        "payout_currency",
        "payout_id",
    )
    query = update(_LINE).where(_LINE.c.id == bindparam("key")).values({n: bindparam(f"new_{n}") for n in names})
    rows = []
    for j, one in zip(judged, paid, strict=True):
        d = j.decision
        values = (
            "paid", kept(d.reasons), kept(d.flags), d.covered, d.payee, one.cents, one.amount, one.payee.currency,
            payouts[one.payee],
        )  # fmt: skip
        rows.append({"key": one.line, **{f"new_{n}": v for n, v in zip(names, values, strict=True)}})
    session.connection().execute(query, rows)


def _note_versions(session: Session, dossiers: dict[int, Dossier], reopened: set[int]) -> None:
    """Everything known was judged on; what this batch itself changed is judged on in the next settlement."""
    for d in dossiers.values():
        facts_version = d.version + 1 if d.id in reopened else d.version
        if facts_version != d.version or d.judged_version != d.version:
            query = update(_MEMBERSHIP).where(_MEMBERSHIP.c.id == d.id)
            session.execute(query.values(facts_version=facts_version, judged_version=d.version))
