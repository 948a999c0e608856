"""Requests for one's medical details: the medical department makes them for the person; the trail knows."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from expat.accounts.own import Own, own_memberships, refuse_own
from expat.claims.written import LONGEST
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.personal_data.export import Store, note, snapshot
from expat.personal_data.medical import medical_export
from expat.personal_data.requests import MEDICAL as MEDICAL_DETAILS
from expat.personal_data.requests import Asked, answer, open_requests
from expat.personal_data.requests import request as request_of
from expat.portal.access import MEDICAL, allow
from expat.portal.desk.claim_forms import Kept
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.data_requests import TOLD, tell
from expat.portal.forms import AtMost, Choice, Form, Needed
from expat.portal.member import data_words
from expat.portal.member.data import room, zip_file
from expat.portal.work import apart, db, house, me, now, speaks, today, undo
from expat.wording.catalogue import N_

pages = Blueprint("medical_export", __name__, url_prefix="/medical/export")
Answer = str | tuple[str, int] | AnyResponse

PART = N_("It is answered, and {name} is told by mail. Nothing can be downloaded: send the part that you chose.")
READY = N_("The medical details are ready for {name}, who is told by mail.")
BY_POST = N_("It is answered. {name} has no address that a mail could reach: download the file and send it by post.")
MEANWHILE = N_("Somebody was quicker: the request is answered.")


class AnswerForm(Form):
    """Whether the details are given, and what the person should know."""

    outcome = Choice(choices=data_words.outcomes, validators=[Needed()])
    text = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


@pages.get("")
@allow(MEDICAL)
def worklist() -> str:
    """The requests that wait, the late ones first."""
    return render_template(
        "portal/medical/export.html", found=open_requests(db(), today(), medical=True), words=data_words,
        own=own_memberships(db(), me().account),
    )  # fmt: skip


@pages.get(f"/<{KEY}:data_request_id>")
@allow(MEDICAL)
def one(data_request_id: int) -> str:
    """A request. Raises Own where it is of the own membership."""
    return _shown(_found(data_request_id), AnswerForm(None))


def _found(data_request_id: int) -> Asked:
    found = request_of(db(), data_request_id)
    if found.kind != MEDICAL_DETAILS:
        abort(404)
    refuse_own(db(), found.membership_id, me().actor)
    return found


def _shown(found: Asked, form: AnswerForm) -> str:
    return render_template("portal/medical/export_one.html", one=found, form=form, words=data_words)


@pages.post(f"/<{KEY}:data_request_id>")
@allow(MEDICAL)
def answered(data_request_id: int) -> Answer:
    """Give the details to the person, or say why not."""
    found, form = _found(data_request_id), AnswerForm()
    if not form.validate():
        return _shown(found, form), 422
    try:
        acting = Acting(today(), now(), house().preference, me().actor)
        answer(db(), data_request_id, form.outcome.data, form.text.data, acting)
    except Own:
        raise
    except BadInput as wrong:
        undo()
        form.form_errors.append(speaks().say(MEANWHILE))
        return _shown(_found(data_request_id), form), 409 if isinstance(wrong, Conflict) else 422
    told = READY if form.outcome.data == "done" else PART if form.outcome.data == "partly" else TOLD
    flash(speaks().say(told if tell(found) else BY_POST, name=found.name))
    return redirect(url_for(".one", data_request_id=data_request_id), 303)


@pages.post(f"/<{KEY}:data_request_id>/file")
@allow(MEDICAL)
def made(data_request_id: int) -> Response:
    """The file, to look at it before it is given, or to send it by post; that it was made is kept."""
    found, actor, at = _found(data_request_id), me().actor, now()
    undo()
    out = room()
    with snapshot(house().engine) as session:
        store = Store(house().settings.document_folder, house().keys)
        held = medical_export(session, found.person_id, store, out, at)
    with apart() as writing:
        note(writing, at, actor, found.person_id, held, medical=True)
    return zip_file(out, f"medical-{found.id}-{today()}")
