"""An applicant's own file: where it stands, who acts next and by when; handing it in, answering, agreeing, papers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.applications.begin import application, begin, standing_of
from expat.applications.decide import answer_question
from expat.applications.hand_in import agree, hand_in, withdraw
from expat.applications.papers import Paper, add_paper, paper_of
from expat.bank.reference import grouped
from expat.documents.pictures import PDF, Picture, page_picture
from expat.documents.store import media_type_of, read
from expat.errors import BadInput, Conflict
from expat.mail.application_letters import handed_in as handed_in_letter
from expat.mail.outbox import put
from expat.membership.changes import Acting
from expat.portal.access import APPLICANT, MEMBER, allow
from expat.portal.apply import from_quote, quoted
from expat.portal.apply_forms import AnswerForm
from expat.portal.apply_shown import Shown, clause, in_words, mine, my_own
from expat.portal.documents import guarded
from expat.portal.member.claim_files import ACCEPT, take_files
from expat.portal.offer_told import first_premium_told
from expat.portal.told import link, operator
from expat.portal.work import apart, db, house, language, me, now, speaks, today, undo
from expat.wording import applications as words
from expat.wording import options as option_words
from expat.wording.catalogue import N_

pages = Blueprint("apply_file", __name__, url_prefix="/apply/file")
Answer = str | tuple[str, int] | AnyResponse

INSURED = N_(
    "This account belongs to somebody who is or was insured here. Use another address of mail, or write to us: we help."
)
ATTESTED = N_("The attestation of the cover until now is dated in the future: give its own date.")


def acting() -> Acting:
    """Who acts, now."""
    return Acting(today(), now(), house().preference, me().actor)


@pages.get("")
@allow(APPLICANT, MEMBER)
def overview() -> Answer:
    """Where the application stands; or that one can begin. Who has become a member is led to the cover."""
    if APPLICANT not in me().roles:
        return _welcome()
    return _page(AnswerForm(formdata=None))


def _welcome() -> AnyResponse:
    shown = mine()
    if shown.stands.word != "concluded" or shown.stands.last is None:
        abort(403)
    detail, spoken = shown.stands.last.detail, speaks()
    flash(
        spoken.say(
            "Welcome: your membership {number} is concluded, and you are covered from {day}. This is your cover.",
            number=detail["number"], day=spoken.day(date.fromisoformat(detail["effect"])),
        )
    )  # fmt: skip
    return redirect(url_for("member_cover.cover"), 303)


def _page(form: AnswerForm, refused: list[str] | None = None, told: str = "") -> str:
    return render_template(
        "portal/apply/file.html", shown=my_own(), form=form,
        grouped=grouped, made_up=lambda detail, often: first_premium_told(detail, often, speaks()),
        words=words, in_words=in_words, clause=clause,
        option=lambda kind, terms: option_words.told(kind, terms, language()), read_day=date.fromisoformat,
        quote=request.args.get("quote", ""), refused=refused or [], told=told, accept=ACCEPT, exact=Decimal,
    )  # fmt: skip


@pages.post("/start")
@allow(APPLICANT)
def start() -> Answer:
    """Begin an application, or go on with the one that is open; a quote fills in what it knows."""
    try:
        begin(db(), me().account, now(), from_quote(quoted(request.form.get("quote", "")[:40])))
    except Conflict:
        undo()
        return _page(AnswerForm(formdata=None), told=speaks().say(INSURED)), 409
    return redirect(url_for("apply_steps.step", step="people"), 303)


@pages.post("/hand-in")
@allow(APPLICANT)
def send() -> Answer:
    """Hand it in, once, when it is complete."""
    shown = mine()
    if shown.draft and (shown.problems or shown.lacks):
        return _page(AnswerForm(formdata=None), told=speaks().say("Something is still missing: see below.")), 422
    creditor = operator() or speaks().say("Your health plan")
    try:
        stands = hand_in(db(), shown.row.id, acting(), creditor, language())
    except Conflict:
        undo()
        return _page(AnswerForm(formdata=None), told=speaks().say(INSURED)), 409
    except BadInput as wrong:
        if wrong.where != "prior":
            raise
        undo()
        return _page(AnswerForm(formdata=None), told=speaks().say(ATTESTED)), 422
    if stands.by is not None:
        text = handed_in_letter(language(), me().name, link(url_for("apply_file.overview")), stands.by, operator())
        put(db(), f"application:{shown.row.id}:handed_in", "application", me().email, language(), *text, now())
    flash(speaks().say("Your application has reached us. A mail confirms it."))
    return redirect(url_for("apply_file.overview"), 303)


@pages.post("/agree")
@allow(APPLICANT)
def accept_terms() -> Answer:
    """Agree to what it was accepted with."""
    seen = request.form.get("seen", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 16):
        abort(422)
    agree(db(), mine().row.id, int(seen), acting())
    flash(speaks().say("Thank you. Below is how to pay the first premium."))
    return redirect(url_for("apply_file.overview"), 303)


@pages.post("/withdraw")
@allow(APPLICANT)
def take_back() -> AnyResponse:
    """Take the application back."""
    withdraw(db(), mine().row.id, acting())
    flash(speaks().say("Your application is withdrawn. Nothing is owed."))
    return redirect(url_for("apply_file.overview"), 303)


@pages.post("/answer")
@allow(APPLICANT)
def answer() -> Answer:
    """Answer what the medical department asked, in words, with papers, or both."""
    form, shown = AnswerForm(), mine()
    taken, refused = take_files()
    if not form.validate() or refused:
        undo()
        return _page(form, refused), 422
    row = application(db(), shown.row.id, lock=True)
    stands = standing_of(db(), row)
    asked = stands.last.detail if stands.last and stands.word == "asked" else {}
    try:
        for file in taken if stands.word == "asked" else ():  # sent again, it is there already
            kind = asked.get("paper") or "medical_report"
            add_paper(db(), row, kind, asked.get("person") or "p1", file.name, file.sha256, now(), me().actor)
        answer_question(db(), shown.row.id, form.text.data or "", acting(), house().keys)
    except Conflict:
        raise
    except BadInput as wrong:
        undo()
        say = speaks().say
        missing = say("Please send the paper that is asked for.")
        return _page(form, [missing if wrong.where == "files" else say("Please answer in a few words.")]), 422
    flash(speaks().say("Thank you: it has reached us."))
    return redirect(url_for("apply_file.overview"), 303)


@pages.get("/papers/<int:paper>")
@allow(APPLICANT)
def paper(paper: int) -> Response:
    """One of the papers, as it was sent."""
    return served(mine(), paper)


def served(shown: Shown, paper_id: int) -> Response:
    """A paper of an application; that it was read is kept first."""
    found: Paper = paper_of(db(), shown.row.id, paper_id) or abort(404)
    media_type = media_type_of(db(), found.sha256)
    content = read(db(), found.sha256, house().settings.document_folder, house().keys)
    with apart() as writing:
        detail = {"document": found.sha256, "kind": found.kind, "medical": found.medical}
        audit.record(writing, now(), me().actor, "document.read", f"application:{shown.row.id}", **detail)
    if media_type == PDF:
        return guarded(Picture(content, PDF), f"attachment; filename=paper-{found.sha256[:8]}.pdf")
    return guarded(page_picture(content, media_type, 1), "inline")
