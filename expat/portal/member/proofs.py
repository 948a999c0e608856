"""Proofs that keep cover going: which are asked for and by when, sending one, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.errors import BadInput
from expat.membership.changes import Acting
from expat.membership.proofs import ProofDue, proofs_due, send_proof, sent_proofs
from expat.portal.access import MEMBER, allow
from expat.portal.forms import AtMost, Form, Needed, UnseenField
from expat.portal.member.claim_files import ACCEPT, take_files
from expat.portal.member.claim_pages import dossier, name_of, visible
from expat.portal.work import db, house, me, membership, now, person, speaks, today, undo
from expat.wording.catalogue import N_

pages = Blueprint("member_proofs", __name__, url_prefix="/cover/proofs")
Answer = str | tuple[str, int] | AnyResponse

AGES = {"child": "child_until", "student": "student_until", "member": "member_until", "working": "working_until"}
NO_FILE = N_("Please choose a file.")


class ProofForm(Form):
    """Which proof the file is: person, kind and year, in one word."""

    what = UnseenField(validators=[Needed(), AtMost(60)])


@pages.get("")
@allow(MEMBER)
def proofs() -> str:
    """What is asked for, and what was sent."""
    return _page()


@pages.post("")
@allow(MEMBER)
def send() -> Answer:
    """Send a proof: a photograph or a PDF."""
    form, asked = ProofForm(), {word_of(due): due for due in proofs_of_mine()}
    taken, refused = take_files()
    if not form.validate() or form.what.data not in asked or refused or not taken:
        undo()
        return _page(form.what.data, refused or [speaks().say(NO_FILE)]), 422
    due = asked[form.what.data]
    try:
        for file in taken:
            send_proof(db(), membership(), due.person, due.kind, due.year, file.sha256, file.name, _acting())
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _page(form.what.data, [str(told) for told in form.form_errors]), 422
    flash(speaks().say("Thank you: it has reached us. We look at it, and the cover goes on from the day it is for."))
    return redirect(url_for("member_proofs.proofs"), 303)


def proofs_of_mine() -> list[ProofDue]:
    """The proofs that are asked for, of the people whom the reader sees: the member all, another adult the own."""
    everybody = me().person_role == "member"
    return [due for due in proofs_due(dossier(), today()) if everybody or due.person in {person(), *_wards()}]


def _wards() -> frozenset[int]:
    return frozenset(visible().whole - visible().adults)


def word_of(due: ProofDue) -> str:
    """A proof that is asked for, in one word of a form."""
    return f"{due.person}-{due.kind}-{due.year}"


def _page(chosen: str | None = None, refused: Sequence[str] = ()) -> str:
    mine = proofs_of_mine()
    sent = [one for one in sent_proofs(db(), membership()) if me().person_role == "member" or one.person == person()]
    waiting: set[Any] = {(one.person, one.kind, one.year) for one in sent if one.accepted is None}
    edition = dossier().plan.on(today())
    ages = {name: edition[f"membership.{figure}"].value for name, figure in AGES.items()}
    return render_template(
        "portal/member/cover/proofs.html", ages=ages, due=mine, sent=sent, waiting=waiting, word_of=word_of,
        name_of=name_of, chosen=chosen, refused=refused, accept=ACCEPT,
    )  # fmt: skip


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)
