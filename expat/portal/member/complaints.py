"""Complaints of one's own: written, followed with both clocks, added to, withdrawn, taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.complaints.answer import reply as reply_to
from expat.complaints.answer import withdraw as take_back
from expat.complaints.clocks import clocks, mediator_until
from expat.complaints.complain import Paper, complain
from expat.complaints.listing import Followed, complaint, complaints_of
from expat.errors import BadInput, Conflict, NotFound
from expat.portal.access import MEMBER, allow
from expat.portal.member import complaints_words
from expat.portal.member.claim_files import ACCEPT, Kept, take_files
from expat.portal.member.claim_pages import dossier, visible
from expat.portal.member.complaints_form import ComplaintForm, ReplyForm, about_choices, key_of
from expat.portal.member.data_papers import carried, carried_so_far, given
from expat.portal.work import db, keep_so_far, me, membership, now, person, speaks, today, undo, whole_number
from expat.wording.contract import as_set

pages = Blueprint("member_complaints", __name__, url_prefix="/complaints")
Answer = str | tuple[str, int] | AnyResponse

REPLY = "papers of a reply"


def own_persons() -> set[int]:
    """Whose complaints one reads: one's own, and those of the minors for whom one acts."""
    return {person()} | set(visible().whole - visible().adults)


def own(complaint_id: int) -> Followed:
    """A complaint of one's own; 404 for any other."""
    try:
        found = complaint(db(), complaint_id)
    except NotFound:
        abort(404)
    if found.membership_id != membership() or found.person_id not in own_persons():
        abort(404)
    return found


@pages.get("")
@allow(MEMBER)
def complaints() -> str:
    """Every complaint, where it stands, who acts next and by when."""
    found = complaints_of(db(), own_persons())
    return render_template("portal/member/complaints/list.html", found=found, words=complaints_words)


@pages.get("/new")
@allow(MEMBER)
def new() -> str:
    """An empty form; about a claim or a request, or taking a complaint up again, where the address says so."""
    form = _form()
    form.key.data = uuid4().hex
    again = whole_number("reopens")
    if again is not None:
        former = own(again)
        form.reopens.data, form.subject.data = str(again), former.subject
        form.about.data = _about(former.claim_id, former.request_id)
    else:
        form.about.data = _about(whole_number("claim"), whole_number("request"))
    return _form_page(form)


@pages.post("/new")
@allow(MEMBER)
def write() -> Answer:
    """Hand the complaint in, once."""
    form = _form()
    taken, refused = take_files()
    keep_so_far()  # the papers stay, whatever is wrong with the form
    files = [*form.files_so_far(), *taken]
    form.keep_files(files)
    if not form.validate() or refused:
        return _form_page(form, refused, files), 422
    try:
        made = form.new(person(), files)
        key, again = complain(db(), membership(), made, today(), now(), me().actor)
    except BadInput as wrong:
        undo()
        form.refuse(wrong, {"papers": "text", "claim": "about", "request": "about"})
        return _form_page(form, (), files), 409 if isinstance(wrong, Conflict) else 422
    say = speaks().say
    flash(say("Your complaint had reached us already.") if again else say("Your complaint has reached us."))
    return redirect(url_for(".shown", complaint_id=key), 303)


def _form() -> ComplaintForm:
    form = ComplaintForm()
    asked = form.about.data or _about(_number("claim"), _number("request"))
    form.about.choices = about_choices(membership(), visible().whole, asked)
    return form


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None


def _about(claim_id: int | None, request_id: int | None) -> str:
    if claim_id is not None:
        return f"claim:{claim_id}"
    return f"request:{request_id}" if request_id is not None else ""


def _form_page(form: ComplaintForm, refused: Sequence[str] = (), files: Sequence[Kept] = ()) -> str:
    """The form, with what is promised if it is sent today, and the way that is quicker for a decision."""
    edition = dossier().plan.on(today())
    return render_template(
        "portal/member/complaints/form.html", form=form, refused=refused, files=files, accept=ACCEPT,
        ends=clocks(edition, today()), claim=key_of(form.about.data or "", "claim"),
        heading=edition["complaint.answer"].citation.heading, years=int(edition["claim.prescription"].value),
    )  # fmt: skip


@pages.get("/<int:complaint_id>")
@allow(MEMBER)
def shown(complaint_id: int) -> str:
    """A complaint, with all that happened to it."""
    return _shown(own(complaint_id), ReplyForm())


def _shown(one: Followed, form: ReplyForm, refused: Sequence[str] = (), files: Sequence[Kept] = ()) -> str:
    edition = dossier().plan.on(one.sent_on)
    return render_template(
        "portal/member/complaints/shown.html", one=one, form=form, refused=refused, files=files, accept=ACCEPT,
        words=complaints_words, next=complaints_words.next_for_member(one, today()),
        mediator=[as_set(line) for line in edition["complaint.mediator"].value],
        mediator_until=mediator_until(edition, one.sent_on),
        heading=edition["complaint.answer"].citation.heading,
    )  # fmt: skip


@pages.post("/<int:complaint_id>/reply")
@allow(MEMBER)
def reply(complaint_id: int) -> Answer:
    """Answer a question, or add something, with papers."""
    one, form = own(complaint_id), ReplyForm()
    taken, refused = take_files()
    keep_so_far()
    files = [*carried_so_far(form.files.data, REPLY), *taken]
    form.files.data = carried(files, REPLY)
    if not form.validate() or refused:
        return _shown(one, form, refused, files), 422
    try:
        papers = [Paper(file.name, file.sha256) for file in files]
        reply_to(db(), one.id, form.text.data, papers, today(), now(), me().actor)
    except BadInput as wrong:
        undo()
        form.refuse(wrong, {"papers": "text"})
        return _shown(own(complaint_id), form, (), files), 409 if isinstance(wrong, Conflict) else 422
    flash(speaks().say("Thank you: it has reached us."))
    return redirect(url_for(".shown", complaint_id=one.id), 303)


@pages.post("/<int:complaint_id>/withdraw")
@allow(MEMBER)
def withdraw(complaint_id: int) -> Answer:
    """Take a complaint back that is not answered yet."""
    one = own(complaint_id)
    take_back(db(), one.id, today(), now(), me().actor)
    flash(speaks().say("Your complaint is withdrawn. You can write another one at any time."))
    return redirect(url_for(".shown", complaint_id=one.id), 303)


@pages.get("/<int:complaint_id>/papers/<int:paper_id>")
@allow(MEMBER)
def paper(complaint_id: int, paper_id: int) -> Response:
    """A paper that came with it."""
    found = next((paper for paper in own(complaint_id).papers if paper.id == paper_id), None)
    return given(found or abort(404))
