"""Who acts next on a claim and by when, in words: for the member, and for who works on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from expat.wording import names
from expat.wording.catalogue import N_
from expat.wording.voice import voice

WHO = {
    "you": N_("You"),
    "member": N_("The member"),
    "unit": N_("The management unit"),
    "medical": N_("The medical department"),
    "bank": N_("The bank"),
    "nobody": N_("Nobody"),
}

_FOR_MEMBER = {
    "other_account": N_("The bank returned the payment: give us another account."),
    "send_papers": N_("Send us {papers}."),
    "send_stay": N_("Send us the invoice of the hospital stay that goes with this care."),
    "send_medical": N_("The medical department asked you for a paper: send it, so that it can answer."),
    "send_originals": N_("Send us the original invoice by post; the payment does not wait for it."),
    "answer_contest": N_("The management unit answers your contest by {by}."),
    "look": N_("A person of the management unit looks at this by {by}."),
    "look_first": N_("Nothing for you to do: a person of the management unit checks this by {by}, before it is paid."),
    "check_payment": N_("Nothing for you to do: a person of the management unit checks this payment by {by}."),
    "approve": N_("The medical department answers the request for prior approval by {by}."),
    "wait_rate": N_("Nothing for you to do: the first settlement that has a rate for {currencies} pays this."),
    "settle": N_("Nothing for you to do: the next settlement pays this."),
    "to_bank": N_("Nothing for you to do: the payment goes to the bank with the next file."),
    "bank": N_("Nothing for you to do: the bank is making the payment."),
    "refused": N_("Refused. You can contest this until {by}."),
    "done": N_("Paid. Nothing is left to do."),
}

_FOR_STAFF = {
    **_FOR_MEMBER,
    "other_account": N_("The bank returned the payment: the member has to give another account."),
    "send_papers": N_("The member has to send {papers}."),
    "send_stay": N_("The member has to send the invoice of the hospital stay that goes with this care."),
    "send_medical": N_("The member has to send the paper that the medical department asked for."),
    "send_originals": N_("The member has to send the original invoice; the payment does not wait for it."),
    "answer_contest": N_("The contest is to be answered by {by}."),
    "look": N_("A person is to look at this by {by}."),
    "look_first": N_("It is not paid before a person has looked at it, by {by}."),
    "check_payment": N_("The payment waits for a check of names, to be made by {by}."),
    "wait_rate": N_("Type in a rate for {currencies} if none is published: the next settlement then pays this."),
    "settle": N_("The next settlement pays this."),
    "to_bank": N_("The payment goes to the bank with the next file."),
    "bank": N_("The bank is making the payment."),
    "refused": N_("Refused. The member can contest this until {by}."),
}

_LATE = {
    "answer_contest": N_("The contest was to be answered by {by}: it is late."),
    "look": N_("A person was to look at this by {by}: it is late."),
    "look_first": N_("A person was to check this by {by}, before it is paid: it is late."),
    "check_payment": N_("A person was to check this payment by {by}: it is late."),
    "approve": N_("The request for prior approval was to be answered by {by}: it is late."),
}

_WITHOUT_DAY = {
    "refused": N_("Refused. Nothing is left to do."),
    "check_payment": N_("Nothing for you to do: a person of the management unit checks this payment."),
}
_WITHOUT_DAY_FOR_STAFF = {
    **_WITHOUT_DAY,
    "check_payment": N_("Nothing is paid: the check of names found that the match is right."),
}

BLOCKERS = {
    "contest": N_("Contested"),
    "duplicate": N_("Resembles another line"),
    "long_stay": N_("Claims show a long stay"),
    "suspicion": N_("To be looked at before it is paid, or odd"),
    "approval": N_("Prior approval not decided yet"),
    "rate": N_("Waiting for an exchange rate"),
    "papers": N_("Papers missing"),
    "asked": N_("Paper asked for"),
    "originals": N_("Originals awaited"),
}

EVENTS = {
    "received": N_("Claim received"),
    "accepted": N_("Accepted, to be paid"),
    "pending": N_("Waiting for papers"),
    "checked": N_("Waiting for a check"),
    "refused": N_("Refused"),
    "paid": N_("Settled"),
    "papers": N_("Papers received"),
    "asked": N_("Paper asked for"),
    "contested": N_("Contested"),
    "upheld": N_("Contest answered: the decision stands"),
    "changed": N_("Contest answered: the decision is changed"),
    "look_began": N_("A person checks this before it is paid"),
    "look_goes_on": N_("The check goes on"),
    "look_ended": N_("The check has ended"),
    "made": N_("Payment made out"),
    "sent": N_("Payment sent to the bank"),
    "confirmed": N_("Payment confirmed by the bank"),
    "returned": N_("Payment returned by the bank"),
}


def who(word: str, language: str, staff: bool = False) -> str:
    """Who acts; to who works on the claim, `you` is the member."""
    acts = "member" if staff and word == "you" else word
    return voice(language).say(WHO[acts])


def next_step(
    what: str,
    language: str,
    by: date | None = None,
    papers: Sequence[str] = (),
    currencies: Sequence[str] = (),
    today: date | None = None,
    staff: bool = False,
) -> str:
    """A step in a sentence; a promise whose day lies before `today` is told as late."""
    speaks = voice(language)
    text = (_FOR_STAFF if staff else _FOR_MEMBER)[what]
    if by is None:
        text = (_WITHOUT_DAY_FOR_STAFF if staff else _WITHOUT_DAY).get(what, text)
    elif today is not None and by < today:
        text = _LATE.get(what, text)
        if what == "refused":
            text = _WITHOUT_DAY[what]
    return speaks.say(
        text,
        by="" if by is None else speaks.day(by),
        papers=speaks.several(names.document(kind, language) for kind in papers),
        currencies=speaks.several(currencies),
    )


def blocker(word: str, language: str) -> str:
    """What holds a claim up, as the heading of a list."""
    return voice(language).say(BLOCKERS[word])


def event(word: str, language: str) -> str:
    """What happened to a claim, as the heading of an entry of its timeline."""
    return voice(language).say(EVENTS[word])
