"""The contract's own figures, typed here once more from the contract: a slip in a plan's file shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from expat.plans.edition import Edition
from expat.plans.loader import plan
from expat.plans.schema import FIGURES


@pytest.fixture(scope="module")
def edition() -> Edition:
    return plan("expat-uno").on(date(2026, 1, 1))


CONTRACT: dict[str, Any] = {
    # what is paid at most
    "ceiling.overall": {"1": 200_000, "2": 350_000, "3": 500_000, "4": 1_000_000},
    "ceiling.complication_multiplier": 2,
    "carry_over.share": Decimal("0.5"),
    "carry_over.categories": ["wellbeing", "optical_dental"],
    "recharge.formulas": ["3", "4"],
    "recharge.categories": ["maternity", "wellbeing", "optical_dental", "appliances"],
    "recharge.threshold": Decimal("0.8"),
    "recharge.opens_after": {"maternity": 10, "wellbeing": 6, "optical_dental": 6, "appliances": 6},
    "recharge.valid": 12,
    # where
    "zone.elsewhere": "A",
    "zone.access": {"A": ["A"], "B": ["A", "B"], "C": ["A", "B", "C"]},
    "territory.temporary_stay": 90,
    # waits
    "waiting.months": {
        "hospitalisation": 3,
        "ambulatory": 3,
        "maternity": 10,
        "optical_dental": 6,
        "appliances": 6,
        "wellbeing": 0,
    },
    "waiver.attestation": 1,
    "waiver.marriage": 3,
    "waiver.newborn": 3,
    # approvals and claims
    "approval.planned_notice": 10,
    "approval.emergency_notice": 2,
    "approval.stay": 30,
    "approval.series_free": 5,
    "claim.submit_within": 24,
    "claim.submit_after_termination": 3,
    "claim.prescription": 2,
    # who, from when to when
    "membership.nationality": "FR",
    "membership.joining_age": {"from": 18, "below": 60},
    "membership.health_declaration_valid": 3,
    "membership.child_until": 20,
    "membership.student_until": 28,
    "membership.member_until": 65,
    "membership.working_until": 70,
    "membership.spouse_until": 70,
    "membership.cooling_off": 14,
    "membership.refund": 30,
    "membership.notice": 2,
    "membership.keep_after_return": 3,
    "membership.fraud_notice": 10,
    # unpaid premiums
    "dunning.grace": 15,
    "dunning.suspension": 30,
    "dunning.termination": 40,
    "premium.frequencies": ["quarterly", "half_yearly", "yearly"],
    "premium.family_tariff_until": 65,
    # prévoyance
    "prevoyance.deductible_choices": [30, 60],
    "prevoyance.incapacity_waiting": 90,
    "prevoyance.incapacity_max": 36,
    "prevoyance.relapse": 2,
    "prevoyance.invalidity_min_rate": 33,
    "prevoyance.invalidity_full_rate": 66,
    "prevoyance.accident_invalidity_min_rate": 20,
    "prevoyance.unpaid_grace": 31,
    "prevoyance.unpaid_suspension": 30,
    "prevoyance.unpaid_termination": 10,
    "prevoyance.renunciation": 30,
    "prevoyance.renunciation_full_refund": 7,
    "prevoyance.accident_death_within": 12,
    "prevoyance.accident_assessed_within": 24,
    "prevoyance.suicide_excluded": 12,
    # private liability
    "liability.per_event": 7_622_450,
    "liability.material": 762_245,
    "liability.defence": 15_250,
    "liability.deductible": 305,
    "liability.tenant": 305_000,
    "liability.rent_and_use": Decimal("0.1"),
    "liability.declare": 15,
    "liability.ends_after_return": 2,
    # World Zen
    "assistance.companion_hotel_per_night": 80,
    "assistance.companion_hotel_nights": 7,
    "assistance.companion_hotel_after_hospital_days": 7,
    "assistance.ski_rescue_per_person": 1534,
    "assistance.ski_rescue_per_event": 6000,
    "assistance.bedside_child_after_hospital_hours": 48,
    "assistance.bedside_child_child_under": 18,
    "assistance.bedside_child_student_under": 28,
    "assistance.childcare_amount": 300,
    "assistance.childcare_children_under": 16,
    "assistance.childcare_after_hospital_days": 7,
    "assistance.coffin": 800,
    "assistance.funeral_hotel_per_day": 80,
    "assistance.funeral_hotel_per_event": 400,
    "assistance.cash_advance": 800,
    "assistance.lawyer": 1900,
    "assistance.bail": 15_000,
    "assistance.advance_repaid_within": 3,
    "assistance.immobilisation_per_day": 305,
    "assistance.immobilisation_days": 8,
    "assistance.political_evacuation_per_person_and_year": 5000,
    "assistance.family_return_after": 90,
    "assistance.tickets_returned_within": 90,
    "assistance.pregnancy_excluded_from_week": 32,
    "assistance.psychological_support_months_before": 3,
    "assistance.psychological_support_months_after": 3,
    "assistance.psychological_support_from_age": 16,
}


@pytest.mark.parametrize(("name", "value"), CONTRACT.items(), ids=CONTRACT)
def test_the_contracts_figure(edition: Edition, name: str, value: Any) -> None:
    assert edition[name].value == value
    assert edition[name].citation.origin == "contract"


# Not the contract's: its table of benefits and its tariff are not public, and some delays are the operator's own.
TO_BE_REPLACED = {
    "recharge.price": "sample",
    "premium.age_bands": "sample",
    "premium.formula_factor": "sample",
    "premium.zone_factor": "sample",
    "premium.child_from_65": "sample",
    "premium.single": "sample",
    "premium.family": "sample",
    "premium.instalment_factor": "sample",
    "liability.premium": "sample",
    "assistance.premium": "sample",
    "prevoyance.death_capital_choices": "sample",
    "prevoyance.accident_capital_choices": "sample",
    "prevoyance.daily_allowance_choices": "sample",
    "prevoyance.education_annuity": "sample",
    "prevoyance.death_per_1000": "sample",
    "prevoyance.accident_per_1000": "sample",
    "prevoyance.allowance_per_10": "sample",
    "prevoyance.education_per_child": "sample",
    "premium.call_ahead": "operator",
    "premium.change_waits": "operator",
    "premium.change_due": "operator",
    "dunning.reminder": "operator",
    "ceiling.shown_of": "operator",
    "approval.valid": "operator",
    "claim.rate_valid": "operator",
    "claim.online_limit": "operator",
    "amendment.answered_within": "operator",
    "claim.originals_kept": "operator",
    "complaint.acknowledge": "operator",
    "complaint.acknowledge_limit": "operator",
    "complaint.answer": "operator",
    "complaint.mediator_within": "operator",
    "complaint.mediator": "operator",
    "membership.health_questions": "operator",
    "membership.first_premium_booked": "operator",
    "membership.first_premium_reminder": "operator",
    "membership.first_premium_within": "operator",
    "membership.most_surcharge": "operator",
    "membership.period_assumed": "operator",
    "membership.proof_asked": "operator",
    "membership.school_year_starts": "operator",
    "membership.selection_promise": "operator",
    "notice.age": "operator",
    "notice.approval": "operator",
    "notice.ceiling": "operator",
    "notice.draft": "operator",
    "notice.new_price": "operator",
    "notice.paper": "operator",
    "notice.recharge": "operator",
    "notice.renewal": "operator",
    "notice.stay": "operator",
    "quote.ahead": "operator",
    "quote.valid": "operator",
    "recovery.contest": "operator",
    "recovery.due": "operator",
    "recovery.odd_rate": "operator",
    "recovery.release_above": "operator",
    "recovery.set_off_most": "operator",
    "recovery.set_off_notice": "operator",
    "suspicion.edited_after": "operator",
    "suspicion.likeness": "operator",
    "suspicion.period": "operator",
    "suspicion.provider_claims": "operator",
    "suspicion.round_sums": "operator",
}


def test_no_sample_passes_for_the_contracts(edition: Edition) -> None:
    marked = {name: used.citation.origin for name, used in edition.figures.items()}
    ours = {n: o for n, o in marked.items() if o != "contract" and not n.startswith(("care.", "ceiling.category."))}
    assert ours == TO_BE_REPLACED
    assert {o for n, o in marked.items() if n.endswith(".benefit") or n.startswith("ceiling.category.")} == {"sample"}


def test_every_figure_that_the_engine_knows_is_there(edition: Edition) -> None:
    assert {name for name, kind in FIGURES.items() if kind.required and "*" not in name} <= set(edition.figures)


# --- the catalogue of care ---

ALWAYS = {
    "hospital.stay", "hospital.surgery", "hospital.medical", "hospital.companion_bed", "hospital.psychiatric",
    "hospital.child_health", "hospital.convalescence", "maternity.delivery", "maternity.caesarean", "dental.crown",
    "dental.inlay_onlay", "dental.implant", "dental.periodontics", "dental.orthodontics", "appliance.orthosis",
    "appliance.hearing_aid", "appliance.orthopaedic", "appliance.other",
}  # fmt: skip
SERIES = {"ambulatory.gp", "ambulatory.specialist", "ambulatory.auxiliary", "wellbeing.chiropractor"}
PRESCRIBED = {
    "ambulatory.auxiliary", "ambulatory.laboratory", "ambulatory.imaging", "ambulatory.pharmacy",
    "wellbeing.chiropractor", "optical.glasses", "optical.lenses", "appliance.orthosis", "appliance.hearing_aid",
    "appliance.orthopaedic", "appliance.other",
}  # fmt: skip
LIMITS = {
    ("hospital.companion_bed", "under_age"): 16,
    ("dental.orthodontics", "started_before_age"): 16,
    ("hospital.psychiatric", "lifetime_days"): 30,
    ("hospital.child_health", "lifetime_days"): 30,
    ("hospital.convalescence", "days_per_stay"): 30,
    ("ambulatory.checkup", "every_years"): 3,
}
FIRST_FORMULA = {"hospitalisation": "1", "wellbeing": "3"}  # the lowest that covers a category; elsewhere the second


def test_which_care_needs_what(edition: Edition) -> None:
    care = edition.care.values()
    assert {c.code for c in care if c.approval.value == "always"} == ALWAYS
    assert {c.code for c in care if c.approval.value == "series"} == SERIES
    assert {c.code for c in care if c.documents.value == ["invoice", "prescription"]} == PRESCRIBED
    assert {c.code for c in care if c.documents.value == ["invoice"]} == set(edition.care) - PRESCRIBED


def test_the_limits_of_care(edition: Edition) -> None:
    kinds = ("under_age", "started_before_age", "lifetime_days", "days_per_stay", "every_years")
    found = {(c.code, kind): getattr(c, kind) for c in edition.care.values() for kind in kinds}
    assert {key: used.value for key, used in found.items() if used} == LIMITS


def test_of_whom_a_balance_is_shown(edition: Edition) -> None:
    assert {role for role in ("member", "spouse", "child") if edition.shows("maternity", role)} == {"member", "spouse"}
    assert edition["ceiling.shown_of"].citation.origin == "operator"
    others = {care.category for care in edition.care.values()} - {"maternity"}
    assert all(edition.shows(category, "child") for category in others)


def test_which_formulas_cover_which_care(edition: Edition) -> None:
    assert len(edition.care) == 39
    for care in edition.care.values():
        first = FIRST_FORMULA.get(care.category, "2")
        assert sorted(care.terms) == [formula for formula in edition.formulas if formula >= first], care.code


def test_what_is_excluded(edition: Edition) -> None:
    assert len(edition.excluded) == 26
    assert all(code.startswith("excluded.") for code in edition.excluded)


@pytest.mark.parametrize(
    ("zone", "countries"),
    [("C", ["US", "CA", "JP"]), ("B", ["CH", "GB", "SG", "AE", "NC", "HK"]), ("A", ["TN", "SN", "DE", "FR", "PF"])],
)
def test_the_zones(edition: Edition, zone: str, countries: list[str]) -> None:
    assert {edition.zone_of(country) for country in countries} == {zone}


def test_how_many_countries_a_zone_names(edition: Edition) -> None:
    assert {zone: len(countries) for zone, countries in edition["zone.countries"].value.items()} == {"B": 24, "C": 3}
