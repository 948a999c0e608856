"""The first premium came: the membership is concluded (UNO-MEM-1), with account, mandate and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlmodel import Session

from expat.accounts.open import set_roles
from expat.applications.begin import application, form_of, standing_of
from expat.applications.collected import begin_calls
from expat.applications.decide import account_of_application, refuse_own_application
from expat.applications.declare import declarations
from expat.applications.eligible import problems, student
from expat.applications.exclusions import keep_exclusion
from expat.applications.form import Filled, Person
from expat.applications.happened import Event, accepted, add_event, events_of, must_stand, unsealed
from expat.applications.lacking import undeclared
from expat.applications.screened import refuse_where_held
from expat.applications.starts import first_day, renounce_until
from expat.applications.tables import Application
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting, add_school_certificate
from expat.membership.join import Joined, NewMembership, NewPerson, join
from expat.membership.tables import Member
from expat.money import EUR, to_minor
from expat.options.choose import record_options
from expat.options.chosen import Option, begins, paid_until, prevoyance_begins
from expat.payments.account_records import keep_account
from expat.payments.accounts import check_account
from expat.periods import DAY, Period, add_months
from expat.plans.edition import Edition
from expat.plans.loader import plan
from expat.premiums.bill import premium_due, premium_event

SOLD = "distance"

_APPLICATION: Any = table_of(Application)


class Concluded(NamedTuple):
    """The membership's key and number, its first day, and the last on which one can still renounce."""

    membership: int
    number: str
    effect: date
    renounce_until: date
    people: tuple[int, ...]


def conclude(
    session: Session, application_id: int, received: Decimal, acting: Acting, keys: Keys,
    received_on: date | None = None,
) -> Concluded:  # fmt: skip
    """Record the first premium as received, in EUR, and conclude the membership.

    `received_on` is the day on which the money came, today where it is not told: cover counts from it. The membership
    is concluded, and the days to renounce run, from the day of the recording. ⚖ The premium that was told holds, lower
    or higher than the tariff's where cover begins after the next 1 January.

    Raises NotFound, Own, BadInput for another amount or an impossible day, Conflict where it does not wait for its
    premium, where somebody became too old meanwhile, or where a declaration is too old by the first day.
    """
    row = application(session, application_id, lock=True)
    refuse_own_application(session, row, acting.actor)
    stands, form = standing_of(session, row), form_of(row)
    must_stand(stands, "premium")
    offer = accepted(events_of(session, [application_id])[application_id])
    assert offer is not None and stands.complete_on is not None
    paid_on = acting.day if received_on is None else received_on
    check_received(offer, received, paid_on, acting.day)
    edition = plan(row.plan).on(acting.day)
    effect = first_day(edition, form, stands.complete_on, paid_on, acting.day)
    _check_still(session, edition, row, form, effect)
    refuse_where_held(session, application_id, form, acting.at)
    done = _join(session, row, form, offer, effect, acting)
    _keep_exclusions(session, row, form, offer, done, effect, acting, keys)
    _keep_certificates(session, edition, form, done, effect, acting)
    _keep_payout(session, form, done.membership_id, acting)
    member = done.people[[one.role for one in form.people].index("member")]
    _keep_options(session, done.membership_id, member, offer, effect, acting)
    first = _first_premium(session, edition, done.membership_id, offer, effect, received, paid_on, acting)
    begin_calls(session, done.membership_id, application_id, form, first, acting)
    _make_member(session, row, member, acting)
    return _told(session, row, form, done, effect, paid_on, renounce_until(edition, acting.day), acting)


def check_received(offer: Event, received: Decimal, paid_on: date, today: date) -> None:
    """Raise BadInput for an amount, in EUR, that is not what was told, or for a day on which it cannot have come."""
    if not offer.day <= paid_on <= today:
        raise BadInput("received_on", f"{paid_on} cannot be", f"a day from {offer.day} to {today}")
    if not received.is_finite() or received != Decimal(offer.detail["amount"]):
        raise BadInput("amount", f"{received} is not what is due", f"{offer.detail['amount']} EUR")


def number_of(application_id: int) -> str:
    """The number of the membership that comes of an application."""
    return f"UNO-{application_id:06d}"


def _check_still(session: Session, edition: Edition, row: Any, form: Filled, effect: date) -> None:
    """What held when it was handed in holds on the first day too."""
    if found := problems(edition, form, effect):
        raise Conflict(found[0].where, found[0].word, "the applicant changes or withdraws the application")
    if undeclared(form, declarations(session, edition, row.id), effect):
        raise Conflict("health", "a declaration is too old", "the applicant signs it again")


def _join(session: Session, row: Any, form: Filled, offer: Event, effect: date, acting: Acting) -> Joined:
    account, member = account_of_application(session, row), form.member
    home, chosen, paid = form.residence, form.choice, form.payment
    assert member is not None and home is not None and chosen is not None and paid is not None
    who = Member(
        first_name=member.first_name, last_name=member.last_name, language=account.language, email=account.email,
        street=home.street or None, building=home.building or None, postcode=home.postcode or None,
        town=home.town or None, country=home.country, recorded_at=acting.at,
    )  # fmt: skip
    asked = next(e.day for e in events_of(session, [row.id])[row.id] if e.kind == "handed_in")
    people = tuple(_person(one, form, offer, asked) for one in form.people)
    new = NewMembership(
        number_of(row.id), row.plan, effect, chosen.formula, chosen.zone, home.country, people,
        str(paid["currency"]), who, concluded_on=acting.day, sold=SOLD,
    )  # fmt: skip
    return join(session, new, acting.at, acting.actor)


def _person(person: Person, form: Filled, offer: Event, asked: date) -> NewPerson:
    share = offer.detail["surcharges"].get(person.key)
    attested = form.prior.attested if form.prior and person.key in offer.detail["prior"] else None
    return NewPerson(
        person.role, person.born, person.first_name, person.last_name, person.nationality,
        requested_on=asked, married_on=person.since if person.relation == "married" else None,
        prior_cover_attested_on=attested, surcharge=Decimal(share) if share else None,
    )  # fmt: skip


def _keep_exclusions(
    session: Session, row: Any, form: Filled, offer: Event, done: Joined, effect: date, acting: Acting, keys: Keys
) -> None:
    keyed = dict(zip((one.key for one in form.people), done.people, strict=True))
    told = unsealed(keys, offer.told, row.id) or {}
    for one in told.get("exclusions", ()):
        keep_exclusion(session, keyed[one["person"]], one["care"], one["words"], effect, acting.at, keys)


def _keep_certificates(
    session: Session, edition: Edition, form: Filled, done: Joined, effect: date, acting: Acting
) -> None:
    """The school certificates that came with the application cover the school year of the first day (UNO-MEM-3)."""
    year = effect.year if effect.month >= edition["membership.school_year_starts"].value else effect.year - 1
    for person, key in zip(form.people, done.people, strict=True):
        if student(edition, person, effect):
            add_school_certificate(session, done.membership_id, key, year, acting)


def _keep_payout(session: Session, form: Filled, membership_id: int, acting: Acting) -> None:
    paid: Mapping[str, Any] = form.payment or {}
    account = check_account(paid["account"], paid["currency"])
    keep_account(session, account, acting.at, membership_id=membership_id, actor=acting.actor)


def _keep_options(
    session: Session, membership_id: int, member: int, offer: Event, effect: date, acting: Acting
) -> None:
    """The options, as they were told with the acceptance, each from its first day on."""
    told = [Option(one["kind"], one["terms"], Decimal(one["yearly"])) for one in offer.detail.get("options", ())]
    record_options(
        session, membership_id, member, [(one, begins(one.kind, effect)) for one in told], acting.at, acting.actor
    )


def _first_premium(
    session: Session, edition: Edition, membership_id: int, offer: Event, effect: date, received: Decimal,
    paid_on: date, acting: Acting,
) -> list[tuple[int, Period, int]]:  # fmt: skip
    """What came, as paid: for care with assistance and liability, and apart from it for prévoyance.

    Answers the key, the days and the EUR cents of each, that for care first.
    """
    apart = Decimal(offer.detail.get("prevoyance", "0"))
    until = add_months(effect, 12 // offer.detail["instalments"]) - DAY
    begun = prevoyance_begins(effect)
    parts = [("health", Period(effect, until), received - apart)]
    if apart:
        parts.append(("prevoyance", Period(begun, paid_until(edition, begun) - DAY), apart))
    kept = []
    for covers, days, amount in parts:
        cents = to_minor(amount, EUR)
        key = premium_due(session, membership_id, days.first, acting, days=days, cents=cents, covers=covers)
        premium_event(session, key, "paid", replace(acting, day=paid_on))
        kept.append((key, days, cents))
    return kept


def _make_member(session: Session, row: Any, person: int, acting: Acting) -> None:
    """The applicant's account is the member's from now on, who stays signed in."""
    roles = {*account_of_application(session, row).roles.split(), "member"} - {"applicant"}
    set_roles(session, row.account_id, roles, acting.at, acting.actor, person, stay=True)


def _told(
    session: Session, row: Any, form: Filled, done: Joined, effect: date, paid_on: date, until: date, acting: Acting
) -> Concluded:
    """Keep that it is concluded, and answer it."""
    assert form.choice is not None
    number = number_of(row.id)
    session.execute(update(_APPLICATION).where(_APPLICATION.c.id == row.id).values(membership_id=done.membership_id))
    detail = {
        "membership": done.membership_id, "number": number, "effect": effect.isoformat(),
        "paid_on": paid_on.isoformat(), "renounce_until": until.isoformat(), "frequency": form.choice.frequency,
    }  # fmt: skip
    add_event(session, row.id, "concluded", acting, detail=detail)
    return Concluded(done.membership_id, number, effect, until, done.people)
