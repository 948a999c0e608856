"""The mail that tells of the answer to a request for a change: not which change, nor what the answer is."""

from __future__ import annotations

import textwrap

from expat.mail.letters import WIDTH
from expat.wording.voice import voice


def change_answered(language: str, name: str, link: str, request: int, operator: str | None = None) -> tuple[str, str]:
    """Subject and text. `link` is the request's page."""
    say = voice(language).say
    paragraphs = (
        say("Hello {name},", name=" ".join(name.split())),
        say("There is an answer to your request for a change, no. {request}. Sign in to read it:", request=request),
        link,
        say("If you did not ask for anything, tell us at once."),
        say("For your privacy, a mail of ours says nothing about care or health."),
        operator or say("Your health plan"),
    )
    body = "\n\n".join(textwrap.fill(p, WIDTH, break_on_hyphens=False, break_long_words=False) for p in paragraphs)
    return say("Your request for a change, no. {request}", request=request), body + "\n"
