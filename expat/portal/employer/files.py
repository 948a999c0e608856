"""Files of joiners, leavers and changes: looked at whole, shown before anything is announced, confirmed once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.approvals.file import one_line
from expat.employers import announce
from expat.employers.check import Looked
from expat.employers.columns import COLUMNS, JOINER
from expat.employers.listing import announced, uploads
from expat.employers.reading import MOST_BYTES, MOST_ROWS, Fault
from expat.employers.template import CSV, XLSX, csv_template, xlsx_template
from expat.errors import Conflict, NotFound
from expat.portal.access import EMPLOYER, allow
from expat.portal.employer.columns import MEANT
from expat.portal.employer.who import my_employer
from expat.portal.employer.words import CHANGE_STATES, KINDS, REASONS, STATES, fault_in_words
from expat.portal.work import db, house, language, me, now, speaks, today, undo
from expat.wording.catalogue import N_

pages = Blueprint("employer_files", __name__, url_prefix="/employer/files")
MOST_TOLD = 1000  # faults on the page; the others are counted
MOST_SHOWN = 200  # rows of a file that waits for its confirmation
NO_FILE = N_("Choose a file first.")
Answer = str | tuple[str, int] | AnyResponse


@pages.get("")
@allow(EMPLOYER)
def files() -> str:
    """The form to hand in a file, what its columns are, and the files that came before."""
    return _shown(my_employer())


def _shown(mine: Any, faults: list[Fault] | None = None, problem: str = "", **more: Any) -> str:
    told = [(fault, fault_in_words(fault)) for fault in (faults or [])[:MOST_TOLD]]
    return render_template(
        "portal/employer/files.html", employer=mine, uploads=uploads(db(), mine.id), told=told, problem=problem,
        count=len(faults or []), left=len(faults or []) - len(told), columns=COLUMNS, meant=MEANT,
        kinds=len(Counter(fault.what for fault in faults or [])), most_rows=speaks().whole(MOST_ROWS),
        most=MOST_BYTES // 1024**2, spoken=language(), **more,
    )  # fmt: skip


@pages.post("")
@allow(EMPLOYER)
def hand_in() -> Answer:
    """Look at a file: all its faults at once, or what it announces, to be confirmed."""
    mine, file = my_employer(), request.files.get("file")
    if file is None or not file.filename:
        return _shown(mine, problem=speaks().say(NO_FILE)), 422
    content = file.read(MOST_BYTES + 1)
    name = one_line(file.filename.replace("\\", "/").rpartition("/")[2])[: announce.LONGEST_NAME]
    done = announce.hand_in(db(), mine.id, name, content, house().keys, today(), now(), me().actor)
    if done.looked.faults:
        undo()
        return _shown(mine, done.looked.faults, name=name), 422
    if done.again:
        flash(speaks().say("This very file came before: here it is. It counts once."))
    return redirect(url_for(".upload", upload_id=done.upload), 303)


@pages.get("/<int:upload_id>")
@allow(EMPLOYER)
def upload(upload_id: int) -> str:
    """A file: what it would announce, or what became of those announced."""
    mine = my_employer()
    row = _mine(mine, upload_id)
    if row.confirmed_at is None:
        return _waiting(row, announce.kept_rows(db(), row, house().keys, today()))
    joiners, changes = announced(db(), [upload_id])
    return render_template(
        "portal/employer/announced.html", row=row, joiners=joiners, changes=changes, states=STATES, kinds=KINDS,
        change_states=CHANGE_STATES,
    )  # fmt: skip


def _mine(mine: Any, upload_id: int) -> Any:
    try:
        return announce.upload_of(db(), mine.id, upload_id)
    except NotFound:
        abort(404)


def _waiting(row: Any, looked: Looked) -> str:
    told = [(fault, fault_in_words(fault)) for fault in looked.faults[:MOST_TOLD]]
    others = [one for one in looked.rows if one.action != JOINER]
    return render_template(
        "portal/employer/upload.html", row=row, told=told, joiners=looked.of(JOINER)[:MOST_SHOWN],
        others=others[:MOST_SHOWN], kinds=KINDS, reasons=REASONS, left=max(0, row.joiners - MOST_SHOWN),
    )  # fmt: skip


@pages.post("/<int:upload_id>/confirm")
@allow(EMPLOYER)
def confirm(upload_id: int) -> Answer:
    """Announce what the file says, once."""
    mine = my_employer()
    row = _mine(mine, upload_id)
    done = announce.confirm(db(), mine.id, upload_id, house().keys, today(), now(), me().actor)
    if done.looked.faults:
        undo()
        return _waiting(row, done.looked), 422
    say = speaks().say
    flash(say("This was confirmed before.") if done.again else say("Announced. Below is what happens next, and how far each one is."))  # noqa: E501  # fmt: skip
    return redirect(url_for(".upload", upload_id=upload_id), 303)


@pages.post("/<int:upload_id>/drop")
@allow(EMPLOYER)
def drop(upload_id: int) -> Answer:
    """Take back a file that was not confirmed."""
    mine = my_employer()
    _mine(mine, upload_id)
    try:
        announce.drop(db(), mine.id, upload_id, now(), me().actor)
    except Conflict:
        abort(409)
    flash(speaks().say("The file is taken back. Nothing of it was announced."))
    return redirect(url_for(".files"), 303)


@pages.get("/template.<kind>")
@allow(EMPLOYER)
def template(kind: str) -> Response:
    """An empty file with the columns and one example of each action, as CSV or as a workbook."""
    my_employer()
    french = language() == "fr"
    made = {"csv": (csv_template, CSV), "xlsx": (xlsx_template, XLSX)}.get(kind) or abort(404)
    content, media = made[0](french, today()), made[1]
    name = f"expat-{'modele' if french else 'template'}.{kind}"
    return Response(content, mimetype=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})
