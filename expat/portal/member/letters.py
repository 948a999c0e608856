"""Everything that we sent to the reader, by mail and by post."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from expat.letters.post import letter_of
from expat.letters.premium_letter import letter_pdf
from expat.letters.told import sent_to
from expat.portal.access import MEMBER, allow
from expat.portal.member.cover import pdf
from expat.portal.work import db, me, membership, person, whole_number
from expat.wording.catalogue import N_

pages = Blueprint("member_letters", __name__, url_prefix="/letters")
KEY = "int(max=999999999999999999)"  # what databases take
SHOWN = 20
FURTHEST = 10_000  # pages

LETTERS = {
    "notice": N_("Formal notice: your premium is not paid"),
    "termination": N_("Your membership has ended"),
}
STATES = {
    "sent": (N_("sent"), "good"),
    "waiting": (N_("not sent yet"), "wait"),
    "taken": (N_("not sent yet"), "wait"),
    "failed": (N_("not sent yet"), "wait"),
    "given_up": (N_("could not be sent"), "bad"),
}


@pages.get("")
@allow(MEMBER)
def letters() -> str:
    """Mails and letters, the newest first."""
    page = max(whole_number("page") or 1, 1)
    if page > FURTHEST:
        abort(404)
    found = sent_to(db(), person(), _mine(), (page - 1) * SHOWN, SHOWN + 1)
    return render_template(
        "portal/member/letters/letters.html", found=found[:SHOWN], letters=LETTERS, states=STATES, page=page,
        older=page + 1 if len(found) > SHOWN else None,
    )  # fmt: skip


@pages.get(f"/<{KEY}:letter_id>.pdf")
@allow(MEMBER)
def letter(letter_id: int) -> Response:
    """A letter that went by post, as it was sent."""
    found = letter_of(db(), letter_id)
    if found is None or found.membership_id != _mine():
        abort(404)
    return pdf(letter_pdf(found, found.recipient), f"letter-{letter_id}")


def _mine() -> int | None:
    """The membership of which the reader is the member: letters by post are the member's alone."""
    return membership() if me().person_role == "member" else None
