"""The explanation of benefits (décompte) of a payout: every line, every reduction, to the last cent.

What was paid never changes; what was not paid, and what is left of the ceilings, is told as it stands when asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.claims.records import editions_of
from expat.claims.suspicions import held_lines
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import Member, Membership
from expat.money import CENTS, from_minor
from expat.payments.agent_payouts import Agent, agents_of
from expat.payments.references import end_to_end_id
from expat.payments.statement_balances import YearLeft, ceilings_left
from expat.payments.statement_lines import PaidLine, UnpaidLine, paid_line, unpaid_line, uses_samples
from expat.payments.statement_parts import Part, added, kept_back, parts_of
from expat.payments.statement_rates import RateShown
from expat.payments.tables import Payout, Settlement
from expat.plans.edition import Edition
from expat.wording import names
from expat.wording.reasons import contest_until, how_to_contest

_PAYOUT: Any = table_of(Payout)
_SETTLEMENT: Any = table_of(Settlement)
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)
_LINE: Any = table_of(ClaimLine)
_DECISION: Any = table_of(LineDecision)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one payout paid and why, for the member. Amounts are in the currency that stands beside them.

    `payee` is member or hospital, `payee_name` whom the money goes to, `agent` whether that is one whom the member
    appointed; `reference` stands on the bank transfer.
    `total` is in `currency`, `total_eur` what it counts in EUR, `set_off` what of the total is not transferred
    (`kept_back`). `added` are complements in it. `contest_until` is for the lines paid.
    """

    payout: int
    language: str
    plan: str
    membership: str
    member_name: str
    payee: str
    payee_name: str
    settled_on: date
    reference: str
    confirmed_on: date | None
    returned_on: date | None
    currency: str
    total: Decimal
    total_eur: Decimal
    lines: tuple[PaidLine, ...]
    unpaid: tuple[UnpaidLine, ...]
    elsewhere: tuple[UnpaidLine, ...]
    ceilings: tuple[YearLeft, ...]
    contest_until: date
    how_to_contest: str
    samples: bool
    agent: bool = False
    set_off: Decimal = Decimal(0)
    added: tuple[Part, ...] = ()
    kept_back: tuple[Part, ...] = ()

    @property
    def transferred(self) -> Decimal:
        """What the bank is asked to pay, in `currency`."""
        return self.total - self.set_off

    @property
    def rates(self) -> tuple[RateShown, ...]:
        """The exchange rates that the lines used, one for each currency: a settlement has one rate of each."""
        used = [rate for line in self.lines for rate in (line.invoice_rate, line.payout_rate) if rate is not None]
        used += [rate for part in self.kept_back for rate in part.rates]
        return tuple({rate.currency: rate for rate in used}.values())


@dataclass
class Read:
    """What a group of statements is made from, read by a fixed number of queries."""

    payouts: Sequence[Row[Any]]
    dossiers: dict[int, Dossier]
    lines: dict[int, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))  # by membership
    decisions: dict[int, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))  # by line
    editions: dict[str, Edition] = field(default_factory=dict)
    agents: dict[int, Agent] = field(default_factory=dict)  # by payout
    parts: dict[int, list[Row[Any]]] = field(default_factory=dict)  # by payout
    held: frozenset[int] = frozenset()  # lines that a person looks at before they are paid


def statement(
    session: Session, payout_id: int, language: str | None = None, claims: Collection[int] | None = None
) -> Statement:
    """The statement of a payout, in the member's language unless another is asked for. Raises NotFound.

    With `claims` it tells of these alone, as a page of a long one: their lines, rates and ceilings; sums are of all.
    """
    found = statements(session, [payout_id], language, claims)
    if not found:
        raise NotFound("payout", f"there is no payout {payout_id}")
    return found[0]


def statements(
    session: Session, payout_ids: Collection[int], language: str | None = None, claims: Collection[int] | None = None
) -> list[Statement]:
    """The statements of payouts, in their order, by a fixed number of queries however many they are."""
    read = _read(session, payout_ids, claims)
    return [_statement(read, row, language or row.language) for row in read.payouts]


def _read(session: Session, payout_ids: Collection[int], claims: Collection[int] | None) -> Read:
    query = (
        select(_PAYOUT, _SETTLEMENT.c.day, _MEMBERSHIP.c.number, _MEMBER.c.language, _MEMBER.c.first_name,
               _MEMBER.c.last_name)
        .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PAYOUT.c.membership_id)
        .join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
        .where(_PAYOUT.c.id.in_(payout_ids))
        .order_by(_PAYOUT.c.id)
    )  # fmt: skip
    rows = session.execute(query).all()
    read = Read(rows, load(session, {row.membership_id for row in rows}))
    every = select(_LINE.c.claim_id).where(_LINE.c.payout_id.in_(payout_ids))
    read_lines(session, read, every if claims is None else claims)
    read.parts = parts_of(session, payout_ids)
    read.agents = agents_of(session, payout_ids)
    return read


def read_lines(session: Session, read: Read, claims: Any) -> None:
    """Read the lines of claims (keys, or a query of them) with their decisions and the editions that these used."""
    same_claims = _LINE.c.claim_id.in_(claims)
    order = (_LINE.c.received_on, _LINE.c.claim_id, _LINE.c.position)
    for line in session.execute(select(_LINE).where(same_claims).order_by(*order)):
        read.lines[line.membership_id].append(line)
    decided = select(_DECISION).join(_LINE, _LINE.c.id == _DECISION.c.line_id).where(same_claims)
    for decision in session.execute(decided.order_by(_DECISION.c.id)):
        read.decisions[decision.line_id].append(decision)
    read.held = held_lines(session, read.dossiers)
    read.editions = editions_of(session, {d.edition for ds in read.decisions.values() for d in ds})


def _statement(read: Read, payout: Row[Any], language: str) -> Statement:
    dossier = read.dossiers[payout.membership_id]
    people = {key: name_of(person, language) for key, person in dossier.people.items()}
    mine = [line for line in read.lines[dossier.id] if line.payout_id == payout.id]
    claims = {line.claim_id for line in mine}
    others = [line for line in read.lines[dossier.id] if line.claim_id in claims and line.payout_id != payout.id]
    paid = [(line, _paid_by(read.decisions[line.id], payout.settlement_id)) for line in mine]
    rest = [unpaid_of(read, line, people[line.person_id], language) for line in others]
    edition = dossier.plan.on(payout.day)
    member = full_name(payout) or names.role("member", language)
    return Statement(
        payout.id, language, dossier.plan.title[language], payout.number, member, payout.payee,
        _payee_name(read, payout, member), payout.day, end_to_end_id(payout.id),
        payout.confirmed_on, payout.returned_on, payout.currency, from_minor(payout.amount, payout.currency),
        Decimal(payout.eur_cents).scaleb(-CENTS),
        tuple(paid_line(x, d, read.editions[d.edition], people[x.person_id], language) for x, d in paid),
        tuple(line for line in rest if line.status != "elsewhere"),
        tuple(line for line in rest if line.status == "elsewhere"),
        ceilings_left(dossier, _touched(read, paid), people, payout.day, language),
        contest_until(payout.day, edition), how_to_contest(edition, language),
        any(uses_samples(d) for d in _shown(read, paid, others)), payout.id in read.agents,
        from_minor(payout.set_off, payout.currency),
        added(read.parts.get(payout.id, ()), payout.currency),
        kept_back(read.parts.get(payout.id, ()), payout.currency, payout.day, language),
    )  # fmt: skip


def _payee_name(read: Read, payout: Row[Any], member: str) -> str:
    if payout.payee != "member":
        return str(payout.provider)
    agent = read.agents.get(payout.id)
    return member if agent is None else agent.name


def _paid_by(decisions: Sequence[Any], settlement: int) -> Any:
    """The decision that the settlement paid: a later correction is another payout's."""
    return next(d for d in reversed(decisions) if d.settlement_id == settlement)


def unpaid_of(read: Read, line: Row[Any], person: str, language: str) -> UnpaidLine:
    decisions = read.decisions[line.id]
    return unpaid_line(line, decisions, read.editions[decisions[-1].edition], person, language, line.id in read.held)


def _touched(read: Read, paid: Iterable[tuple[Row[Any], Row[Any]]]) -> list[tuple[int, str, date]]:
    return [(x.person_id, read.editions[d.edition].care[x.care].category, x.first_day) for x, d in paid]


def _shown(read: Read, paid: Iterable[tuple[Any, Any]], others: Iterable[Any]) -> list[Any]:
    return [d for _, d in paid] + [read.decisions[line.id][-1] for line in others]


def full_name(row: Any) -> str:
    return f"{row.first_name} {row.last_name}".strip()


def name_of(person: Any, language: str) -> str:
    return full_name(person) or names.role(person.role, language)
