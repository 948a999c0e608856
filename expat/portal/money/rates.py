"""Exchange rates: their history, why a day's rate is that one, and the operator's own, which two people make."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.currency.history import kept
from expat.currency.open_proposals import NOTABLE, change, open_proposals, rate_before
from expat.currency.parities import Parity, parity_of
from expat.currency.proposals import LONGEST_REASON, confirm, discard, propose
from expat.currency.rates import PARITY, Rate
from expat.errors import BadInput
from expat.money import EUR
from expat.portal import forms
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.forms import AmountField, AtMost, Choice, DayField, Form, Needed, TextField
from expat.portal.money.actors import Actors, accounts_in, with_names
from expat.portal.money.rate_words import in_words, parity_in_words, rate_of_day
from expat.portal.work import db, house, language, me, now, speaks, today, undo
from expat.wording import names

pages = Blueprint("money_rates", __name__, url_prefix="/rates")
FIRST, SPAN, LONGEST = "USD", timedelta(days=91), timedelta(days=2 * 366)
Answer = str | tuple[str, int] | AnyResponse


def _currencies() -> dict[str, list[tuple[str, str]]]:
    return {group: [pair for pair in pairs if pair[0] != EUR] for group, pairs in forms.currencies().items()}


class PeriodForm(Form):
    """Which currency, from which day to which, and the day whose rate is explained."""

    class Meta:
        csrf = False  # it changes nothing

    currency = Choice(choices=_currencies)
    first = DayField(name="from")
    last = DayField(name="to")
    on = DayField()


class ProposalForm(Form):
    """A rate that is typed in."""

    currency = Choice(choices=_currencies, validators=[Needed()])
    value = AmountField(validators=[Needed()])
    published_on = DayField(validators=[Needed()])
    reason = TextField(validators=[Needed(), AtMost(500)])
    checked = TextField()


class DiscardForm(Form):
    """Why a typed-in rate is not to be confirmed."""

    reason = TextField(validators=[Needed(), AtMost(LONGEST_REASON)])


@pages.get("")
@allow(ACCOUNTANT, MANAGER)
def rates() -> Answer:
    """A currency's history as a chart, the rate of a day explained, and what waits to be confirmed."""
    asked = PeriodForm(formdata=request.args)
    right = asked.validate()
    currency = (asked.currency.data if right else None) or FIRST
    proposal = ProposalForm(formdata=None, currency=currency, published_on=today())
    shown = _shown(asked, currency, proposal)
    return shown if right and not asked.errors else (shown, 422)


def _shown(
    asked: PeriodForm, currency: str, proposal: ProposalForm, notable: str = "",
    discarding: tuple[int, DiscardForm] | None = None,
) -> str:  # fmt: skip
    """The page; `discarding` is a proposal and the refused form with which it was to be discarded."""
    first, last = _period(asked)
    on = asked.on.data or min(last, today())
    asked.currency.data, asked.first.data, asked.last.data, asked.on.data = currency, first, last, on
    held, told = rate_of_day(currency, on)
    return render_template(
        "portal/money/rates.html", asked=asked, currency=currency, held=held, told=told, on=on, proposal=proposal,
        notable=notable, parity=_parity(currency, on), parity_in_words=parity_in_words, in_words=in_words,
        signed=signed, NOTABLE=NOTABLE, discarding=discarding, unsaid=DiscardForm(formdata=None),
        **_rows(currency, first, last, held),
    )  # fmt: skip


def _parity(currency: str, day: date) -> Parity | None:
    """The parity in force, where parities are used at all."""
    return parity_of(currency, day) if PARITY in house().preference else None


def _rows(currency: str, first: date, last: date, held: Rate | None) -> dict[str, Any]:
    """What was published and what waits, with the names of those who typed in and confirmed."""
    rows, waiting = kept(db(), currency, first, last), open_proposals(db(), house().preference)
    notes = [row.note or "" for row in rows] + [held.note or "" if held else ""]
    actors = Actors([*(one for note in notes for one in accounts_in(note)), *(one.entered_by for one in waiting)])
    return {
        "rows": rows[::-1], "waiting": waiting, "actors": actors, "note": lambda text: with_names(text, actors),
        "source": lambda word: names.rate_source(word, language()),
    }  # fmt: skip


def _period(asked: PeriodForm) -> tuple[date, date]:
    """The period that is shown: a quarter of a year up to today where none is asked for; two years at most."""
    last = asked.last.data or today()
    first = asked.first.data or last - SPAN
    if first > last:
        asked.first.errors = [speaks().say("The first day lies after the last.")]
        return last - SPAN, last
    if last - first > LONGEST:
        asked.first.errors = [speaks().say("Two years at most are shown at once.")]
        return last - LONGEST, last
    return first, last


@pages.post("/proposals")
@allow(ACCOUNTANT, MANAGER)
def type_in() -> Answer:
    """Type a rate in; it counts once another person confirms it."""
    form = ProposalForm()
    if not form.validate() or not _right(form):
        return _again(form)
    currency, value, day = form.currency.data, form.value.data or Decimal(), form.published_on.data or today()
    notable = _notable(currency, value, day)
    if notable and form.checked.data != f"{currency} {value} {day}":
        return _again(form, notable)
    try:
        propose(db(), currency, value, day, form.reason.data or "", me().actor, now())
    except BadInput as wrong:
        form.refuse(wrong, {"rate, value": "value", "rate, published_on": "published_on"})
        undo()
        return _again(form)
    flash(speaks().say("The rate is typed in. It counts once another person confirms it."))
    return redirect(url_for(".rates", currency=currency), 303)


def _right(form: ProposalForm) -> bool:
    say = speaks().say
    if form.value.data is not None and form.value.data <= 0:
        form.value.errors = [say("A rate is above zero: so many units for 1 EUR.")]
    if form.published_on.data is not None and form.published_on.data > today():
        form.published_on.errors = [say("This day has not come yet.")]
    return not form.errors


def _again(form: ProposalForm, notable: str = "") -> Answer:
    asked = PeriodForm(formdata=None)
    currency = form.currency.data if not form.currency.errors and form.currency.data else FIRST
    return _shown(asked, currency, form, notable), 422


def _notable(currency: str, value: Decimal, day: date) -> str:
    """What is told of a rate that differs much from the one before; nothing where it does not."""
    before = rate_before(db(), currency, day, house().preference)
    if before is None or abs(value / before.value - 1) <= NOTABLE:
        return ""
    spoken = speaks()
    return spoken.say(
        "This is {change} away from the last rate ({rate}). If it is right all the same, send it once more.",
        change=signed(change(value, before.value)), rate=in_words(before),
    )  # fmt: skip


def signed(share: Decimal) -> str:
    """A share with its sign, as a percentage."""
    return ("+" if share > 0 else "") + speaks().percent(share)


@pages.post("/proposals/<int:key>/confirm")
@allow(ACCOUNTANT, MANAGER)
def confirm_proposal(key: int) -> Answer:
    """Confirm what another person typed in."""
    confirm(db(), key, me().actor, now())
    flash(
        speaks().say(
            "The rate is confirmed and holds from now on. Lines that waited for it are paid by the next settlement."
        )
    )
    return redirect(url_for(".rates", currency=request.form.get("currency", FIRST)[:3]), 303)


@pages.post("/proposals/<int:key>/discard")
@allow(ACCOUNTANT, MANAGER)
def discard_proposal(key: int) -> Answer:
    """Discard what was typed in, by whoever looks at it."""
    form, currency = DiscardForm(), request.form.get("currency", FIRST)[:3]
    if not form.validate():
        known = dict(_pairs())
        shown = currency if currency in known else FIRST
        proposal = ProposalForm(formdata=None, currency=shown, published_on=today())
        return _shown(PeriodForm(formdata=None), shown, proposal, discarding=(key, form)), 422
    discard(db(), key, form.reason.data or "", me().actor, now())
    flash(speaks().say("The typed-in rate is discarded: it can no longer be confirmed. Your reason is kept."))
    return redirect(url_for(".rates", currency=currency), 303)


def _pairs() -> list[tuple[str, str]]:
    return [pair for pairs in _currencies().values() for pair in pairs]
