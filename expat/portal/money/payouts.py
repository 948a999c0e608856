"""A payout: whose it is, how far it got, what the bank said; its statement for the management unit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.accounts.own import refuse_own
from expat.db import transaction
from expat.errors import BadInput, NotFound
from expat.letters.operator import from_settings
from expat.letters.statement import statement_pdf
from expat.payments import listing, payouts
from expat.payments.find import Found, find_payout
from expat.payments.references import end_to_end_id
from expat.payments.told import owner_of
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.admin.acts import act
from expat.portal.forms import AtMost, DayField, Form, Needed, TextField
from expat.portal.money.actors import Actors
from expat.portal.money.rate_words import note_in_words
from expat.portal.work import db, house, me, now, speaks, today, undo

pages = Blueprint("money_settlements_payouts", __name__, url_prefix="/settlements/payouts")
Answer = str | tuple[str, int] | AnyResponse


class ReturnForm(Form):
    """What the bank says of a payment that it sent back."""

    day = DayField(validators=[Needed()])
    reason = TextField(validators=[Needed(), AtMost(200)])


class FindForm(Form):
    """The reference that the bank names."""

    class Meta:
        csrf = False  # it changes nothing

    reference = TextField(validators=[Needed(), AtMost(40)])


@pages.get("/find")
@allow(ACCOUNTANT, MANAGER)
def find() -> Answer:
    """The payout of a reference on the bank's list."""
    form = FindForm(formdata=request.args)
    if not request.args:
        return render_template("portal/money/find.html", form=FindForm(formdata=None))
    if form.validate():
        try:
            return redirect(url_for(".payout", key=find_payout(db(), form.reference.data or "").id))
        except NotFound:
            form.reference.errors = [speaks().say("There is no payment with this reference.")]
        except BadInput:
            example = end_to_end_id(1234)
            form.reference.errors = [
                speaks().say("This is no reference of ours, or mistyped: {example}", example=example)
            ]
    return render_template("portal/money/find.html", form=form), 422


@pages.get("/<int:key>")
@allow(ACCOUNTANT, MANAGER)
def payout(key: int) -> str:
    """A payout and what happened to it."""
    return _shown(key, ReturnForm(formdata=None, day=today()))


def _known(key: int) -> Found:
    """The payout of a key; 404 where there is none."""
    return find_payout(db(), end_to_end_id(key)) if key else abort(404)


def _shown(key: int, form: ReturnForm) -> str:
    found = _known(key)
    acts = audit.entries(db(), audit.Asked(action="payout", subject=f"payout:{key}"))
    return render_template(
        "portal/money/payout.html", found=found, form=form, reference=end_to_end_id(key), acts=acts, act=act,
        actors=Actors([one.actor for one in acts]), note_in_words=note_in_words,
    )  # fmt: skip


@pages.post("/<int:key>/returned")
@allow(ACCOUNTANT, MANAGER)
def returned(key: int) -> Answer:
    """The bank sent the money back: what was confirmed is reversed, and the payout waits for another account."""
    form, say = ReturnForm(), speaks().say
    found = _known(key)
    if form.validate() and form.day.data is not None and form.day.data > today():
        form.day.errors = [say("This day has not come yet.")]
    if found.file and not form.errors:
        _check_day(form, listing.file_of(db(), found.file))
    if form.errors or form.day.data is None:
        return _shown(key, form), 422
    try:
        first = payouts.returned(db(), key, form.day.data, now(), form.reason.data or "", me().actor)
    except BadInput as wrong:
        form.refuse(wrong, {"on": "day"})
        undo()
        return _shown(key, form), 422
    noted = say("The return is noted: the payment waits for another account.")
    flash(noted if first else say("That was noted before."))
    return redirect(url_for(".payout", key=key), 303)


def _check_day(form: ReturnForm, file: Any) -> None:
    spoken = speaks()
    if form.day.data is not None and form.day.data < file.day:
        asked = spoken.day(file.day)
        form.day.errors = [spoken.say("The file asks the bank to pay on {day}: it cannot come back before.", day=asked)]


@pages.get("/<int:key>/statement.pdf")
@allow(MANAGER)
def statement(key: int) -> Response:
    """The statement as its member gets it. It tells of care, so the accountant has none; each reading is noted."""
    refuse_own(db(), owner_of(db(), key) or abort(404), me().actor)
    content = statement_pdf(db(), key, from_settings(house().settings))
    with transaction(house().engine) as writing:
        audit.record(writing, now(), me().actor, "statement.read", f"payout:{key}")
    headers = {"Content-Disposition": f'inline; filename="statement-{key}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
