"""What templates say: messages, dates and amounts in the reader's language, names of codes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel
from flask_login import current_user
from markupsafe import Markup

from expat.money import EUR, from_minor
from expat.portal import acting, navigation
from expat.portal.work import house, language, speaks, today
from expat.wording import approvals_shown, care, clock, names
from expat.wording.catalogue import LANGUAGES
from expat.wording.contract import around_heading, as_set
from expat.wording.reasons import title


def choose_locale() -> str:
    """The account's language, else the one that was chosen, else the browser's."""
    from flask import session

    if current_user.is_authenticated:
        return str(current_user.who.language)
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def say(text: str, /, **values: object) -> str:
    """A message in the reader's language."""
    return speaks().say(text, **values)


def plural(one: str, many: str, n: int) -> str:
    """A message that counts."""
    return speaks().plural(one, many, n)


def day(when: date | str) -> str:
    """A date in words."""
    return speaks().day(date.fromisoformat(when) if isinstance(when, str) else when)


def short_day(when: date) -> str:
    """A date in few letters, for tables: 01/09/2026."""
    return when.strftime("%d/%m/%Y")


def moment(at: datetime) -> str:
    """An instant to the minute, by the clock that the foot of the page names."""
    g.clock_shown = True
    return clock.moment(at, house().settings.time_zone, language())


def time_of_day(at: datetime) -> str:
    """The time of day of an instant, and whose clock it is by."""
    return clock.time_there(at, house().settings.time_zone, language())


def day_of(at: datetime) -> str:
    """The day of an instant, in words."""
    return speaks().day(clock.day_there(at, house().settings.time_zone))


def period_of(first: datetime, last: datetime) -> str:
    """From the day of an instant to that of another."""
    zone = house().settings.time_zone
    return speaks().period(clock.day_there(first, zone), clock.day_there(last, zone))


def whose_clock() -> str:
    """Whose clock the instants of the page are by; nothing where it shows none."""
    if "clock_shown" not in g:
        return ""
    return say("Times are those of {place}.", place=clock.place(house().settings.time_zone, language()))


def amount(value: Decimal, currency: str = EUR) -> str:
    """A decimal amount with its currency."""
    return speaks().amount(value, currency)


def minor(units: int, currency: str = EUR) -> str:
    """An amount that is kept in minor units."""
    return speaks().amount(from_minor(units, currency), currency)


def care_name(code: str) -> str:
    """What a care or a family of care is called."""
    return care.care(code, language())


def category_name(word: str) -> str:
    """What a category is called."""
    return care.category(word, language())


def country(code: str) -> str:
    """What a country is called."""
    return names.country(code, language())


def currency_name(code: str) -> str:
    """What a currency is called."""
    return names.currency(code, language())


def status(word: str) -> str:
    """What the standing of a line is called."""
    return names.status(word, language())


def reason(word: str) -> str:
    """The short name of a reason or a flag."""
    return title(word, language())


def role(word: str) -> str:
    """What an insured person is to the membership."""
    return names.role(word, language())


def period(first: date, last: date) -> str:
    """From a day to a day."""
    return speaks().period(first, last)


def percent(share: Decimal) -> str:
    """A share of one."""
    return speaks().percent(share)


def rate(value: Decimal) -> str:
    """An exchange rate with all its digits."""
    return speaks().rate(value)


def contract(heading: object) -> Markup:
    """A heading of the contract, marked as the French that it is."""
    before, after = around_heading(language())
    return Markup('{}<span lang="fr">{}</span>{}').format(before, as_set(str(heading)), after)


def typed(text: str) -> Markup:
    """What somebody typed, with its line breaks."""
    return Markup("<br>").join(text.splitlines())


GLOBALS = (
    say, plural, day, short_day, moment, time_of_day, day_of, period_of, whose_clock, amount, minor, care_name,
    category_name, country, currency_name, status, reason, role, period, percent, rate, typed, today, contract,
)  # fmt: skip


def register(app: Flask, babel: Babel) -> None:
    """Give templates these words, and what the frame of every page shows."""
    babel.init_app(app, locale_selector=choose_locale)
    app.jinja_env.globals.update({function.__name__: function for function in GLOBALS})
    app.jinja_env.globals.update(language=language, approval_words=approvals_shown)

    @app.context_processor
    def frame() -> dict[str, Any]:
        who = current_user.who if current_user.is_authenticated else None
        acts = acting.acting()
        return {
            "who": who, "entries": navigation.entries(g.get("acting_as") or who), "operator": house().settings,
            "acting": acts, "outside": acting.outside,
        }  # fmt: skip
