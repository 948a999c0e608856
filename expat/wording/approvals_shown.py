"""The wording of requests for prior approval as they are followed and answered: states, papers, dates."""

from __future__ import annotations

from datetime import date

from expat.wording.catalogue import N_
from expat.wording.voice import voice

PAPERS = {
    "medical_report": N_("a medical report"),
    "quote": N_("a quote from the provider"),
    "prescription": N_("the prescription"),
    "other": N_("another paper"),
}

KINDS = {
    "planned": N_("Planned care"),
    "emergency": N_("Emergency"),
    "extension": N_("Extension of a stay"),
}

STATES = {
    "waiting": N_("With the medical department"),
    "paper_asked": N_("A paper is awaited"),
    "granted": N_("Granted"),
    "late": N_("Granted, but asked for too late"),
    "refused": N_("Refused"),
}

GUARANTEES = {
    "valid": N_("This guarantee letter is valid."),
    "withdrawn": N_("This guarantee letter was withdrawn: it holds no longer."),
    "expired": N_("This guarantee letter has expired."),
    "on_hold": N_("This guarantee letter cannot be confirmed at present. Call us before you rely on it."),
}

RULES = {
    "none": N_("This care needs no prior approval."),
    "series": N_("This care needs prior approval beyond the first acts of a series."),
    "always": N_("This care always needs prior approval."),
}


def paper(kind: str, language: str) -> str:
    """A kind of paper, with its article."""
    return voice(language).say(PAPERS[kind])


def kind(word: str, language: str) -> str:
    """Whether a request is for planned care, an emergency or more days of a stay."""
    return voice(language).say(KINDS[word])


def state(word: str, language: str) -> str:
    """Where a request stands."""
    return voice(language).say(STATES[word])


def rule(word: str, language: str) -> str:
    """Whether a care needs approval."""
    return voice(language).say(RULES[word])


def guarantee(word: str, language: str) -> str:
    """What a hospital is told of a letter whose code it typed."""
    return voice(language).say(GUARANTEES[word])


def guaranteed_days(first: date, last: date, extension: bool, language: str) -> str:
    """For which days a letter guarantees that the hospital is paid directly."""
    speaks = voice(language)
    days = {"first": speaks.day(first), "last": speaks.day(last)}
    if extension:
        return speaks.say("The hospital is paid directly for the days from {first} to {last}.", **days)
    return speaks.say("The hospital is paid directly for care that begins between {first} and {last}.", **days)


def next_step(acts: str | None, by: date | None, language: str) -> str:
    """Who acts next, and by when; empty where nobody does."""
    speaks = voice(language)
    if acts == "medical" and by is not None:
        return speaks.say("The medical department answers by {day}.", day=speaks.day(by))
    if acts == "medical":
        return speaks.say("The medical department answers.")
    if acts == "member" and by is not None:
        return speaks.say("Send the paper that is asked for by {day}.", day=speaks.day(by))
    return speaks.say("Send the paper that is asked for.") if acts == "member" else ""


def planned_from(earliest: date, today: date, notice: int, language: str) -> str:
    """UNO-APP-2 for planned care: the first day for which a request that is made today is in time."""
    speaks = voice(language)
    if earliest == today:
        return speaks.say("Ask on the day of the purchase at the latest.")
    return speaks.say(
        "A request arrives at least {days} before planned care: asked for today, the care can begin from {day} on.",
        days=speaks.plural("{n} day", "{n} days", notice),
        day=speaks.day(earliest),
    )


def emergency_since(earliest: date, hours: int, language: str) -> str:
    """UNO-APP-2 for an emergency: the first day of admission for which a request that is made today is in time."""
    speaks = voice(language)
    return speaks.say(
        "An emergency is reported at most {hours} after the admission: reported today, for an admission on {day} or "
        "later.",
        hours=speaks.plural("{n} hour", "{n} hours", hours),
        day=speaks.day(earliest),
    )


def begin_by(day: date, language: str) -> str:
    """Until when care can begin under an approval."""
    speaks = voice(language)
    return speaks.say("The care can begin until {day}.", day=speaks.day(day))


def extend_by(covered_until: date, latest: date, language: str) -> str:
    """Until when a stay is covered, and more days can be asked for."""
    speaks = voice(language)
    return speaks.say(
        "The stay is covered until {until}. If it goes on, ask for an extension by {latest}.",
        until=speaks.day(covered_until),
        latest=speaks.day(latest),
    )
