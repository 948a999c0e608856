"""The papers that the answers call for."""

from __future__ import annotations

from flask import flash, redirect, request, url_for

from expat.applications.begin import application
from expat.applications.form import MEMBER
from expat.applications.papers import KINDS, add_paper, missing, wanted
from expat.portal.access import APPLICANT, allow
from expat.portal.apply_shown import Shown, mine
from expat.portal.applying.frame import Answer, page, steps
from expat.portal.member.claim_files import ACCEPT, take_files
from expat.portal.work import db, me, now, speaks, undo


def show(shown: Shown, refused: list[str] | None = None) -> str:
    """The papers that are needed, and those that came."""
    needed = wanted(shown.edition, shown.form, shown.effect)
    open_ = missing(needed, shown.papers)
    return page("papers", "papers", shown, needed=needed, missing=open_, refused=refused or [], accept=ACCEPT)


@steps.post("/papers")
@allow(APPLICANT)
def add_papers() -> Answer:
    """Papers, each of the kind that it was sent as."""
    shown = mine()
    kind, _, person = request.form.get("paper", "").partition("|")
    taken, refused = take_files()
    if refused or not taken or kind not in KINDS or shown.form.person(person or MEMBER) is None:
        undo()
        return show(mine(), refused or [speaks().say("Please choose a file, and say which paper it is.")]), 422
    row = application(db(), shown.row.id, lock=True)
    for file in taken:
        add_paper(db(), row, kind, person or MEMBER, file.name, file.sha256, now(), me().actor)
    flash(speaks().say("Thank you: it has reached us."))
    return redirect(url_for("apply_steps.step", step="papers"), 303)
