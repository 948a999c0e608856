"""Papers that came with a message for the medical department alone: read, which is kept, and taken note of."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.accounts.own import refuse_own
from expat.messages.read import paper_of
from expat.messages.write import take_note
from expat.portal.access import MEDICAL, allow
from expat.portal.desk.people import whose
from expat.portal.member.data_papers import given
from expat.portal.work import apart, db, me, now, speaks

pages = Blueprint("medical_memberships_papers", __name__, url_prefix="/medical/memberships/papers")


@pages.get("/<int:paper_id>")
@allow(MEDICAL)
def one(paper_id: int) -> str:
    """The paper's message and person; the paper itself is opened from here."""
    found = _found(paper_id)
    return render_template("portal/medical/message_paper.html", paper=found, about=whose(db(), found.person_id))


@pages.get("/<int:paper_id>/file")
@allow(MEDICAL)
def file(paper_id: int) -> Response:
    """The paper; that it was read is kept first."""
    found = _found(paper_id)
    with apart() as writing:
        detail = {"document": found.sha256, "medical": True}
        audit.record(writing, now(), me().actor, "document.read", f"message:{found.message_id}", **detail)
    return given(found)


@pages.post("/<int:paper_id>")
@allow(MEDICAL)
def taken(paper_id: int) -> AnyResponse:
    """Taken note of: it waits no longer, and stays where it is."""
    _found(paper_id)
    take_note(db(), paper_id, me().actor, now())
    flash(speaks().say("It is noted that the medical department has it."))
    return redirect(url_for("medical_memberships.waiting"), 303)


def _found(paper_id: int) -> Any:
    """A medical paper of somebody else's membership. Raises Own; 404 where there is none."""
    found = paper_of(db(), paper_id)
    if found is None or not found.medical:
        abort(404)
    refuse_own(db(), found.membership_id, me().actor)
    return found
