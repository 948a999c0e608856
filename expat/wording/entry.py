"""The wording of gates 1 to 7: is it a new claim for a covered day, in time, for care that the formula has?"""

from __future__ import annotations

from expat.wording.teller import Teller, Told


def line_named(t: Teller, ref: str) -> str:
    """Another line, kept as `claim/position`."""
    claim, _, position = ref.partition("/")
    return t.say("line {position} of claim {claim}", position=position, claim=claim)


def duplicate(t: Teller) -> Told:
    """UNO-DUP-1: by the invoice's number, or because a person found it so."""
    other = line_named(t, t.seen("same_as", ""))
    if t.seen("found") and not t.seen("same_as"):
        found = t.say("A person compared the papers of this line: it is the same care, claimed twice.")
        return Told(f"{found} {_reviewers_reason(t)}", _two_visits(t))
    if t.seen("found"):
        found = t.say("A person compared this line with {other}: it is the same care, claimed twice.", other=other)
        return Told(f"{found} {_reviewers_reason(t)}", _two_visits(t))
    return Told(
        t.say(
            "The same care was already accepted, as {other}: same person, same first day, same amount and same "
            "invoice number ({invoice}).",
            other=other,
            invoice=t.seen("invoice", ""),
        ),
        _two_visits(t),
    )


def possible_duplicate(t: Teller) -> Told:
    """UNO-DUP-1: nothing is refused for it, a person looks; where a person suspects it, the line waits."""
    other = line_named(t, t.seen("same_as", ""))
    if t.seen("found") and not t.seen("same_as"):
        found = t.say(
            "This line seems to repeat care that was claimed already; it waits until a person has checked it."
        )
        return Told(f"{found} {_reviewers_reason(t)}", _two_visits(t))
    if t.seen("found"):
        found = t.say("This line seems to repeat {other}; it waits until a person has checked it.", other=other)
        return Told(f"{found} {_reviewers_reason(t)}", _two_visits(t))
    return Told(
        t.say(
            "This line resembles {other}: same person, same care, same first day and same amount. It is not "
            "refused for that; a person checks it.",
            other=other,
        ),
        _two_visits(t),
    )


def _reviewers_reason(t: Teller) -> str:
    return t.say("The reviewer's reason: {note}.", note=t.seen("why", "").rstrip("."))


def _two_visits(t: Teller) -> str:
    if t.ahead:
        return ""
    return t.say("If these are two different visits, send us the invoice of each, with its own number.")


def not_in_force(t: Teller) -> Told:
    """UNO-FORCE-1."""
    periods = t.voice.several(t.voice.period(*p) for p in t.periods("covered"))
    if t.ahead:
        return Told(_covered_then(t, periods), t.say("A school certificate or a proof of work can extend the cover."))
    if periods:
        sentence = t.say(
            "The care began on {day}; this person is covered {periods}.", day=t.day("first_day"), periods=periods
        )
    else:
        sentence = t.say("The care began on {day}; this person has no cover.", day=t.day("first_day"))
    return Told(
        sentence,
        t.say(
            "If a school certificate or a proof of work extends the cover to that day, send it: we then look at "
            "the line again."
        ),
    )


def _covered_then(t: Teller, periods: str) -> str:
    if periods:
        return t.say(
            "The care would begin on {day}; this person is covered {periods}.",
            day=t.day("first_day"),
            periods=periods,
        )
    return t.say("The care would begin on {day}; this person has no cover.", day=t.day("first_day"))


def suspended(t: Teller) -> Told:
    """UNO-DUN-2."""
    day = t.on("first_day")
    held = [t.voice.period(*p) for p in t.periods("suspended") if p[0] <= day <= p[1]]
    if t.ahead:
        return Told(
            t.say(
                "The cover is suspended because a premium is not paid ({periods}); the care would begin on {day}.",
                day=t.day("first_day"),
                periods=t.voice.several(held),
            ),
            t.say("Care is covered again from the day after the payment."),
        )
    return Told(
        t.say(
            "The care began on {day}, while the cover was suspended because a premium was not paid ({periods}).",
            day=t.day("first_day"),
            periods=t.voice.several(held),
        ),
        t.say(
            "Care of those days stays without cover, even once the premium is paid. If you disagree with the "
            "suspension, ask for a person to review it."
        ),
    )


def late(t: Teller) -> Told:
    """UNO-LATE-1."""
    after = t.figure("submit_after_termination")
    values = {
        "received": t.day("received"),
        "ended": t.day("care_ended"),
        "until": t.day("until"),
        "within": t.span("months", t.figure("submit_within")),
    }
    if after is None:
        sentence = t.say(
            "We received the claim on {received}; the care ended on {ended}. It had to reach us by {until}, "
            "within {within} of the end of the care.",
            **values,
        )
    else:
        sentence = t.say(
            "We received the claim on {received}; the care ended on {ended} and the membership on {terminated}. "
            "It had to reach us by {until}: within {within} of the end of the care, and within {after} of the "
            "later of the two.",
            terminated=t.day("terminated"),
            after=t.span("months", after),
            **values,
        )
    return Told(sentence, t.say("If you sent it before that day, send us the proof of sending."))


def excluded(t: Teller) -> Told:
    """UNO-EXCL-1, and UNO-MEM-1 where the person agreed to it on joining."""
    if t.seen("agreed"):
        return Told(
            t.say(
                "On joining it was agreed that this care is left out for this person from {day} on: {care}.",
                day=t.day("agreed"),
                care=t.care(t.seen("care")),
            ),
            t.say("The words that were agreed to are with the application; the medical department answers about them."),
        )
    sentence = t.say("The contract does not cover this care: {care}.", care=t.care(t.seen("care")))
    if t.ahead:
        return Told(sentence, t.say("If the care is of another kind, or follows an accident, ask us before it."))
    return Told(
        sentence,
        t.say(
            "If the care was of another kind, or came after an accident, send a medical report to the medical "
            "department, in an envelope marked confidential."
        ),
    )


def not_in_formula(t: Teller) -> Told:
    """UNO-FORM-1."""
    return Told(
        t.say(
            "Formula {formula}, yours on the day of the care, does not include this care: {care}.",
            formula=t.seen("formula"),
            care=t.care(t.seen("care")),
        ),
        t.say("For care to come you can ask for a higher formula; it takes effect on the membership's anniversary."),
    )


def age_condition(t: Teller) -> Told:
    """UNO-AGE-1."""
    under, before = t.figure("under_age"), t.figure("started_before_age")
    values = {"birthday": t.day("birthday"), "counted": t.day("counted_on")}
    if t.ahead and under is not None:
        return Told(
            t.say(
                "This is covered for a patient under {age} on the first day. This person's birthday at that age is "
                "{birthday}; the care would begin on {counted}.",
                age=t.span("years", under),
                **values,
            )
        )
    if under is not None:
        return Told(
            t.say(
                "This is covered for a patient under {age} on the first day. This person reached that age on "
                "{birthday}; the care began on {counted}.",
                age=t.span("years", under),
                **values,
            )
        )
    return Told(
        t.say(
            "This treatment is covered when it begins before the age of {age}. This person reached that age on "
            "{birthday}; the treatment began on {counted}.",
            age=t.span("years", before),
            **values,
        ),
        t.say("If the treatment began earlier, send us a paper from the practitioner that shows its first day."),
    )
