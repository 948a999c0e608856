"""Changes of a membership at the management unit: what is asked and what came of it, and entering what came by post.

Nothing medical: a health statement that comes by post goes unopened to the medical department.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import refuse_own
from expat.amendments.address import address_of
from expat.amendments.ask import Asked
from expat.amendments.listing import amendment, amendments_of
from expat.amendments.papers import papers_of
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.errors import BadInput
from expat.membership.changes import Acting
from expat.membership.ends import check_arrived
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.forms import refusal_in_words
from expat.portal.medical.amendment_mails import tell_answer
from expat.portal.member import changes_words
from expat.portal.member.changes_asking import Answer, Asking, again, blank, day_typed, step
from expat.portal.member.changes_forms import FORMS
from expat.portal.member.changes_papers import paper_name, served
from expat.portal.work import db, house, me, now, speaks, today

pages = Blueprint("desk_find_amendments", __name__, url_prefix="/desk/memberships")


@pages.get(f"/<{KEY}:membership_id>/changes")
@allow(MANAGER)
def changes(membership_id: int) -> str:
    """The requests of a membership, and what can be entered."""
    dossier, found = _dossier(membership_id), amendments_of(db(), membership_id)
    return render_template(
        "portal/desk/amendments.html", found=found, paper_name=paper_name,
        papers={one.id: papers_of(db(), one.id, medical=False) for one in found}, kinds=list(FORMS),
        words=changes_words, names=_names(dossier), dossier=dossier, address=address_of(db(), membership_id),
    )  # fmt: skip


@pages.get(f"/<{KEY}:membership_id>/changes/<{KEY}:amendment_id>/papers/<{KEY}:paper_id>")
@allow(MANAGER)
def paper(membership_id: int, amendment_id: int, paper_id: int) -> Response:
    """A paper that is not medical; that it was read is kept."""
    _dossier(membership_id)
    if amendment(db(), amendment_id).membership != membership_id:
        abort(404)
    return served(amendment_id, paper_id, medical=False)


@pages.get(f"/<{KEY}:membership_id>/changes/new")
@allow(MANAGER)
def new(membership_id: int) -> Answer:
    """An empty form of the kind that the address names."""
    return blank(_asking(_dossier(membership_id), today()))


@pages.post(f"/<{KEY}:membership_id>/changes/new")
@allow(MANAGER)
def enter(membership_id: int) -> Answer:
    """What it would bring; then, confirmed, the request as of the day on which the letter came."""
    dossier = _dossier(membership_id)
    came = day_typed(request.form.get("came_on", ""), today())
    if came is None:
        told = speaks().say("Please give the day on which the letter came, not one to come.")
        return again(_asking(dossier, today(), told)), 422
    try:
        check_arrived(dossier, came, today())
    except BadInput as wrong:
        return again(_asking(dossier, today(), refusal_in_words(wrong))), 422
    return step(_asking(dossier, came))


def _dossier(membership_id: int) -> Dossier:
    """A membership that is not the reader's own. Raises Own; 404 where there is none."""
    refuse_own(db(), membership_id, me().actor)
    return load(db(), [membership_id]).get(membership_id) or abort(404)


def _names(dossier: Dossier) -> dict[int, str]:
    return {key: f"{row.first_name} {row.last_name}".strip() for key, row in dossier.people.items()}


def _asking(dossier: Dossier, came: date, problem: str = "") -> Asking:
    def done(asked: Asked) -> AnyResponse:
        say = speaks().say
        flash(say("This request had reached us already.") if asked.again else say("The request is kept."))
        if asked.agreed and not asked.again:
            tell_answer(asked.id)
        return redirect(url_for("desk_find_amendments.changes", membership_id=dossier.id), 303)

    names = _names(dossier)
    extra = {
        "list_page": url_for("desk_find_amendments.changes", membership_id=dossier.id), "came_on": came,
        "name_of": names.__getitem__, "came_problem": problem,
    }  # fmt: skip
    acting = Acting(came, now(), house().preference, me().actor)
    return Asking(dossier, acting, "portal/desk/amendment_form.html", done, extra, by_post=True)
