"""What personal data pages say: purposes of consents, kinds of requests, what is kept how long."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from expat.personal_data.retention import ANSWER, Retention
from expat.portal.work import speaks
from expat.wording import names
from expat.wording.catalogue import N_


class Purpose(NamedTuple):
    """What a consent is asked for, in the words of its version."""

    title: str
    text: str


# By purpose and version: a text that was shown stays here, so that it can be read what somebody agreed to.
CONSENTS = {
    ("offers", "2026-11"): Purpose(
        N_("Offers by mail"),
        N_(
            "You may write to me about other covers of the plan and of its insurer. I can take this back at any time, "
            "here, and nothing else changes."
        ),
    ),
    ("surveys", "2026-11"): Purpose(
        N_("Surveys"),
        N_("You may ask me how I find your service, now and then. I can take this back at any time, here."),
    ),
}
KINDS = {
    "rectification": N_("Correct something about me"),
    "objection": N_("Object to how my data is used"),
    "restriction": N_("Restrict the use of my data"),
    "erasure": N_("Delete data"),
    "medical": N_("My medical details"),
}
# The same for the staff, who read what somebody else asks.
DESK_KINDS = {
    "rectification": N_("Correct something about the person"),
    "objection": N_("The person objects to how the data is used"),
    "restriction": N_("Restrict the use of the person's data"),
    "erasure": N_("Delete data"),
    "medical": N_("The person's medical details"),
}
KIND_HELP = {
    "rectification": N_("A name, a birth date or a nationality, with a paper that shows it."),
    "objection": N_(
        "For reasons of your own situation. Offers and surveys end at once: take them back under “What you agree to”."
    ),
    "restriction": N_(
        "Data is kept and not used further: while its accuracy or an objection is looked into, for instance."
    ),
    "erasure": N_("What the law or the contract does not oblige us to keep; for the rest we tell you until when."),
    "medical": N_("Everything medical about you, in one file, made by the medical department."),
}
FIELDS = {
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "born": N_("Date of birth"),
    "nationality": N_("Nationality"),
}
OUTCOMES = {
    "done": N_("Done"),
    "partly": N_("Done in part"),
    "refused": N_("Not done"),
}
WHAT = {
    "memberships": N_("Your membership, claims and decisions"),
    "medical": N_("Medical details and papers"),
    "payments": N_("Payments and what proves them"),
    "complaints": N_("Complaints"),
    "messages": N_("Messages"),
    "requests": N_("Requests about your data"),
    "consents": N_("Consents"),
    "trail": N_("The trail of who did and read what"),
    "applications": N_("Applications that came to nothing"),
    "quotes": N_("Quotes"),
    "drafts": N_("Claims that were begun and not sent"),
    "mails": N_("Mails that we sent you"),
    "decision_mails": N_("Mails that told you a decision"),
    "announcements": N_("Whom an employer announced to us"),
    "uploads": N_("Files of an employer that were not confirmed"),
    "applicant_checks": N_("The check of an applicant's name that the law asks for"),
    "bank_statements": N_("Statements of our bank accounts"),
    "bank_files": N_("Files by which the bank pays"),
    "debit_files": N_("Files of direct debits"),
    "sign_ins": N_("When you signed in, and from which device"),
    "tries": N_("Wrong passwords and codes"),
    "readings": N_("What the machine read from your papers"),
}
DESK_WHAT = {
    **WHAT,
    "memberships": N_("The membership, claims and decisions"),
    "requests": N_("Requests about data"),
    "mails": N_("Mails that were sent"),
    "sign_ins": N_("When the person signed in, and from which device"),
    "readings": N_("What the machine read from papers"),
    "decision_mails": N_("Mails that told a decision"),
}
AFTER = {
    "end_of_membership": N_("after the end of the membership"),
    "payment": N_("after the payment"),
    "closing": N_("after it was closed"),
    "writing": N_("after it was written"),
    "answer": N_("after our answer"),
    "withdrawal": N_("after it was taken back"),
    "act": N_("after the act"),
    "end_of_application": N_("after it ended"),
    "quote": N_("after the quote"),
    "change": N_("after the last change"),
    "sending": N_("after it was sent"),
    "announcement": N_("after it was announced"),
    "upload": N_("after it was handed in"),
    "check": N_("after the check"),
    "booking": N_("after the booking"),
    "sign_in": N_("after the sign-in"),
    "try": N_("after the try"),
    "reading": N_("after the reading"),
    "request": N_("after the request"),
}


class KeptFor(NamedTuple):
    """What is kept how long, in words, with its ground."""

    what: str
    time: str
    basis: str


def consent(purpose: str, version: str) -> Purpose:
    """The words of a consent."""
    say, words = speaks().say, CONSENTS[purpose, version]
    return Purpose(say(words.title), say(words.text))


def kind(word: str) -> str:
    """What a request asks for."""
    return speaks().say(KINDS[word])


def desk_kind(word: str) -> str:
    """What a request asks for, for the staff."""
    return speaks().say(DESK_KINDS[word])


def kind_help(word: str) -> str:
    """When such a request is the right one."""
    return speaks().say(KIND_HELP[word])


def field(word: str) -> str:
    """What is to be corrected."""
    return speaks().say(FIELDS[word])


def value(name: str | None, said: str | None) -> str:
    """A value that is to be corrected, as a person reads it."""
    if name == "nationality" and said:
        return names.country(said, speaks().language)
    if name == "born" and said:
        return speaks().day(date.fromisoformat(said))
    return said or "–"


def outcome(word: str) -> str:
    """What an answer says."""
    return speaks().say(OUTCOMES[word])


def outcomes() -> list[tuple[str, str]]:
    """What an answer can say."""
    return [("", ""), *((word, outcome(word)) for word in OUTCOMES)]


def fields() -> list[tuple[str, str]]:
    """What can be corrected."""
    return [("", ""), *((word, field(word)) for word in FIELDS)]


def kept_for(one: Retention, what: dict[str, str]) -> KeptFor:
    """What is kept how long, in the words of a table."""
    voice = speaks()
    years, months = divmod(one.months, 12)
    time = (
        voice.plural("{n} month", "{n} months", one.months) if months else voice.plural("{n} year", "{n} years", years)
    )
    return KeptFor(voice.say(what[one.what]), f"{time} {voice.say(AFTER[one.after])}", one.basis)


def told(found: dict[str, Retention], desk: bool = False) -> list[KeptFor]:
    """The periods of a day, in words: those for the person, or for the staff."""
    words = DESK_WHAT if desk else WHAT
    return [kept_for(one, words) for what, one in found.items() if what != ANSWER]
