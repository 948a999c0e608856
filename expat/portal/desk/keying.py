"""Keying an invoice beside its picture: whose it is, the scan, its lines, a check, handing it in, the next one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.claims.drafts import Draft, draft, drafts_of, drop_document, drop_draft, keep_draft, send_draft, start_draft
from expat.claims.find import LONGEST
from expat.claims.find import find as found_by
from expat.claims.written import storable
from expat.errors import BadInput, Conflict, NotFound
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import mine
from expat.portal.desk.keyed import Keyed, ReceivedForm
from expat.portal.desk.people import numbers_of
from expat.portal.desk.scans import take_scans
from expat.portal.looked_over import look_over_claim
from expat.portal.member.claim_draft import clean, content_of, further_line, without_line
from expat.portal.member.claim_files import ACCEPT, KINDS, paper_name, say_papers
from expat.portal.member.claim_reading import still_read, used
from expat.portal.work import db, house, language, me, now, speaks, today, whole_number
from expat.wording import names
from expat.wording.catalogue import N_

pages = Blueprint("desk_keying", __name__, url_prefix="/desk/keying")
Answer = str | tuple[str, int] | AnyResponse
REFUSED = "refused_scans"

HANDED_IN = N_("Claim {claim} is handed in.")
DROPPED = N_("The draft is deleted.")
OWN = N_("This is your own membership: a colleague keys it, or you send it on your own pages.")
NOBODY = N_("Please choose whose invoice it is.")


@pages.get("")
@allow(MANAGER)
def keying() -> str:
    """Whose invoice it is; scans that wait to be keyed."""
    return _start()


def _start(notice: str = "") -> str:
    text = " ".join(request.args.get("q", "").split())[:LONGEST]
    found = found_by(db(), text, language()) if text and storable(text) else None
    waiting = _waiting()
    return render_template(
        "portal/desk/keying.html", text=text, found=found, waiting=waiting, notice=notice,
        numbers=numbers_of(db(), {one.membership_id for one in waiting}), key=uuid4().hex,
        refused=session.pop(REFUSED, ()),
    )  # fmt: skip


def _waiting() -> list[Draft]:
    """The invoices that were begun here and not handed in yet; not those of one's own pages as a member."""
    return [one for one in drafts_of(db(), me().account) if one.membership_id != me().membership]


@pages.post("")
@allow(MANAGER)
def start() -> Answer:
    """Begin with a membership's invoice, and its scans; sent twice, it is begun once."""
    text = request.form.get("membership", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 12) or not numbers_of(db(), [int(text)]):
        return _start(speaks().say(NOBODY)), 422
    if mine(int(text)):
        return _start(speaks().say(OWN)), 403
    found = _begun(int(text), request.form.get("key") or None)
    if found.claim_id is None:
        session[REFUSED] = take_scans(found)
    return redirect(url_for(".form", key=found.key, person=request.form.get("person") or None), 303)


def _begun(membership_id: int, key: str | None) -> Draft:
    try:
        return start_draft(db(), membership_id, me().account, now(), key)
    except BadInput:
        return start_draft(db(), membership_id, me().account, now())


def _own_draft(key: str) -> Draft:
    """A draft that was begun here by who is signed in; 404 for any other, 403 for one of the own membership."""
    try:
        found = draft(db(), key, me().account)
    except NotFound:
        abort(404)
    if mine(found.membership_id):
        abort(403)
    return found


@pages.get("/<key>")
@allow(MANAGER)
def form(key: str) -> Answer:
    """The picture, and the form beside it."""
    found = _own_draft(key)
    if found.claim_id is not None:
        return _handed_in(found.claim_id)
    return _shown(Keyed(found, now(), person=whole_number("person")))


def _shown(keyed: Keyed, **more: Any) -> str:
    return render_template(
        "portal/desk/keying_form.html", keyed=keyed, draft=keyed.draft, accept=ACCEPT,
        refused=session.pop(REFUSED, ()), paper=lambda kind: names.document(kind, language()),
        kinds=[(kind, paper_name(kind)) for kind in KINDS], **more,
    )  # fmt: skip


def _handed_in(claim_id: int) -> AnyResponse:
    return redirect(url_for("desk_claims.claim", claim_id=claim_id), 303)


@pages.post("/<key>")
@allow(MANAGER)
def keyed_in(key: str) -> Answer:
    """Keep what was keyed, and do what the button says."""
    found = _own_draft(key)
    if found.claim_id is not None:
        return _next(found.claim_id)
    do, _, what = request.form.get("do", "check").partition(":")
    if do == "discard":
        drop_draft(db(), key, me().account, now())
        flash(speaks().say(DROPPED))
        return redirect(url_for(".keying"), 303)
    session[REFUSED] = take_scans(found)
    say_papers(found)
    if do == "drop" and what.isdecimal():
        drop_document(db(), key, me().account, int(what[:12]))
    content = _changed(_posted(_own_draft(key)), do, what)
    try:
        keep_draft(db(), key, me().account, content, _version(), now())
    except Conflict:
        return _shown(Keyed(found, now(), content), conflict=True), 409
    if do not in ("check", "submit"):
        return redirect(url_for(".form", key=key, _anchor="line-1" if do != "add" else None), 303)
    return _checked(key, submit=do == "submit")


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _content() -> dict[str, Any]:
    return {**content_of(request.form), "received": clean(request.form.get("received", ""))}


def _posted(found: Draft) -> Keyed:
    """What the browser sent; what was typed over no longer counts as read."""
    content = _content()
    content["lines"] = still_read(content["lines"], Keyed(found, now(), content).papers)
    return Keyed(found, now(), content)


def _changed(keyed: Keyed, do: str, what: str) -> dict[str, Any]:
    """What the form holds after its button was pressed."""
    content, lines = keyed.content, keyed.content["lines"]
    place, _, name = what.partition(":")
    here = int(place) if place.isdecimal() and len(place) < 4 and int(place) < len(lines) else None
    if do == "add" and keyed.can_add:
        content["lines"] = [*lines, further_line(lines)]
    elif do == "remove" and here is not None and len(lines) > 1:
        return without_line(content, here)
    elif do == "care" and here is not None:
        content["lines"] = [{**line, "care": name, "hours": ""} if i == here else line for i, line in enumerate(lines)]
    elif do == "use" and here is not None:
        content["lines"] = [used(line, name, keyed.papers) if i == here else line for i, line in enumerate(lines)]
    return content


def _checked(key: str, submit: bool) -> Answer:
    """What it would come to, or handing it in."""
    keyed, received = Keyed(_own_draft(key), now()), ReceivedForm(request.form)
    if not keyed.valid(received):
        return _shown(keyed), 422
    try:
        if not submit:
            checked, paid = keyed.checked()
            return _shown(keyed, checked=checked, paid=paid)
        day = received.received.data or today()
        lines, sources = keyed.new_lines(), house().preference
        done = send_draft(db(), key, me().account, lines, day, now(), sources, online=False)
    except BadInput as wrong:
        keyed.refuse(wrong)
        return _shown(keyed), 422
    look_over_claim(done.claim_id)
    return _next(done.claim_id)


def _next(claim_id: int) -> AnyResponse:
    """On to the next scan that waits, or to the start."""
    flash(speaks().say(HANDED_IN, claim=claim_id))
    waiting = _waiting()
    if waiting:
        return redirect(url_for(".form", key=waiting[-1].key), 303)
    return redirect(url_for(".keying"), 303)


@pages.post("/<key>/questions/<int(max=999):place>")
@allow(MANAGER)
def questions(key: str, place: int) -> str:
    """What a line's care and place ask for; nothing is kept."""
    keyed = _posted(_own_draft(key))
    if place >= len(keyed.parts):
        abort(404)
    return render_template("portal/desk/_questions.html", part=keyed.parts[place], draft=keyed.draft)
