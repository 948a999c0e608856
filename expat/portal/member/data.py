"""My data: what is kept and how long, taking it away, consents, requests, directives for after death."""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from expat.accounts.tables import Account
from expat.claims.written import LONGEST
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.letters.operator import from_settings
from expat.membership.privacy import is_adult
from expat.periods import add_months
from expat.personal_data.consents import PURPOSES, decide, standing
from expat.personal_data.directives import directive_of, write_directive
from expat.personal_data.export import Store, export, note, snapshot
from expat.personal_data.medical import medical_export
from expat.personal_data.requests import KINDS, MEDICAL, RECTIFICATION, Asked, ask, requests_of
from expat.personal_data.requests import request as request_of
from expat.personal_data.retention import answer_months, retention_on
from expat.personal_data.whose import Circles, circles_of
from expat.portal.access import MEMBER, allow
from expat.portal.desk.claim_forms import Kept
from expat.portal.forms import AtMost, Form
from expat.portal.member import data_words
from expat.portal.member.claim_files import ACCEPT, take_files
from expat.portal.member.claim_files import Kept as KeptFile
from expat.portal.member.claim_pages import dossier, name_of, visible
from expat.portal.member.data_form import DataRequestForm
from expat.portal.member.data_papers import given
from expat.portal.member.data_pdf import summary_pdf
from expat.portal.restricted import uses_in_words
from expat.portal.work import apart, db, house, keep_so_far, language, me, membership, now, person, speaks, today, undo
from expat.restrictions.standing import restrictions_of, uses_of

pages = Blueprint("member_data", __name__, url_prefix="/data")
Answer = str | tuple[str, int] | AnyResponse

IN_MEMORY = 8 * 1024 * 1024  # what is larger lies in a file while it is sent


class DirectiveForm(Form):
    """What is to become of the data after one's death."""

    text = TextAreaField(validators=[AtMost(LONGEST), Kept()])


def own_persons() -> list[int]:
    """For whom one asks: oneself, and the minors for whom one acts."""
    return [person(), *sorted(set(visible().whole - visible().adults) - {person()})]


@pages.get("")
@allow(MEMBER)
def data() -> str:
    """The whole page."""
    return _page(DirectiveForm())


def _page(form: DirectiveForm) -> str:
    newest = directive_of(db(), person())
    if form.text.data is None and newest is not None:
        form.text.data = newest.text
    return render_template(
        "portal/member/data/data.html", form=form, words=data_words, decided=standing(db(), person()),
        purposes=PURPOSES, requests=requests_of(db(), own_persons()), kept=data_words.told(retention_on(today())),
        directive=newest, kinds=KINDS, name_of=name_of, mine=person(),
        adult=is_adult(dossier().people[person()], today()), restrictions=restrictions_of(db(), [person()]),
        uses=uses_in_words(uses_of(db(), person())),
    )  # fmt: skip


# --- taking it away -----------------------------------------------------------------------------------------------


@pages.post("/export")
@allow(MEMBER)
def take_away() -> Response:
    """Everything that is kept of oneself and of whom one sees, as one file."""
    who, mine = me(), person()
    circles, store = _circles(), Store(house().settings.document_folder, house().keys)
    number = dossier().number
    undo()  # the file is made without holding anybody up
    out = room()
    with snapshot(house().engine) as session:
        summary = summary_pdf(session, circles, from_settings(house().settings), today(), number)
        held = export(session, circles, _accounts(session, circles), store, out, now(), summary, language=language())
    with apart() as writing:
        note(writing, now(), who.actor, mine, held)
    return zip_file(out, f"data-{number}-{today()}")


def _circles() -> Circles:
    return circles_of(db(), person(), membership(), me().person_role == "member", today())


def _accounts(session: Any, circles: Circles) -> list[int]:
    account: Any = table_of(Account)
    return list(session.execute(select(account.c.id).where(account.c.person_id.in_(circles.of("own")))).scalars())


def room() -> IO[bytes]:
    """Where a file is put together before it is sent; closed with the answer."""
    made: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    return cast(IO[bytes], made)


def zip_file(out: IO[bytes], name: str) -> Response:
    """A file to download, which nobody keeps on the way."""
    out.seek(0)
    answer = send_file(out, mimetype="application/zip", as_attachment=True, download_name=f"{name}.zip")
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


@pages.post("/medical/<int:data_request_id>")
@allow(MEMBER)
def medical(data_request_id: int) -> Response:
    """The medical details of a person, once the medical department has made them for him or her."""
    one = own(data_request_id)
    if one.kind != MEDICAL or one.outcome != "done":
        abort(404)  # of a part, the medical department sends what it chose
    who, at = me(), now()
    undo()
    out = room()
    with snapshot(house().engine) as session:
        store = Store(house().settings.document_folder, house().keys)
        held = medical_export(session, one.person_id, store, out, at, one.answered_on)
    with apart() as writing:
        note(writing, at, who.actor, one.person_id, held, medical=True)
    return zip_file(out, f"medical-{one.id}-{today()}")


# --- consents and directives --------------------------------------------------------------------------------------


@pages.post("/consents")
@allow(MEMBER)
def consents() -> AnyResponse:
    """Give or withdraw one consent, at once."""
    purpose, given_now = request.form.get("purpose", ""), request.form.get("given") == "yes"
    if purpose not in PURPOSES:
        abort(404)
    decide(db(), person(), purpose, given_now, language(), today(), now(), me().actor)
    say = speaks().say
    flash(say("You agreed to it. You can take it back here at any time.") if given_now else say("It is taken back."))
    return redirect(url_for(".data", _anchor="consents"), 303)


@pages.post("/directives")
@allow(MEMBER)
def directives() -> Answer:
    """Keep directives for after one's death in place of those before."""
    form = DirectiveForm()
    if not form.validate():
        return _page(form), 422
    changed = write_directive(db(), person(), form.text.data or "", now(), me().actor)
    say = speaks().say
    flash(say("Your directives are kept; they replace those before.") if changed else say("Nothing has changed."))
    return redirect(url_for(".data", _anchor="directives"), 303)


# --- requests -----------------------------------------------------------------------------------------------------


def own(data_request_id: int) -> Asked:
    """A request of one's own; 404 for any other."""
    try:
        found = request_of(db(), data_request_id)
    except NotFound:
        abort(404)
    if found.membership_id != membership() or found.person_id not in own_persons():
        abort(404)
    return found


@pages.get("/new")
@allow(MEMBER)
def new() -> str:
    """An empty form for a kind of request, which the address names."""
    kind = _kind()
    form = _form()
    form.key.data = uuid4().hex
    return _form_page(kind, form)


@pages.post("/new")
@allow(MEMBER)
def send() -> Answer:
    """Hand the request in, once."""
    kind, form = _kind(), _form()
    taken, refused = take_files()
    keep_so_far()
    files = [*form.files_so_far(), *taken]
    form.keep_files(files)
    if not form.right(kind, files) or refused:
        return _form_page(kind, form, refused, files), 422
    try:
        key, again = ask(db(), form.new(kind, files), today(), now(), me().actor)
    except BadInput as wrong:
        undo()
        form.refuse(wrong, {"value": "name", "papers": "files"})
        return _form_page(kind, form, (), files), 409 if isinstance(wrong, Conflict) else 422
    say = speaks().say
    flash(say("Your request had reached us already.") if again else say("Your request has reached us."))
    return redirect(url_for(".shown", data_request_id=key), 303)


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in KINDS else abort(404)


def _form() -> DataRequestForm:
    form = DataRequestForm()
    form.person.choices = [(str(key), name_of(key)) for key in own_persons()]
    return form


def _form_page(kind: str, form: DataRequestForm, refused: Sequence[str] = (), files: Sequence[KeptFile] = ()) -> str:
    return render_template(
        "portal/member/data/form.html", kind=kind, form=form, refused=refused, files=files, accept=ACCEPT,
        words=data_words, by=add_months(today(), answer_months(today())), corrects=kind == RECTIFICATION,
        medical=kind == MEDICAL,
    )  # fmt: skip


@pages.get("/<int:data_request_id>")
@allow(MEMBER)
def shown(data_request_id: int) -> str:
    """A request and its answer."""
    return render_template(
        "portal/member/data/shown.html", one=own(data_request_id), words=data_words, medical=MEDICAL, mine=person()
    )


@pages.get("/<int:data_request_id>/papers/<int:paper_id>")
@allow(MEMBER)
def paper(data_request_id: int, paper_id: int) -> Response:
    """A paper that came with a request."""
    found = next((paper for paper in own(data_request_id).papers if paper.id == paper_id), None)
    return given(found or abort(404))
