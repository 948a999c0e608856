"""The mails about benefits that are asked back, or added: sums and days, nothing about care, nor of whose care."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from expat.mail.body import body
from expat.wording.contract import in_contract
from expat.wording.voice import Voice, voice


def asked_back(
    language: str, name: str, link: str, amount: Decimal, currency: str, clause: str, due_on: date, contest_until: date,
    parts: int = 0, operator: str | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Subject and text: what is asked back, by when, on which heading, until when it can be contested."""
    speaks = voice(language)
    said, last = speaks.amount(amount, currency), speaks.day(due_on)
    by_when = (
        speaks.say("Please pay it back in {n} parts, the last one by {day}.", n=parts, day=last)
        if parts
        else speaks.say("Please pay it back by {day}.", day=last)
    )
    paragraphs = (
        speaks.say("We paid you {amount} that was not due. {then}", amount=said, then=by_when),
        in_contract(clause, language),
        speaks.say(
            "If you do not agree, say so on the same page until {day}: a person who did not decide it looks again, "
            "and nothing is to be paid before the answer.",
            day=speaks.day(contest_until),
        ),
        speaks.say("Sign in to read why, line by line, and how to pay:"),
        link,
    )
    return speaks.say("{amount} to pay back", amount=said), _body(speaks, name, paragraphs, operator)


def more_is_due(
    language: str, name: str, link: str, amount: Decimal, currency: str, operator: str | None = None
) -> tuple[str, str]:
    """Subject and text: more is due than was paid."""
    speaks = voice(language)
    said = speaks.amount(amount, currency)
    paragraphs = (
        speaks.say("We owe you {amount} more than we paid. The next settlement pays it.", amount=said),
        speaks.say("Sign in to read why:"),
        link,
    )
    return speaks.say("We owe you {amount} more", amount=said), _body(speaks, name, paragraphs, operator)


def contest_of_recovery_answered(
    language: str, name: str, link: str, operator: str | None = None
) -> tuple[str, str]:  # fmt: skip
    """Subject and text: the contest of what is asked back is answered, not how."""
    speaks = voice(language)
    paragraphs = (
        speaks.say("You contested that we ask benefits back. Sign in to read our answer:"),
        link,
    )
    return speaks.say("Benefits asked back: our answer"), _body(speaks, name, paragraphs, operator)


def set_off_announced(
    language: str, name: str, link: str, left: Decimal, currency: str, clause: str, share: int, starts_on: date,
    contest_until: date, operator: str | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Subject and text: what was not paid back is kept back of coming payments, so much of each, from a day on."""
    speaks = voice(language)
    said = speaks.amount(left, currency)
    paragraphs = (
        speaks.say("{amount} that we asked you to pay back has not arrived.", amount=said)
        + " "
        + speaks.say(
            "From {day} on we keep back at most {share}% of each of our payments to you, until it is settled.",
            day=speaks.day(starts_on), share=share,
        ),
        in_contract(clause, language),
        speaks.say("Nothing is kept back of what you transfer to us before that day."),
        speaks.say(
            "If you do not agree, say so on the page below until {day}: a person who did not decide it answers, and "
            "nothing is kept back before the answer.",
            day=speaks.day(contest_until),
        ),
        link,
    )  # fmt: skip
    return speaks.say("Set off against our coming payments"), _body(speaks, name, paragraphs, operator)


def set_off_ended(language: str, name: str, link: str, operator: str | None = None) -> tuple[str, str]:
    """Subject and text: nothing more is kept back of payments."""
    speaks = voice(language)
    paragraphs = (
        speaks.say("We keep nothing more back of our payments to you. Sign in to read what is left to pay back:"),
        link,
    )
    return speaks.say("Nothing more is set off"), _body(speaks, name, paragraphs, operator)


def _body(speaks: Voice, name: str, paragraphs: tuple[str, ...], operator: str | None) -> str:
    quiet = speaks.say("For your privacy, a mail of ours says nothing about care or health.")
    return body(speaks, name, operator, *paragraphs, quiet)
