"""Complaints to be acknowledged and answered, by the day on which something is due; keying one that came by post."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from expat.accounts.own import Own, own_memberships, refuse_own
from expat.claims.written import LONGEST
from expat.complaints.answer import (
    OwnDecision,
    acknowledge,
    answer,
    ask,
    is_own_decision,
    pass_to_mediator,
)  # fmt: skip
from expat.complaints.complain import complain
from expat.complaints.listing import Followed, closed_complaints, complaint, open_complaints
from expat.errors import BadInput, Conflict
from expat.mail.complaint_letters import complaint_acknowledged, complaint_answered, complaint_asked
from expat.mail.outbox import put
from expat.membership.tables import Membership
from expat.plans.edition import Edition
from expat.plans.loader import plan
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_forms import Kept
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.people import Whose, whose
from expat.portal.forms import AtMost, Choice, Form, Needed
from expat.portal.member import complaints_words
from expat.portal.member.claim_files import ACCEPT, take_files
from expat.portal.member.claim_files import Kept as KeptFile
from expat.portal.member.complaints_form import KeyedForm, about_choices
from expat.portal.member.data_papers import given_to_staff
from expat.portal.told import link, operator, patient_of
from expat.portal.work import db, keep_so_far, me, now, speaks, today, undo, whole_number
from expat.wording.catalogue import N_
from expat.wording.contract import as_set

pages = Blueprint("desk_complaints", __name__, url_prefix="/desk/complaints")
Answer = str | tuple[str, int] | AnyResponse

TOLD = N_("It is kept, and {name} is told by mail.")
UNTOLD = N_("It is kept. {name} has no address that a mail could reach: please write a letter.")
KEYED = N_("The complaint is keyed: it waits to be acknowledged.")
OWN_DECISION = N_("You decided what this complaint is about: a colleague answers it.")
MEANWHILE = N_("Somebody was quicker, or the complaint was withdrawn. Look at it as it stands now.")


class AskForm(Form):
    """A question before the answer."""

    question = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


class AnswerForm(Form):
    """The answer, with its reason."""

    outcome = Choice(choices=complaints_words.outcomes, validators=[Needed()])
    reason = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


class MediatorForm(Form):
    """That the mediator has it."""

    note = TextAreaField(validators=[AtMost(LONGEST), Kept()])


@pages.get("")
@allow(MANAGER)
def worklist() -> str:
    """What is open, the late ones first; of one's own membership not what it says."""
    return render_template(
        "portal/desk/complaints/worklist.html", found=open_complaints(db(), today()), closed=closed_complaints(db()),
        own=own_memberships(db(), me().account), words=complaints_words,
    )  # fmt: skip


@pages.get(f"/<{KEY}:complaint_id>")
@allow(MANAGER)
def one(complaint_id: int) -> str:
    """A complaint. Raises Own where it is of the own membership."""
    return _shown(_found(complaint_id))


def _found(complaint_id: int) -> Followed:
    found = complaint(db(), complaint_id)
    refuse_own(db(), found.membership_id, me().actor)
    return found


def _edition(found: Followed) -> Edition:
    membership = db().get(Membership, found.membership_id)
    assert membership is not None
    return plan(membership.plan).on(found.sent_on)


def _mediator(found: Followed) -> list[str]:
    return [as_set(line) for line in _edition(found)["complaint.mediator"].value]


def _shown(found: Followed, **forms: Form) -> str:
    forms = {"ask": AskForm(None), "answer": AnswerForm(None), "mediator": MediatorForm(None), **forms}
    return render_template(
        "portal/desk/complaints/complaint.html", one=found, forms=forms, words=complaints_words,
        decided=is_own_decision(db(), found, me().actor), mediator_named=_mediator(found),
        may_mediate=not found.is_with_mediator and found.state != "withdrawn"
        and (not found.is_open or today() > found.answer_by),
    )  # fmt: skip


@pages.post(f"/<{KEY}:complaint_id>/acknowledge")
@allow(MANAGER)
def acknowledged(complaint_id: int) -> Answer:
    """Tell the person that it is here, by when it is answered, and who the mediator is."""
    return _act(complaint_id, "", Form(), lambda: _acknowledge(complaint_id))


@pages.post(f"/<{KEY}:complaint_id>/ask")
@allow(MANAGER)
def asked(complaint_id: int) -> Answer:
    """Ask the person something."""
    form = AskForm()

    def act() -> None:
        _acknowledge(complaint_id)
        ask(db(), complaint_id, form.question.data, today(), now(), me().actor)

    return _act(complaint_id, "ask", form, act)


@pages.post(f"/<{KEY}:complaint_id>/answer")
@allow(MANAGER)
def answered(complaint_id: int) -> Answer:
    """Answer it, once."""
    form = AnswerForm()
    return _act(
        complaint_id, "answer", form,
        lambda: answer(db(), complaint_id, form.outcome.data, form.reason.data, today(), now(), me().actor),
    )  # fmt: skip


@pages.post(f"/<{KEY}:complaint_id>/mediator")
@allow(MANAGER)
def mediated(complaint_id: int) -> Answer:
    """Note that the mediator has it."""
    form = MediatorForm()
    return _act(
        complaint_id, "mediator", form,
        lambda: pass_to_mediator(db(), complaint_id, form.note.data or "", today(), now(), me().actor),
    )  # fmt: skip


def _acknowledge(complaint_id: int) -> None:
    acknowledge(db(), complaint_id, today(), now(), me().actor)


def _act(complaint_id: int, name: str, form: Form, act: Callable[[], None]) -> Answer:
    """Do something with a complaint, and tell the person what is new; what was typed stays where it is refused."""
    before = _found(complaint_id)
    if not form.validate():
        return _shown(before, **{name: form}), 422
    try:
        act()
    except Own:
        raise
    except BadInput as wrong:
        undo()
        told = OWN_DECISION if isinstance(wrong, OwnDecision) else MEANWHILE
        if isinstance(wrong, Conflict):
            form.form_errors.append(speaks().say(told))
        else:
            form.refuse(wrong, {"text": "question"})
        return _shown(_found(complaint_id), **({name: form} if name else {})), 409 if isinstance(
            wrong, Conflict
        ) else 422
    after = complaint(db(), complaint_id)
    reached = _tell(after, [step.kind for step in after.steps[len(before.steps) :]])
    flash(speaks().say(TOLD if reached else UNTOLD, name=after.name))
    return redirect(url_for(".one", complaint_id=complaint_id), 303)


def _tell(found: Followed, kinds: Sequence[str]) -> bool:
    """A mail for what is new; answers whether the person has an address."""
    reader = patient_of(found.membership_id, found.person_id)
    if reader is None:
        return False
    page, mediator = link(f"/complaints/{found.id}"), _mediator(found)
    shared = (reader.language, reader.name, page, found.id)
    texts = {
        "acknowledged": lambda: complaint_acknowledged(*shared, found.sent_on, found.answer_by, mediator, operator()),
        "question": lambda: complaint_asked(*shared, operator()),
        "answered": lambda: complaint_answered(*shared, mediator, operator()),
    }
    # What is newest says what came before it, too.
    newest = next((kind for kind in reversed(kinds) if kind in texts), None)
    if newest is not None:
        key = f"complaint:{found.id}:{len(found.steps)}"
        put(db(), key, "complaint", reader.to, reader.language, *texts[newest](), now())
    return True


@pages.get(f"/<{KEY}:complaint_id>/papers/<{KEY}:paper_id>")
@allow(MANAGER)
def paper(complaint_id: int, paper_id: int) -> Response:
    """A paper that came with it; that it was read is kept."""
    found = _found(complaint_id)
    held = next((paper for paper in found.papers if paper.id == paper_id), None)
    return given_to_staff(held or abort(404), found.membership_id, f"complaint:{complaint_id}")


# --- one that came by post ----------------------------------------------------------------------------------------


@pages.get("/new")
@allow(MANAGER)
def new() -> str:
    """An empty form for an insured person; 404 where the address names nobody."""
    about = _whose(whole_number("person"))
    form = _form(about)
    form.key.data = uuid4().hex
    return _form_page(about, form)


@pages.post("/new")
@allow(MANAGER)
def key() -> Answer:
    """Key a complaint for somebody, once."""
    about = _whose(whole_number("person"))
    form = _form(about)
    taken, refused = take_files()
    keep_so_far()
    files = [*form.files_so_far(), *taken]
    form.keep_files(files)
    if not form.validate() or refused:
        return _form_page(about, form, refused, files), 422
    try:
        made = form.new(about.person, files, sent_on=form.sent_on.data, channel=form.channel.data)
        complaint_id, _again = complain(db(), about.membership, made, today(), now(), me().actor)
    except BadInput as wrong:
        undo()
        form.refuse(wrong, {"papers": "text", "claim": "about", "request": "about"})
        return _form_page(about, form, (), files), 409 if isinstance(wrong, Conflict) else 422
    flash(speaks().say(KEYED))
    return redirect(url_for(".one", complaint_id=complaint_id), 303)


def _whose(person_id: int | None) -> Whose:
    if person_id is None or person_id > 10**15:
        abort(404)
    about = whose(db(), person_id) or abort(404)
    refuse_own(db(), about.membership, me().actor)
    return about


def _form(about: Whose) -> KeyedForm:
    form = KeyedForm()
    form.about.choices = about_choices(about.membership, [about.person])
    return form


def _form_page(about: Whose, form: KeyedForm, refused: Sequence[str] = (), files: Sequence[KeptFile] = ()) -> str:
    return render_template(
        "portal/desk/complaints/form.html", about=about, form=form, refused=refused, files=files, accept=ACCEPT
    )
