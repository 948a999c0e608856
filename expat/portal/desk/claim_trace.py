"""A decision's trace for who works on it: each gate with its article, its figures, the amounts before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from expat.money import minor_units, round_half_up
from expat.plans.edition import Edition
from expat.portal.work import language, speaks
from expat.wording import names
from expat.wording.reasons import explain, explain_flag, flags_raised

WORDS = ("benefit", "document", "approval")  # units of what is not counted
Step = Mapping[str, Any]


class StepTold(NamedTuple):
    """A gate: its name, what came of it (`result` as a word, `told` in words), the amounts that it changed.

    `rule` and `heading` say where it stands; `why` are sentences, `figures` what was used, each with its origin.
    """

    gate: str
    result: str
    told: str
    change: str
    rule: str
    heading: str
    why: tuple[str, ...]
    figures: tuple[str, ...]


def steps_told(trace: Mapping[str, Any], flags: Iterable[str], edition: Edition, currency: str) -> list[StepTold]:
    """Every step of a kept decision; amounts are in the invoice's `currency`."""
    raised = list(flags)
    return [_step(step, raised, edition, currency) for step in trace["steps"]]


def _step(step: Step, flags: list[str], edition: Edition, currency: str) -> StepTold:
    spoken = language()
    why = [explain(step, spoken, edition, currency).text] if step["reason"] else []
    why += [explain_flag(flag, step, spoken, edition, currency).text for flag in flags_raised(step, flags)]
    return StepTold(
        names.gate(step["gate"], spoken),
        step["result"],
        names.result(step["result"], spoken, step["reason"]),
        _change(step, currency),
        step["rule"],
        step["heading"],
        tuple(why),
        tuple(_figure(*figure) for figure in step["figures"]),
    )


def _change(step: Step, currency: str) -> str:
    """The amounts before and after, where the step changed them."""
    if step["before"] is None:
        return ""
    before, after = (round_half_up(Fraction(step[key]), minor_units(currency)) for key in ("before", "after"))
    return f"{speaks().amount(before, currency)} → {speaks().amount(after, currency)}"


def _figure(name: str, value: Any, unit: str, heading: str, origin: str) -> str:
    """A figure as the plan names it, its unit, and where it stands."""
    written = ", ".join(value) if isinstance(value, list) else str(value)
    counted = "" if unit in WORDS else f" {names.figure_unit(unit, language())}"
    whose = speaks().say("{status}: {reason}", status=names.origin(origin, language()), reason=heading)
    return f"{name} = {written}{counted} ({whose})"
