"""The mail that tells of the answer to a contest: not of which care, nor what the answer is."""

from __future__ import annotations

import textwrap

from expat.mail.letters import WIDTH
from expat.wording.voice import voice


def contest_answered(language: str, name: str, link: str, claim: int, operator: str | None = None) -> tuple[str, str]:
    """Subject and text. `link` is the claim's page."""
    say = voice(language).say
    paragraphs = (
        say("Hello {name},", name=" ".join(name.split())),
        say("You contested a decision on your claim no. {claim}. Sign in to read our answer:", claim=claim),
        link,
        say("For your privacy, a mail of ours says nothing about care or health."),
        operator or say("Your health plan"),
    )
    body = "\n\n".join(textwrap.fill(p, WIDTH, break_on_hyphens=False, break_long_words=False) for p in paragraphs)
    return say("Your claim no. {claim}: our answer", claim=claim), body + "\n"
