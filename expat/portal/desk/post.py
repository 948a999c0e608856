"""Papers that came by post: scanned once, and put with the request, the claim, the approval or the end they belong to.

What is medical goes to the medical department's envelope: the management unit puts it in and does not open it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import refuse_own
from expat.amendments.papers import MEDICAL as AMENDMENT_MEDICAL
from expat.amendments.papers import add_paper
from expat.approvals.file import Paper, add_approval_document
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.claims.papers import add_papers
from expat.errors import BadInput
from expat.membership.changes import Acting
from expat.membership.end_papers import add_end_paper
from expat.membership.ends import check_arrived
from expat.membership.proofs import send_proof
from expat.plans.schema import CONFIDENTIAL
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.post_belongs import Belongs, belongings, kind_name
from expat.portal.forms import Choice, DayField, Form, Needed, refusal_in_words
from expat.portal.member.claim_files import Kept
from expat.portal.uploads import NOTHING, Uploads, uploads
from expat.portal.work import db, house, me, now, speaks, today, undo
from expat.wording.catalogue import N_

pages = Blueprint("desk_find_post", __name__, url_prefix="/desk/memberships")
Answer = str | tuple[str, int] | AnyResponse

NOT_THERE = N_("Such a paper does not belong there: {kinds}.")
IN_THE_ENVELOPE = N_("It is in the medical department's envelope, which the management unit does not open.")
THERE = N_("It is there.")


class PostForm(Form):
    """What a paper belongs to, what it is, and the day on which it came."""

    belongs = Choice(validators=[Needed()])
    kind = Choice(validators=[Needed()])
    came_on = DayField(validators=[Needed()])


@pages.get(f"/<{KEY}:membership_id>/post")
@allow(MANAGER)
def post(membership_id: int) -> str:
    """What waits for papers, and the form; the address can name what the paper belongs to."""
    dossier = _dossier(membership_id)
    known, word = belongings(dossier), request.args.get("belongs", "")
    form, found = _form(known, None), next((one for one in known if one.word == word), None)
    form.came_on.data = today()
    if found is not None:
        form.belongs.data, form.kind.data = found.word, next(iter(found.missing or found.kinds))
    return _page(dossier, form, known)


@pages.post(f"/<{KEY}:membership_id>/post")
@allow(MANAGER)
def put(membership_id: int) -> Answer:
    """Put the scanned papers where they belong; the same one again is there once."""
    dossier = _dossier(membership_id)
    sent, known = uploads(f"post of membership {membership_id}"), belongings(dossier)
    form = _form(known)
    right = form.validate()
    found = next((one for one in known if one.word == form.belongs.data), None)
    if found is not None and form.kind.data and form.kind.data not in found.kinds:
        kinds = ", ".join(kind_name(kind) for kind in found.kinds)
        form.kind.errors, right = [speaks().say(NOT_THERE, kinds=kinds)], False
    if not right or found is None or sent.refused or sent.missing:
        return _page(dossier, form, known, sent._replace(refused=[*sent.refused, *sent.missing])), 422
    came = form.came_on.data or today()
    try:
        check_arrived(dossier, came, today())
        medical = _put(found, form.kind.data, sent.files, Acting(came, now(), house().preference, me().actor))
    except BadInput as wrong:
        undo()
        if wrong.where == "arrived":
            form.came_on.errors = [refusal_in_words(wrong)]
        else:
            form.refuse(wrong, {"papers": "kind", "amendment": "belongs"})
        return _page(dossier, form, known, sent), 422
    flash(speaks().say(IN_THE_ENVELOPE if medical else THERE))
    return redirect(url_for(".post", membership_id=membership_id), 303)


def _put(found: Belongs, kind: str, files: list[Kept], acting: Acting) -> bool:
    """Keep the papers where they belong; answers whether they are medical."""
    return _VERBS[found.what](found, kind, files, acting)


def _to_amendment(found: Belongs, kind: str, files: list[Kept], acting: Acting) -> bool:
    for file in files:
        add_paper(db(), found.key, kind, file.name, file.sha256, acting)
    return kind in AMENDMENT_MEDICAL


def _to_approval(found: Belongs, kind: str, files: list[Kept], acting: Acting) -> bool:
    for file in files:
        add_approval_document(db(), found.key, Paper(kind, file.name, file.sha256), acting)
    return True


def _to_end(found: Belongs, kind: str, files: list[Kept], acting: Acting) -> bool:
    for file in files:
        add_end_paper(db(), found.membership, found.key, kind, file.name, file.sha256, acting)
    return False


def _to_proof(found: Belongs, kind: str, files: list[Kept], acting: Acting) -> bool:
    acting = replace(acting, day=min(acting.day, today()))
    for file in files:
        send_proof(db(), found.membership, found.key, kind, found.year, file.sha256, file.name, acting)
    return False


def _to_line(found: Belongs, kind: str, files: list[Kept], acting: Acting) -> bool:
    papers = {kind: [file.sha256 for file in files]}
    add_papers(db(), found.key, papers, acting.day, acting.at, acting.preference, acting.actor)
    return kind in CONFIDENTIAL


_VERBS: dict[str, Callable[[Belongs, str, list[Kept], Acting], bool]] = {
    "amendment": _to_amendment, "approval": _to_approval, "end": _to_end, "proof": _to_proof, "line": _to_line,
}  # fmt: skip


def _form(known: list[Belongs], *nothing: Any) -> PostForm:
    form = PostForm(formdata=None) if nothing else PostForm()
    form.belongs.choices = [("", ""), *((one.word, one.name) for one in known)]
    kinds = dict.fromkeys(kind for one in known for kind in one.kinds)
    form.kind.choices = [("", ""), *((kind, kind_name(kind)) for kind in kinds)]
    return form


def _page(dossier: Dossier, form: PostForm, known: list[Belongs], sent: Uploads = NOTHING) -> str:
    return render_template(
        "portal/desk/post.html", dossier=dossier, form=form, sent=sent, kind_name=kind_name,
        found=known,
    )  # fmt: skip


def _dossier(membership_id: int) -> Dossier:
    refuse_own(db(), membership_id, me().actor)
    return load(db(), [membership_id]).get(membership_id) or abort(404)
