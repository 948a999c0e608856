"""Gate 8: where the care was given (UNO-TERR-1 to 4)."""

from __future__ import annotations

from typing import Any

from expat.adjudication.facts import value_on
from expat.adjudication.judging import Judging

GATE = "territory"


def in_territory(j: Judging) -> None:
    """The country is France, or in the zone and near enough, or the cause and the length of the stay excuse it."""
    membership, country = j.facts.membership, j.line.country
    kept = membership.kept_after_return
    looked_at: dict[str, Any] = {
        "country": country,
        "zone": value_on(membership.zones, j.day),
        "country_zone": j.edition.zone_of(country),
        "residence": value_on(membership.residences, j.day),
        "cause": j.line.cause,
        "stay_days": j.line.stay_days,
    }
    if j.line.stay_why is not None:
        looked_at["stay_why"] = j.line.stay_why
    if country in j.edition.france:
        if kept is not None and j.day in kept:
            j.passed(GATE, "UNO-MEM-6", {**looked_at, "kept_after_return": kept})
        elif _temporary(j, "UNO-TERR-2", looked_at):
            _claims_show(j, "UNO-TERR-2")
    elif j.edition.in_zone(country, looked_at["zone"]):
        _in_zone(j, looked_at)
    else:
        _out_of_zone(j, looked_at)


def _temporary(j: Judging, rule: str, looked_at: dict[str, Any]) -> bool:
    """A stay of fewer than 90 consecutive days; one of unknown length counts as such. Says whether it passed."""
    limit = j.edition["territory.temporary_stay"]
    if (j.line.stay_days or 0) >= limit.value:
        j.refused(GATE, rule, "stay_too_long", looked_at, limit)
        return False
    if rule == "UNO-TERR-2":
        j.passed(GATE, rule, looked_at, limit)
    return True


def _out_of_zone(j: Judging, looked_at: dict[str, Any]) -> None:
    """UNO-TERR-3: a temporary stay, and an accident, an unexpected illness or a complication of pregnancy."""
    if not _temporary(j, "UNO-TERR-3", looked_at):
        return
    causes = j.edition["territory.out_of_zone_causes"]
    if j.line.cause in causes.value:
        j.cause_decides = True
        j.passed(GATE, "UNO-TERR-3", looked_at, j.edition["territory.temporary_stay"], causes)
        _claims_show(j, "UNO-TERR-3")
    else:
        j.refused(GATE, "UNO-TERR-3", "out_of_zone", looked_at, causes)


def _claims_show(j: Judging, rule: str) -> None:
    """A stay that claims show to be too long, whatever was declared, is flagged for a person; one reviewed is not."""
    shown, limit = j.facts.history.stay, j.edition["territory.temporary_stay"]
    if shown is None or j.line.stay_why is not None:
        return
    days = (shown.days.last - shown.days.first).days + 1
    if days >= limit.value:
        j.flags.append("possible_long_stay")
        looked_at = {"country": j.line.country, "shown": shown.days, "days": days}
        j.passed(GATE, rule, {**looked_at, "lines": [shown.from_line, shown.to_line]}, limit)


def _in_zone(j: Judging, looked_at: dict[str, Any]) -> None:
    """UNO-TERR-4: the residence, a country with a land border with it, or a cause or a derogation that excuses."""
    if looked_at["country"] == looked_at["residence"] or j.facts.bordering:
        j.passed(GATE, "UNO-TERR-1", {**looked_at, "bordering": j.facts.bordering})
        return
    derogation = next((d for d in j.facts.derogations if d.country == j.line.country and _allows(j, d)), None)
    causes = j.edition["territory.third_country_causes"]
    if derogation is not None:
        j.passed(GATE, "UNO-TERR-4", {**looked_at, "derogation": derogation})
    elif j.line.cause in causes.value:
        j.cause_decides = True
        j.passed(GATE, "UNO-TERR-4", looked_at, causes)
    else:
        j.refused(GATE, "UNO-TERR-4", "third_country", looked_at, causes)


def _allows(j: Judging, derogation: Any) -> bool:
    return derogation.requested_on < j.day and j.day in derogation.days
