"""Signing in and out, the second factor, a forgotten password, the language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField

from expat import audit
from expat.accounts import attempts, second_factor
from expat.accounts import sign_in as accounts
from expat.accounts.open import account, account_of, link_account, make_link, renew_hash, set_language, use_link
from expat.accounts.passwords import matches, outdated
from expat.db import now as wall_clock
from expat.errors import BadInput
from expat.mail.letters import password_link
from expat.mail.outbox import put
from expat.portal import navigation, who
from expat.portal.access import HALF, PUBLIC, allow
from expat.portal.forms import AtMost, Form, Needed, TextField
from expat.portal.trying import may_try, was_wrong
from expat.portal.work import db, house, me, speaks
from expat.wording.catalogue import LANGUAGES, N_

pages = Blueprint("entry", __name__)
GUESSED = N_("Choose at least 12 characters, without your name and without repetition.")
Answer = str | tuple[str, int] | AnyResponse


class SignInForm(Form):
    """Address and password."""

    email = TextField(validators=[Needed(), AtMost(254)])
    password = PasswordField(validators=[Needed(), AtMost(200)])


class CodeForm(Form):
    """Six digits."""

    code = TextField(validators=[Needed(), AtMost(12)])


class EmailForm(Form):
    """The address of an account."""

    email = TextField(validators=[Needed(), AtMost(254)])


class PasswordForm(Form):
    """A new password, twice."""

    password = PasswordField(validators=[Needed(), AtMost(200)])
    again = PasswordField(validators=[Needed(), AtMost(200)])


@pages.get("/")
@allow(PUBLIC)
def start() -> AnyResponse:
    """To the first page of who is signed in, or to the sign-in."""
    if not current_user.is_authenticated:
        return redirect(url_for("entry.sign_in"))
    if current_user.who.half_way:
        return redirect(url_for("entry.second_factor"))
    return redirect(url_for(navigation.first_page(current_user.who)))


@pages.route("/sign-in", methods=["GET", "POST"])
@allow(PUBLIC)
def sign_in() -> Answer:
    """Address and password. Five wrong ones in a quarter of an hour, and the address has to wait."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("portal/sign_in.html", form=form), 422 if form.is_submitted() else 200
    at, address = wall_clock(), form.email.data.lower()
    if not may_try(attempts.PASSWORD, address):
        return render_template("portal/sign_in.html", form=form, waits=True), 429
    found = account_of(db(), address)
    if not matches(found.password_hash if found else None, form.password.data) or found is None:
        was_wrong(attempts.PASSWORD, found.id if found else None)
        return render_template("portal/sign_in.html", form=form, wrong=True), 422
    attempts.forget(db(), attempts.PASSWORD, address)
    if outdated(found.password_hash):
        renew_hash(db(), found.id, form.password.data)
    who.remember(accounts.open_sign_in(db(), found.id, request.user_agent.string, at))
    if me().half_way:
        return redirect(url_for("entry.second_factor", next=request.args.get("next")), 303)
    return redirect(_next(), 303)


def _next() -> str:
    """Where somebody wanted to go: a page of ours, else the first one."""
    asked = request.args.get("next", "")
    parts = urlsplit(asked)
    inside = asked.isprintable() and asked.startswith("/") and not asked.startswith(("//", "/\\"))
    local = inside and not parts.netloc and not parts.scheme
    return asked if local else url_for("entry.start")


@pages.route("/second-factor", methods=["GET", "POST"], endpoint="second_factor")
@allow(HALF)
def second_factor_page() -> Answer:
    """The code of the authenticator; the first time, its set-up."""
    if not me().half_way:
        return redirect(_next(), 303)
    found = account(db(), me().account)
    form = CodeForm()
    return _set_up(form) if found.totp_secret is None else _ask_code(form, found)


def _ask_code(form: CodeForm, found: Any) -> Answer:
    if not form.validate_on_submit():
        return render_template("portal/second_factor.html", form=form), 422 if form.is_submitted() else 200
    at, subject = wall_clock(), str(found.id)
    if not may_try(attempts.CODE, subject):
        return render_template("portal/second_factor.html", form=form, waits=True), 429
    if not second_factor.accept_code(db(), found.id, found.totp_secret, form.code.data, at, house().keys):
        was_wrong(attempts.CODE, found.id)
        return render_template("portal/second_factor.html", form=form, wrong=True), 422
    return _let_in()


def _set_up(form: CodeForm) -> Answer:
    """The secret stands in the signed cookie until its first code was right."""
    secret = session.get("new_secret") or second_factor.new_secret()
    session["new_secret"] = secret
    shown = {"form": form, "secret": secret, "address": second_factor.address(secret, me().email)}
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("portal/second_factor_set_up.html", **shown), status
    step = second_factor.step_of(secret, form.code.data, wall_clock())
    if step is None:
        return render_template("portal/second_factor_set_up.html", **shown, wrong=True), 422
    second_factor.keep_secret(db(), me().account, secret, step, house().keys)
    audit.record(db(), wall_clock(), me().actor, "account.second_factor_set", f"account:{me().account}")
    return _let_in()


def _let_in() -> AnyResponse:
    attempts.forget(db(), attempts.CODE, str(me().account))
    who.remember(accounts.note_second_factor(db(), me(), request.user_agent.string, wall_clock()))
    return redirect(_next(), 303)


@pages.get("/second-factor/picture.svg")
@allow(HALF)
def second_factor_picture() -> Answer:
    """What the authenticator scans, while it is being set up."""
    secret = session.get("new_secret")
    if not secret:
        return Response(status=404)
    picture = segno.make(second_factor.address(secret, me().email), error="m").svg_inline(scale=4, dark="#10243e")
    return Response(picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), mimetype="image/svg+xml")


@pages.post("/sign-out")
@allow(HALF)
def sign_out() -> AnyResponse:
    """End this sign-in."""
    accounts.end(db(), me().sign_in, wall_clock())
    who.forget()
    return redirect(url_for("entry.sign_in"), 303)


@pages.post("/sign-out-everywhere")
@allow(HALF)
def sign_out_everywhere() -> AnyResponse:
    """End every sign-in of the account."""
    accounts.end_all(db(), me().account, wall_clock(), me().actor)
    who.forget()
    flash(speaks().say("You are signed out on every device."))
    return redirect(url_for("entry.sign_in"), 303)


@pages.route("/password", methods=["GET", "POST"])
@allow(PUBLIC)
def forgotten() -> Answer:
    """Mail a link to set a password. The answer is the same whether the address has an account or not."""
    form = EmailForm()
    if not form.validate_on_submit():
        return render_template("portal/forgotten.html", form=form), 422 if form.is_submitted() else 200
    at, address = wall_clock(), form.email.data.lower()
    found = account_of(db(), address)
    network = request.remote_addr or ""
    free = attempts.take(db(), attempts.LINKS, network, at) and attempts.take(db(), attempts.LINK, address, at)
    if free and found is not None:
        _mail_link(found, at)
    return render_template("portal/forgotten.html", form=form, sent=True)


def _mail_link(found: Any, at: datetime) -> None:
    token = make_link(db(), found.id, at)
    link = f"{house().settings.base_url}{url_for('entry.new_password', token=token)}"
    subject, body = password_link(found.language, found.name, link, first=False)
    put(db(), f"link:{accounts.hash_of(token)}", "password", found.email, found.language, subject, body, at)


@pages.route("/password/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def new_password(token: str) -> Answer:
    """Set a password with a mailed link, which is good once."""
    form = PasswordForm()
    link_account(db(), token, wall_clock())
    if not form.validate_on_submit():
        return render_template("portal/new_password.html", form=form), 422 if form.is_submitted() else 200
    if form.password.data != form.again.data:
        form.again.errors = [speaks().say("The two are not the same.")]
        return render_template("portal/new_password.html", form=form), 422
    try:
        use_link(db(), token, form.password.data, wall_clock())
    except BadInput as wrong:
        if wrong.where != "password":
            raise
        form.password.errors = [speaks().say(GUESSED)]
        return render_template("portal/new_password.html", form=form), 422
    who.forget()
    flash(speaks().say("Your password is set. Please sign in."))
    return redirect(url_for("entry.sign_in"), 303)


@pages.post("/language")
@allow(PUBLIC)
def choose_language() -> AnyResponse:
    """Speak the other language, on the page where one was."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            set_language(db(), me().account, chosen)
    back = urlsplit(request.form.get("back", ""))
    local = back.path.startswith("/") and not back.path.startswith("//") and "\\" not in back.path
    local = local and back.geturl().isprintable()
    return redirect(back.path + (f"?{back.query}" if back.query else "") if local else url_for("entry.start"), 303)
