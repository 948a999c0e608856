"""The body of a mail: whom it speaks to, its paragraphs, who signs it; plain text in lines that every reader shows."""

from __future__ import annotations

import textwrap

from expat.mail.letters import WIDTH
from expat.wording.voice import Voice


def filled(text: str) -> str:
    """A paragraph within the width; only plain spaces break."""
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def body(speaks: Voice, name: str, operator: str | None, *paragraphs: str) -> str:
    """The whole body; `name` is empty where it is not known, `operator` who signs, the plan where that is not told."""
    hello = speaks.say("Hello {name},", name=" ".join(name.split())) if name.strip() else speaks.say("Hello,")
    return "\n\n".join(map(filled, (hello, *paragraphs, operator or speaks.say("Your health plan")))) + "\n"
