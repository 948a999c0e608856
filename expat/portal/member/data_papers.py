"""Papers of complaints and of requests about data: taken with a form, carried along, and given back to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, current_app
from itsdangerous import BadSignature, URLSafeSerializer

from expat import audit
from expat.claims.readers import uses_of
from expat.db import transaction
from expat.documents.pictures import PDF, page_picture
from expat.documents.store import media_type_of, read
from expat.portal.documents import SANDBOX
from expat.portal.member.claim_files import Kept
from expat.portal.work import db, house, me, now


def carried(files: Sequence[Kept], purpose: str) -> str:
    """The files that were taken, signed, to travel with a form that is shown again."""
    return _signer(purpose).dumps([list(file) for file in files])


def carried_so_far(text: str | None, purpose: str) -> list[Kept]:
    """The files that came with the form before; a list that was tampered with is none."""
    try:
        return [Kept(*file) for file in _signer(purpose).loads(text or "")]
    except BadSignature:
        return []


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"{purpose} of account {me().account}")


def given(paper: Any) -> Response:
    """A paper to its person: a picture made anew, or a PDF file."""
    media_type = media_type_of(db(), paper.sha256)
    content = read(db(), paper.sha256, house().settings.document_folder, house().keys)
    if media_type == PDF:
        answer = Response(content, mimetype=PDF)
        answer.headers["Content-Disposition"] = f"attachment; filename=paper-{paper.sha256[:8]}.pdf"
    else:
        picture = page_picture(content, media_type, 1)
        answer = Response(picture.content, mimetype=picture.media_type)
        answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def given_to_staff(paper: Any, membership_id: int, subject: str) -> Response:
    """A paper to the management unit, which leaves a trail; 404 where it is medical elsewhere in the membership."""
    uses = uses_of(db(), [paper.sha256])[paper.sha256]
    if any(use.medical and use.membership == membership_id for use in uses):
        abort(404)
    answer = given(paper)
    with transaction(house().engine) as writing:
        detail = {"document": paper.sha256, "medical": False}
        audit.record(writing, now(), me().actor, "document.read", subject, **detail)
    return answer
