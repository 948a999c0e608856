"""Files that a member hands in: kept at once, or refused in words that say what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from flask import request, session
from werkzeug.datastructures import FileStorage

from expat.approvals.file import one_line
from expat.claims.drafts import Draft, add_document, say_document
from expat.documents.kinds import MOST_BYTES, MOST_PIXELS
from expat.documents.reading.queue import read_now_if_quick
from expat.documents.reading.read_text import PDF
from expat.documents.reading.suggestion import Hints
from expat.documents.store import keep, media_type_of, read
from expat.errors import BadInput
from expat.portal.member.claim_pages import dossier
from expat.portal.work import db, house, me, now, speaks, today
from expat.wording.catalogue import N_

ACCEPT = "image/*,application/pdf,.heic,.heif,.pdf"
LONGEST_NAME = 200
NOT_TAKEN, MOST_TOLD, LONGEST_TOLD = "refused_files", 4, 50
NO_NAME = N_("photograph")
FURTHER = N_("Choose a PDF, or a picture as JPEG, PNG or HEIC.")
# What `documents.kinds` says of what it refuses, and what a person is told instead.
REFUSED = (
    (re.compile("is empty"), N_("{name} is empty.")),
    (re.compile("is too large"), N_("{name} is too large: a file may have {most} MB. Take it in a lower resolution.")),
    (re.compile("protected by a password"), N_("{name} is protected by a password: send it without one.")),
    (re.compile("too many pixels"), N_("{name} has too many pixels: {most_pixels} million at most.")),
    (re.compile("does not open"), N_("{name} does not open: the file is damaged. Photograph the paper again.")),
    (re.compile("is more than"), N_("{name}: this claim has as many papers as it can have. Start a second claim.")),
)
UNKNOWN = N_("{name} is of a kind that we cannot read.")


PAPERS = {
    "invoice": N_("Invoice"),
    "prescription": N_("Prescription"),
    "cause_proof": N_("Proof of the cause (accident report, certificate)"),
    "medical_report": N_("Medical report"),
    "other": N_("Another paper"),
}
KINDS = tuple(PAPERS)
ORIGINAL = N_("Original invoice")


class Kept(NamedTuple):
    """A file that was kept: the hash of its content, and the name that its sender gave it."""

    sha256: str
    name: str


def take_files(field: str = "files") -> tuple[list[Kept], list[str]]:
    """Keep the files that came with the request; answers them, and what is to be said of those refused."""
    taken, refused = [], []
    for file in _sent(request.files.getlist(field)):
        name = name_of(file)
        try:
            taken.append(Kept(keep(db(), file.read(), house().settings.document_folder, house().keys, now()), name))
        except BadInput as wrong:
            refused.append(refusal(wrong, name))
    return taken, refused


def _sent(files: Iterable[FileStorage]) -> list[FileStorage]:
    """A browser sends a field without a file as one without a name."""
    return [file for file in files if file.filename]


def name_of(file: FileStorage) -> str:
    """The file's name without folders, on one line."""
    name = one_line((file.filename or "").replace("\\", "/").rpartition("/")[2])[:LONGEST_NAME]
    return name or speaks().say(NO_NAME)


def refusal(wrong: BadInput, name: str) -> str:
    """Why a file was not taken, in the reader's language."""
    say, name = speaks().say, name[:LONGEST_TOLD]
    values = {"most": MOST_BYTES // 1024**2, "most_pixels": MOST_PIXELS // 10**6}
    for pattern, told in REFUSED:
        if pattern.search(wrong.problem):
            return say(told, name=name, **values)
    return f"{say(UNKNOWN, name=name)} {say(FURTHER)}"


def paper_name(kind: str) -> str:
    """What a paper is called where it stands alone."""
    return speaks().say(PAPERS.get(kind, ORIGINAL))


def take_papers(found: Draft, kind: str | None = None, field: str = "files") -> list[str]:
    """Add the files that came with the request to a draft, and have them read; answers what is said of those refused.

    Without another kind, a paper is taken for an invoice: most are. One that is there already stays what it was said
    to be.
    """
    taken, refused = take_files(field)
    for one in taken:
        try:
            add_document(db(), found.key, me().account, one.sha256, kind or "invoice", one.name, False, now())
        except BadInput as wrong:
            refused.append(refusal(wrong, one.name))
        else:
            _have_read(one.sha256)
    return refused


def tell_next(refused: list[str]) -> None:
    """Have the next page say what was not taken; the cookie that carries it has little room."""
    if refused:
        session[NOT_TAKEN] = refused[:MOST_TOLD]


def told_now() -> list[str]:
    """What the page before could not say."""
    found: list[str] = session.pop(NOT_TAKEN, [])
    return found


def _have_read(sha256: str) -> None:
    """Have a paper read: a PDF's text at once, a picture by the reader beside the pages."""
    hints = Hints(dossier().on("residence", today()))
    is_pdf = media_type_of(db(), sha256) == PDF
    content = read(db(), sha256, house().settings.document_folder, house().keys) if is_pdf else b""
    read_now_if_quick(db(), sha256, content, now(), today(), hints)


def say_papers(found: Draft) -> None:
    """Keep what the form says of each paper: what it is, and whether it is for the medical adviser alone."""
    for paper in found.documents:
        kind = request.form.get(f"papers-{paper.id}-kind", "")
        confidential = f"papers-{paper.id}-confidential" in request.form
        if kind in KINDS and (kind, confidential) != (paper.kind, paper.confidential):
            say_document(db(), found.key, me().account, paper.id, kind, confidential)
