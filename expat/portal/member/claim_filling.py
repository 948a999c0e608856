"""Filling in a claim: a draft with its papers and lines, kept as it grows, by a button or by itself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.claims.drafts import Draft, draft, drop_document, drop_draft, keep_draft, start_draft
from expat.errors import BadInput, Conflict
from expat.portal.access import MEMBER, allow
from expat.portal.member.claim_draft import content_of, further_line, without_line
from expat.portal.member.claim_files import ACCEPT, KINDS, paper_name, say_papers, take_papers, tell_next, told_now
from expat.portal.member.claim_filled import Filled
from expat.portal.member.claim_pages import ID, claim_pages, own_draft
from expat.portal.member.claim_reading import line_from, still_read, used
from expat.portal.work import db, me, membership, now, speaks
from expat.wording.catalogue import N_

Answer = str | tuple[str, int] | AnyResponse

SAVED = N_("Saved. You can go on now or later.")
DROPPED = N_("The draft is deleted.")


@claim_pages.get("/new")
@allow(MEMBER)
def new() -> str:
    """Begin with the invoice: pick it or photograph it."""
    return render_template("portal/member/claims/new.html", key=uuid4().hex, accept=ACCEPT)


@claim_pages.post("/new")
@allow(MEMBER)
def start() -> Answer:
    """Begin a draft with the papers that came; sent twice, it is one draft."""
    try:
        found = start_draft(db(), membership(), me().account, now(), request.form.get("key") or None)
    except BadInput:
        found = start_draft(db(), membership(), me().account, now())  # the key was no key, or somebody else's
    if found.claim_id is None:
        tell_next(take_papers(found))
    return redirect(url_for("member_claims.draft", key=found.key), 303)


@claim_pages.get("/drafts/<key>", endpoint="draft")
@allow(MEMBER)
def filling(key: str) -> Answer:
    """The form; with `look`, what is wrong with it."""
    found = own_draft(key)
    if found.claim_id is not None:
        return _sent(found)
    filled = Filled(found, now())
    if "look" in request.args:
        filled.valid()
    return form_page(filled, told_now())


@claim_pages.post("/drafts/<key>")
@allow(MEMBER)
def fill(key: str) -> Answer:
    """Keep what was filled in, do what the button says, and go where it leads."""
    found = own_draft(key)
    if found.claim_id is not None:
        return _sent(found)
    do, _, what = request.form.get("do", "save").partition(":")
    if do == "discard":
        drop_draft(db(), key, me().account, now())
        flash(speaks().say(DROPPED))
        return redirect(url_for("member_claims.claims"), 303)
    tell_next(take_papers(found))
    say_papers(found)
    if do == "drop" and what.isdecimal():
        drop_document(db(), key, me().account, int(what[:18]))
    filled = _posted(own_draft(key))
    content = _changed(filled, do, what)
    try:
        _keep(found, content, anyway=do == "mine")
    except Conflict:
        return form_page(Filled(own_draft(key), now(), content), told_now(), conflict=True)
    return _onward(key, do, content)


def _onward(key: str, do: str, content: dict[str, Any]) -> AnyResponse:
    if do == "check":
        return redirect(url_for("member_claims.check", key=key), 303)
    last = len(content["lines"])
    anchors = {"add": f"line-{last}", "line_of": f"line-{last}", "drop": "papers", "upload": "papers"}
    if do == "save":
        flash(speaks().say(SAVED))
    return redirect(url_for("member_claims.draft", key=key, _anchor=anchors.get(do)), 303)


def _posted(found: Draft) -> Filled:
    """What the browser sent, with what is known of its papers; what was typed over no longer counts as read."""
    content = content_of(request.form)
    filled = Filled(found, now(), content)
    content["lines"] = still_read(content["lines"], filled.papers)
    return Filled(found, now(), content) if content["lines"] else filled


def _changed(filled: Filled, do: str, what: str) -> dict[str, Any]:
    """What the form holds after its button was pressed: with a line more or less, or another value."""
    content, lines = filled.content, filled.content["lines"]
    place, _, name = what.partition(":")
    here = int(place) if place.isdecimal() and len(place) < 4 and int(place) < len(lines) else None
    if do == "add" and filled.can_add:
        content["lines"] = [*lines, further_line(lines)]
    elif do == "line_of" and filled.can_add:
        one = next((one for one in filled.papers if one.mark == what), None)
        content["lines"] = lines if one is None else [*lines, line_from(further_line(lines), one)]
    elif do == "remove" and here is not None and len(lines) > 1:
        return without_line(content, here)
    elif do == "care" and here is not None:
        content["lines"] = [{**line, "care": name, "hours": ""} if i == here else line for i, line in enumerate(lines)]
    elif do == "use" and here is not None:
        content["lines"] = [used(line, name, filled.papers) if i == here else line for i, line in enumerate(lines)]
    return content


def _keep(found: Draft, content: dict[str, Any], anyway: bool = False) -> int:
    """Keep the content; the same window may overwrite what it kept itself, and any that is told to.

    Raises Conflict where another window kept something else since.
    """
    version = request.form.get("version", "")
    on = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        return keep_draft(db(), found.key, me().account, content, on, now())
    except Conflict as wrong:
        latest = draft(db(), found.key, me().account)
        same = bool(content["window"]) and latest.content.get("window") == content["window"]
        if wrong.where != "version" or not (anyway or same):
            raise
        return keep_draft(db(), found.key, me().account, content, latest.version, now())


def form_page(filled: Filled, refused: Any = (), conflict: bool = False) -> str:
    """The form as a page."""
    looked = "look" in request.args
    return _render("draft.html", filled, refused=refused, conflict=conflict, window=uuid4().hex, looked=looked)


def _render(template: str, filled: Filled, **more: Any) -> str:
    given = {"filled": filled, "draft": filled.draft, "accept": ACCEPT, "kinds": KINDS, "paper_name": paper_name}
    return render_template(f"portal/member/claims/{template}", **given, **more)


def _sent(found: Draft) -> AnyResponse:
    return redirect(url_for("member_claims.claim", claim_id=found.claim_id), 303)


# --- what the page asks for by itself -----------------------------------------------------------------------------


@claim_pages.post("/drafts/<key>/keep")
@allow(MEMBER)
def keep(key: str) -> str:
    """Keep what stands in the form; answers a line that says so."""
    found = own_draft(key)
    shown = "portal/member/claims/_saved.html"
    if found.claim_id is not None:
        return render_template(shown, sent=found.claim_id)
    say_papers(found)
    try:
        version = _keep(found, _posted(own_draft(key)).content)
    except Conflict:
        return render_template(shown, conflict=True, key=key)
    return render_template(shown, version=version, at=now())


@claim_pages.post("/drafts/<key>/papers")
@allow(MEMBER)
def add_papers(key: str) -> Answer:
    """Take files at once; answers the part of the form that shows the papers."""
    found = own_draft(key)
    if found.claim_id is not None:
        abort(409)
    refused = take_papers(found)
    return _render("_papers.html", Filled(own_draft(key), now()), refused=refused)


@claim_pages.get(f"/drafts/<key>/papers/<{ID}:paper_id>/reading")
@allow(MEMBER)
def reading(key: str, paper_id: int) -> str:
    """What was read of a paper so far."""
    found = own_draft(key)
    filled = Filled(found, now())
    one = next((one for one in filled.papers if one.paper.id == paper_id), None) or abort(404)
    return render_template("portal/member/claims/_reading.html", filled=filled, draft=found, one=one)


@claim_pages.post("/drafts/<key>/questions/<int(max=99):place>")
@allow(MEMBER)
def questions(key: str, place: int) -> str:
    """What a line's care and place ask for; nothing is kept."""
    filled = _posted(own_draft(key))
    if place >= len(filled.parts):
        abort(404)
    return render_template("portal/member/claims/_questions.html", part=filled.parts[place], draft=filled.draft)
