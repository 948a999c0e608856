"""Premiums as money: what of the bank's word waits for a person, what waits for a second one, refunds to transfer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import Own
from expat.bank.reference import premium_of
from expat.claims.written import LONGEST
from expat.collecting import listing
from expat.collecting.decide import (
    CONFIRMED,
    OF_CREDITS,
    OF_DEBITS,
    Proposed,
    decide,
    propose,
    propose_by_hand,
    propose_refunded,
    waiting_part,
)
from expat.collecting.moved import WHY
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.money import EUR, to_minor
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.forms import AmountField, AtMost, Choice, DayField, Form, LongTextField, Needed, TextField
from expat.portal.money.actors import Actors
from expat.portal.work import db, house, me, now, speaks, today, undo, whole_number
from expat.wording.catalogue import N_

pages = Blueprint("money_premiums", __name__, url_prefix="/money/premiums")
KEY = "int(max=999999999999999999)"  # what databases take
PAGE = 50
Answer = str | tuple[str, int] | AnyResponse

KINDS = {
    "premium": N_("a payment for a premium"),
    "return": N_("a direct debit that came back"),
    "charges": N_("charges of the bank"),
    "refund": N_("a refund that we transferred"),
    "known": N_("in the books already"),
    "not_ours": N_("not ours: it is to be sent back"),
    "sent_back": N_("not ours: it is on its way back, or this is the transfer that takes it back"),
    "hand": N_("a payment that came without the bank's file"),
    "refunded": N_("a refund that was transferred"),
}
FOUR_EYES = N_("You proposed this: another person decides.")
NO_PREMIUM = N_("Please give the reference of a premium (RF…), or its number, that was called.")
PROPOSED = N_("It is proposed. Another person confirms it.")
DONE = {CONFIRMED: N_("It is confirmed and booked."), "refused": N_("It is refused: nothing was booked.")}


class PartForm(Form):
    """What a waiting payment is, and why."""

    kind = TextField(validators=[Needed()])
    premium = TextField(validators=[AtMost(40)])
    refund = TextField(validators=[AtMost(18)])
    reason = LongTextField(validators=[Needed(), AtMost(LONGEST)])


class HandForm(Form):
    """A payment that no file of the bank tells of."""

    premium = TextField(validators=[Needed(), AtMost(40)])
    amount = AmountField(validators=[Needed()])
    day = DayField(validators=[Needed()])
    reason = LongTextField(validators=[Needed(), AtMost(LONGEST)])


class RefundForm(Form):
    """The day on which a refund was transferred, and how."""

    day = DayField(validators=[Needed()])
    reason = LongTextField(validators=[Needed(), AtMost(LONGEST)])


class DecideForm(Form):
    """What the second person decides."""

    outcome = Choice(choices=lambda: [(CONFIRMED, ""), ("refused", "")], validators=[Needed()])


@pages.get("")
@allow(ACCOUNTANT, MANAGER)
def overview() -> str:
    """What waits, and what was decided last."""
    return _overview()


def _overview(problem: str = "") -> str:
    after = whole_number("after") or 0
    waits, open_ones, last = listing.waiting(db(), after, PAGE + 1), listing.proposals(db()), listing.decided(db())
    actors = Actors([*(one.proposed_by for one in (*open_ones, *last)), *(one.decided_by for one in last)])
    return render_template(
        "portal/money/premiums.html", waits=waits[:PAGE], proposals=open_ones, decided=last, actors=actors, why=WHY,
        kinds=KINDS, problem=problem, older=waits[PAGE - 1].id if len(waits) > PAGE else None, paged=after > 0,
    )  # fmt: skip


@pages.get(f"/waiting/<{KEY}:part_id>")
@allow(ACCOUNTANT, MANAGER)
def waiting(part_id: int) -> str:
    """One payment of the bank, and the form for what it is."""
    return _part(part_id, PartForm(formdata=None))


@pages.post(f"/waiting/<{KEY}:part_id>")
@allow(ACCOUNTANT, MANAGER)
def said(part_id: int) -> Answer:
    """Propose what it is."""
    form = PartForm()
    if not form.validate():
        return _part(part_id, form), 422
    kind, premium = str(form.kind.data), _premium_in(form.premium.data)
    refund = int(form.refund.data) if (form.refund.data or "").isdecimal() else None
    if kind == "premium" and premium is None:
        form.premium.errors = [speaks().say(NO_PREMIUM)]
        return _part(part_id, form), 422
    try:
        propose(db(), part_id, Proposed(kind, str(form.reason.data), premium, refund), _acting())
    except (Own, Conflict):
        raise
    except NotFound as wrong:
        return _refused(part_id, form, wrong)
    except BadInput as wrong:
        return _refused(part_id, form, wrong)
    flash(speaks().say(PROPOSED))
    return redirect(url_for(".overview"), 303)


def _refused(part_id: int, form: PartForm, wrong: BadInput) -> Answer:
    if wrong.where == "part":
        raise wrong
    undo()
    if wrong.where == "premium":
        form.premium.errors = [speaks().say(NO_PREMIUM)]
    else:
        form.refuse(wrong)
    return _part(part_id, form), 422


def _part(part_id: int, form: PartForm) -> str:
    row = listing.part(db(), part_id)
    waiting_part(db(), part_id)
    kinds = OF_CREDITS if row.amount > 0 else OF_DEBITS
    return render_template("portal/money/premium_part.html", row=row, form=form, kinds=kinds, names=KINDS, why=WHY)


@pages.post(f"/proposals/<{KEY}:proposal_id>")
@allow(ACCOUNTANT, MANAGER)
def decided(proposal_id: int) -> Answer:
    """Confirm or refuse what another person proposed."""
    form = DecideForm()
    if not form.validate():
        return _overview(), 422
    outcome = str(form.outcome.data)
    try:
        decide(db(), proposal_id, outcome, _acting(), house().settings)
    except (Conflict, NotFound):
        raise
    except BadInput as wrong:
        undo()
        if wrong.where != "by":
            raise
        return _overview(speaks().say(FOUR_EYES)), 422
    flash(speaks().say(DONE[outcome]))
    return redirect(url_for(".overview"), 303)


@pages.get("/by-hand")
@allow(ACCOUNTANT, MANAGER)
def by_hand() -> str:
    """The form for a payment that no file tells of."""
    form = HandForm(formdata=None, premium=request.args.get("premium", "")[:40])
    return render_template("portal/money/premium_by_hand.html", form=form)


@pages.post("/by-hand")
@allow(ACCOUNTANT, MANAGER)
def entered() -> Answer:
    """Enter a payment for another person to confirm."""
    form = HandForm()
    premium = _premium_in(form.premium.data)
    if form.validate() and premium is None:
        form.premium.errors = [speaks().say(NO_PREMIUM)]
    if form.errors or premium is None or form.amount.data is None or form.day.data is None:
        return render_template("portal/money/premium_by_hand.html", form=form), 422
    try:
        cents = to_minor(form.amount.data, EUR)
        propose_by_hand(db(), premium, cents, form.day.data, str(form.reason.data), _acting())
    except NotFound:
        form.premium.errors = [speaks().say(NO_PREMIUM)]
    except Conflict:
        raise
    except (BadInput, ValueError) as wrong:
        form.refuse(wrong if isinstance(wrong, BadInput) else BadInput("amount", str(wrong)))
    if form.errors:
        undo()
        return render_template("portal/money/premium_by_hand.html", form=form), 422
    flash(speaks().say(PROPOSED))
    return redirect(url_for(".overview"), 303)


@pages.get("/refunds")
@allow(ACCOUNTANT, MANAGER)
def refunds() -> str:
    """What is owed back to members."""
    after = whole_number("after") or 0
    found = listing.refunds(db(), after, PAGE + 1)
    return render_template(
        "portal/money/premium_refunds.html", found=found[:PAGE], paged=after > 0,
        older=found[PAGE - 1].id if len(found) > PAGE else None,
    )  # fmt: skip


@pages.get(f"/refunds/<{KEY}:refund_id>")
@allow(ACCOUNTANT, MANAGER)
def refund(refund_id: int) -> str:
    """One refund, and the form that says when it was transferred."""
    return _refund(refund_id, RefundForm(formdata=None, day=today()))


@pages.post(f"/refunds/<{KEY}:refund_id>")
@allow(ACCOUNTANT, MANAGER)
def refunded(refund_id: int) -> Answer:
    """Note a refund as transferred, for another person to confirm."""
    form = RefundForm()
    if not form.validate() or form.day.data is None:
        return _refund(refund_id, form), 422
    try:
        propose_refunded(db(), refund_id, form.day.data, str(form.reason.data), _acting())
    except (Conflict, NotFound):
        raise
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _refund(refund_id, form), 422
    flash(speaks().say(PROPOSED))
    return redirect(url_for(".refunds"), 303)


def _refund(refund_id: int, form: RefundForm) -> str:
    return render_template("portal/money/premium_refund.html", row=listing.refund(db(), refund_id), form=form)


def _premium_in(text: str | None) -> int | None:
    """The premium that somebody typed: its reference with the right check digits, or its number."""
    given = "".join((text or "").split())
    if given.isascii() and given.isdecimal() and len(given) <= 9:
        return int(given)
    return premium_of(given)


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)
