"""The words that a plan's files may use: each figure's name, its unit and the shape of its value."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """What a figure must look like: `shape` is one of the names that `shapes.py` checks."""

    unit: str
    shape: str
    required: bool = True


CARE_UNITS = {"day", "night", "act", "trip", "session", "pair", "item"}
COUNTED_IN_DAYS = {"day", "night"}
APPROVALS = {"always", "series", "none"}
DOCUMENTS = {"invoice", "prescription", "cause_proof", "medical_report", "original", "other"}
CONFIDENTIAL = {"medical_report"}  # read by the medical department and the person alone, whatever its sender says
CAUSES = {"illness", "accident", "unexpected_illness", "complication", "force_majeure"}
ROLES = {"member", "spouse", "child"}
GOES_WITH = {"admission_or_discharge", "earlier_stay"}

COUNT, NUMBER = "count", "number"
TABLE, TABLES, CHOICES = "table", "tables", "choices"

CARE_FIGURES = {
    "approval": Kind("approval", "approval"),
    "documents": Kind("document", "documents"),
    "benefit": Kind("benefit", "benefit"),
    "under_age": Kind("years", COUNT, required=False),
    "started_before_age": Kind("years", COUNT, required=False),
    "lifetime_days": Kind("days", COUNT, required=False),
    "days_per_stay": Kind("days", COUNT, required=False),
    "every_years": Kind("years", COUNT, required=False),
}

FIGURES = {
    "ceiling.overall": Kind("EUR", "each_formula"),
    "ceiling.category.*": Kind("EUR", "by_formula"),
    "ceiling.shown_of": Kind("role", "roles_by_category", required=False),
    "ceiling.complication_multiplier": Kind("factor", NUMBER),
    "ceiling.complication_category": Kind("category", "category"),
    "carry_over.categories": Kind("category", "categories"),
    "carry_over.share": Kind("share", "share"),
    "recharge.formulas": Kind("formula", "formulas"),
    "recharge.categories": Kind("category", "categories"),
    "recharge.threshold": Kind("share", "share"),
    "recharge.opens_after": Kind("months", "by_category"),
    "recharge.valid": Kind("months", COUNT),
    "recharge.price": Kind("share", "share"),
    "zone.countries": Kind("country", "zone_countries"),
    "zone.elsewhere": Kind("zone", "zone"),
    "zone.access": Kind("zone", "zone_access"),
    "territory.france": Kind("country", "countries"),
    "territory.temporary_stay": Kind("days", COUNT),
    "territory.out_of_zone_causes": Kind("cause", "causes"),
    "territory.third_country_causes": Kind("cause", "causes"),
    "waiting.months": Kind("months", "each_category"),
    "waiting.zone": Kind("zone", "zone"),
    "waiver.categories": Kind("category", "categories"),
    "waiver.causes": Kind("cause", "causes"),
    "waiver.attestation": Kind("months", COUNT),
    "waiver.marriage": Kind("months", COUNT),
    "waiver.newborn": Kind("months", COUNT),
    "approval.planned_notice": Kind("days", COUNT),
    "approval.emergency_notice": Kind("days", COUNT),
    "approval.no_notice": Kind("category", "categories"),
    "approval.stay": Kind("days", COUNT),
    "approval.extension_notice": Kind("days", COUNT),
    "approval.series_free": Kind("acts", COUNT),
    "approval.valid": Kind("months", COUNT),
    "amendment.answered_within": Kind("days", COUNT),
    "claim.submit_within": Kind("months", COUNT),
    "claim.submit_after_termination": Kind("months", COUNT),
    "claim.cause_proof": Kind("document", "document"),
    "claim.prescription": Kind("years", COUNT),
    "claim.rate_valid": Kind("days", COUNT),
    "claim.online_limit": Kind("EUR", NUMBER),
    "claim.originals_kept": Kind("months", COUNT),
    "claim.excluded": Kind("care", CHOICES),
    "complaint.acknowledge": Kind("days", COUNT),
    "complaint.acknowledge_limit": Kind("working_days", COUNT),
    "complaint.answer": Kind("months", COUNT),
    "complaint.mediator_within": Kind("months", COUNT),
    "complaint.mediator": Kind("mediator", CHOICES),
    "recovery.due": Kind("days", COUNT),
    "recovery.contest": Kind("days", COUNT),
    "recovery.release_above": Kind("EUR", NUMBER),
    "membership.nationality": Kind("country", "country"),
    "membership.joining_age": Kind("years", TABLE),
    "membership.health_declaration_valid": Kind("months", COUNT),
    "membership.health_questions": Kind("question", CHOICES, required=False),
    "membership.selection_promise": Kind("days", COUNT, required=False),
    "membership.child_until": Kind("years", COUNT),
    "membership.student_until": Kind("years", COUNT),
    "membership.school_year_starts": Kind("month", "month"),
    "membership.member_until": Kind("years", COUNT),
    "membership.working_until": Kind("years", COUNT),
    "membership.spouse_until": Kind("years", COUNT),
    "membership.cooling_off": Kind("days", COUNT),
    "membership.refund": Kind("days", COUNT),
    "membership.notice": Kind("months", COUNT),
    "membership.keep_after_return": Kind("months", COUNT),
    "membership.proof_asked": Kind("days", COUNT),
    "membership.fraud_notice": Kind("days", COUNT),
    "dunning.grace": Kind("days", COUNT),
    "dunning.suspension": Kind("days", COUNT),
    "dunning.termination": Kind("days", COUNT),
    "premium.frequencies": Kind("frequency", CHOICES),
    "premium.age_bands": Kind("EUR", TABLE),
    "premium.formula_factor": Kind("factor", "each_formula"),
    "premium.zone_factor": Kind("factor", "each_zone"),
    "premium.child_from_65": Kind("factor", NUMBER),
    "premium.family_tariff_until": Kind("years", COUNT),
    "premium.single": Kind("factor", NUMBER),
    "premium.family": Kind("factor", NUMBER),
    "premium.instalment_factor": Kind("factor", TABLE),
    "quote.valid": Kind("days", COUNT),
    "quote.ahead": Kind("months", COUNT),
    "prevoyance.death_capital_choices": Kind("EUR", CHOICES),
    "prevoyance.accident_capital_choices": Kind("EUR", CHOICES),
    "prevoyance.daily_allowance_choices": Kind("EUR", CHOICES),
    "prevoyance.deductible_choices": Kind("days", CHOICES),
    "prevoyance.incapacity_waiting": Kind("days", COUNT),
    "prevoyance.incapacity_max": Kind("months", COUNT),
    "prevoyance.relapse": Kind("months", COUNT),
    "prevoyance.invalidity_min_rate": Kind("percent", COUNT),
    "prevoyance.invalidity_full_rate": Kind("percent", COUNT),
    "prevoyance.accident_invalidity_min_rate": Kind("percent", COUNT),
    "prevoyance.education_annuity": Kind("EUR", TABLE),
    "prevoyance.death_per_1000": Kind("EUR", TABLE),
    "prevoyance.accident_per_1000": Kind("EUR", NUMBER),
    "prevoyance.allowance_per_10": Kind("EUR", TABLES),
    "prevoyance.education_per_child": Kind("EUR", NUMBER),
    "prevoyance.first_instalment": Kind("months", COUNT),
    "prevoyance.unpaid_grace": Kind("days", COUNT),
    "prevoyance.unpaid_suspension": Kind("days", COUNT),
    "prevoyance.unpaid_termination": Kind("days", COUNT),
    "prevoyance.renunciation": Kind("days", COUNT),
    "prevoyance.renunciation_full_refund": Kind("days", COUNT),
    "prevoyance.increase_notice": Kind("months", COUNT),
    "prevoyance.ends_at": Kind("years", TABLE),
    "prevoyance.accident_death_within": Kind("months", COUNT),
    "prevoyance.accident_assessed_within": Kind("months", COUNT),
    "prevoyance.suicide_excluded": Kind("months", COUNT),
    "prevoyance.claim_papers_within": Kind("months", COUNT),
    "liability.per_event": Kind("EUR", NUMBER),
    "liability.material": Kind("EUR", NUMBER),
    "liability.defence": Kind("EUR", NUMBER),
    "liability.deductible": Kind("EUR", NUMBER),
    "liability.tenant": Kind("EUR", NUMBER),
    "liability.rent_and_use": Kind("share", "share"),
    "liability.declare": Kind("days", COUNT),
    "liability.ends_after_return": Kind("months", COUNT),
    "liability.premium": Kind("EUR", TABLE),
    "assistance.companion_hotel_per_night": Kind("EUR", NUMBER),
    "assistance.companion_hotel_nights": Kind("nights", COUNT),
    "assistance.companion_hotel_after_hospital_days": Kind("days", COUNT),
    "assistance.ski_rescue_per_person": Kind("EUR", NUMBER),
    "assistance.ski_rescue_per_event": Kind("EUR", NUMBER),
    "assistance.bedside_child_after_hospital_hours": Kind("hours", COUNT),
    "assistance.bedside_child_child_under": Kind("years", COUNT),
    "assistance.bedside_child_student_under": Kind("years", COUNT),
    "assistance.childcare_amount": Kind("EUR", NUMBER),
    "assistance.childcare_children_under": Kind("years", COUNT),
    "assistance.childcare_after_hospital_days": Kind("days", COUNT),
    "assistance.coffin": Kind("EUR", NUMBER),
    "assistance.funeral_hotel_per_day": Kind("EUR", NUMBER),
    "assistance.funeral_hotel_per_event": Kind("EUR", NUMBER),
    "assistance.cash_advance": Kind("EUR", NUMBER),
    "assistance.lawyer": Kind("EUR", NUMBER),
    "assistance.bail": Kind("EUR", NUMBER),
    "assistance.advance_repaid_within": Kind("months", COUNT),
    "assistance.immobilisation_per_day": Kind("EUR", NUMBER),
    "assistance.immobilisation_days": Kind("days", COUNT),
    "assistance.political_evacuation_per_person_and_year": Kind("EUR", NUMBER),
    "assistance.family_return_after": Kind("days", COUNT),
    "assistance.tickets_returned_within": Kind("days", COUNT),
    "assistance.pregnancy_excluded_from_week": Kind("weeks", COUNT),
    "assistance.psychological_support_months_before": Kind("months", COUNT),
    "assistance.psychological_support_months_after": Kind("months", COUNT),
    "assistance.psychological_support_from_age": Kind("years", COUNT),
    "assistance.premium": Kind("EUR", TABLE),
}


def kind_of(name: str) -> Kind | None:
    """What the figure of that name must look like; None where the engine knows no such figure."""
    if name.startswith("care."):
        return CARE_FIGURES.get(name.rsplit(".", 1)[1])
    return FIGURES.get(name) or FIGURES.get(name.rsplit(".", 1)[0] + ".*")
