"""Asking for prior approval, following it, and its guarantee letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.approvals.deadlines import Promise, earliest_admission, earliest_start
from expat.approvals.file import PAPERS, Paper, add_approval_document, submit_request
from expat.approvals.listing import Followed, approvals_of
from expat.approvals.shown import RequestShown, read_file, request_shown
from expat.approvals.stays import is_stay
from expat.claims.readers import reader_of
from expat.errors import BadInput, Conflict
from expat.letters.guarantee import guarantee_pdf
from expat.letters.operator import from_settings
from expat.membership.changes import Acting
from expat.portal.access import MEMBER, allow
from expat.portal.forms import Choice, Form, Needed
from expat.portal.member.approval_form import KINDS, ApprovalForm, care_choices
from expat.portal.member.claim_files import ACCEPT, Kept, take_files
from expat.portal.member.claim_pages import dossier, name_of, people, visible
from expat.portal.member.cover import pdf
from expat.portal.work import apart, db, house, keep_so_far, language, me, membership, now, person, speaks, today, undo
from expat.wording import approvals_shown

pages = Blueprint("member_approvals", __name__, url_prefix="/approvals")
Answer = str | tuple[str, int] | AnyResponse


class PaperForm(Form):
    """The kind of the papers that come with it."""

    kind = Choice(validators=[Needed()], choices=lambda: [(k, approvals_shown.paper(k, language())) for k in PAPERS])


def acting() -> Acting:
    """Who acts, now."""
    return Acting(today(), now(), house().preference, me().actor)


def followed() -> list[Followed]:
    """The requests of the people whose claims one sees whole, the newest first."""
    chosen = house().settings
    promise = Promise(chosen.promise_approval, chosen.promise_emergency)
    return approvals_of(db(), dossier(), visible().whole, today(), promise)


def own(request_id: int) -> Followed:
    """A request of one's own, or of somebody whose claims one sees whole; 404 for any other."""
    return next((one for one in followed() if one.request == request_id), None) or abort(404)


@pages.get("")
@allow(MEMBER)
def approvals() -> str:
    """Every request, where it stands, who acts next and by when."""
    return render_template("portal/member/approvals/list.html", found=followed(), name_of=name_of)


@pages.get("/new")
@allow(MEMBER)
def new() -> str:
    """An empty form."""
    form = _form()
    form.key.data = uuid4().hex
    return _form_page(form)


@pages.post("/new")
@allow(MEMBER)
def ask() -> Answer:
    """Hand the request in, once."""
    form = _form()
    taken, refused = take_files()
    keep_so_far()  # the papers stay, whatever is wrong with the form: nobody uploads them twice
    files = [*form.files_so_far(me().account), *taken]
    form.keep_files(files, me().account)
    if not form.validate() or refused:
        return _form_page(form, refused, files), 422
    late = form.too_late(dossier(), today())
    if late is not None and not form.late_known.data:
        return _form_page(form, (), files, late), 422
    try:
        papers = [Paper("medical_report", file.name, file.sha256) for file in files]
        request_id, again = submit_request(db(), membership(), form.new_file(papers), acting(), house().keys)
    except BadInput as wrong:
        undo()
        form.refuse(wrong, {"starts": "starts_on", "papers": "medical"})
        return _form_page(form, (), files), 409 if isinstance(wrong, Conflict) else 422
    say = speaks().say
    flash(say("This request had reached us already.") if again else say("Your request has reached us."))
    return redirect(url_for("member_approvals.approval", request_id=request_id), 303)


def _form() -> ApprovalForm:
    form = ApprovalForm()
    form.person.choices = people()
    form.care.choices = care_choices(dossier(), today())
    going = [one for one in followed() if one.state == "granted" and one.covered_until is not None]
    form.extends.choices = [("", ""), *((str(one.request), _called(one)) for one in going)]
    if form.person.data is None:
        form.person.data = str(person())
    return form


def _called(one: Followed) -> str:
    speaking = speaks()
    return speaking.say(
        "Request {number}: {name}, granted until {day}", number=one.request, name=name_of(one.person),
        day=speaking.day(one.covered_until) if one.covered_until else "",
    )  # fmt: skip


def _form_page(
    form: ApprovalForm, refused: Sequence[str] = (), files: Sequence[Kept] = (), late: date | None = None
) -> str:
    """The form, with what is in time if it is asked for today."""
    edition, spoken = dossier().plan.on(today()), language()
    category = edition.care[form.care.data].category if form.care.data in edition.care else "hospitalisation"
    rules = {
        "planned": approvals_shown.planned_from(
            earliest_start(edition, category, today()), today(), int(edition["approval.planned_notice"].value), spoken
        ),
        "emergency": approvals_shown.emergency_since(
            earliest_admission(edition, today()), 24 * int(edition["approval.emergency_notice"].value), spoken
        ),
    }
    return render_template(
        "portal/member/approvals/form.html", form=form, kinds=KINDS, rules=rules, refused=refused, accept=ACCEPT,
        files=files, late=late,
    )  # fmt: skip


@pages.get("/<int:request_id>")
@allow(MEMBER)
def approval(request_id: int) -> str:
    """A request; with its file, for whom it concerns: that it was read is kept."""
    return _shown(own(request_id), PaperForm())


def _shown(one: Followed, form: PaperForm, refused: Sequence[str] = ()) -> str:
    shown, opens = _read(one)
    if one.question is not None and form.kind.data is None:
        form.kind.data = one.question.kind
    edition = dossier().plan.on(one.starts_on)
    return render_template(
        "portal/member/approvals/shown.html", one=one, shown=shown, opens=opens, form=form, refused=refused,
        accept=ACCEPT, stay=is_stay(edition, one.care), name_of=name_of,
    )  # fmt: skip


def _read(one: Followed) -> tuple[RequestShown, bool]:
    """The request, and whether its medical part opens: to the person alone, of a minor to who acts for the child."""
    reader = reader_of(db(), me().account, me().roles, me().person, today())
    if not reader.knows(one.person):
        return request_shown(db(), one.request, house().keys, medical=False), False
    with apart() as writing:
        return read_file(writing, one.request, me().actor, now(), house().keys), True


@pages.post("/<int:request_id>/papers")
@allow(MEMBER)
def add_papers(request_id: int) -> Answer:
    """Papers that come later, such as the one that is asked for."""
    one, form = own(request_id), PaperForm()
    taken, refused = take_files()
    if not form.validate() or refused or not taken:
        undo()
        return _shown(one, form, refused or [speaks().say("Please choose a file.")]), 422
    for file in taken:
        add_approval_document(db(), request_id, Paper(form.kind.data, file.name, file.sha256), acting())
    flash(speaks().say("Thank you: it has reached us."))
    return redirect(url_for("member_approvals.approval", request_id=request_id), 303)


@pages.get("/<int:request_id>/guarantee.pdf")
@allow(MEMBER)
def letter(request_id: int) -> Response:
    """The guarantee letter, for the hospital."""
    one = own(request_id)
    if one.code is None:
        abort(404)
    answer = request_shown(db(), request_id, house().keys, medical=False).answers[-1]
    content = guarantee_pdf(db(), answer.id, from_settings(house().settings), language())
    return pdf(content, f"guarantee-{one.code}")
