"""First premiums that are to come: the accountant records each as received, and the membership is concluded."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.applications.begin import application
from expat.applications.conclude import Concluded, check_received, conclude
from expat.applications.decide import account_of_application
from expat.applications.happened import must_stand
from expat.applications.listing import first_premiums
from expat.applications.screened import screen_application
from expat.applications.starts import first_day
from expat.employers.invite import note_concluded
from expat.errors import BadInput, Conflict
from expat.mail.application_letters import concluded
from expat.mail.outbox import put
from expat.membership.changes import Acting
from expat.portal.access import ACCOUNTANT, allow
from expat.portal.apply_shown import Shown, shown_application
from expat.portal.forms import DayField, Form
from expat.portal.told import link, operator
from expat.portal.work import db, house, keep_so_far, me, now, speaks, today, undo
from expat.wording.catalogue import N_

pages = Blueprint("money_first_premiums", __name__, url_prefix="/money/first-premiums")
Answer = str | tuple[str, int] | AnyResponse

REFUSED = {
    "amount": N_("This is not the amount that is due. Send it back, or wait for the rest."),
    "received_on": N_("The money cannot have come before the application was accepted, nor after today."),
    "person": N_(
        "The applicant's account belongs to an insured person already: send the money back, tell the management unit."
    ),
    "health": N_("A health declaration is too old by now: the applicant signs it again on his or her page."),
    "screening": N_("A name is being looked at against the lists of sanctions: it is concluded once that is settled."),
    "member_too_old": N_("The member has become too old meanwhile: send the money back."),
}
OTHERWISE = N_("It cannot be concluded as it stands now. Ask the management unit.")


class ReceivedForm(Form):
    """The day on which a first premium came."""

    received_on = DayField()


@pages.get("")
@allow(ACCOUNTANT)
def first() -> str:
    """What is to come."""
    return _page({})


@pages.post("/<int:application_id>")
@allow(ACCOUNTANT)
def received(application_id: int) -> Answer:
    """It is there: what that brings is shown, and once confirmed the membership is concluded. Sent twice is once."""
    shown = shown_application(application_id)
    if shown.stands.word == "concluded":
        return redirect(url_for("money_first_premiums.first"), 303)
    acting, form = Acting(today(), now(), house().preference, me().actor), ReceivedForm()
    if not form.validate():
        told = next(iter(form.received_on.errors), None) or speaks().say(OTHERWISE)
        return _page({application_id: str(told)}), 422
    if "confirm" not in request.form:
        return _to_confirm(application_id, shown, form)
    screen_application(db(), application_id, shown.form, acting.at)
    keep_so_far()  # a match stays known, whatever becomes of the conclusion
    try:
        done = conclude(
            db(), application_id, _amount(), acting, house().keys, form.received_on.data or acting.day
        )  # fmt: skip
    except BadInput as wrong:
        return _refused(application_id, wrong)
    note_concluded(db(), application_id, done.membership, done.number, done.effect, acting)
    _tell(application_id, done)
    say = speaks().say
    flash(say("Membership {number} is concluded; cover begins on {day}.", number=done.number,
              day=speaks().day(done.effect)))  # fmt: skip
    return redirect(url_for("money_first_premiums.first"), 303)


def _to_confirm(application_id: int, shown: Shown, form: ReceivedForm) -> Answer:
    """What recording it would bring, before it is brought about."""
    try:
        amount, paid_on = _amount(), form.received_on.data or today()
        must_stand(shown.stands, "premium")
        assert shown.offer is not None and shown.stands.complete_on is not None
        check_received(shown.offer, amount, paid_on, today())
    except BadInput as wrong:
        return _refused(application_id, wrong)
    effect = first_day(shown.edition, shown.form, shown.stands.complete_on, paid_on, today())
    one = next(one for one in first_premiums(db()) if one.application == application_id)
    return render_template(
        "portal/money/first_premium.html", one=one, amount_sent=amount, paid_on=paid_on, effect=effect, shown=shown
    )  # fmt: skip


def _refused(application_id: int, wrong: BadInput) -> Answer:
    undo()
    told = REFUSED.get(wrong.where) or REFUSED.get(wrong.problem) or OTHERWISE
    return _page({application_id: speaks().say(told)}), 409 if isinstance(wrong, Conflict) else 422


def _amount() -> Decimal:
    """What the page was made with. Raises BadInput."""
    try:
        amount = Decimal(request.form.get("amount", "")[:20])
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise BadInput("amount", "is no amount", "as it stands on the page")
    return amount


def _tell(application_id: int, done: Concluded) -> None:
    account = account_of_application(db(), application(db(), application_id))
    text = concluded(
        account.language, account.name, link("/cover"), done.number, done.effect, done.renounce_until, operator()
    )
    put(db(), f"application:{application_id}:concluded", "application", account.email, account.language, *text, now())


def _page(wrong: dict[int, str]) -> str:
    found = first_premiums(db())
    total: Decimal = sum((one.amount for one in found), Decimal())
    return render_template(
        "portal/money/first_premiums.html", found=found, wrong=wrong, total=total, day_now=today(), sent=request.form
    )
