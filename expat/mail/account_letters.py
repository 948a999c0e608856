"""What the mail says that tells of another account to be paid to: never the whole number."""

from __future__ import annotations

import textwrap
from datetime import datetime

from expat.mail.letters import WIDTH
from expat.wording.clock import moment_there
from expat.wording.voice import voice


def account_changed(
    language: str, name: str, account: str, at: datetime, zone: str, link: str, operator: str | None = None
) -> tuple[str, str]:
    """Subject and text. `account` is its number as it may be shown, `zone` whose clock it is, `link` the page."""
    speaks = voice(language)
    say, when = speaks.say, moment_there(at, zone, language)
    paragraphs = (
        say("Hello {name},", name=" ".join(name.split())),
        say("On {when} another account was entered to be paid to: {account}.", when=when, account=account),
        say("What is on its way at the bank still goes to the former account."),
        say("If it was not you: sign in at once, change your password, enter the right account, and tell us."),
        link,
        operator or say("Your health plan"),
    )
    body = "\n\n".join(textwrap.fill(p, WIDTH, break_on_hyphens=False, break_long_words=False) for p in paragraphs)
    return say("You are paid to another account from now on"), body + "\n"
