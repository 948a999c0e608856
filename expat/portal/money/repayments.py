"""Money that came back from members, and complements that are transferred to them: noted once, from the bank's list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import Own, own_memberships, refuse_own
from expat.claims.load import load
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.membership.tables import Membership
from expat.money import EUR, from_minor, minor_units, to_minor
from expat.portal.access import ACCOUNTANT, allow
from expat.portal.forms import AmountField, AtMost, DayField, Form, Needed, TextField
from expat.portal.member.recoveries_told import reference_of
from expat.portal.work import db, house, me, now, speaks, today, undo
from expat.recoveries.follow import LONGEST_REFERENCE, booked_between, record_payment, record_repayment
from expat.recoveries.standing import COMPLEMENT, RECOVER, Decided, decision
from expat.recoveries.waiting import open_decisions
from expat.screening.holds import held_since
from expat.wording.catalogue import N_

pages = Blueprint("money_repayments", __name__, url_prefix="/repayments")
Answer = str | tuple[str, int] | AnyResponse

_MEMBERSHIP: Any = table_of(Membership)
NOTED = N_("It is noted. {left} is left.")
BEFORE = N_("This transfer was noted before: nothing was done.")
LEFT = N_("Please give an amount above zero, {left} at most.")
DAYS = N_("Please give a day from {first} to today.")
OTHER = N_("This reference is noted with another amount or another day.")
SAME = N_("The amount is in euros already: leave this empty.")
BOOKED = N_("Please give the euros that the bank booked: from {low} to {high} for this amount.")


class MovedForm(Form):
    """A transfer as the bank lists it; `in_eur` where the bank changed the money itself."""

    amount = AmountField(validators=[Needed()])
    on = DayField(validators=[Needed()])
    reference = TextField(validators=[Needed(), AtMost(LONGEST_REFERENCE)])
    in_eur = AmountField()


@pages.get("")
@allow(ACCOUNTANT)
def repayments() -> str:
    """What is to come back, and what is to be transferred."""
    own = own_memberships(db(), me().account)
    coming, going = (
        [one for one in open_decisions(db(), kind) if one.row.membership_id not in own]
        for kind in (RECOVER, COMPLEMENT)
    )
    keys = {one.row.membership_id for one in (*coming, *going)}
    query = select(_MEMBERSHIP.c.id, _MEMBERSHIP.c.number).where(_MEMBERSHIP.c.id.in_(keys))
    numbers = {row.id: row.number for row in db().execute(query)}
    held = held_since(db(), {one.row.membership_id for one in going})
    return render_template("portal/money/repayments.html", coming=coming, going=going, numbers=numbers, held=held)


@pages.get("/<int:recovery_id>")
@allow(ACCOUNTANT)
def repayment(recovery_id: int) -> str:
    """One decision, and the form for a transfer."""
    return _shown(_found(recovery_id), MovedForm(formdata=None))


@pages.post("/<int:recovery_id>")
@allow(ACCOUNTANT)
def noted(recovery_id: int) -> Answer:
    """Note a transfer."""
    found, form = _found(recovery_id), MovedForm()
    good = form.validate() and _decimals(form, found)
    if not good or form.amount.data is None or form.on.data is None:
        return _again(recovery_id, form)
    verb = record_repayment if found.row.kind == RECOVER else record_payment
    units = to_minor(form.amount.data, found.row.currency)
    in_eur = None if form.in_eur.data is None else to_minor(form.in_eur.data, EUR)
    acting = Acting(today(), now(), house().preference, me().actor)
    try:
        new = verb(db(), recovery_id, units, form.on.data, str(form.reference.data), acting, in_eur)
    except Own:
        raise
    except BadInput as wrong:
        _refuse(form, found, wrong)
        return _again(recovery_id, form)
    left = decision(db(), recovery_id)
    told = speaks().amount(_left(left), left.row.currency)
    flash(speaks().say(NOTED, left=told) if new else speaks().say(BEFORE))
    return redirect(url_for(".repayment", recovery_id=recovery_id), 303)


def _found(recovery_id: int) -> Decided:
    try:
        found = decision(db(), recovery_id)
    except NotFound:
        abort(404)
    refuse_own(db(), found.row.membership_id, me().actor)
    if found.row.kind not in (RECOVER, COMPLEMENT) or not found.holds:
        abort(404)
    return found


def _decimals(form: MovedForm, found: Decided) -> bool:
    """Whether the amounts have no more decimals than their currencies."""
    for field, currency in ((form.amount, found.row.currency), (form.in_eur, EUR)):
        if field.data is not None and -int(field.data.as_tuple().exponent) > minor_units(currency):
            field.errors = [speaks().say(N_("This currency has {n} decimals."), n=minor_units(currency))]
    return not form.errors


def _refuse(form: MovedForm, found: Decided, wrong: BadInput) -> None:
    left, first = speaks().amount(_left(found), found.row.currency), speaks().day(found.row.decided_on)
    known: dict[str, tuple[Any, str]] = {
        "amount": (form.amount, speaks().say(LEFT, left=left)), "on": (form.on, speaks().say(DAYS, first=first)),
        "in_eur": (form.in_eur, _booked(form, found)),
    }  # fmt: skip
    if isinstance(wrong, Conflict) and wrong.where == "reference":
        form.reference.errors = [speaks().say(OTHER)]
    elif wrong.where in known:
        known[wrong.where][0].errors = [known[wrong.where][1]]
    else:
        form.refuse(wrong)


def _booked(form: MovedForm, found: Decided) -> str:
    """What can stand for what the bank booked in euros."""
    if found.row.currency == EUR or form.amount.data is None:
        return speaks().say(SAME)
    edition = load(db(), [found.row.membership_id])[found.row.membership_id].plan.on(today())
    between = booked_between(edition, found, to_minor(form.amount.data, found.row.currency))
    low, high = (speaks().amount(from_minor(cents, EUR), EUR) for cents in between)
    return speaks().say(BOOKED, low=low, high=high)


def _left(found: Decided) -> Any:
    return from_minor(found.left, found.row.currency)


def _again(recovery_id: int, form: MovedForm) -> tuple[str, int]:
    undo()
    return _shown(_found(recovery_id), form), 422


def _shown(found: Decided, form: MovedForm) -> str:
    query = select(_MEMBERSHIP.c.number).where(_MEMBERSHIP.c.id == found.row.membership_id)
    number = db().execute(query).scalar_one()
    held = found.row.kind == COMPLEMENT and bool(held_since(db(), [found.row.membership_id]))
    return render_template(
        "portal/money/repayment.html", found=found, form=form, number=number, held=held, reference_of=reference_of
    )
