"""Mails on requests about personal data: that one is answered, that medical details are ready; never what they are."""

from __future__ import annotations

import textwrap
from datetime import date

from expat.mail.letters import WIDTH
from expat.wording.voice import voice


def data_answered(language: str, name: str, link: str, request: int, operator: str | None = None) -> tuple[str, str]:
    """Subject and text: a request about one's data is answered."""
    say = voice(language).say
    paragraphs = (
        say("Hello {name},", name=" ".join(name.split())),
        say("Your request no. {request} about your personal data is answered. Sign in to read it:", request=request),
        link,
        operator or say("Your health plan"),
    )
    body = "\n\n".join(textwrap.fill(p, WIDTH, break_on_hyphens=False, break_long_words=False) for p in paragraphs)
    return say("Your request about your data no. {request}: our answer", request=request), body + "\n"


def restriction_ends(language: str, name: str, link: str, ends: date, operator: str | None = None) -> tuple[str, str]:
    """Subject and text: the restriction of the use of one's data ends on a day, told beforehand."""
    spoken = voice(language)
    say, day = spoken.say, spoken.day(ends)
    paragraphs = (
        say("Hello {name},", name=" ".join(name.split())),
        say(
            "The use of your data has been restricted at your request. This restriction ends on {day}; until then "
            "nothing changes. You find the reason on your own pages, and can write to us there if you do not agree:",
            day=day,
        ),
        link,
        operator or say("Your health plan"),
    )
    body = "\n\n".join(textwrap.fill(p, WIDTH, break_on_hyphens=False, break_long_words=False) for p in paragraphs)
    return say("The restriction of the use of your data ends on {day}", day=day), body + "\n"
