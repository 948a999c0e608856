"""Appointments for the management unit: papers that came by post, checked and confirmed or refused, and their end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import own_memberships, refuse_own
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.currency.euro_area import payout_currency
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.letters.statement import masked
from expat.membership.tables import Membership
from expat.payments.agents import agent_account
from expat.payments.statement import full_name
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.forms import AtMost, Form, LongTextField, Needed
from expat.portal.member.claim_files import ACCEPT, take_files
from expat.portal.member.data_papers import given_to_staff
from expat.portal.money.actors import Actors
from expat.portal.representing import words
from expat.portal.representing.forms import MandateForm
from expat.portal.representing.mails import let_in, tell_ended, tell_member
from expat.portal.work import db, keep_so_far, me, now, speaks, today, undo, whole_number
from expat.representatives.appoint import POST, appoint
from expat.representatives.decide import LONGEST, Waits, confirm, refuse, revoke
from expat.representatives.listing import Listed, listed, of_membership, waiting
from expat.representatives.standing import AGENT, BROKER, LEGAL
from expat.wording.catalogue import N_

pages = Blueprint("desk_representatives", __name__, url_prefix="/desk/representatives")
PAGE = 50
KINDS = (AGENT, LEGAL, BROKER)
WHY_NOT = {
    "by": N_("You entered it yourself: a colleague confirms."),
    "account": N_("The agent's account is missing: refuse it, and have it appointed anew with one."),
    "other": N_("Another agent is paid in these days: that appointment has to be revoked first."),
    "screening": N_(
        "The name resembles one of a list of sanctions: it stands among the names to check. Confirm once it is lifted."
    ),
    "email": N_("The mail address belongs to an account that cannot act: ask for another address."),
}
Answer = str | tuple[str, int] | AnyResponse


class WhyForm(Form):
    """Why an appointment is refused, or ends: the member reads it."""

    why = LongTextField(validators=[Needed(), AtMost(LONGEST)])


@pages.get("", endpoint="waiting")
@allow(MANAGER)
def waiting_list() -> str:
    """Appointments that wait, the oldest first; those of the own membership are a colleague's."""
    found = waiting(db(), whole_number("after", 0) or 0, PAGE + 1)
    return render_template(
        "portal/desk/representatives/waiting.html", found=found[:PAGE], words=words, kinds=KINDS,
        own=own_memberships(db(), me().account), number=request.args.get("number", "")[:40],
        older=url_for(".waiting", after=found[PAGE - 1].row.id) if len(found) > PAGE else "",
    )  # fmt: skip


@pages.get("/of")
@allow(MANAGER)
def of() -> AnyResponse | str:
    """The mandates of a membership, by its number."""
    membership_id = _by_number()
    return render_template(
        "portal/desk/representatives/of.html", found=of_membership(db(), membership_id), words=words, kinds=KINDS,
        number=request.args.get("number", ""), today=today(),
    )  # fmt: skip


def _by_number() -> int:
    """The membership whose number the address names, as typed; 404 where there is none."""
    number, table = request.args.get("number", "").replace("\x00", "").strip()[:40], table_of(Membership)
    found: int | None = db().execute(select(table.c.id).where(table.c.number == number)).scalar()
    if found is None:
        abort(404)
    refuse_own(db(), found, me().actor)
    return found


@pages.get("/new")
@allow(MANAGER)
def new() -> str:
    """An empty form for a paper that came by post."""
    membership_id = _by_number()
    return _form_page(_form(membership_id))


@pages.post("/new")
@allow(MANAGER)
def record() -> Answer:
    """Record the paper; somebody else confirms where it moves money or opens everything."""
    membership_id = _by_number()
    form = _form(membership_id)
    taken, refused = take_files()
    keep_so_far()
    files = [*form.files_so_far(), *taken]
    form.keep_files(files)
    if not form.right(files, by_post=True) or refused:
        return _form_page(form, refused), 422
    try:
        key, again = appoint(db(), membership_id, form.new(files), now(), me().actor, POST)
        if form.pays and not again:
            agent_account(db(), key, form.account(), form.currency, now(), me().actor)
    except BadInput as wrong:
        undo()
        form.told(wrong)
        return _form_page(form), 409 if isinstance(wrong, Conflict) else 422
    if not again:
        tell_member(key, "appointed")
    flash(speaks().say("Recorded. It opens nothing before it is confirmed."))
    return redirect(url_for(".mandate", mandate_id=key), 303)


@pages.get(f"/<{KEY}:mandate_id>")
@allow(MANAGER)
def mandate(mandate_id: int) -> str:
    """An appointment: who, for what, its papers, and what became of it."""
    return _shown(_one(mandate_id), WhyForm(formdata=None))


def _one(mandate_id: int) -> Listed:
    found = listed(db(), mandate_id) or abort(404)
    refuse_own(db(), found.row.membership_id, me().actor)
    return found


def _shown(one: Listed, form: WhyForm, problem: str = "") -> str:
    number = masked(one.payee.iban, one.payee.number) if one.payee is not None else ""
    people = [one.row.entered_by, *(step.noted_by for step in one.steps.values())]
    return render_template(
        "portal/desk/representatives/mandate.html", one=one, form=form, words=words, number=number, problem=problem,
        state=one.state(today()), actors=Actors(people), legal=one.row.kind == LEGAL,
    )  # fmt: skip


@pages.get(f"/<{KEY}:mandate_id>/papers/<{KEY}:paper_id>")
@allow(MANAGER)
def paper(mandate_id: int, paper_id: int) -> Response:
    """A paper of an appointment; that it was read is kept."""
    one = _one(mandate_id)
    found = next((paper for paper in one.papers if paper.id == paper_id), None) or abort(404)
    return given_to_staff(found, one.row.membership_id, f"mandate:{mandate_id}")


@pages.post(f"/<{KEY}:mandate_id>/confirm")
@allow(MANAGER)
def confirm_it(mandate_id: int) -> Answer:
    """Confirm, once the paper is right."""
    one = _one(mandate_id)
    try:
        confirm(db(), mandate_id, now(), me().actor)
        let_in(mandate_id)
    except Conflict as wrong:
        return _not_confirmed(one, wrong)
    tell_member(mandate_id, "confirmed")
    flash(speaks().say("Confirmed: it holds from its first day on."))
    return redirect(url_for(".waiting"), 303)


def _not_confirmed(one: Listed, wrong: Conflict) -> Answer:
    """The page again; what a screening found stays in the list of names to check."""
    if wrong.where not in WHY_NOT:
        raise wrong
    if isinstance(wrong, Waits) and wrong.where == "screening":
        keep_so_far()
    else:
        undo()
    return _shown(one, WhyForm(formdata=None), speaks().say(WHY_NOT[wrong.where])), 409


@pages.post(f"/<{KEY}:mandate_id>/refuse")
@allow(MANAGER)
def refuse_it(mandate_id: int) -> Answer:
    """Refuse, with the reason."""
    one, form = _one(mandate_id), WhyForm()
    if not form.validate():
        return _shown(one, form), 422
    refuse(db(), mandate_id, form.why.data or "", now(), me().actor)
    tell_member(mandate_id, "refused")
    flash(speaks().say("Refused. The member reads the reason."))
    return redirect(url_for(".waiting"), 303)


@pages.post(f"/<{KEY}:mandate_id>/end")
@allow(MANAGER)
def end(mandate_id: int) -> Answer:
    """Record that a mandate is over: a letter that revokes it, or the end of a guardianship."""
    one, form = _one(mandate_id), WhyForm()
    if not form.validate():
        return _shown(one, form), 422
    if revoke(db(), mandate_id, form.why.data or "", now(), me().actor):
        tell_member(mandate_id, "revoked")
        tell_ended(mandate_id)
    flash(speaks().say("Noted: it is over."))
    return redirect(url_for(".mandate", mandate_id=mandate_id), 303)


def _form(membership_id: int) -> MandateForm:
    kind = request.args.get("kind", AGENT)
    if kind not in KINDS:
        abort(404)
    found: Dossier = load(db(), [membership_id])[membership_id]
    paid_in = payout_currency(found.on("payout_currency", today()), found.on("residence", today()), today())
    people = [(str(key), full_name(person)) for key, person in found.people.items()]
    return MandateForm().prepare(kind, paid_in, people, today())


def _form_page(form: MandateForm, refused: Any = ()) -> str:
    return render_template(
        "portal/desk/representatives/form.html", form=form, words=words, refused=refused, accept=ACCEPT,
        files=form.files_so_far(), kind=form.kind, number=request.args.get("number", ""),
    )  # fmt: skip
