"""What a reason means, in words: from a step of a decision's trace, or from a request that was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from expat.adjudication.rules import RULES
from expat.periods import add_years
from expat.plans.edition import Edition
from expat.wording import amounts, approvals, entry, limits, territory, waiting
from expat.wording.catalogue import N_
from expat.wording.contract import heading_of
from expat.wording.events import EVENTS
from expat.wording.teller import Teller, Told
from expat.wording.voice import voice


@dataclass(frozen=True, slots=True)
class Explained:
    """A reason in words: a title, what was found with its figures, the contract's heading, what can be done next."""

    title: str
    sentence: str
    article: str
    next_step: str = ""

    @property
    def text(self) -> str:
        """The sentence and what can be done next."""
        return f"{self.sentence} {self.next_step}".strip()


TITLES = {
    "duplicate": N_("Already claimed"),
    "possible_duplicate": N_("Resembles another line"),
    "not_in_force": N_("Not covered on that day"),
    "suspended": N_("Cover suspended"),
    "late": N_("Received too late"),
    "excluded": N_("Not covered by the contract"),
    "not_in_formula": N_("Not part of your formula"),
    "age_condition": N_("Age condition"),
    "out_of_zone": N_("Outside your zone"),
    "stay_too_long": N_("Stay too long"),
    "possible_long_stay": N_("Claims show a long stay"),
    "third_country": N_("Third country"),
    "waiting_period": N_("Waiting period"),
    "approval_missing": N_("No prior approval"),
    "approval_refused": N_("Prior approval refused"),
    "approval_late": N_("Prior approval asked for too late"),
    "documents_missing": N_("Papers missing"),
    "frequency_limit": N_("Too soon after the last one"),
    "days_limit": N_("Limited number of days"),
    "unreasonable_cost": N_("Cost above what is usual"),
    "rate_applied": N_("Rate of your formula"),
    "cap_reached": N_("Cap of this care"),
    "category_ceiling_reached": N_("Ceiling of the category reached"),
    "overall_ceiling_reached": N_("Overall ceiling of the year reached"),
    "rate_unavailable": N_("Waiting for an exchange rate"),
    "recharge_not_in_formula": N_("No recharge in your formula"),
    "recharge_too_early": N_("Too early for a recharge"),
    "recharge_below_threshold": N_("Ceiling not used enough for a recharge"),
    "medical_refused": N_("Refused by the medical department"),
    "euro_area_pays_eur": N_("Paid in euros in the euro area"),
    "renunciation_late": N_("Too late to renounce"),
    "renunciation_claim_known": N_("A claim is known"),
}

# Where one rule of several that give the same reason says it more exactly.
_TITLES_OF_RULES = {
    ("approval_missing", "UNO-APP-4"): N_("Days beyond the prior approval"),
    ("documents_missing", "UNO-HOSP-1"): N_("Hospital stay not known yet"),
    ("approval_missing", "UNO-APP-6"): N_("Acts beyond the prior approval"),
}

_TOLD: dict[str, Callable[[Teller], Told]] = {
    "duplicate": entry.duplicate,
    "possible_duplicate": entry.possible_duplicate,
    "not_in_force": entry.not_in_force,
    "suspended": entry.suspended,
    "late": entry.late,
    "excluded": entry.excluded,
    "not_in_formula": entry.not_in_formula,
    "age_condition": entry.age_condition,
    "out_of_zone": territory.out_of_zone,
    "stay_too_long": territory.stay_too_long,
    "possible_long_stay": territory.possible_long_stay,
    "third_country": territory.third_country,
    "waiting_period": waiting.waiting_period,
    "approval_missing": approvals.approval_missing,
    "approval_refused": approvals.approval_refused,
    "approval_late": approvals.approval_late,
    "documents_missing": limits.documents_missing,
    "frequency_limit": limits.frequency_limit,
    "days_limit": limits.days_limit,
    "unreasonable_cost": amounts.unreasonable_cost,
    "rate_applied": amounts.rate_applied,
    "cap_reached": amounts.cap_reached,
    "category_ceiling_reached": amounts.category_ceiling_reached,
    "overall_ceiling_reached": amounts.overall_ceiling_reached,
    "rate_unavailable": amounts.rate_unavailable,
}


def title(reason: str, language: str, rule: str = "") -> str:
    """The short name of a reason, of a refused request, or of a flag."""
    return voice(language).say(_TITLES_OF_RULES.get((reason, rule)) or TITLES[reason])


def explain(
    step: Mapping[str, Any],
    language: str,
    edition: Edition | None = None,
    currency: str | None = None,
    ahead: bool = False,
) -> Explained:
    """A step that has a reason, as a decision's trace keeps it, in words.

    With the `edition` that the decision used, the advice is complete (by when to ask, what to recharge); with the
    invoice's `currency`, amounts of the invoice carry it. `ahead`: the care is still to come.
    """
    told = _TOLD[step["reason"]](Teller(step, language, edition, currency, ahead))
    return Explained(title(step["reason"], language, step["rule"]), told.sentence, heading_of(step), told.next_step)


def explain_flag(
    flag: str,
    step: Mapping[str, Any],
    language: str,
    edition: Edition | None = None,
    currency: str | None = None,
    ahead: bool = False,
) -> Explained:
    """A flag of a decision in words, from the step that raised it."""
    return explain({**step, "reason": flag}, language, edition, currency, ahead)


def flags_raised(step: Mapping[str, Any], flags: Iterable[str]) -> list[str]:
    """The flags of a decision that a step of its trace raised."""
    raised = {
        "possible_duplicate": step["gate"] == "duplicate" and step["reason"] is None,
        "possible_long_stay": "shown" in step["looked_at"],
    }
    return [flag for flag in flags if raised.get(flag, False)]


def explain_event(reason: str, language: str, edition: Edition | None = None, **facts: Any) -> Explained:
    """Why a request was refused, in words. `facts` are what `expat.wording.events` names; dates as dates or ISO."""
    rule, tell = EVENTS[reason]
    seen = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    step = {"rule": rule, "heading": RULES[rule], "looked_at": seen, "figures": [], "reason": reason}
    told = tell(Teller(step, language, edition))
    return Explained(title(reason, language), told.sentence, RULES[rule], told.next_step)


def contest_until(decided_on: date, edition: Edition) -> date:
    """The last day on which a decision can be contested (UNO-MEM-6; the contract's heading Prescription)."""
    return add_years(decided_on, edition["claim.prescription"].value)


def how_to_contest(edition: Edition, language: str) -> str:
    """How a decision is contested and within what time."""
    speaks = voice(language)
    years = Teller({"looked_at": {}, "figures": []}, language).span("years", edition["claim.prescription"].value)
    return speaks.say(
        "You can contest a decision for {years}: write to us, naming the number of the claim. We look at it again "
        "and answer you with reasons. If you still disagree, you can turn to the insurer's customer relations and "
        "then to an independent mediator.",
        years=years,
    )
