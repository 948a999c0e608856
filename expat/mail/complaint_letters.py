"""Mails on complaints: that one is here, that something is asked, that it is answered; never what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from expat.mail.body import body
from expat.wording.contract import as_set
from expat.wording.voice import voice


def complaint_acknowledged(
    language: str, name: str, link: str, complaint: int, sent_on: date, answer_by: date, mediator: Sequence[str],
    operator: str | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Subject and text: it is here, by when it is answered, and who the mediator is."""
    speaks = voice(language)
    say = speaks.say
    told = say(
        "We have your complaint no. {complaint}, sent on {sent_on}. We answer it by {answer_by} at the latest.",
        complaint=complaint, sent_on=speaks.day(sent_on), answer_by=speaks.day(answer_by),
    )  # fmt: skip
    after = say(
        "If our answer does not satisfy you, or does not come by then, you can turn to the mediator, free of charge: "
        "{mediator}.",
        mediator=as_set(", ".join(mediator)),
    )
    text = body(voice(language), name, operator, told, after, say("Follow it here:"), link)
    return say("Your complaint no. {complaint} is here", complaint=complaint), text


def complaint_asked(
    language: str, name: str, link: str, complaint: int, operator: str | None = None
) -> tuple[str, str]:  # fmt: skip
    """Subject and text: there is a question to answer."""
    say = voice(language).say
    told = say(
        "We have a question on your complaint no. {complaint}. Please sign in to answer it:", complaint=complaint
    )
    return (
        say("Your complaint no. {complaint}: a question", complaint=complaint),
        body(voice(language), name, operator, told, link),
    )


def complaint_answered(
    language: str, name: str, link: str, complaint: int, mediator: Sequence[str], operator: str | None = None
) -> tuple[str, str]:
    """Subject and text: the answer is there, and where to turn if it does not satisfy."""
    say = voice(language).say
    told = say("Your complaint no. {complaint} is answered. Sign in to read the answer:", complaint=complaint)
    after = say(
        "If it does not satisfy you, take the complaint up again there, or turn to the mediator: {mediator}.",
        mediator=as_set(", ".join(mediator)),
    )
    return (
        say("Your complaint no. {complaint}: our answer", complaint=complaint),
        body(voice(language), name, operator, told, link, after),
    )
