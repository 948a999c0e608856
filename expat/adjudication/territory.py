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
    if country in j.edition.france:
        if kept is not None and j.day in kept:
            j.passed(GATE, "UNO-MEM-6", {**looked_at, "kept_after_return": kept})
        else:
            _temporary(j, "UNO-TERR-2", looked_at)
    elif looked_at["country_zone"] in j.edition["zone.access"].value[looked_at["zone"]]:
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
    else:
        j.refused(GATE, "UNO-TERR-3", "out_of_zone", looked_at, causes)


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
