"""Letters by post: what waits, what cannot be sent, and what was handed to the post service, batch by batch."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.db import transaction
from expat.errors import Conflict
from expat.letters.post import MOST, batch_of, batches, hand_over, letter_of, waiting
from expat.letters.post_file import batch_file
from expat.letters.premium_letter import letter_pdf
from expat.membership.changes import Acting
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.member.cover import pdf
from expat.portal.work import db, house, me, now, speaks, today, undo, whole_number
from expat.wording.catalogue import N_

pages = Blueprint("desk_letters", __name__, url_prefix="/desk/letters")
KEY = "int(max=999999999999999999)"  # what databases take
SHOWN = 30
KINDS = {"notice": N_("formal notice"), "termination": N_("termination")}
PROBLEMS = {
    "address": N_("no street, town or country is known"),
    "died": N_("the member has died: write to the family"),
}
MADE = N_("The batch is made. Its days count from today: give its file to the post service today.")
NOTHING = N_("Nothing was handed over: nothing waits, or a batch was made at this moment.")


@pages.get("")
@allow(MANAGER, ACCOUNTANT)
def post() -> str:
    """What is to be handed over, and the batches."""
    found, before = waiting(db(), today()), whole_number("before")
    listed = batches(db(), before, SHOWN + 1)
    return render_template(
        "portal/desk/letters/post.html", ready=[one for one in found if not one.problem][:MOST],
        count=sum(not one.problem for one in found), may_hand=MANAGER in me().roles,
        stuck=[one for one in found if one.problem], kinds=KINDS,
        problems=PROBLEMS, batches=listed[:SHOWN], most=MOST, paged=before is not None,
        older=listed[SHOWN - 1].id if len(listed) > SHOWN else None,
    )  # fmt: skip


@pages.post("")
@allow(MANAGER)
def hand() -> AnyResponse:
    """Hand over what waits, today."""
    acting = Acting(today(), now(), house().preference, me().actor)
    try:
        made = hand_over(db(), acting, house().settings)
    except Conflict:
        undo()
        made = None
    flash(speaks().say(NOTHING if made is None else MADE))
    return redirect(url_for(".post"), 303)


@pages.get(f"/batch/<{KEY}:post_id>.zip")
@allow(MANAGER)
def file(post_id: int) -> Response:
    """A batch's file; that it was taken is noted."""
    if batch_of(db(), post_id) is None:
        abort(404)
    name, content = batch_file(db(), post_id)
    with transaction(house().engine) as writing:
        audit.record(writing, now(), me().actor, "post.downloaded", f"postal_batch:{post_id}", name=name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="application/zip", headers=headers)


@pages.get(f"/<{KEY}:letter_id>.pdf")
@allow(MANAGER, ACCOUNTANT)
def letter(letter_id: int) -> Response:
    """One letter."""
    found = letter_of(db(), letter_id)
    if found is None:
        abort(404)
    return pdf(letter_pdf(found, found.recipient), f"letter-{letter_id}")
