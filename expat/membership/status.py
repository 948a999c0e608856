"""What a membership is on a day: active, suspended or terminated; and who is covered."""

from __future__ import annotations

from datetime import date

from expat.claims.dossier import Dossier


def status_on(dossier: Dossier, day: date) -> str:
    """`active`, `suspended`, or `terminated` from the first day without cover, an end by age too."""
    edition = dossier.plan.on(day)
    if not any(day in period for period in dossier.cover(dossier.member.id, edition)):
        return "terminated" if day >= dossier.joined else "not_started"
    suspended = any(day in period for period in dossier.facts_on(edition).suspensions)
    return "suspended" if suspended else "active"


def covered_on(dossier: Dossier, person: int, day: date) -> bool:
    """Whether a person is covered on a day; on a suspended one nobody is."""
    edition = dossier.plan.on(day)
    suspended = any(day in period for period in dossier.facts_on(edition).suspensions)
    return not suspended and any(day in period for period in dossier.cover(person, edition))
