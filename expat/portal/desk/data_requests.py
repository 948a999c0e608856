"""Requests about personal data, answered by the management unit by their day; directives of who has died."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from expat.accounts.own import Own, own_memberships, refuse_own
from expat.claims.written import LONGEST
from expat.errors import BadInput, Conflict
from expat.mail.data_letters import data_answered, restriction_ends
from expat.mail.outbox import put
from expat.membership.changes import Acting
from expat.personal_data.consents import PURPOSES, standing
from expat.personal_data.directives import directive_of, read_directive
from expat.personal_data.requests import (
    MEDICAL,
    RECTIFICATION,
    Asked,
    answer,
    open_requests,
    requests_of,
)
from expat.personal_data.requests import request as request_of
from expat.personal_data.retention import retention_on
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_forms import Kept
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.people import Whose, whose
from expat.portal.forms import AtMost, Choice, Form, Needed
from expat.portal.member import data_words
from expat.portal.member.data_papers import given_to_staff
from expat.portal.restricted import uses_in_words
from expat.portal.told import link, operator, patient_of
from expat.portal.work import apart, db, house, me, now, speaks, today, undo
from expat.restrictions.standing import restrictions_of, uses_of
from expat.restrictions.use import LONGEST as MOST_REASON
from expat.restrictions.use import notice_days, tell_end
from expat.wording.catalogue import N_

pages = Blueprint("desk_data_requests", __name__, url_prefix="/desk/data-requests")
Answer = str | tuple[str, int] | AnyResponse

TOLD = N_("It is answered, and {name} is told by mail.")
LIFTED = N_("{name} is told by mail. The restriction ends on {day}.")
LIFTED_UNTOLD = N_(
    "{name} has no address that a mail could reach: please write a letter. The restriction ends on {day}."
)
UNTOLD = N_("It is answered. {name} has no address that a mail could reach: please write a letter.")
MEANWHILE = N_("Somebody was quicker: the request is answered.")


class AnswerForm(Form):
    """The answer, with its reason."""

    outcome = Choice(choices=data_words.outcomes, validators=[Needed()])
    text = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


class LiftForm(Form):
    """Why a restriction is lifted."""

    why = TextAreaField(validators=[Needed(), AtMost(MOST_REASON), Kept()])


@pages.get("")
@allow(MANAGER)
def worklist() -> str:
    """What waits, the late ones first."""
    return render_template(
        "portal/desk/data/worklist.html", found=open_requests(db(), today(), medical=False), words=data_words,
        own=own_memberships(db(), me().account),
    )  # fmt: skip


@pages.get(f"/<{KEY}:data_request_id>")
@allow(MANAGER)
def one(data_request_id: int) -> str:
    """A request. Raises Own where it is of the own membership."""
    return _shown(_found(data_request_id), AnswerForm(None))


def _found(data_request_id: int) -> Asked:
    found = request_of(db(), data_request_id)
    if found.kind == MEDICAL:
        abort(404)  # the medical department's
    refuse_own(db(), found.membership_id, me().actor)
    return found


def _shown(found: Asked, form: AnswerForm) -> str:
    return render_template(
        "portal/desk/data/request.html", one=found, form=form, words=data_words, corrects=found.kind == RECTIFICATION,
        kept=data_words.told(retention_on(today()), desk=True) if found.kind == "erasure" else [],
    )  # fmt: skip


@pages.post(f"/<{KEY}:data_request_id>")
@allow(MANAGER)
def answered(data_request_id: int) -> Answer:
    """Answer it, once; a correction that is done corrects the person's row."""
    found, form = _found(data_request_id), AnswerForm()
    if not form.validate():
        return _shown(found, form), 422
    acting = Acting(today(), now(), house().preference, me().actor)
    try:
        answer(db(), data_request_id, form.outcome.data, form.text.data, acting)
    except Own:
        raise
    except BadInput as wrong:
        undo()
        if isinstance(wrong, Conflict):
            form.form_errors.append(speaks().say(MEANWHILE))
        else:
            form.refuse(wrong)
        return _shown(_found(data_request_id), form), 409 if isinstance(wrong, Conflict) else 422
    flash(speaks().say(TOLD if tell(found) else UNTOLD, name=found.name))
    return redirect(url_for(".worklist"), 303)


def tell(found: Asked) -> bool:
    """A mail that a request is answered; answers whether the person has an address."""
    reader = patient_of(found.membership_id, found.person_id)
    if reader is None:
        return False
    text = data_answered(reader.language, reader.name, link(f"/data/{found.id}"), found.id, operator())
    put(db(), f"data:{found.id}", "data", reader.to, reader.language, *text, now())
    return True


@pages.get(f"/<{KEY}:data_request_id>/papers/<{KEY}:paper_id>")
@allow(MANAGER)
def paper(data_request_id: int, paper_id: int) -> Response:
    """A paper that came with it; that it was read is kept."""
    found = _found(data_request_id)
    held = next((paper for paper in found.papers if paper.id == paper_id), None)
    return given_to_staff(held or abort(404), found.membership_id, f"data_request:{data_request_id}")


@pages.get(f"/people/<{KEY}:person_id>")
@allow(MANAGER)
def about(person_id: int) -> str:
    """What a person decided on his or her data: consents, requests, whether there are directives."""
    return _about(_whose(person_id))


def _whose(person_id: int) -> Whose:
    found = whose(db(), person_id) or abort(404)
    refuse_own(db(), found.membership, me().actor)
    return found


def _about(found: Whose, directive: str | None = None, form: LiftForm | None = None) -> str:
    newest = directive_of(db(), found.person)
    return render_template(
        "portal/desk/data/person.html", about=found, words=data_words, purposes=PURPOSES,
        decided=standing(db(), found.person), restrictions=restrictions_of(db(), [found.person]), directive=directive,
        requests=[one for one in requests_of(db(), [found.person]) if one.kind != MEDICAL],
        has_directive=newest is not None and bool(newest.text), form=form or LiftForm(None),
        uses=uses_in_words(uses_of(db(), found.person)), notice_days=notice_days(),
    )  # fmt: skip


@pages.post(f"/people/<{KEY}:person_id>/lift")
@allow(MANAGER)
def lift(person_id: int) -> Answer:
    """Tell a person that the restriction ends, and from when."""
    found, form = _whose(person_id), LiftForm()
    one = next((one for one in restrictions_of(db(), [person_id]) if one.holds(today())), None) or abort(404)
    if not form.validate():
        return _about(found, form=form), 422
    told = tell_end(db(), one.id, form.why.data, today(), now(), me().actor)
    assert told.ends_on is not None
    reader, ends = patient_of(found.membership, person_id), told.ends_on
    if reader is not None:
        text = restriction_ends(reader.language, reader.name, link("/data"), ends, operator())
        put(db(), f"restriction:{one.id}", "data", reader.to, reader.language, *text, now())
    flash(speaks().say(LIFTED if reader else LIFTED_UNTOLD, name=found.name, day=speaks().day(ends)))
    return redirect(url_for(".about", person_id=person_id), 303)


@pages.post(f"/people/<{KEY}:person_id>/directives")
@allow(MANAGER)
def directives(person_id: int) -> str:
    """Read the directives of somebody who has died; that they were read is kept."""
    found, actor = _whose(person_id), me().actor
    with apart() as writing:
        read = read_directive(writing, person_id, now(), actor)
    return _about(found, read.text if read is not None else "")
