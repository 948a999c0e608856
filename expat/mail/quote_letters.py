"""What the mail says that brings a quote: its address, and until when it is good; nothing of who is in it."""

from __future__ import annotations

import textwrap
from datetime import date

from expat.mail.letters import WIDTH
from expat.wording.voice import voice


def quote_kept(language: str, link: str, until: date, operator: str | None = None) -> tuple[str, str]:
    """Subject and text. `link` is the whole address of the quote's page, `until` its last day."""
    speaks = voice(language)
    say = speaks.say
    paragraphs = (
        say("Hello,"),
        say("Here is the quote that was asked for with this address. Its page shows the prices, what each formula "
            "pays and what to send to join, and gives all of it as a PDF:"),
        link,
        say("It is good until {day}.", day=speaks.day(until)),
        say("If you did not ask for it, do nothing: nobody is a member through a quote."),
        operator or say("Your health plan"),
    )  # fmt: skip
    body = "\n\n".join(textwrap.fill(p, WIDTH, break_on_hyphens=False, break_long_words=False) for p in paragraphs)
    return say("Your quote"), body + "\n"
