"""The account that the estate of a member who died asks to be paid to: one person records it, another confirms it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import refuse_own
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.errors import BadInput, Conflict
from expat.letters.statement import masked
from expat.membership.changes import Acting
from expat.membership.death import death_of
from expat.payments.estate import (
    PAYEES,
    NewEstateAccount,
    Recorded,
    confirm_estate,
    estates_of,
    record_estate,
    reject_estate,
)
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.forms import AtMost, Choice, Form, Needed, TextField
from expat.portal.member.data_papers import given_to_staff
from expat.portal.member.payout import FIELDS, MISSING, WRONG, AccountFields
from expat.portal.money.actors import Actors
from expat.portal.uploads import NOTHING, Uploads, uploads
from expat.portal.work import db, house, me, now, speaks, today, undo
from expat.wording.catalogue import N_

pages = Blueprint("desk_find_estate", __name__, url_prefix="/desk/memberships")
Answer = str | tuple[str, int] | AnyResponse
PAGE = f"/<{KEY}:membership_id>/estate"

GROUP = 4
PAYEE = {"notary": N_("The notary"), "heir": N_("An heir"), "executor": N_("The executor of the will")}
WAITS = N_("Another account waits already: confirm or reject that one first.")
RECORDED = N_("It is recorded. Another person of the management unit confirms it before anything is paid there.")
EURO_AREA = N_("Inside the euro area the estate is paid in euros.")


class EstateForm(AccountFields):
    """The account, and what its holder is to the estate."""

    payee_is = Choice(choices=lambda: [("", ""), *((w, speaks().say(PAYEE[w])) for w in PAYEES)],
                      validators=[Needed()])  # fmt: skip

    def tell(self, wrong: BadInput) -> None:
        """Say what the account lacks, beside the field that it is about."""
        found = self._fields.get(wrong.where)
        text = (WRONG if found is not None and found.data else MISSING).get(wrong.where)
        if found is None or text is None:
            self.refuse(wrong)
        else:
            found.errors = [*found.errors, speaks().say(text)]


class RejectForm(Form):
    """Why an account is not to be paid."""

    why = TextField(validators=[Needed(), AtMost(300)])


@pages.get(PAGE)
@allow(MANAGER)
def estate(membership_id: int) -> str:
    """What was recorded, and the form for an account."""
    dossier = _bereaved(membership_id)
    form = EstateForm(formdata=None, data={"currency": dossier.on("payout_currency", today())})
    return _page(dossier, form)


@pages.post(PAGE)
@allow(MANAGER)
def record(membership_id: int) -> Answer:
    """Record the account that the notary's paper names; its holder's name is screened."""
    dossier, form = _bereaved(membership_id), EstateForm()
    sent = uploads(f"paper of estate {membership_id}")
    missing = sent._replace(refused=[*sent.refused, *sent.missing])
    if not form.validate() or missing.refused:
        return _page(dossier, form, missing), 422
    paper = sent.files[-1]
    values = {name: form[name].data for name in FIELDS}
    new = NewEstateAccount(values, form.currency.data, form.payee_is.data, paper.name, paper.sha256)
    try:
        record_estate(db(), membership_id, new, _acting())
    except Conflict:
        undo()
        form.form_errors.append(speaks().say(WAITS))
        return _page(dossier, form, sent), 409
    except BadInput as wrong:
        undo()
        form.tell(wrong)
        return _page(dossier, form, sent), 422
    flash(speaks().say(RECORDED))
    return _back(membership_id)


@pages.post(f"{PAGE}/<{KEY}:estate_id>/confirm")
@allow(MANAGER)
def confirm(membership_id: int, estate_id: int) -> Answer:
    """A second person confirms it: coming payouts go there."""
    dossier, _one = _bereaved(membership_id), _of(membership_id, estate_id)
    try:
        confirm_estate(db(), estate_id, _acting())
    except BadInput as wrong:
        undo()
        told = (
            EURO_AREA
            if wrong.where == "currency"
            else N_("It was rejected, or you recorded it: somebody else decides.")
        )
        flash(speaks().say(told))
        return _page(dossier, EstateForm(formdata=None)), 409
    flash(speaks().say("Coming payouts go to this account."))
    return _back(membership_id)


@pages.post(f"{PAGE}/<{KEY}:estate_id>/reject")
@allow(MANAGER)
def reject(membership_id: int, estate_id: int) -> Answer:
    """It is not to be paid, and why."""
    dossier, one, form = _bereaved(membership_id), _of(membership_id, estate_id), RejectForm()
    if not form.validate():
        return _page(dossier, EstateForm(formdata=None), rejecting=(one.id, form)), 422
    try:
        reject_estate(db(), estate_id, form.why.data or "", _acting())
    except Conflict:
        undo()
        flash(speaks().say("It was confirmed meanwhile: record another account."))
        return _back(membership_id)
    flash(speaks().say("It is not paid. Record the account again, once it is right."))
    return _back(membership_id)


@pages.get(f"{PAGE}/<{KEY}:estate_id>/paper")
@allow(MANAGER)
def paper(membership_id: int, estate_id: int) -> Response:
    """The notary's paper; that it was read is kept."""
    _bereaved(membership_id)
    return given_to_staff(_of(membership_id, estate_id), membership_id, f"membership:{membership_id}")


def _of(membership_id: int, estate_id: int) -> Recorded:
    return next((one for one in estates_of(db(), membership_id) if one.id == estate_id), None) or abort(404)


def _bereaved(membership_id: int) -> Dossier:
    """A membership whose member has died; 404 for any other. Raises Own."""
    refuse_own(db(), membership_id, me().actor)
    if death_of(db(), membership_id) is None:
        abort(404)
    return load(db(), [membership_id])[membership_id]


def _spaced(number: str) -> str:
    """An account's number in groups of four, to be compared with the paper."""
    return " ".join(number[start : start + GROUP] for start in range(0, len(number), GROUP))


def _page(
    dossier: Dossier, form: EstateForm, sent: Uploads = NOTHING, rejecting: tuple[int, RejectForm] | None = None
) -> str:
    found = estates_of(db(), dossier.id)
    actors = [who for one in found for who in (one.by, one.answered_by)]
    return render_template(
        "portal/desk/estate.html", dossier=dossier, form=form, sent=sent, found=found, death=death_of(db(), dossier.id),
        payee=lambda word: speaks().say(PAYEE[word]), actors=Actors(actors),
        number=lambda account: masked(account.iban, account.number), spaced=_spaced,
        reject_form=RejectForm(formdata=None), rejecting=rejecting, waits=any(one.waits for one in found),
    )  # fmt: skip


def _back(membership_id: int) -> AnyResponse:
    return redirect(url_for(".estate", membership_id=membership_id), 303)


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)
