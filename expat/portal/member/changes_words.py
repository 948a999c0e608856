"""What changes of a membership are called, why one is not possible, and what the medical department's words mean."""

from __future__ import annotations

from expat.amendments.effect import NotPossible
from expat.amendments.kinds import Address, Change, Derogation, Formula, Joins, Leaves, Move, Stay
from expat.errors import BadInput
from expat.portal.forms import refusal_in_words
from expat.portal.work import language, speaks
from expat.wording import names
from expat.wording.catalogue import N_

KINDS = {
    "formula": N_("Another formula"),
    "move": N_("Moving to another country"),
    "stay": N_("A long stay in another zone"),
    "spouse": N_("Insuring a spouse or partner"),
    "child": N_("Insuring a child"),
    "leaves": N_("Somebody is no longer to be insured"),
    "derogation": N_("Planned care in another country of the zone"),
    "address": N_("Another postal address"),
}
WHEN = {
    "formula": N_("From the next anniversary of your membership. A higher formula needs the medical department."),
    "move": N_("Your zone follows the country. Another zone begins on the first of a month, once we agree."),
    "stay": N_("A long stay outside your zone needs another zone: care there is not covered otherwise."),
    "spouse": N_("Covered from the day after the request. Asked for soon after the marriage, most waits fall away."),
    "child": N_("A newborn is covered from birth if you ask in time."),
    "leaves": N_("Cover and premium end for that person. No notice is needed."),
    "derogation": N_("Ask before the care begins. Prior approval, where the care needs it, is asked for as well."),
    "address": N_("For our letters. Your country of residence stays as it is."),
}
STATES = {
    "open": N_("With the medical department"),
    "offered": N_("Accepted on conditions"),
    "agreed": N_("Agreed"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
}
REASONS = {
    "health": N_("The medical selection did not allow it."),
    "incomplete": N_("What was sent did not let the medical department decide. You can ask again with more."),
    "conditions": N_("The conditions of the contract are not met."),
}
TIES = {
    "marriage": N_("We are married"),
    "pacs": N_("We have a civil partnership (PACS), and my partner depends on me for tax"),
    "cohabiting": N_("We live together, as I declare on my honour"),
}
LEAVING = {
    "separated": N_("We have separated"),
    "moved_out": N_("Has left our home"),
    "occupation": N_("Has taken up work (a spouse or partner)"),
    "removed": N_("Another reason"),
}
NOT_POSSIBLE = {
    "same_formula": N_("You have this formula already, or it was agreed for that day."),
    "return_to_france": N_("A return to France for good ends the membership. Write to us: cover can go on a while."),
    "moves_too_late": N_("This day is more than a year away: tell us once it is nearer."),
    "same_country": N_("You live there already. For another address in the same country, change your postal address."),
    "not_covered": N_("Your zone does not cover this country: it cannot be kept."),
    "stay_in_france": N_("Care in France is covered during short stays. No zone covers a long one."),
    "in_zone": N_("Your zone covers this country already: no change is needed."),
    "before_first": N_("The last day lies before the first."),
    "short_stay": N_("A stay this short needs no change: accidents and unexpected illness are covered there."),
    "not_born": N_("This day has not come yet. Ask once the child is born."),
    "no_marriage": N_("Please give the day of the marriage."),
    "not_married": N_("This day has not come yet. Ask from the day of the marriage on."),
    "occupation": N_("A spouse or partner who works cannot be insured with you."),
    "has_spouse": N_("A spouse or partner is insured already."),
    "attested_later": N_("This day has not come yet. Please give the day that stands on the certificate."),
    "spouse_too_young": N_("A spouse or partner can be insured from the age of {age} on."),
    "spouse_too_old": N_("A spouse or partner of this age can no longer be insured."),
    "child_too_old": N_("A child of this age is insured only as a student. Write to us with the school certificate."),
    "insured_already": N_("This person is insured with you already."),
    "not_insured_then": N_("This person is not insured on that day."),
    "asked_too_late": N_("It has to be asked for before the day on which the care begins."),
    "outside_zone": N_("This country lies outside your zone: a derogation does not help there."),
    "needs_none": N_("Care there is covered without this."),
    "ended": N_("The membership has ended: nothing of it can be changed."),
    "ends_before": N_("The membership ends before this change would begin."),
}
LEFT_BEFORE = N_(
    "This day lies before today. Please write to the management unit, with what shows the day: they record it."
)
OPEN_ALREADY = N_(
    "You have asked for this already, and it is open. To ask for something else, withdraw that one first."
)


def refused(wrong: BadInput) -> str:
    """Why something is not possible, in the reader's language."""
    if isinstance(wrong, NotPossible):
        return speaks().say(NOT_POSSIBLE[wrong.word], **wrong.figures)
    return refusal_in_words(wrong)


def kind(word: str) -> str:
    """What a kind of change is called."""
    return speaks().say(KINDS[word])


def told(change: Change, name_of: dict[int, str]) -> str:
    """What is asked for, in a line, of a request whose people are `name_of`."""
    say, day = speaks().say, speaks().day
    if isinstance(change, Formula):
        return say("Formula {formula}", formula=change.to)
    if isinstance(change, Move):
        return say("To {country}", country=names.country(change.address.country, language()))
    if isinstance(change, Stay):
        where = names.country(change.country, language())
        return say("{country}, {period}", country=where, period=speaks().period(change.first, change.last))
    if isinstance(change, Joins):
        name = f"{change.first_name} {change.last_name}".strip()
        return say("{name}, born on {day}", name=name, day=day(change.born))
    if isinstance(change, Leaves):
        return say("{name}, from {day} on", name=name_of.get(change.person, ""), day=day(change.first))
    if isinstance(change, Derogation):
        where, days = names.country(change.country, language()), speaks().period(change.first, change.last)
        name = name_of.get(change.person, "")
        return say("{name}, {country}, {period}", name=name, country=where, period=days)
    return ", ".join(address_lines(change))


def address_lines(address: Address) -> list[str]:
    """An address, line by line."""
    street = f"{address.street} {address.building or ''}".strip()
    town = f"{address.postcode or ''} {address.town}".strip()
    return [street, town, names.country(address.country, language())]
