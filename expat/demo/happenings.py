"""What happens to the demo's households, through the verbs that pages, interfaces and jobs call too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from moneyed import Money
from sqlmodel import Session

from expat.approvals.request import Answer, NewRequest, answer_request, request_approval
from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.demo.desk import papers
from expat.demo.household import Household, Invoice
from expat.membership import changes, ends
from expat.membership.changes import Acting
from expat.membership.join import NewMembership, join
from expat.membership.tables import Member
from expat.options.recharge import buy_recharge
from expat.payments.account_records import keep_account
from expat.payments.accounts import check_account
from expat.plans.edition import Edition
from expat.premiums.bill import premium_due, premium_event
from expat.settings import Settings

PREFERENCE = tuple(Settings.model_fields["rate_sources"].default)
ANSWERED_AFTER = timedelta(days=2)
ACTOR = "demo"


@dataclass
class Life:
    """A household as it lives: the keys of its membership and people, and how far it got."""

    household: Household
    membership: int = 0
    people: list[int] = field(default_factory=list)
    done: set[int] = field(default_factory=set)


def noon(day: date) -> datetime:
    """The instant that stands for a day."""
    return datetime.combine(day, time(12), UTC)


def acting(day: date) -> Acting:
    """Who acts: the demo, at noon of the day."""
    return Acting(day, noon(day), PREFERENCE, ACTOR)


def live(session: Session, life: Life, until: date, edition: Edition) -> None:
    """Everything of a household up to a day: it joins, things happen, earlier invoices are handed in."""
    house = life.household
    if not life.membership and house.joined <= until:
        _join(session, life)
    for place, event in sorted(enumerate(house.events), key=lambda pair: pair[1].day):
        if place not in life.done and event.day <= until:
            VERBS[event.verb](session, life, event.day, event.values)
            life.done.add(place)
    for place, invoice in enumerate(house.invoices, start=len(house.events)):
        if invoice.before and place not in life.done and invoice.received <= until:
            _hand_in(session, life, invoice, edition)
            life.done.add(place)


def _join(session: Session, life: Life) -> None:
    house = life.household
    at, lives = noon(house.joined), dict[str, Any](house.address)
    first = house.people[0]
    email = f"member{house.number.rpartition('-')[2]}@example.org"
    member = Member(
        first_name=first.first_name, last_name=first.last_name, language=house.language, email=email, recorded_at=at,
        **lives,
    )  # fmt: skip
    new = NewMembership(
        house.number, "expat-uno", house.joined, house.formula, house.zone, house.residence, house.people,
        house.paid_in, member,
    )  # fmt: skip
    joined = join(session, new, at, ACTOR)
    life.membership, life.people = joined.membership_id, list(joined.people)
    keep_account(session, check_account(house.account, house.paid_in), at, membership_id=life.membership, actor=ACTOR)


def _hand_in(session: Session, life: Life, invoice: Invoice, edition: Edition) -> None:
    """An invoice of months ago, without its paper."""
    lines = [
        NewLine(
            life.people[invoice.person], i.care, i.first_day, Money(i.amount, invoice.currency), invoice.country,
            i.last_day, i.quantity, i.cause, i.stay_days, papers(i, edition), invoice=invoice.number,
            provider=invoice.provider,
        )
        for i in invoice.items
    ]  # fmt: skip
    claim = NewClaim(lines, invoice.received, f"before-{invoice.number}", "back-office")
    submit(session, life.membership, claim, noon(invoice.received), PREFERENCE)


Values = Mapping[str, Any]


def _approval(session: Session, life: Life, day: date, values: Values) -> None:
    """A request for prior approval; the medical department answers two days later, an emergency at once."""
    person, emergency = life.people[values.get("person", 0)], values.get("emergency", False)
    request = NewRequest(person, values["care"], values["starts"], emergency)
    key = request_approval(session, life.membership, request, acting(day))
    answer = Answer(values.get("granted", True), direct=values.get("direct", False))
    answer_request(session, key, answer, acting(day if emergency else day + ANSWERED_AFTER))


def _change_formula(session: Session, life: Life, day: date, values: Values) -> None:
    changes.change_formula(session, life.membership, values["to"], values.get("medical", True), acting(day))


def _change_zone(session: Session, life: Life, day: date, values: Values) -> None:
    changes.change_zone(session, life.membership, values["to"], values["residence"], True, acting(day))


def _change_payout(session: Session, life: Life, day: date, values: Values) -> None:
    changes.change_payout(session, life.membership, values["currency"], acting(day))


def _newborn(session: Session, life: Life, day: date, values: Values) -> None:
    child = life.household.later[len(life.people) - len(life.household.people)]
    done = changes.add_person(session, life.membership, replace(child, requested_on=day), acting(day))
    life.people.append(done.key or 0)


def _certificate(session: Session, life: Life, day: date, values: Values) -> None:
    child = life.people[values["person"]]
    changes.add_school_certificate(session, life.membership, child, values["year"], acting(day))


def _premium(session: Session, life: Life, day: date, values: Values) -> None:
    key = premium_due(session, life.membership, day, acting(day))
    if "paid" in values:
        premium_event(session, key, "paid", acting(values["paid"]))


def _terminate(session: Session, life: Life, day: date, values: Values) -> None:
    ends.terminate(session, life.membership, values["reason"], day, acting(day))


def _recharge(session: Session, life: Life, day: date, values: Values) -> None:
    buy_recharge(session, life.membership, life.people[values.get("person", 0)], values["category"], acting(day))


def _provider_account(session: Session, life: Life, day: date, values: Values) -> None:
    account = check_account(values["account"], values["currency"])
    keep_account(session, account, noon(day), provider=values["provider"], actor=ACTOR)


VERBS: dict[str, Callable[[Session, Life, date, Values], None]] = {
    "approval": _approval,
    "change_formula": _change_formula,
    "change_zone": _change_zone,
    "change_payout": _change_payout,
    "newborn": _newborn,
    "school_certificate": _certificate,
    "premium": _premium,
    "terminate": _terminate,
    "recharge": _recharge,
    "provider_account": _provider_account,
}
