"""What the management unit sees of a membership: everything that settles claims, nothing medical."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from expat.accounts.own import refuse_own
from expat.approvals.deadlines import Promise
from expat.approvals.listing import Followed, approvals_of
from expat.claims.dossier import Dossier
from expat.claims.listing import Page, claims_of
from expat.claims.load import load
from expat.currency.euro_area import payout_currency
from expat.letters.statement import masked
from expat.membership.privacy import private_people
from expat.payments.account_records import Version, versions_of
from expat.payments.timeline import stages
from expat.portal.member.claim_pages import promises
from expat.portal.member.home_facts import Bar, Someone, State, bars_of, people_of, state_of
from expat.portal.work import db, language, me, today


class Premium(NamedTuple):
    """A premium: the day on which it fell due, and what happened to it last, with the day."""

    due_on: date
    what: str
    on: date | None


@dataclass(frozen=True)
class MembershipFacts:
    """A membership on a day; `private` are the keys of adults who keep their claims from the member."""

    id: int
    member: str
    state: State
    people: Sequence[Someone]
    private: frozenset[int]
    bars: dict[int, Sequence[Bar]]
    page: Page
    names: dict[int, str]
    paid_in: str
    accounts: Sequence[Version]
    approvals: Sequence[Followed]
    premiums: Sequence[Premium]
    payouts: dict[int, str]

    def account_number(self, version: Version) -> str:
        """An account's number, masked."""
        return masked(version.account.iban, version.account.number)


MOST = 20  # requests and premiums that are shown


def membership_facts(membership_id: int, before: int | None) -> MembershipFacts | None:
    """A membership with a page of its claims; None where there is none. Raises Own where it is the reader's own."""
    refuse_own(db(), membership_id, me().actor)
    dossier = load(db(), [membership_id]).get(membership_id)
    if dossier is None:
        return None
    day, people = today(), people_of(dossier, today(), language())
    page = claims_of(db(), membership_id, list(dossier.people), promises(), before)
    wait = Promise(promises().approval, promises().emergency)
    paid_in = payout_currency(dossier.on("payout_currency", day), dossier.on("residence", day), day)
    return MembershipFacts(
        membership_id,
        next(one.name for one in people if one.id == dossier.member.id),
        state_of(dossier, day, language()),
        people,
        frozenset(private_people(db(), membership_id, day)),
        {one.id: _used(bars_of(dossier, one.id, day)) for one in people},
        page,
        {one.id: one.name for one in people},
        paid_in,
        versions_of(db(), membership_id),
        approvals_of(db(), dossier, list(dossier.people), day, wait)[:MOST],
        _premiums(dossier),
        stages(db(), _paid(page)),
    )


def _used(bars: Sequence[Bar]) -> list[Bar]:
    """The overall ceiling, and those of which something was used."""
    return [bar for bar in bars if bar.category is None or bar.used]


def _paid(page: Page) -> set[int]:
    return {line.row.payout_id for one in page.claims for line in one.lines if line.row.payout_id}


def _premiums(dossier: Dossier) -> list[Premium]:
    """The newest premiums, the last one first."""
    found = sorted(dossier.premiums.values(), key=_due_on, reverse=True)
    return [_premium(due_on, events) for due_on, events in found[:MOST]]


def _due_on(premium: Any) -> date:
    due_on: date = premium[0]
    return due_on


def _premium(due_on: date, events: Sequence[Any]) -> Premium:
    last = events[-1] if events else None
    if last is None:
        return Premium(due_on, "due" if due_on >= today() else "unpaid", None)
    return Premium(due_on, last.kind, last.day)
