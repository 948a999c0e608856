"""Wanting to join: an account to apply with, confirmed by a link that comes by mail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts import attempts
from expat.accounts.open import INVITATION_GOOD_FOR, account_of, email_of, make_link, open_account
from expat.accounts.sign_in import hash_of
from expat.applications.begin import begin as begin_application
from expat.applications.form import STEPS
from expat.db import now as wall_clock
from expat.errors import BadInput, NotFound
from expat.mail.application_letters import account_known
from expat.mail.letters import password_link
from expat.mail.outbox import put
from expat.portal.access import APPLICANT, PUBLIC, allow
from expat.portal.apply_forms import SignUpForm
from expat.portal.told import link, operator
from expat.portal.work import db, language, now, speaks
from expat.quotes.quote import Quoted, quote_by_code
from expat.wording.catalogue import LANGUAGES
from expat.wording.statutes import statutes

pages = Blueprint("apply", __name__, url_prefix="/apply")
Answer = str | tuple[str, int] | AnyResponse


@pages.get("")
@allow(PUBLIC)
def begin() -> Answer:
    """Sign up to apply; who is signed in to apply goes on with the application."""
    quote = request.args.get("quote", "")[:40]
    if current_user.is_authenticated and APPLICANT in current_user.who.roles:
        return redirect(url_for("apply_file.overview", quote=quote or None), 303)
    form = SignUpForm(formdata=None, data={"language": language(), "quote": quote})
    return _begin(form, quoted(quote))


@pages.post("")
@allow(PUBLIC)
def sign_up() -> Answer:
    """Open an account and mail its link. The answer is the same whether the address has an account or not."""
    form = SignUpForm()
    if form.language.data not in LANGUAGES:
        form.language.data = language()
    if not form.validate():
        return _begin(form, quoted(form.quote.data or "")), 422
    try:
        address = email_of(form.email.data)
    except BadInput:
        form.email.errors = [speaks().say("This is no address of mail: such as ada@example.org.")]
        return _begin(form, quoted(form.quote.data or "")), 422
    at, network = wall_clock(), request.remote_addr or ""
    if attempts.take(db(), attempts.LINKS, network, at) and attempts.take(db(), attempts.LINK, address, at):
        _open(form, address)
    return _begin(form, None, address)


def _begin(form: SignUpForm, quote: Quoted | None, sent: str = "") -> str:
    return render_template("portal/apply/begin.html", form=form, quote=quote, sent=sent, steps=len(STEPS))


@pages.get("/statutes")
@allow(PUBLIC)
def statutes_page() -> Answer:
    """The statutes of the association that holds the contract, for whoever thinks of joining."""
    return render_template("portal/apply/statutes.html", statutes=statutes(language()))


def _open(form: SignUpForm, address: str) -> None:
    known, at = account_of(db(), address), wall_clock()
    if known is not None:
        text = account_known(known.language, known.name, link("/sign-in"), operator())
        put(db(), f"apply-known:{known.id}:{at.date()}", "account", known.email, known.language, *text, at)
        return
    try:
        key = open_account(db(), address, form.name.data, form.language.data, [APPLICANT], at, "sign-up")
    except BadInput:
        return  # an account that was closed: nobody learns of it
    begin_application(db(), key, now(), from_quote(quoted(form.quote.data or "")))
    token = make_link(db(), key, at, INVITATION_GOOD_FOR)
    text = password_link(
        form.language.data, form.name.data, link(url_for("entry.new_password", token=token)), first=True,
        good_for=INVITATION_GOOD_FOR, operator=operator(),
    )  # fmt: skip
    put(db(), f"link:{hash_of(token)}", "password", address, form.language.data, *text, at)


def quoted(code: str) -> Quoted | None:
    """The quote that somebody comes from; None where there is none of that code."""
    if not code:
        return None
    try:
        return quote_by_code(db(), code)
    except NotFound:
        return None


def from_quote(found: Quoted | None) -> dict[str, Any]:
    """What a quote says for the form: it is shown there to be confirmed."""
    if found is None:
        return {}
    people = [[role, born.isoformat()] for role, born in found.people]
    return {
        "quote": {
            "code": found.code, "country": found.country, "zone": found.zone, "desired": found.first_day.isoformat(),
            "frequency": found.frequency, "formula": found.formula, "people": people,
        }
    }  # fmt: skip
