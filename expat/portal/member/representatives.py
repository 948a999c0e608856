"""People who act for the member: appointed here or on paper, confirmed, with the rights that they have, revoked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.currency.euro_area import payout_currency
from expat.errors import BadInput, Conflict
from expat.letters.statement import masked
from expat.payments.agents import agent_account
from expat.portal.access import MEMBER, allow
from expat.portal.admin.acts import act
from expat.portal.member.claim_files import ACCEPT, take_files
from expat.portal.member.claim_pages import dossier
from expat.portal.member.data_papers import given
from expat.portal.representing import words
from expat.portal.representing.forms import MandateForm
from expat.portal.representing.mails import let_in, tell_ended, tell_member
from expat.portal.trying import own_password_wrong
from expat.portal.work import db, keep_so_far, me, membership, now, speaks, today, undo
from expat.representatives.appoint import NewMandate, appoint
from expat.representatives.decide import revoke as revoke_mandate
from expat.representatives.decide import set_right
from expat.representatives.listing import Listed, done_under, names_acting, of_membership
from expat.representatives.standing import AGENT, BROKER, LEGAL, RIGHTS

pages = Blueprint("member_acting", __name__, url_prefix="/cover/representatives")
KEY = "int(max=999999999999999)"
KINDS = (AGENT, BROKER)
Answer = str | tuple[str, int] | AnyResponse


@pages.get("")
@allow(MEMBER)
def people() -> Answer:
    """Who acts, who waits for our check, and how to appoint somebody."""
    if me().person_role != "member":
        return render_template("portal/member/representatives/of_mine.html", found=_found(), words=words, today=today())
    found = _found()
    current = [one for one in found if one.state(today()) in ("waits", "coming", "active")]
    return render_template(
        "portal/member/representatives/people.html", current=current, words=words,
        former=[one for one in found if one not in current],
    )  # fmt: skip


def _found() -> list[Listed]:
    """The mandates that concern the reader: of the member all but other people's legal representatives."""
    mine = me().person
    everything = me().person_role == "member"
    return [
        one
        for one in of_membership(db(), membership())
        if (one.row.person_id == mine if one.row.kind == LEGAL else everything)
    ]


def _own(mandate_id: int) -> Listed:
    return next((one for one in _found() if one.row.id == mandate_id), None) or abort(404)


@pages.get(f"/<{KEY}:mandate_id>")
@allow(MEMBER)
def mandate(mandate_id: int) -> str:
    """One of them: the rights, the papers, the account, and what was done in the member's name."""
    one = _own(mandate_id)
    number = masked(one.payee.iban, one.payee.number) if one.payee is not None else ""
    return render_template(
        "portal/member/representatives/mandate.html", one=one, words=words, number=number, act=act,
        may=RIGHTS[one.row.kind], state=one.state(today()), done=done_under(db(), membership(), mandate_id),
        names=names_acting(db(), membership()), changes_rights=one.row.kind == BROKER, legal=one.row.kind == LEGAL,
    )  # fmt: skip


@pages.get(f"/<{KEY}:mandate_id>/papers/<{KEY}:paper_id>")
@allow(MEMBER)
def paper(mandate_id: int, paper_id: int) -> Response:
    """A paper of an appointment."""
    found = next((paper for paper in _own(mandate_id).papers if paper.id == paper_id), None)
    return given(found or abort(404))


@pages.get("/new")
@allow(MEMBER)
def new() -> Answer:
    """An empty form, for an agent or a broker."""
    if me().person_role != "member":
        return _for_the_member()
    return _form_page(_form())


@pages.post("/new")
@allow(MEMBER)
def send() -> Answer:
    """Appoint: the password is asked for, and a mail tells of it."""
    if me().person_role != "member":
        return _for_the_member()
    form = _form()
    taken, refused = take_files()
    keep_so_far()
    files = [*form.files_so_far(), *taken]
    form.keep_files(files)
    if not form.right(files, by_post=False) or refused:
        return _form_page(form, refused), 422
    if (wrong := own_password_wrong(form.password.data or "")) is not None:
        form.password.errors = [speaks().say(wrong[0])]
        return _form_page(form), wrong[1]
    try:
        key, again = _appoint(form, form.new(files))
    except BadInput as problem:
        undo()
        form.told(problem)
        return _form_page(form), 409 if isinstance(problem, Conflict) else 422
    flash(_said(form.kind, again))
    return redirect(url_for(".mandate", mandate_id=key), 303)


def _appoint(form: MandateForm, new: NewMandate) -> tuple[int, bool]:
    key, again = appoint(db(), membership(), new, now(), me().actor)
    if again:
        return key, again
    if form.pays:
        agent_account(db(), key, form.account(), form.currency, now(), me().actor)
    tell_member(key, "appointed")
    if form.kind == BROKER:
        let_in(key)
    return key, again


def _said(kind: str, again: bool) -> str:
    say = speaks().say
    if again:
        return say("This appointment had reached us already.")
    if kind == BROKER:
        return say("Done: the broker can sign in, with the rights that you gave. You can take each at any time.")
    return say("The appointment has reached us. It opens nothing before we have checked the paper; a mail tells you.")


@pages.post(f"/<{KEY}:mandate_id>/revoke")
@allow(MEMBER)
def revoke(mandate_id: int) -> Answer:
    """Revoke, at once; payments from the next settlement."""
    one = _own(mandate_id)
    if me().person_role != "member" or one.row.kind == LEGAL:
        return _for_the_member()
    if revoke_mandate(db(), mandate_id, "", now(), me().actor):
        tell_member(mandate_id, "revoked")
        tell_ended(mandate_id)
    flash(speaks().say("Revoked. {name} no longer acts for you.", name=one.row.name))
    return redirect(url_for(".people"), 303)


@pages.post(f"/<{KEY}:mandate_id>/rights")
@allow(MEMBER)
def rights(mandate_id: int) -> Answer:
    """Give or take one right."""
    one = _own(mandate_id)
    if me().person_role != "member" or one.row.kind == LEGAL:
        return _for_the_member()
    what, given_now = request.form.get("what", ""), request.form.get("given") == "yes"
    if what not in RIGHTS[one.row.kind] or (given_now and one.row.kind != BROKER):
        abort(422)
    set_right(db(), mandate_id, what, given_now, now(), me().actor)
    flash(speaks().say("Noted: it holds at once."))
    return redirect(url_for(".mandate", mandate_id=mandate_id), 303)


def _form() -> MandateForm:
    kind = request.args.get("kind", AGENT)
    if kind not in KINDS:
        abort(404)
    found = dossier()
    paid_in = payout_currency(found.on("payout_currency", today()), found.on("residence", today()), today())
    return MandateForm().prepare(kind, paid_in, [], today())


def _form_page(form: MandateForm, refused: Any = ()) -> str:
    return render_template(
        "portal/member/representatives/form.html", form=form, words=words, refused=refused, accept=ACCEPT,
        files=form.files_so_far(), kind=form.kind,
    )  # fmt: skip


def _for_the_member() -> AnyResponse:
    flash(speaks().say("The member alone appoints and revokes; a court or an authority a legal representative."))
    return redirect(url_for(".people"), 303)
