"""Conversations with insured people: those that wait for an answer by the day promised, and answering them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from expat.accounts.own import own_memberships, refuse_own
from expat.claims.written import LONGEST
from expat.db import transaction
from expat.messages.read import Conversation, conversation, paper_of, unread, waiting, waiting_count
from expat.messages.write import MOST_PAPERS, NewPaper, mark_seen, write
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_forms import Kept
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.claim_mails import tell_message
from expat.portal.desk.people import Whose, whose
from expat.portal.forms import AtMost, Form, Needed
from expat.portal.member.data_papers import given_to_staff
from expat.portal.member.messages import TOO_MANY
from expat.portal.uploads import NOTHING, Uploads, uploads
from expat.portal.work import db, house, me, now, speaks, today, whole_number
from expat.wording.catalogue import N_

pages = Blueprint("desk_messages", __name__, url_prefix="/desk/messages")

PAGE = 50
SENT = N_("Your answer is there, and {name} is told by mail.")
SENT_UNTOLD = N_("Your answer is there. {name} has no account that a mail could tell.")


class AnswerForm(Form):
    """An answer, read by the person alone."""

    text = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


@pages.get("")
@allow(MANAGER)
def messages() -> str:
    """The conversations that wait, the longest waiting first; of one's own membership not what they say."""
    after = whole_number("after", 0) or 0
    found = waiting(db(), today(), house().settings.promise_message, after, PAGE)
    return render_template(
        "portal/desk/messages.html", found=found, count=waiting_count(db()), first=not after,
        own=own_memberships(db(), me().account),
        older=url_for(".messages", after=found[-1].first) if len(found) == PAGE else "",
    )  # fmt: skip


@pages.get(f"/<{KEY}:person_id>")
@allow(MANAGER)
def one(person_id: int) -> str:
    """A conversation; that it was read is noted once it is shown."""
    about = _about(person_id)
    talk = conversation(db(), person_id, PAGE, whole_number("before"))
    new = unread(db(), [person_id], by_staff=True).get(person_id, 0)
    if new and talk.messages:
        with transaction(house().engine) as writing:
            mark_seen(writing, person_id, True, talk.messages[-1].id, now())
    return _shown(about, talk, AnswerForm())


def _about(person_id: int) -> Whose:
    """Whose conversation it is; 404 where there is nobody. Raises Own where it is of the own membership."""
    about = whose(db(), person_id) or abort(404)
    refuse_own(db(), about.membership, me().actor)
    return about


def _shown(about: Whose, talk: Conversation, form: AnswerForm, sent: Uploads = NOTHING) -> str:
    return render_template("portal/desk/conversation.html", about=about, talk=talk, form=form, sent=sent)


@pages.post(f"/<{KEY}:person_id>")
@allow(MANAGER)
def answer(person_id: int) -> AnyResponse | tuple[str, int]:
    """Answer, and tell the person by mail."""
    about, form = _about(person_id), AnswerForm()
    sent, talk = uploads(f"papers to person {person_id}"), conversation(db(), person_id, PAGE)
    if len(sent.files) > MOST_PAPERS:
        sent.refused.append(speaks().say(TOO_MANY, most=MOST_PAPERS))
    if not form.validate() or sent.refused:
        return _shown(about, talk, form, sent), 422
    claim_id = talk.messages[-1].claim_id if talk.messages else None
    papers = [NewPaper(file.name, file.sha256) for file in sent.files]
    key = write(db(), person_id, claim_id, form.text.data, me().account, True, now(), papers)
    told = tell_message(person_id, key)
    flash(speaks().say(SENT if told else SENT_UNTOLD, name=about.name))
    return redirect(url_for(".messages"), 303)


@pages.get(f"/<{KEY}:person_id>/papers/<{KEY}:paper_id>")
@allow(MANAGER)
def paper(person_id: int, paper_id: int) -> Response:
    """A paper of a conversation that is not for the medical adviser alone; that it was read is kept."""
    about, found = _about(person_id), paper_of(db(), paper_id)
    if found is None or found.person_id != person_id or found.secret:
        abort(404)
    return given_to_staff(found, about.membership, f"message:{found.message_id}")
