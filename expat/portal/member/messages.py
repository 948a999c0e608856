"""One's own conversation with the management unit: each adult of a membership has one."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, TextAreaField

from expat.claims.written import LONGEST
from expat.currency.calendar import add_working_days
from expat.db import transaction
from expat.messages.read import Conversation, Written, conversation, paper_of, unread
from expat.messages.write import MOST_PAPERS, NewPaper, mark_seen, write
from expat.portal.access import MEMBER, allow
from expat.portal.desk.claim_forms import Kept
from expat.portal.forms import AtMost, Form, Needed
from expat.portal.member.claim_pages import visible
from expat.portal.member.data_papers import given
from expat.portal.member.message_claims import concerns
from expat.portal.uploads import NOTHING, Uploads, uploads
from expat.portal.work import db, house, me, membership, now, person, speaks, today, whole_number
from expat.wording.catalogue import N_

pages = Blueprint("member_messages", __name__, url_prefix="/messages")

PAGE = 50
SENT = N_("Your message is sent. You get an answer by {day}.")


TOO_MANY = N_("A message carries {most} papers at most: send the others with another one.")


class MessageForm(Form):
    """A message to the management unit; its papers can be for the medical adviser alone."""

    text = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])
    medical = BooleanField()


@pages.get("")
@allow(MEMBER)
def messages() -> str:
    """The conversation, the newest message last; that it was read is noted once it is shown."""
    before = whole_number("before")
    talk = conversation(db(), person(), PAGE, before)
    new = 0 if before else unread(db(), [person()], by_staff=False).get(person(), 0)
    page = _shown(MessageForm(), talk, _claim(), new)
    if new and talk.messages:
        with transaction(house().engine) as writing:
            mark_seen(writing, person(), False, talk.messages[-1].id, now())
    return page


def _claim() -> int | None:
    """The claim that the message is to be about; 404 where it is none of one's own."""
    claim_id = whole_number("claim")
    if claim_id is not None and not concerns(db(), claim_id, membership(), visible().whole):
        abort(404)
    return claim_id


def _shown(
    form: MessageForm, talk: Conversation, claim_id: int | None, new: int = 0, sent: Uploads = NOTHING
) -> str:  # fmt: skip
    theirs = [one.id for one in talk.messages if one.from_staff]
    return render_template(
        "portal/member/messages/messages.html", form=form, talk=talk, claim=claim_id, waits=_waits(talk),
        new=set(theirs[-new:]) if new else set(), promised=_promised(today()),
        first="before" not in request.args, mine=me().account, sent=sent,
    )  # fmt: skip


def _waits(talk: Conversation) -> date | None:
    """By when an answer comes to what nobody answered yet."""
    unanswered: list[Written] = []
    for one in talk.messages:
        unanswered = [] if one.from_staff else [*unanswered, one]
    return _promised(unanswered[0].at.date()) if unanswered else None


def _promised(day: date) -> date:
    return add_working_days(day, house().settings.promise_message)


@pages.post("")
@allow(MEMBER)
def send() -> AnyResponse | tuple[str, int]:
    """Write a message, about a claim or about something else; the same again is the same message."""
    form, claim_id, sent = MessageForm(), _claim(), uploads("papers of a message")
    if len(sent.files) > MOST_PAPERS:
        sent.refused.append(speaks().say(TOO_MANY, most=MOST_PAPERS))
    if not form.validate() or sent.refused:
        return _shown(form, conversation(db(), person(), PAGE), claim_id, sent=sent), 422
    papers = [NewPaper(file.name, file.sha256, bool(form.medical.data)) for file in sent.files]
    write(db(), person(), claim_id, form.text.data, me().account, False, now(), papers)
    flash(speaks().say(SENT, day=speaks().day(_promised(today()))))
    return redirect(url_for(".messages"), 303)


@pages.get("/papers/<int:paper_id>")
@allow(MEMBER)
def paper(paper_id: int) -> Response:
    """A paper of one's own conversation."""
    found = paper_of(db(), paper_id)
    if found is None or found.person_id != person():
        abort(404)
    return given(found)
