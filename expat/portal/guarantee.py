"""The public page on which a hospital checks a guarantee letter: no sign-in, no health data."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts import attempts
from expat.approvals.guarantee import check_guarantee
from expat.db import now as wall_clock
from expat.portal.access import PUBLIC, allow
from expat.portal.forms import AtMost, Form, Needed, TextField
from expat.portal.work import apart, db, today

pages = Blueprint("guarantee", __name__, url_prefix="/guarantee")


class CodeForm(Form):
    """The code of a letter."""

    code = TextField(validators=[Needed(), AtMost(40)])


@pages.route("", methods=["GET", "POST"])
@allow(PUBLIC)
def ask() -> str | tuple[str, int] | AnyResponse:
    """Ask for the letter's code."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("portal/guarantee/ask.html", form=form), 422 if form.is_submitted() else 200
    return redirect(url_for("guarantee.check", code=form.code.data), 303)


@pages.get("/<code>")
@allow(PUBLIC)
def check(code: str) -> tuple[str, int]:
    """Whether the letter of that code is good. Who tries many codes has to wait."""
    at, network = wall_clock(), request.remote_addr or ""
    if attempts.reached(db(), attempts.GUARANTEE, network, at):
        return render_template("portal/guarantee/shown.html", waits=True, found=None, code=code), 429
    found = check_guarantee(db(), code, today())
    if found is None:
        with apart() as writing:
            attempts.note(writing, attempts.GUARANTEE, network, at)
    return render_template("portal/guarantee/shown.html", found=found, code=code), 200 if found else 404
