"""The scans of an invoice that is keyed: kept, added to its draft, and read for what they propose."""

from __future__ import annotations

from expat.claims.drafts import Draft, add_document
from expat.claims.load import load
from expat.documents.pictures import PDF
from expat.documents.reading.queue import read_now_if_quick
from expat.documents.reading.suggestion import Hints
from expat.documents.store import media_type_of, read
from expat.errors import BadInput
from expat.portal.member.claim_files import refusal, take_files
from expat.portal.work import db, house, me, now, today


def take_scans(found: Draft) -> list[str]:
    """Add the files that came with the request as invoices; answers what is said of those refused."""
    taken, refused = take_files()
    for one in taken:
        try:
            add_document(db(), found.key, me().account, one.sha256, "invoice", one.name, False, now())
        except BadInput as wrong:
            refused.append(refusal(wrong, one.name))
        else:
            _have_read(found.membership_id, one.sha256)
    return refused


def _have_read(membership_id: int, sha256: str) -> None:
    """Have a scan read: a PDF's text at once, a picture by the reader beside the pages."""
    hints = Hints(load(db(), [membership_id])[membership_id].on("residence", today()))
    is_pdf = media_type_of(db(), sha256) == PDF
    content = read(db(), sha256, house().settings.document_folder, house().keys) if is_pdf else b""
    read_now_if_quick(db(), sha256, content, now(), today(), hints)
