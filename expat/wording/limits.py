"""The wording of gates 11 and 12: papers, and limits in number."""

from __future__ import annotations

from datetime import date

from expat.periods import add_years
from expat.wording import names
from expat.wording.teller import Teller, Told


def documents_missing(t: Teller) -> Told:
    """UNO-DOC-1, UNO-HOSP-1."""
    missing = t.seen("missing", [])
    if "admission_or_discharge" in missing:
        sentence = t.say(
            "An ambulance is covered on the day of an admission to hospital or of a discharge; we know of none on "
            "that day."
        )
        return Told(sentence, _send_the_stay(t))
    if "earlier_stay" in missing:
        sentence = t.say("A convalescence is covered after a stay in hospital; we know of none before it.")
        return Told(sentence, _send_the_stay(t))
    papers = t.voice.several(names.document(kind, t.language) for kind in missing)
    needed = t.say("To settle this line we still need {papers}.", papers=papers)
    return Told(
        " ".join([needed, *_asked(t)]),
        t.say("Send us what is missing: the line is judged again as soon as it arrives."),
    )


def _asked(t: Teller) -> list[str]:
    """What a person asked for, when and why, in the words in which it was asked."""
    return [
        t.say(
            "Asked for on {day} ({paper}): {note}.",
            day=t.voice.day(date.fromisoformat(day)),
            paper=names.document(kind, t.language),
            note=why.rstrip("."),
        )
        for kind, why, day in t.seen("asked", [])
    ]


def _send_the_stay(t: Teller) -> str:
    if t.ahead:
        return t.say("It can be paid once that stay is claimed, or has a prior approval.")
    return t.say("Send us the invoice of that stay: the line is judged again as soon as it arrives.")


def frequency_limit(t: Teller) -> Told:
    """UNO-LIM-1."""
    years = t.figure("every_years")
    paid = sorted(date.fromisoformat(day) for day in t.seen("paid_for", []))
    return Told(
        t.say(
            "This is covered once in {years}, and was paid for on {paid}. The next one can be covered from {opens} on.",
            years=t.span("years", years),
            paid=t.voice.several(t.voice.day(day) for day in paid),
            opens=t.voice.day(add_years(paid[-1], years)),
        )
    )


def days_limit(t: Teller) -> Told:
    """UNO-LIM-2."""
    lifetime = t.figure("lifetime_days")
    values = {
        "here": t.here(),
        "used": t.span("days", t.seen("days_used", 0)),
        "days": t.span("days", t.seen("days", 0)),
        "covered": t.span("days", t.seen("covered", 0)),
    }
    if lifetime is not None:
        return Told(
            t.say(
                "These stays are covered for {most} over the whole life of the membership. Paid before: {used}; "
                "{here}: {days}; of these, covered: {covered}.",
                most=t.span("days", lifetime),
                **values,
            )
        )
    return Told(
        t.say(
            "This stay is covered for {most}. Paid before: {used}; {here}: {days}; of these, covered: {covered}.",
            most=t.span("days", t.figure("days_per_stay")),
            **values,
        )
    )
