"""Changes of one's membership: what can be changed, what is open, what came of it, and asking for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.amendments.address import address_of
from expat.amendments.ask import Asked
from expat.amendments.decide import withdraw as withdraw_amendment
from expat.amendments.kinds import Derogation, Joins
from expat.amendments.listing import Followed, amendments_of
from expat.amendments.offer import accept_offer, offered
from expat.amendments.papers import papers_of
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.membership.privacy import ADULT
from expat.periods import add_years
from expat.portal.access import MEMBER, allow
from expat.portal.acting import limited
from expat.portal.medical.amendment_mails import tell_answer
from expat.portal.member import changes_words
from expat.portal.member.changes_asking import Answer, Asking, blank, step
from expat.portal.member.changes_forms import FORMS
from expat.portal.member.changes_papers import PaperForm, paper_name, take_papers
from expat.portal.member.claim_files import ACCEPT
from expat.portal.member.claim_pages import dossier, name_of, visible
from expat.portal.work import db, house, me, membership, now, person, speaks, today, undo

pages = Blueprint("member_cover_changes", __name__, url_prefix="/cover/changes")
DEROGATION = "derogation"


def acting() -> Acting:
    """Who acts, now."""
    return Acting(today(), now(), house().preference, me().actor)


@pages.get("")
@allow(MEMBER)
def changes() -> Answer:
    """What can be changed, who acts next on what is open and by when, and what came of the rest."""
    if me().person_role != "member":
        return _for_the_member()
    return _list()


def _list(problem: str = "") -> str:
    found = [_for_me(one) for one in amendments_of(db(), membership(), house().keys)]
    return render_template(
        "portal/member/changes/list.html", found=found, kinds=list(FORMS), words=changes_words, problem=problem,
        names={key: name_of(key) for key in dossier().people}, address=address_of(db(), membership()),
        papers={one.id: papers_of(db(), one.id) for one in found if one.is_open}, paper_name=paper_name,
        paper_form=PaperForm(formdata=None), accept=ACCEPT,
        offers={one.id: offered(db(), one.id, house().keys) for one in found if one.state == "offered"},
    )  # fmt: skip


def _for_me(one: Followed) -> Followed:
    """A request without the words of its answer where these are about another adult: they are that person's."""
    change = one.change
    whose: date | None = change.born if isinstance(change, Joins) else None
    if isinstance(change, Derogation) and change.person != person():
        whose = dossier().people[change.person].born
    grown = whose is not None and add_years(whose, ADULT) <= (one.decided_on or today())
    return replace(one, text=None, apart=True) if grown and one.text else one


@pages.get("/new")
@allow(MEMBER)
def new() -> Answer:
    """An empty form of the kind that the address names."""
    if me().person_role != "member":
        return _for_the_member()
    return blank(_asking(), {"last_name": dossier().member.last_name})


@pages.post("/new")
@allow(MEMBER)
def ask() -> Answer:
    """What it would bring; then, confirmed, the request."""
    if me().person_role != "member":
        return _for_the_member()
    return step(_asking())


@pages.post("/<int:amendment_id>/withdraw")
@allow(MEMBER)
def withdraw(amendment_id: int) -> Answer:
    """Take an open request back."""
    _own(amendment_id)
    if me().person_role != "member":
        return _for_the_member()
    try:
        withdraw_amendment(db(), amendment_id, acting())
    except Conflict:
        undo()
        return _list(speaks().say("This request was decided meanwhile: see below.")), 409
    flash(speaks().say("The request is withdrawn. Nothing changes."))
    return redirect(url_for("member_cover_changes.changes"), 303)


@pages.post("/<int:amendment_id>/agree")
@allow(MEMBER)
def agree(amendment_id: int) -> Answer:
    """Agree to the conditions on which somebody is accepted."""
    _own(amendment_id)
    if me().person_role != "member":
        return _for_the_member()
    try:
        accept_offer(db(), amendment_id, acting(), house().keys)
    except Conflict:
        undo()
        return _list(speaks().say("This request was decided meanwhile: see below.")), 409
    except BadInput as wrong:
        undo()
        return _list(changes_words.refused(wrong)), 422
    flash(speaks().say("Thank you. The person is insured on these conditions."))
    return redirect(url_for("member_cover_changes.changes"), 303)


@pages.post("/<int:amendment_id>/papers")
@allow(MEMBER)
def add_papers(amendment_id: int) -> Answer:
    """Papers for an open request."""
    _own(amendment_id)
    if me().person_role != "member":
        return _for_the_member()
    try:
        refused = take_papers(amendment_id, acting())
    except Conflict:
        undo()
        return _list(speaks().say("This request was decided meanwhile: see below.")), 409
    if refused:
        undo()
        return _list(" ".join(refused)), 422
    return redirect(url_for("member_cover_changes.changes"), 303)


def _own(amendment_id: int) -> Followed:
    """A request of the own membership; 404 for any other."""
    found = (one for one in amendments_of(db(), membership()) if one.id == amendment_id)
    return next(found, None) or abort(404)


def _asking() -> Asking:
    extra: dict[str, Any] = {"list_page": url_for("member_cover_changes.changes"), "name_of": name_of}
    if not limited():
        return Asking(dossier(), acting(), "portal/member/changes/form.html", _done, extra, visible().whole)
    if request.args.get("kind") == DEROGATION:
        abort(403)  # it says which care, and why there
    shown: frozenset[int] = frozenset()
    return Asking(dossier(), acting(), "portal/member/changes/form.html", _done, extra, shown, without_health=True)


def _done(asked: Asked) -> AnyResponse:
    say, found = speaks().say, next(one for one in amendments_of(db(), membership()) if one.id == asked.id)
    if asked.again:
        flash(say("This request had reached us already."))
    elif found.effective_from is not None:
        tell_answer(asked.id)
        flash(say("Done: it holds from {day} on.", day=speaks().day(found.effective_from)))
    else:
        by = speaks().day(found.answer_by)
        flash(
            say(
                "Your request has reached us. The medical department answers by {day}. Papers can be added below.",
                day=by,
            )
        )
    return redirect(url_for("member_cover_changes.changes"), 303)


def _for_the_member() -> AnyResponse:
    flash(speaks().say("The membership is the member's, who alone can change it."))
    return redirect(url_for("member_cover.cover"), 303)
