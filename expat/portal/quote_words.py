"""Why somebody cannot join, in words: what stands in the way, the figures, and what can be done."""

from __future__ import annotations

from expat.letters.quote_benefits import Said
from expat.periods import DAY, add_years
from expat.premiums.tariff import Insured
from expat.quotes.joining import Obstacle
from expat.quotes.quote import Asked
from expat.wording import care, names
from expat.wording.catalogue import N_
from expat.wording.voice import Voice

PLAIN = {
    "spouse_occupied": N_(
        "A spouse or partner who works cannot be insured with the member. Leave this person out: he or she can ask for "
        "a membership of his or her own."
    ),
    "two_spouses": N_("One spouse or partner can be insured with the member. Leave the other one out."),
    "not_born": N_("This birth date lies after the first day of cover. A child can be added once it is born."),
}
AGES = {
    "member_too_young": N_("The member has to be {age} old on the first day of cover: that is on {day} or later."),
    "member_too_old": N_(
        "One can join up to the eve of the birthday at {age}. For this member the last day to begin was {eve}."
    ),
    "spouse_too_old": N_("A spouse or partner is covered up to the eve of the birthday at {age}: that was {eve}."),
    "spouse_too_young": N_("There is a premium for adults from {age} on: for this person from {day} on."),
    "child_too_old": N_(
        "A child is covered up to the birthday at {age}, if a school certificate shows each school year: that was "
        "{day}."
    ),
}


def in_the_way(obstacle: Obstacle, asked: Asked, speaks: Voice) -> Said:
    """What stands in the way, and the contract's heading that says so."""
    return Said(_sentence(obstacle, asked, speaks), obstacle.heading)


def _sentence(obstacle: Obstacle, asked: Asked, speaks: Voice) -> str:
    if obstacle.word == "residence_france":
        return speaks.say(
            "This plan is for people who live and work outside France, and {country} counts as France. Nobody who "
            "lives there can join; choose the country to which you are moving.",
            country=names.country(asked.country, speaks.language),
        )
    if obstacle.word in PLAIN:
        return speaks.say(PLAIN[obstacle.word])
    years, one = _years(obstacle), asked.people[int(obstacle.where.split(".")[1])]
    birthday = add_years(one.born, years)
    return speaks.say(
        AGES[obstacle.word], age=care.span("years", years, speaks.language), day=speaks.day(birthday),
        eve=speaks.day(birthday - DAY),
    )  # fmt: skip


def _years(obstacle: Obstacle) -> int:
    """The age that the obstacle's figure names."""
    assert obstacle.figure is not None
    value = obstacle.figure.value
    if obstacle.word == "spouse_too_young":  # the figure is the youngest band of the tariff
        return int(obstacle.figure.name.rpartition(".")[2].partition("-")[0])
    if isinstance(value, dict):
        return int(value["from" if obstacle.word == "member_too_young" else "below"])
    return int(value)


def who(n: int, one: Insured, speaks: Voice) -> str:
    """Who an obstacle is about: the person's place in the form."""
    if one.role == "member":
        return names.role("member", speaks.language)
    return speaks.say("Person {n}", n=speaks.whole(n + 1))
