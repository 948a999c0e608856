"""Proofs of ends: the management unit finds them enough, or says what is wrong with them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import refuse_own
from expat.errors import BadInput, NotFound
from expat.membership.changes import Acting
from expat.membership.end_papers import answer_end_paper
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.ends_forms import EnoughForm
from expat.portal.desk.ends_told import tell_end_paper
from expat.portal.work import db, house, me, now, speaks, today, undo
from expat.wording.catalogue import N_

pages = Blueprint("desk_ends_papers", __name__, url_prefix="/desk")

WHY_NEEDED = N_("Please say what is wrong with the paper: the member reads it.")


@pages.post(f"/memberships/<{KEY}:membership_id>/ends/papers/<{KEY}:paper_id>")
@allow(MANAGER)
def answer(membership_id: int, paper_id: int) -> AnyResponse:
    """A proof is enough, or not; the member is told where it is not."""
    refuse_own(db(), membership_id, me().actor)
    form = EnoughForm()
    back = redirect(url_for("desk_ends.ends", membership_id=membership_id, _anchor="known"), 303)
    if not form.validate():
        flash(speaks().say(WHY_NEEDED))
        return back
    enough, why = form.enough.data == "yes", form.why.data or ""
    try:
        acting = Acting(today(), now(), house().preference, me().actor)
        new = answer_end_paper(db(), membership_id, paper_id, enough, why, acting)
    except NotFound:
        abort(404)
    except BadInput as wrong:
        undo()
        told = WHY_NEEDED if wrong.where == "why" else N_("It was answered already.")
        flash(speaks().say(told))
        return back
    if new and not enough:
        tell_end_paper(membership_id, paper_id, why)
    flash(speaks().say("It is recorded."))
    return back
