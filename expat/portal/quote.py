"""Quotes, for anybody: the form, the formulas side by side, the same as PDF and by mail. No account is needed."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts import attempts
from expat.db import now as wall_clock
from expat.errors import BadInput, NotFound
from expat.letters.operator import from_settings
from expat.letters.quote import quote_page
from expat.letters.quote_parts import quote_parts
from expat.mail.outbox import put, usable
from expat.mail.quote_letters import quote_kept
from expat.portal.access import PUBLIC, allow
from expat.portal.forms import AtMost, Form, Needed, TextField
from expat.portal.member.cover import pdf
from expat.portal.quote_form import QuoteAsked, QuoteForm, Row, frequencies, people_of, typed_people
from expat.portal.work import apart, db, house, language, now, speaks, today
from expat.quotes.quote import MOST_PEOPLE, Quoted, make_quote, quote_by_code
from expat.wording.catalogue import N_

pages = Blueprint("quote", __name__, url_prefix="/quote")
Answer = str | tuple[str, int] | AnyResponse

APPLY = "apply.begin"
WRONG_ADDRESS = N_("Please give an e-mail address, such as {example}.")
SENT = N_("The quote is on its way to {address}.")
WAIT_MAIL = N_("Too many mails were asked for. Wait an hour, then try again; the PDF is there at once.")


class MailForm(Form):
    """Where a quote is mailed to."""

    email = TextField(validators=[Needed(), AtMost(254)])


@pages.get("")
@allow(PUBLIC)
def ask() -> Answer:
    """The form; with `again`, begun with what an earlier quote was asked for, in the zone that is named."""
    form = QuoteForm(key=uuid4().hex, frequency=frequencies()[0][0])
    people: list[Row] = [{"role": "", "born": ""}]
    if request.args.get("again"):
        found = _quoted(request.args["again"])
        if not isinstance(found, Quoted):
            return found
        people, zone = people_of(found), request.args.get("zone", found.zone)
        own = found.edition.zone_of(found.country)
        form.country.data, form.zone.data = found.country, "" if zone == own else zone
        form.first_day.data, form.frequency.data = found.first_day, found.frequency
    return _form(QuoteAsked(form, [{} if not any(row.values()) else row for row in people]))


@pages.post("")
@allow(PUBLIC)
def asked() -> Answer:
    """Do what the button says: one person more or less, or the prices. Who asks for many has to wait."""
    do, _, what = request.form.get("do", "show").partition(":")
    people = typed_people(request.form)
    if do in ("add", "remove"):
        return _form(QuoteAsked(QuoteForm(), _changed(people, do, what)))
    quote = QuoteAsked(QuoteForm(), people)
    wanted = quote.asked()
    if wanted is None:
        return _form(quote), 422
    if not attempts.take(db(), attempts.QUOTE, request.remote_addr or "", wall_clock()):
        return _form(quote, waits=True), 429
    try:
        code = make_quote(db(), wanted, today(), now(), quote.form.key.data or "")
    except BadInput as wrong:
        quote.form.refuse(wrong)
        return _form(quote), 422
    return redirect(url_for("quote.shown", code=code), 303)


def _changed(people: list[Row], do: str, what: str) -> list[Row]:
    """The people with one more, or without one; the member stays."""
    if do == "add" and len(people) < MOST_PEOPLE:
        return [*people, {}]
    return [row for n, row in enumerate(people) if n == 0 or str(n) != what]


def _form(quote: QuoteAsked, waits: bool = False) -> str:
    return render_template("portal/quote/ask.html", quote=quote, form=quote.form, waits=waits)


@pages.get("/<code>")
@allow(PUBLIC)
def shown(code: str) -> Answer:
    """A quote, for whoever has its code."""
    found = _quoted(code)
    return _shown(found, MailForm()) if isinstance(found, Quoted) else found


@pages.get("/<code>.pdf", endpoint="file")
@allow(PUBLIC)
def quote_file(code: str) -> Answer:
    """The same as PDF, in the reader's language."""
    found = _quoted(code)
    if not isinstance(found, Quoted):
        return found
    with apart() as writing:
        if not attempts.take(writing, attempts.QUOTE_FILE, request.remote_addr or "", wall_clock()):
            return _gone(waits=True), 429
    return pdf(quote_page(found, from_settings(house().settings), language()), f"quote-{found.code}")


@pages.post("/<code>/mail")
@allow(PUBLIC)
def mail(code: str) -> Answer:
    """Mail the address of a quote's page; to one address, once for each quote and language."""
    found, form = _quoted(code), MailForm()
    if not isinstance(found, Quoted):
        return found
    if not form.validate_on_submit():
        return _shown(found, form), 422
    to = form.email.data or ""
    if not usable(to):
        form.email.errors = [speaks().say(WRONG_ADDRESS, example="ada@example.org")]
        return _shown(found, form), 422
    if not _may_mail(to, wall_clock()):
        form.email.errors = [speaks().say(WAIT_MAIL)]
        return _shown(found, form), 429
    _put(found, to)
    flash(speaks().say(SENT, address=to))
    return redirect(url_for("quote.shown", code=found.code), 303)


def _may_mail(to: str, at: datetime) -> bool:
    network = attempts.take(db(), attempts.QUOTE_MAILS, request.remote_addr or "", at)
    return network and attempts.take(db(), attempts.QUOTE_MAIL, to, at)


def _put(found: Quoted, to: str) -> None:
    link = f"{house().settings.base_url.rstrip('/')}{url_for('quote.shown', code=found.code)}"
    subject, body = quote_kept(language(), link, found.valid_until, house().settings.operator_name)
    key = f"quote:{found.code}:{language()}:{sha256(to.casefold().encode()).hexdigest()[:32]}"
    put(db(), key, "quote", to, language(), subject, body, now())


def _shown(found: Quoted, form: MailForm) -> str:
    parts = quote_parts(found, language())
    return render_template(
        "portal/quote/shown.html", found=found, parts=parts, form=form, valid=found.valid(today()),
        apply=APPLY if APPLY in current_app.view_functions else None,
    )  # fmt: skip


def _quoted(code: str) -> Quoted | tuple[str, int]:
    """The quote of a code; else the page that says so. Who tries many codes has to wait."""
    at, network = wall_clock(), request.remote_addr or ""
    if attempts.reached(db(), attempts.QUOTE_CODE, network, at):
        return _gone(waits=True), 429
    try:
        return quote_by_code(db(), code)
    except NotFound:
        with apart() as writing:
            attempts.note(writing, attempts.QUOTE_CODE, network, at)
        return _gone(), 404


def _gone(waits: bool = False) -> str:
    return render_template("portal/quote/gone.html", waits=waits)
