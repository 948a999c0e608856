"""Documents that were handed in, for whoever may open them; a reading of what is medical, or by staff, is kept.

A picture is made anew before it is shown. A PDF is given as a file, and shown as pictures of its pages.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import Blueprint, Response, abort, render_template

from expat import audit
from expat.claims.readers import Use, opened_as, reader_of, uses_of
from expat.db import transaction
from expat.documents.pictures import PDF, Picture, page_count, page_picture
from expat.documents.store import media_type_of, read
from expat.portal.access import MANAGER, MEDICAL, MEMBER, allow
from expat.portal.work import db, house, me, now, today

pages = Blueprint("documents", __name__, url_prefix="/documents")

HASH = re.compile(r"[0-9a-f]{64}")
MOST_PAGES = 40  # on one page of ours; the file has them all
# Nothing in the file may run, load or send anything, even where a browser opens it in place.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class Opened(NamedTuple):
    """A document that the reader may open."""

    sha256: str
    media_type: str
    content: bytes
    use: Use


@pages.get("/<sha256>")
@allow(MEMBER, MEDICAL, MANAGER)
def document(sha256: str) -> Response:
    """The document: a picture, made anew, or a PDF file to keep."""
    opened = _opened(sha256)
    if opened.media_type == PDF:
        return guarded(Picture(opened.content, PDF), f"attachment; filename=paper-{sha256[:8]}.pdf")
    return guarded(page_picture(opened.content, opened.media_type, 1), "inline")


@pages.get("/<sha256>/page/<int:n>.png")
@allow(MEMBER, MEDICAL, MANAGER)
def page(sha256: str, n: int) -> Response:
    """A page as a picture, from 1 on; a photograph has one."""
    opened = _opened(sha256, n)
    return guarded(page_picture(opened.content, opened.media_type, n), "inline")


@pages.get("/<sha256>/view")
@allow(MEMBER, MEDICAL, MANAGER)
def view(sha256: str) -> str:
    """All pages below each other. Each picture is asked for, and its reading kept, on its own."""
    opened = _opened(sha256, kept=False)
    count = page_count(opened.content, opened.media_type)
    shown = range(1, min(count, MOST_PAGES) + 1)
    return render_template("portal/documents/view.html", opened=opened, count=count, numbers=shown)


def _opened(sha256: str, number: int | None = None, kept: bool = True) -> Opened:
    """The document, if the reader may open it; 404 where not, as where there is none."""
    if not HASH.fullmatch(sha256):
        abort(404)
    who = me()
    use = opened_as(reader_of(db(), who.account, who.roles, who.person, today()), uses_of(db(), [sha256])[sha256])
    if use is None:
        abort(404)
    media_type = media_type_of(db(), sha256)
    content = read(db(), sha256, house().settings.document_folder, house().keys)
    if kept and (use.medical or who.is_staff):
        _note(sha256, use, number)
    return Opened(sha256, media_type, content, use)


def _note(sha256: str, use: Use, number: int | None) -> None:
    """The trail knows of the reading before anything is shown."""
    detail = {"document": sha256, "kind": use.kind, "medical": use.medical}
    if number is not None:
        detail["page"] = number
    with transaction(house().engine) as session:
        audit.record(session, now(), me().actor, "document.read", use.subject, **detail)


def guarded(picture: Picture, disposition: str) -> Response:
    """A document as an answer in which nothing can run, and which no browser keeps."""
    answer = Response(picture.content, mimetype=picture.media_type)
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
