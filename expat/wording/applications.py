"""What the pages and mails on applications say: steps, questions, papers, what speaks against joining, standings."""

from __future__ import annotations

from expat.wording import options
from expat.wording.catalogue import N_
from expat.wording.voice import voice

STEPS = {
    "people": N_("Who joins"), "residence": N_("Home and work"), "choice": N_("Cover and price"),
    "options": N_("Options"),
    "prior": N_("Cover until now"), "health": N_("Health declaration"), "payment": N_("Payments"),
    "consents": N_("What you agree to"), "papers": N_("Papers"),
}  # fmt: skip
QUESTIONS = {
    "treatment": N_("Is the person treated at present, or takes medicine regularly?"),
    "hospital": N_("Was the person in hospital, or operated on, in the last ten years?"),
    "planned_care": N_("Is a stay in hospital, an operation or an examination planned or advised?"),
    "illness": N_("Did the person have, in the last ten years, an illness of the heart, the lungs, the kidneys, the liver, the nerves, the blood, or a cancer?"),  # noqa: E501
    "back": N_("Did the person have, in the last five years, trouble with the back or the joints that was treated?"),
    "mental": N_("Was the person treated for anxiety, depression, or another mental trouble in the last ten years?"),
    "disability": N_("Does the person have a disability, or receive a pension or an allowance for one?"),
    "sick_leave": N_("Was the person off work for illness or an accident for more than thirty days in the last five years?"),  # noqa: E501
    "tests": N_("Did a test or an examination show something abnormal in the last five years?"),
    "pregnancy": N_("Is the person pregnant?"),
}  # fmt: skip
PAPERS = {
    "passport": N_("Passport"), "activity_proof": N_("Proof of work: contract, certificate of the employer, or register"),  # noqa: E501
    "prior_cover": N_("Attestation of the cover until now"), "marriage": N_("Marriage certificate"),
    "civil_contract": N_("Registered contract of the civil partnership"),
    "tax_proof": N_("Tax notice that shows that the partner depends on the member"),
    "joint_home": N_("Proof of the joint home"), "honour": N_("Declaration on honour that you live together"),
    "family_book": N_("Family record book"), "school_certificate": N_("School certificate of this school year"),
    "medical_report": N_("Medical report"), "other": N_("Another paper"),
}  # fmt: skip
PROBLEMS = {
    "member_too_young": N_("{name} is not yet {from} on {day}: the member is at least {from} on the first day of cover."),  # noqa: E501
    "member_too_old": N_("{name} is {below} or older on {day}: who joins is younger than {below} on the first day of cover."),  # noqa: E501
    "not_french": N_("The member has French nationality; {name} has another one."),
    "residence_france": N_("This plan is for people who live outside France."),
    "no_activity": N_("The member works, employed or self-employed, outside France."),
    "zone_elsewhere": N_("Zone {name} does not cover where the member lives: choose one that does."),
    "currency_elsewhere": N_("Whoever lives in the euro area is paid in euros: choose the euro for what is paid to you."),  # noqa: E501
    "two_spouses": N_("One spouse or partner can be insured, not two."),
    "not_born": N_("{name} is not born yet on {day}: ask for the child once it is born."),
    "spouse_too_old": N_("{name} is {years} or older on {day}: a spouse is covered until the day before that birthday."),  # noqa: E501
    "spouse_too_young": N_("{name} is not yet {from} on {day}."),
    "spouse_occupied": N_("{name} works: a spouse or partner is insured only without an occupation."),
    "partner_not_dependent": N_("A civil partner is insured where he or she depends on the member for tax; {name} does not."),  # noqa: E501
    "child_too_old": N_("{name} is past {years} on {day}: even a student is covered as a child until that birthday."),
    "child_not_at_home": N_("{name} does not live with the family: children are insured while they do."),
    **options.AGAINST,
}  # fmt: skip
ROLES = {"member": N_("Member"), "spouse": N_("Spouse or partner"), "child": N_("Child")}
RELATIONS = {
    "married": N_("Married"), "civil_partner": N_("Civil partnership (PACS)"), "cohabiting": N_("Living together"),
}  # fmt: skip
ACTIVITIES = {"employed": N_("Employed"), "self_employed": N_("Self-employed"), "none": N_("Neither")}
FREQUENCIES = {
    "quarterly": N_("Every three months"),
    "half_yearly": N_("Every six months"),
    "yearly": N_("Once a year"),
}
STANDINGS = {
    "draft": N_("Being filled in"), "medical": N_("With the medical department"), "asked": N_("A question for you"),
    "offered": N_("Accepted with conditions"), "premium": N_("Accepted: the first premium is to come"),
    "refused": N_("Refused"), "withdrawn": N_("Withdrawn"), "lapsed": N_("Lapsed"), "concluded": N_("Concluded"),
}  # fmt: skip
HAPPENED = {
    "handed_in": N_("Handed in, complete"), "asked": N_("The medical department asked a question"),
    "answered": N_("You answered"), "declared_again": N_("A health declaration was signed again"),
    "accepted": N_("Accepted by the medical department"), "agreed": N_("You agreed to the conditions"),
    "refused": N_("Refused by the medical department"), "withdrawn": N_("Withdrawn"),
    "lapsed": N_("Lapsed: the first premium did not come in time"),
    "concluded": N_("First premium received, membership concluded"),
}  # fmt: skip
EVENTS = {
    "handed_in": N_("The file was complete"), "asked": N_("More was asked for"),
    "answered": N_("The applicant answered"), "declared_again": N_("A health declaration was signed again"),
    "accepted": N_("Accepted"), "agreed": N_("The applicant agreed to the conditions"), "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"), "lapsed": N_("Lapsed: the first premium did not come in time"),
    "concluded": N_("First premium received, membership concluded"),
}  # fmt: skip
OUTCOMES = {
    **STANDINGS, "asked": N_("Waits for the applicant"), "offered": N_("Accepted with conditions, not agreed to yet"),
}  # fmt: skip
WAITING = {"join": N_("Wants to join")}


def step(word: str, language: str) -> str:
    """What a step of the form is called."""
    return voice(language).say(STEPS[word])


def question(word: str, language: str) -> str:
    """A question of the health declaration."""
    return voice(language).say(QUESTIONS[word])


def paper(kind: str, language: str) -> str:
    """What a paper is called."""
    return voice(language).say(PAPERS[kind])


def role(word: str, language: str) -> str:
    """What somebody is to the application."""
    return voice(language).say(ROLES[word])


def relation(word: str, language: str) -> str:
    """What a couple's relation is called."""
    return voice(language).say(RELATIONS[word])


def activity(word: str, language: str) -> str:
    """What somebody's work is called."""
    return voice(language).say(ACTIVITIES[word])


def frequency(word: str, language: str) -> str:
    """How often premiums are paid."""
    return voice(language).say(FREQUENCIES[word])


def standing(word: str, language: str) -> str:
    """Where an application stands."""
    return voice(language).say(STANDINGS[word])


def outcome(word: str, language: str) -> str:
    """Where an application stands, to who decides on another one."""
    return voice(language).say(OUTCOMES[word])


def happened(kind: str, language: str) -> str:
    """What happened to an application, to the applicant."""
    return voice(language).say(HAPPENED[kind])


def event(kind: str, language: str) -> str:
    """What happened to an application, to who decides on it."""
    return voice(language).say(EVENTS[kind])


def waiting(kind: str, language: str) -> str:
    """What somebody waits for."""
    return voice(language).say(WAITING[kind])
