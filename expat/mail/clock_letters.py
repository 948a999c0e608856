"""Mails that come by themselves, before or when a day has come: what opens, ends, runs out, or still waits.

They tell days and sums, never anything about care or health. Amounts are EUR.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expat.mail.body import body, filled
from expat.wording.catalogue import NN_
from expat.wording.voice import voice

Text = tuple[str, str]
EUR = "EUR"


class Near(NamedTuple):
    """A ceiling that is nearly used: `used` of `whole`, what is `left`, to the last day of the membership year."""

    used: Decimal
    whole: Decimal
    left: Decimal
    until: date


class Recharge(NamedTuple):
    """A recharge that can be had: what it adds and what it costs."""

    amount: Decimal
    price: Decimal


# What is past its promised day, as the operator is told of it: one, and several.
LATE = {
    "claims": NN_("{n} claim that somebody is to look at", "{n} claims that somebody is to look at"),
    "contests": NN_("{n} contested decision on a claim", "{n} contested decisions on claims"),
    "approvals": NN_("{n} request for prior approval", "{n} requests for prior approval"),
    "premiums": NN_("{n} contested premium", "{n} contested premiums"),
    "messages": NN_("{n} conversation that waits for an answer", "{n} conversations that wait for an answer"),
    "acknowledge": NN_("{n} complaint to acknowledge", "{n} complaints to acknowledge"),
    "complaints": NN_("{n} complaint to answer", "{n} complaints to answer"),
}


class Late(NamedTuple):
    """So many of a kind (of `LATE`) that are past their promised day, and the page on which they are."""

    what: str
    n: int
    link: str


def wait_over(language: str, name: str, link: str, person: str, day: date, operator: str | None = None) -> Text:
    """A waiting period of somebody is over from a day on."""
    speaks = voice(language)
    say = speaks.say
    return say("A waiting period is over"), body(
        speaks, name, operator,
        say("A waiting period of {name} ended. What begins on {day} or later is no longer left out because of it.",
            name=person, day=speaks.day(day)),
        say("What is covered, and how much of it, can be looked up here beforehand:"), link,
    )  # fmt: skip


def ceiling_near(
    language: str, name: str, link: str, person: str, near: Near, recharge: Recharge | None, operator: str | None = None
) -> Text:
    """Most of one of somebody's ceilings is used; `recharge` is what can be added to it now, None where nothing can."""
    speaks = voice(language)
    say = speaks.say
    used, whole, left = (speaks.amount(amount, EUR) for amount in (near.used, near.whole, near.left))
    more = []
    if recharge is not None:
        adds, price = speaks.amount(recharge.amount, EUR), speaks.amount(recharge.price, EUR)
        more = [say("It can be recharged now: a recharge adds {amount} and costs {price}.", amount=adds, price=price)]
    return say("One of your ceilings is nearly used"), body(
        speaks, name, operator,
        say("Of one of the ceilings of {name}, {used} of {whole} are used. To {day}, {left} can still be paid.",
            name=person, used=used, whole=whole, left=left, day=speaks.day(near.until)),
        *more, say("Which ceiling it is, and what is left of the others:"), link,
    )  # fmt: skip


def renewal(
    language: str, name: str, link: str, day: date, until: date, carried: Decimal, operator: str | None = None
) -> Text:
    """The membership goes on by itself from a day on, unless a notice comes `until`; `carried` is what of unused
    ceilings would be carried over."""
    speaks = voice(language)
    say = speaks.say
    over = say("The ceilings begin anew on that day.")
    if carried:
        over += " " + say(
            "A part of those that nobody used is added to the new ones: as things stand {amount} in all.",
            amount=speaks.amount(carried, EUR),
        )  # fmt: skip
    return say("Your membership goes on from {day}", day=speaks.day(day)), body(
        speaks, name, operator,
        say("Your membership goes on for another year from {day}. You need not do anything.", day=speaks.day(day)),
        say("If you would rather end it on that day, your notice has to reach us by {day}.", day=speaks.day(until)),
        over, say("Everything about your cover:"), link,
    )  # fmt: skip


def new_price(
    language: str, name: str, link: str, day: date, before: Decimal, now: Decimal, operator: str | None = None
) -> Text:
    """The yearly premium from a 1 January on; what was called for days after it is put right with the next call."""
    speaks = voice(language)
    say, was, is_now = speaks.say, speaks.amount(before, EUR), speaks.amount(now, EUR)
    told = say(
        "From {day} your premium is {now} a year instead of {before}.", day=speaks.day(day), now=is_now, before=was
    )
    if before == now:
        told = say("From {day} your premium stays at {now} a year.", day=speaks.day(day), now=is_now)
    return say("Your premium from {day}", day=speaks.day(day)), body(
        speaks, name, operator, told,
        say("It is that of the tariff for your ages on 1 January, without options that you pay for besides."),
        say("Your premiums, and how each is made up:"), link,
    )  # fmt: skip


def family_tariff_ends(
    language: str, name: str, link: str, day: date, before: Decimal, now: Decimal, operator: str | None = None
) -> Text:
    """From the member's birthday on there is no family tariff."""
    speaks = voice(language)
    say, was, is_now = speaks.say, speaks.amount(before, EUR), speaks.amount(now, EUR)
    return say("Your premium from {day}", day=speaks.day(day)), body(
        speaks, name, operator,
        say("The family tariff ends with your birthday. From {day} your premium is {now} a year instead of {before}.",
            day=speaks.day(day), now=is_now, before=was),
        say("Your premiums, and how each is made up:"), link,
    )  # fmt: skip


def cover_ends(
    language: str, name: str, link: str, person: str, last: date, everybody: bool, operator: str | None = None
) -> Text:
    """Somebody's cover ends at the contract's age limit; the member's end is that of `everybody`."""
    speaks = voice(language)
    say, day = speaks.say, speaks.day(last)
    more = [say("The cover of everybody in your membership ends with it.")] if everybody else []
    return say("A cover ends on {day}", day=day), body(
        speaks, name, operator,
        say("The contract covers up to an age that {name} reaches: the last covered day is {day}.",
            name=person, day=day),
        *more, say("Please look for another cover in good time. Everything about yours:"), link,
    )  # fmt: skip


def approval_runs_out(
    language: str, name: str, link: str, request: int, last: date, operator: str | None = None
) -> Text:
    """What an approval allows has to begin by a day; as far as is known it has not."""
    speaks = voice(language)
    say, day = speaks.say, speaks.day(last)
    return say("Your request no. {request}: valid until {day}", request=request, day=day), body(
        speaks, name, operator,
        say("What we granted on your request no. {request} has to begin on {day} at the latest. We know of nothing yet "
            "that began.", request=request, day=day),
        say("If it is to begin later, please ask again beforehand; if it has begun, do nothing:"), link,
    )  # fmt: skip


def days_run_out(
    language: str, name: str, link: str, request: int, last: date, ask_by: date, operator: str | None = None
) -> Text:
    """The days that were granted on a request end; more can be asked for by a day."""
    speaks = voice(language)
    say, day = speaks.say, speaks.day(last)
    return say("Your request no. {request}: days granted until {day}", request=request, day=day), body(
        speaks, name, operator,
        say("The days granted on your request no. {request} end on {day}. Days beyond are not paid.",
            request=request, day=day),
        say("If more are needed, ask for them by {day}:", day=speaks.day(ask_by)), link,
    )  # fmt: skip


def draft_waits(language: str, name: str, link: str, operator: str | None = None) -> Text:
    """A claim was begun and not sent."""
    speaks = voice(language)
    say = speaks.say
    return say("A claim is waiting to be sent"), body(
        speaks, name, operator,
        say("You began a claim and have not sent it. We see nothing of it until you do."),
        say("Go on with it, or throw it away, here:"), link,
    )  # fmt: skip


def paper_waits(
    language: str, name: str, link: str, claim: int | None, request: int | None, asked_on: date,
    operator: str | None = None,
) -> Text:  # fmt: skip
    """A paper that was asked for, of a claim or of a request, has not come."""
    speaks = voice(language)
    say, day = speaks.say, speaks.day(asked_on)
    if claim is not None:
        told = say(
            "On {day} we asked for a paper for your claim no. {claim}. It has not come yet.", day=day, claim=claim
        )
    else:
        told = say(
            "On {day} we asked for a paper for your request no. {request}. It has not come yet.",
            day=day, request=request,
        )  # fmt: skip
    return say("A paper is still missing"), body(
        speaks, name, operator, told, say("Which one it is, and how to send it:"), link
    )


def recharge_ends(
    language: str, name: str, link: str, person: str, left: Decimal, last: date, operator: str | None = None
) -> Text:
    """A recharge of which something is left can be used up to a day."""
    speaks = voice(language)
    say, day, amount = speaks.say, speaks.day(last), speaks.amount(left, EUR)
    return say("A recharge ends on {day}", day=day), body(
        speaks, name, operator,
        say("Of a recharge for {name}, {left} is left. It counts for what begins on {day} at the latest, and is not "
            "carried over.", name=person, left=amount, day=day),
        say("Your recharges:"), link,
    )  # fmt: skip


def past_promised(language: str, day: date, late: Sequence[Late]) -> Text:
    """To the operator: what is past its promised day, so many of each kind."""
    speaks = voice(language)
    say = speaks.say
    lines = "".join(f"- {speaks.plural(*LATE[one.what], one.n)}\n  {one.link}\n" for one in late)
    subject = say("Past the promised day on {day}", day=speaks.day(day))
    return subject, filled(say("This was promised for a day before {day}:", day=speaks.day(day))) + "\n\n" + lines


def settlement_waits(language: str, day: date, lines: int, link: str) -> Text:
    """To the operator: a settlement of so many lines was prepared by itself and waits for somebody to release it."""
    speaks = voice(language)
    say = speaks.say
    told = say(
        "The settlement of {day} was prepared by itself and waits for somebody to release it.", day=speaks.day(day)
    )
    many = speaks.plural("It would pay {n} line.", "It would pay {n} lines.", lines)
    return say("A settlement waits for its release"), f"{filled(f'{told} {many}')}\n\n{link}\n"
