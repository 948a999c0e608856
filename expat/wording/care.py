"""What each care, category and unit is called, in words that a member understands."""

from __future__ import annotations

from expat.wording.catalogue import N_, NN_
from expat.wording.voice import voice

CARE = {
    "hospital.stay": N_("Hospital stay"),
    "hospital.surgery": N_("Surgery in hospital"),
    "hospital.medical": N_("Medical treatment in hospital"),
    "hospital.companion_bed": N_("Bed for a parent beside a child in hospital"),
    "hospital.ambulance": N_("Ambulance to or from hospital"),
    "hospital.psychiatric": N_("Psychiatric hospital stay"),
    "hospital.child_health": N_("Child's stay in a health establishment"),
    "hospital.convalescence": N_("Convalescence after a hospital stay"),
    "maternity.followup": N_("Pregnancy care and check-ups"),
    "maternity.delivery": N_("Childbirth"),
    "maternity.caesarean": N_("Caesarean birth"),
    "ambulatory.gp": N_("Visit to a general practitioner"),
    "ambulatory.specialist": N_("Visit to a specialist"),
    "ambulatory.auxiliary": N_("Care by a nurse, physiotherapist, speech therapist or the like"),
    "ambulatory.laboratory": N_("Laboratory tests"),
    "ambulatory.imaging": N_("Medical imaging (X-ray, scan, ultrasound)"),
    "ambulatory.pharmacy": N_("Prescribed medicines"),
    "ambulatory.vaccine": N_("Vaccination"),
    "ambulatory.checkup": N_("Health check-up"),
    "wellbeing.osteopath": N_("Osteopathy session"),
    "wellbeing.chiropractor": N_("Chiropractic session"),
    "wellbeing.homeopath": N_("Homeopathy session"),
    "wellbeing.physiotherapist": N_("Well-being session with a physiotherapist"),
    "wellbeing.acupuncturist": N_("Acupuncture session"),
    "wellbeing.dietitian": N_("Session with a dietitian"),
    "optical.consultation": N_("Visit to an eye doctor"),
    "optical.glasses": N_("Glasses"),
    "optical.lenses": N_("Contact lenses"),
    "dental.consultation": N_("Visit to a dentist"),
    "dental.care": N_("Dental care"),
    "dental.crown": N_("Dental crown or prosthesis"),
    "dental.inlay_onlay": N_("Dental inlay or onlay"),
    "dental.implant": N_("Dental implant"),
    "dental.periodontics": N_("Treatment of the gums (periodontics)"),
    "dental.orthodontics": N_("Orthodontics"),
    "appliance.orthosis": N_("Orthosis (brace, splint, belt)"),
    "appliance.hearing_aid": N_("Hearing aid"),
    "appliance.orthopaedic": N_("Orthopaedic appliance"),
    "appliance.other": N_("Other medical appliance"),
    "excluded.fertility": N_("Fertility or infertility treatment"),
    "excluded.self_inflicted": N_("Care after a deliberate self-injury"),
    "excluded.professional_sport": N_("Care after professional sport"),
    "excluded.dangerous_sport": N_("Care after a dangerous sport"),
    "excluded.war": N_("Care after taking part in war or unrest"),
    "excluded.armed_forces": N_("Care during service in armed forces"),
    "excluded.drugs": N_("Care linked to drugs that were not prescribed"),
    "excluded.alcohol": N_("Care linked to alcohol"),
    "excluded.detox_rejuvenation_slimming": N_("Detoxification, rejuvenation or slimming treatment"),
    "excluded.luxury_room": N_("Luxury room"),
    "excluded.nuclear": N_("Care after a nuclear accident or radiation"),
    "excluded.natural_disaster": N_("Care after a natural disaster"),
    "excluded.long_stay": N_("Stay in a long-stay, aftercare or rehabilitation establishment"),
    "excluded.unrecognised_therapy": N_("Therapy that medicine does not recognise"),
    "excluded.not_essential": N_("Care that is not medically necessary"),
    "excluded.comfort": N_("Comfort expenses"),
    "excluded.preventive": N_("Preventive care outside the contract's list"),
    "excluded.cosmetic": N_("Cosmetic treatment or surgery"),
    "excluded.thermal_cure": N_("Spa treatment"),
    "excluded.congenital": N_("Care for a condition present from birth"),
    "excluded.unlicensed_practitioner": N_("Care by a practitioner without a licence"),
    "excluded.psychologist": N_("Psychologist, psychotherapy or psychoanalysis"),
    "excluded.everyday_product": N_("Everyday product that is no medicine"),
    "excluded.temporary_prosthesis": N_("Temporary dental prosthesis"),
    "excluded.against_medical_advice": N_("Care after a journey made against medical advice"),
    "excluded.not_in_contract": N_("Care that the contract does not list"),
}

FAMILIES = {
    "hospital": N_("Hospital care"),
    "maternity": N_("Maternity care"),
    "ambulatory": N_("Outpatient care"),
    "wellbeing": N_("Well-being care"),
    "optical": N_("Eye care"),
    "dental": N_("Dental treatment"),
    "appliance": N_("Medical appliance"),
    "excluded": N_("Care that is not covered"),
}

CATEGORIES = {
    "hospitalisation": N_("Hospitalisation"),
    "maternity": N_("Maternity"),
    "ambulatory": N_("Outpatient medicine"),
    "wellbeing": N_("Well-being"),
    "optical_dental": N_("Optical and dental"),
    "appliances": N_("Medical appliances"),
}

CARE_UNITS = {
    "day": (N_("day"), NN_("{n} day", "{n} days")),
    "night": (N_("night"), NN_("{n} night", "{n} nights")),
    "act": (N_("act"), NN_("{n} act", "{n} acts")),
    "trip": (N_("trip"), NN_("{n} trip", "{n} trips")),
    "session": (N_("session"), NN_("{n} session", "{n} sessions")),
    "pair": (N_("pair"), NN_("{n} pair", "{n} pairs")),
    "item": (N_("item"), NN_("{n} item", "{n} items")),
}

SPANS = {
    "hours": NN_("{n} hour", "{n} hours"),
    "days": CARE_UNITS["day"][1],
    "nights": CARE_UNITS["night"][1],
    "weeks": NN_("{n} week", "{n} weeks"),
    "months": NN_("{n} month", "{n} months"),
    "years": NN_("{n} year", "{n} years"),
    "acts": CARE_UNITS["act"][1],
}


def care(code: str, language: str) -> str:
    """What a care, or a family of care, is called; a code of a plan that has no wording yet stays the code."""
    name = CARE.get(code) or FAMILIES.get(code)
    return voice(language).say(name) if name else code


def category(word: str, language: str) -> str:
    """What a category is called; one of a plan that has no wording yet stays the word."""
    return voice(language).say(CATEGORIES[word]) if word in CATEGORIES else word


def unit(word: str, language: str) -> str:
    """What a care's quantity counts: `per day`."""
    return voice(language).say(CARE_UNITS[word][0])


def units(word: str, n: int, language: str) -> str:
    """So many of a care's unit: `3 days`."""
    return voice(language).plural(*CARE_UNITS[word][1], n)


def span(word: str, n: int, language: str) -> str:
    """So many of a figure's unit: `24 months`."""
    return voice(language).plural(*SPANS[word], n)
