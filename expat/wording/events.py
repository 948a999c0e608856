"""The wording of requests that were refused: a recharge, a change of formula, zone or currency, an approval."""

from __future__ import annotations

from collections.abc import Callable

from expat.wording.teller import Teller, Told


def recharge_not_in_formula(t: Teller) -> Told:
    """UNO-RECH-1. Knows, where given, `formula` and `category`."""
    if t.seen("formula") is None or t.seen("category") is None:
        return Told(t.say("Your formula offers no Recharge On Demand for this category."))
    return Told(
        t.say(
            "Formula {formula} offers no Recharge On Demand for this category ({category}).",
            formula=t.seen("formula"),
            category=t.category(t.seen("category")),
        )
    )


def recharge_too_early(t: Teller) -> Told:
    """UNO-RECH-1. Knows, where given, `opens`: the first day on which a recharge can be asked for."""
    if t.seen("opens") is None:
        return Told(t.say("It is too early in the membership for a Recharge On Demand of this category."))
    return Told(
        t.say("A Recharge On Demand of this category can be asked for from {opens} on.", opens=t.day("opens")),
        t.say("Ask again from that day on."),
    )


def recharge_below_threshold(t: Teller) -> Told:
    """UNO-RECH-1. The share that must be paid first comes from the plan's edition, where it is at hand."""
    share = t.known_figure("recharge.threshold")
    if share is None:
        sentence = t.say("Too little of the year's ceiling of this category has been paid for a Recharge On Demand.")
    else:
        sentence = t.say(
            "A Recharge On Demand can be had once {share} of the year's ceiling of the category, and of each earlier "
            "recharge that is still valid, has been paid.",
            share=t.voice.percent(share),
        )
    return Told(sentence, t.say("Ask again once more of the ceiling has been paid."))


def medical_refused(t: Teller) -> Told:
    """UNO-UP-1, UNO-WAIT-4."""
    return Told(
        t.say("The medical department did not agree to this change; what you have now stays in force."),
        t.say("You can ask the medical department for its reasons."),
    )


def euro_area_pays_eur(t: Teller) -> Told:
    """UNO-FX-5."""
    return Told(
        t.say("Who lives in the euro area is paid in euros; another currency can be chosen from a country outside it."),
        t.say("If you have moved out of the euro area, tell us your new country of residence first."),
    )


def not_in_force(t: Teller) -> Told:
    """UNO-FORCE-1."""
    return Told(t.say("This person is not covered on that day."))


def approval_late(t: Teller) -> Told:
    """UNO-APP-2."""
    return Told(
        t.say("The request for prior approval reached us too late."),
        t.say(
            "If there was a reason for the delay, tell the medical department: it can grant the request all the same."
        ),
    )


def approval_refused(t: Teller) -> Told:
    """UNO-APP-3."""
    return Told(
        t.say("The medical department refused the prior approval."),
        t.say(
            "You can ask the medical department for its reasons and send it further medical papers, in an envelope "
            "marked confidential."
        ),
    )


def renunciation_late(t: Teller) -> Told:
    """UNO-MEM-5. Knows, where given, `until`: the last day."""
    last = t.say("It ended on {until}.", until=t.day("until")) if t.seen("until") else ""
    return Told(
        " ".join((t.say("The time to renounce is over."), last)).strip(),
        t.say("You can still end the membership at its anniversary, with notice."),
    )


def renunciation_claim_known(t: Teller) -> Told:
    """UNO-MEM-5."""
    return Told(
        t.say("The membership was sold at home or at work and you have claimed: the right to renounce is gone."),
        t.say("You can still end the membership at its anniversary, with notice."),
    )


# What a refused request is called, the rule that refuses it, and its wording.
EVENTS: dict[str, tuple[str, Callable[[Teller], Told]]] = {
    "recharge_not_in_formula": ("UNO-RECH-1", recharge_not_in_formula),
    "recharge_too_early": ("UNO-RECH-1", recharge_too_early),
    "recharge_below_threshold": ("UNO-RECH-1", recharge_below_threshold),
    "medical_refused": ("UNO-UP-1", medical_refused),
    "euro_area_pays_eur": ("UNO-FX-5", euro_area_pays_eur),
    "not_in_force": ("UNO-FORCE-1", not_in_force),
    "approval_late": ("UNO-APP-2", approval_late),
    "approval_refused": ("UNO-APP-3", approval_refused),
    "renunciation_late": ("UNO-MEM-5", renunciation_late),
    "renunciation_claim_known": ("UNO-MEM-5", renunciation_claim_known),
}
