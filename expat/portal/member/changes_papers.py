"""Papers of a request for a change: sent by the member while it is open, opened by who may."""

from __future__ import annotations

from flask import Response, flash

from expat.amendments.papers import KINDS, LETTER, Paper, add_paper, read_paper
from expat.documents.pictures import PDF, Picture, page_picture
from expat.documents.store import media_type_of, read
from expat.membership.changes import Acting
from expat.portal.documents import guarded
from expat.portal.forms import Choice, Form, Needed
from expat.portal.member.claim_files import take_files
from expat.portal.work import apart, db, house, me, now, speaks
from expat.wording.catalogue import N_

PAPERS = {
    "civil_status": N_("Certificate of marriage, of birth, or the PACS contract"),
    "common_home": N_("Proof of the common home"),
    "prior_cover": N_("Certificate of earlier cover"),
    "medical_report": N_("Medical report, for the medical department alone"),
    "other": N_("Another paper"),
    LETTER: N_("The letter itself"),
}


class PaperForm(Form):
    """The kind of the papers that come with it."""

    kind = Choice(validators=[Needed()], choices=lambda: _choices())


def _choices() -> list[tuple[str, str]]:
    """What a member sends; a letter is scanned by the management unit."""
    return [("", ""), *((kind, paper_name(kind)) for kind in KINDS if kind != LETTER)]


def paper_name(kind: str) -> str:
    """What a kind of paper is called."""
    return speaks().say(PAPERS[kind])


def take_papers(amendment_id: int, acting: Acting) -> list[str]:
    """Keep the papers that came with the request; answers what is to be said of what was not taken.

    Raises Conflict where the request is decided or withdrawn, BadInput where there are too many.
    """
    say, form = speaks().say, PaperForm()
    taken, refused = take_files()
    if not form.validate():
        return [say("Please say what it is.")]
    for file in taken:
        add_paper(db(), amendment_id, form.kind.data, file.name, file.sha256, acting)
    if taken and not refused:
        flash(say("Thank you: it has reached us."))
    return refused or ([] if taken else [say("Please choose a file.")])


def served(amendment_id: int, paper_id: int, medical: bool) -> Response:
    """A paper; that it was read is kept first. Raises NotFound."""
    with apart() as writing:
        found: Paper = read_paper(writing, amendment_id, paper_id, me().actor, now(), medical)
    media_type = media_type_of(db(), found.sha256)
    content = read(db(), found.sha256, house().settings.document_folder, house().keys)
    if media_type == PDF:
        return guarded(Picture(content, PDF), f"attachment; filename=paper-{found.sha256[:8]}.pdf")
    return guarded(page_picture(content, media_type, 1), "inline")
