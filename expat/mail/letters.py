"""What mails say: subject and body as plain text in a language, never anything about care or health.

A mail is read by whoever holds the telephone: it says that there is something to read, and where. `link` is the whole
address, `name` whom the mail speaks to (who knows, or nobody), `operator` who signs it.
"""

from __future__ import annotations

import textwrap
from datetime import timedelta
from decimal import Decimal
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from expat.places import shipped
from expat.wording.voice import Voice, voice

WIDTH = 72
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def password_link(
    language: str, name: str, link: str, first: bool, good_for: timedelta | None = None, operator: str | None = None
) -> tuple[str, str]:
    """A link to choose a password with: the first one of a new account, or another one."""
    speaks = voice(language)
    subject = speaks.say("Your account: choose a password") if first else speaks.say("Your new password")
    time = _time(speaks, good_for) if good_for is not None else None
    return subject, _body("password.txt", language, name, link, operator, first=first, good_for=time)


def statement_ready(
    language: str, name: str, link: str, amount: Decimal, currency: str, operator: str | None = None
) -> tuple[str, str]:
    """A new statement, with its sum."""
    speaks = voice(language)
    body = _body("statement.txt", language, name, link, operator, amount=speaks.amount(amount, currency))
    return speaks.say("A new statement is ready"), body


def nothing_paid(language: str, name: str, link: str, claim: int, operator: str | None = None) -> tuple[str, str]:
    """A claim of which nothing is paid."""
    subject = voice(language).say("Your claim no. {claim}", claim=claim)
    return subject, _body("notice.txt", language, name, link, operator, claim=claim)


def message_waiting(language: str, name: str, link: str, operator: str | None = None) -> tuple[str, str]:
    """A message from the other side."""
    return voice(language).say("A message for you"), _body("message.txt", language, name, link, operator)


def paper_asked(language: str, name: str, link: str, operator: str | None = None) -> tuple[str, str]:
    """A paper is asked for, for a claim or a request."""
    return voice(language).say("One more paper, please"), _body("paper.txt", language, name, link, operator)


def request_answered(language: str, name: str, link: str, request: int, operator: str | None = None) -> tuple[str, str]:
    """A request, of which the mail does not say what it is for, was answered."""
    subject = voice(language).say("An answer to your request no. {request}", request=request)
    return subject, _body("answered.txt", language, name, link, operator, request=request)


def _body(template: str, language: str, name: str, link: str, operator: str | None, **values: object) -> str:
    speaks = voice(language)
    shared = {"say": speaks.say, "name": " ".join(name.split()), "link": link, "operator": operator}
    return _template(template).render(**shared, **values).strip() + "\n"


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(shipped("templates") / "mail"),
        autoescape=select_autoescape(("html",)),  # these are text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fill"] = _fill
    return environment.get_template(name)


def _fill(text: str) -> str:
    """A paragraph within the width; only plain spaces break."""
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def _time(speaks: Voice, span: timedelta) -> str:
    if span >= 2 * DAY:
        return speaks.plural("{n} day", "{n} days", span // DAY)
    return speaks.plural("{n} hour", "{n} hours", max(1, span // HOUR))
