"""Mails on an application to join: that something happened, and where to read it; nothing about health."""

from __future__ import annotations

import textwrap
from datetime import date

from expat.mail.letters import WIDTH
from expat.wording.voice import voice


def account_known(language: str, name: str, link: str, operator: str | None = None) -> tuple[str, str]:
    """Somebody signed up with an address that has an account already."""
    say = voice(language).say
    known = say(
        "Somebody, perhaps you, wanted to open an account with this address to apply. It has one already: sign in, "
        "or choose a new password, here:"
    )
    return say("You have an account already"), _body(
        language, name, operator, known, link, say("If it was not you, do nothing.")
    )


def handed_in(language: str, name: str, link: str, by: date, operator: str | None = None) -> tuple[str, str]:
    """The application is complete: by when the answer is promised."""
    speaks = voice(language)
    told = speaks.say(
        "Your application is complete and has reached us. The medical department answers by {by}. Where it stands:",
        by=speaks.day(by),
    )
    return speaks.say("Your application has reached us"), _body(language, name, operator, told, link)


def news(language: str, name: str, link: str, operator: str | None = None) -> tuple[str, str]:
    """There is an answer or a question: the mail does not say which."""
    say = voice(language).say
    told = say("There is news of your application. Sign in to read it, and what to do next:")
    quiet = say("For your privacy, a mail of ours says nothing about care or health.")
    return say("News of your application"), _body(language, name, operator, told, link, quiet)


def concluded(
    language: str, name: str, link: str, number: str, effect: date, until: date, operator: str | None = None
) -> tuple[str, str]:
    """The membership is concluded: certificate and cards are there, and until when one can renounce."""
    speaks = voice(language)
    told = speaks.say(
        "Your first premium has reached us and your membership {number} is concluded. You are covered from {effect}. "
        "Sign in for your certificate and your cards:",
        number=number, effect=speaks.day(effect),
    )  # fmt: skip
    until_then = speaks.say("You can change your mind until {until}: write to us by that day.", until=speaks.day(until))
    subject = speaks.say("Your membership {number} is concluded", number=number)
    return subject, _body(language, name, operator, told, link, until_then)


def _body(language: str, name: str, operator: str | None, *paragraphs: str) -> str:
    say = voice(language).say
    parts = (say("Hello {name},", name=" ".join(name.split())), *paragraphs, operator or say("Your health plan"))
    return "\n\n".join(textwrap.fill(p, WIDTH, break_on_hyphens=False, break_long_words=False) for p in parts) + "\n"
