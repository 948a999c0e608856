"""Statements of the bank: uploaded, read whole or not at all, each movement once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.collecting import listing
from expat.collecting.moved import WAITS
from expat.collecting.statements import Imported, import_file
from expat.db import transaction
from expat.errors import BadInput
from expat.membership.changes import Acting
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.money.actors import Actors
from expat.portal.work import db, house, me, now, speaks, today, undo, whole_number
from expat.wording.catalogue import N_, NN_

pages = Blueprint("money_premiums_statements", __name__, url_prefix="/money/premiums/statements")
PAGE = 30
Answer = str | tuple[str, int] | AnyResponse

KINDS = {"statement": N_("statement"), "notification": N_("notification")}
NEW = NN_("{n} new movement.", "{n} new movements.")
WAIT = NN_("{n} payment waits for a person.", "{n} payments wait for a person.")


@pages.get("")
@allow(ACCOUNTANT, MANAGER)
def statements() -> str:
    """The files that were read, and the form for the next one."""
    return _shown("")


def _shown(problem: str) -> str:
    before = whole_number("before")
    rows = listing.messages(db(), before, PAGE + 1)
    return render_template(
        "portal/money/bank_statements.html", rows=rows[:PAGE], kinds=KINDS, problem=problem,
        actors=Actors([row.imported_by for row in rows]), paged=before is not None,
        older=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )  # fmt: skip


@pages.post("")
@allow(ACCOUNTANT, MANAGER)
def uploaded() -> Answer:
    """Read a file of the bank."""
    sent, spoken = request.files.get("file"), speaks()
    if sent is None or not sent.filename:
        return _shown(spoken.say("Please choose a file.")), 422
    name, content = sent.filename[-120:], sent.stream.read()
    undo()
    try:
        with transaction(house().engine) as writing:
            acting = Acting(today(), now(), house().preference, me().actor)
            done = import_file(writing, name, content, acting, house().settings)
    except BadInput as wrong:
        said = spoken.say(
            "The file was not taken. {detail}", detail=f"{wrong.where}: {wrong.problem}; {wrong.expected}"
        )
        return _shown(said.rstrip("; ")), 422
    for told in _told(done):
        flash(told)
    return redirect(url_for("money_premiums.overview" if done.parts[WAITS] else ".statements"), 303)


def _told(done: Imported) -> list[str]:
    spoken = speaks()
    if done.again:
        return [spoken.say("This file was read before: nothing is counted again.")]
    told = [spoken.plural(*NEW, done.new)]
    return [*told, spoken.plural(*WAIT, done.parts[WAITS])] if done.parts[WAITS] else told
