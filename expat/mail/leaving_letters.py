"""Mails on the end of a membership, on proofs that keep cover going, and to the family after a death.

They tell days, never anything about care or health.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from expat.mail.body import body
from expat.wording.voice import Voice, voice

Text = tuple[str, str]


class Stays(NamedTuple):
    """Somebody of the family: the last covered day, and the last day on which claims for care of that day can come."""

    name: str
    last_day: date | None
    claims_until: date | None


def end_received(language: str, name: str, link: str, last: date, operator: str | None = None) -> Text:
    """A request to end the membership came; `last` is the last covered day, `link` the page to take it back."""
    speaks = voice(language)
    say = speaks.say
    return say("Your membership ends"), body(
        speaks, name, operator,
        say("Your request to end your membership has reached us. The last covered day is {day}.", day=speaks.day(last)),
        say("What it brings, and until when you can change your mind, is written here:"),
        link,
        say("If it was not you, change your password and write to us at once."),
    )  # fmt: skip


def end_taken_back(language: str, name: str, link: str, operator: str | None = None) -> Text:
    """The request to end the membership was taken back."""
    speaks = voice(language)
    say = speaks.say
    return say("Your membership goes on"), body(
        speaks, name, operator, say("Your request to end your membership is taken back. Your cover goes on:"), link
    )


def ended_by_insurer(language: str, name: str, link: str, last: date, operator: str | None = None) -> Text:
    """The membership is ended by the insurer's side."""
    speaks = voice(language)
    say = speaks.say
    return say("Your membership ends"), body(
        speaks, name, operator,
        say("Your membership is ended. The last covered day is {day}. You receive a letter with the reasons.",
            day=speaks.day(last)),
        say("What it brings is written here. You can object by a message to us:"),
        link,
    )  # fmt: skip


def proof_asked(
    language: str, name: str, link: str, person: str, school: str | None, ends: date, operator: str | None = None
) -> Text:
    """A proof is asked for: `school` is the school year of a child's certificate, None for the member's work."""
    speaks = voice(language)
    say, day = speaks.say, speaks.day(ends)
    if school is not None:
        what = say(
            "Please send us the school certificate of {name} for {year}. Without it the cover of {name} ends on {day}.",
            name=person, year=school, day=day,
        )  # fmt: skip
    else:
        what = say("Please send us a proof that you still work. Without it your cover ends on {day}.", day=day)
    return say("A certificate keeps the cover going"), body(
        speaks, name, operator, what,
        say("A photograph is enough. One that comes later brings the cover back for the whole year all the same:"),
        link,
    )  # fmt: skip


def proof_refused(language: str, name: str, link: str, why: str, operator: str | None = None) -> Text:
    """A proof that was sent proves nothing; `why` is what a person wrote."""
    speaks = voice(language)
    say = speaks.say
    return say("We need another certificate"), body(
        speaks, name, operator, say("The certificate that you sent us is not enough: {why}", why=why),
        say("Please send another one here:"), link,
    )  # fmt: skip


def family_told(
    language: str, name: str, membership: str, stays: Sequence[Stays], operator: str | None = None,
    reach: str | None = None,
) -> Text:  # fmt: skip
    """To the family after the member's death: who stays covered until when, claims, and where payments go.

    `reach` is how we are reached.
    """
    speaks = voice(language)
    say = speaks.say
    told = [_stays(speaks, one) for one in stays]
    return say("Your family's health plan: what goes on"), body(
        speaks, name, operator,
        say("We have heard of the death in your family, and we are sorry. Nothing has to be done today."),
        *told,
        say("Invoices for care before these days can still be sent to us. The letter that we send you says by when."),
        say("Nothing more is paid to the former account. Tell us, with a paper of the notary's, to whom the estate "
            "asks us to pay."),
        say("Please name the membership {number} when you write to us.", number=membership),
        *([reach] if reach else []),
    )  # fmt: skip


def _stays(speaks: Voice, one: Stays) -> str:
    if one.last_day is None:
        return speaks.say("{name}: no cover any more.", name=one.name)
    return speaks.say("{name}: covered to {day}.", name=one.name, day=speaks.day(one.last_day))
