"""The wording of gate 9: waiting periods (délais d'attente)."""

from __future__ import annotations

from expat.wording.catalogue import N_
from expat.wording.teller import Teller, Told

UPGRADED = N_(
    "Since {since} you have formula {formula} instead of formula {terms}. For {months} from that day, care of this "
    "category ({category}) is still judged as in formula {terms}, which does not include it. It is covered when it "
    "begins on {opens} or later."
)
# Before care, and after it.
OTHER_ZONE = {
    True: N_(
        "Since your change of zone on {since}, a waiting period of {months} runs in the new zone (country: {country}; "
        "category: {category}). Care is covered there when it begins on {opens} or later; this care would begin on "
        "{day}."
    ),
    False: N_(
        "Since your change of zone on {since}, a waiting period of {months} runs in the new zone (country: {country}; "
        "category: {category}). Care is covered there when it begins on {opens} or later; this care began on {day}."
    ),
}
CATEGORY = {
    True: N_(
        "This category ({category}) has a waiting period of {months} from {since}. Care is covered when it begins on "
        "{opens} or later; this care would begin on {day}."
    ),
    False: N_(
        "This category ({category}) has a waiting period of {months} from {since}. Care is covered when it begins on "
        "{opens} or later; this care began on {day}."
    ),
}


def waiting_period(t: Teller) -> Told:
    """UNO-WAIT-1, UNO-WAIT-4, UNO-UP-1."""
    category = t.figure_name().rsplit(".", 1)[-1]
    values = {
        "months": t.span("months", t.figure("months")), "category": t.category(category), "since": t.day("since"),
        "opens": t.day("opens"), "day": t.day("first_day") if t.seen("first_day") else "",
    }  # fmt: skip
    rule = t.step["rule"]
    if rule == "UNO-UP-1":
        sentence = t.say(UPGRADED, formula=t.seen("formula"), terms=t.seen("terms"), **values)
    elif rule == "UNO-WAIT-4":
        sentence = t.say(OTHER_ZONE[bool(t.ahead)], country=t.country("country"), **values)
    else:
        sentence = t.say(CATEGORY[bool(t.ahead)], **values)
    return Told(sentence, _wait_lifted(t, category))


def _wait_lifted(t: Teller, category: str) -> str:
    """UNO-WAIT-2: what makes the shorter waits fall away; the maternity wait never does (UNO-WAIT-5)."""
    lifted = t.known_figure("waiver.categories")
    if category not in lifted if lifted is not None else category == "maternity":
        return ""
    if t.ahead:
        return t.say(
            "This waiting period falls away after an accident or an unexpected illness: choose that cause, if it is "
            "one; your claim then needs its proof."
        )
    if t.step["rule"] == "UNO-WAIT-1":
        return t.say(
            "This waiting period falls away after an accident or an unexpected illness, or where an equivalent "
            "cover ended just before this one. If that is so, send us the proof: we then look at the line again."
        )
    return t.say(
        "This waiting period falls away after an accident or an unexpected illness. If that is so, send us the "
        "proof: we then look at the line again."
    )
