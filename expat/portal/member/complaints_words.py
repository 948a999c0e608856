"""What complaints are called: their subjects, where they stand, who acts next and by when."""

from __future__ import annotations

from datetime import date

from expat.complaints.listing import Followed
from expat.portal.work import speaks
from expat.wording.catalogue import N_

SUBJECTS = {
    "delay": N_("Something takes too long"),
    "reimbursement": N_("A reimbursement"),
    "approval": N_("Prior approval, or a hospital that was not paid directly"),
    "premium": N_("Premiums or payments"),
    "service": N_("How we answered or treated you"),
    "data": N_("My personal data"),
    "other": N_("Something else"),
}
# The same for the management unit, where the person's own words would speak of itself.
DESK_SUBJECTS = {
    **SUBJECTS,
    "service": N_("How the person was answered or treated"),
    "data": N_("The person's data"),
}
CHANNELS = {
    "portal": N_("written here"),
    "letter": N_("by letter"),
    "mail": N_("by e-mail"),
    "phone": N_("by telephone"),
}
STATES = {
    "received": N_("received"),
    "acknowledged": N_("being looked into"),
    "question": N_("we asked you something"),
    "answered": N_("answered"),
    "mediator": N_("with the mediator"),
    "withdrawn": N_("taken back"),
}
OUTCOMES = {
    "upheld": N_("You were right"),
    "partly": N_("You were right in part"),
    "rejected": N_("We do not agree"),
}
DESK_OUTCOMES = {
    "upheld": N_("The person was right"),
    "partly": N_("The person was right in part"),
    "rejected": N_("We do not agree, for the reason below"),
}
STEPS = {
    "acknowledged": N_("Acknowledged"),
    "question": N_("Question to the person"),
    "reply": N_("What the person added"),
    "answered": N_("Answer"),
    "mediator": N_("Passed to the mediator"),
    "withdrawn": N_("Withdrawn by the person"),
}
KINDS = {"answered": "good", "withdrawn": "", "mediator": "wait"}


def subject(word: str) -> str:
    """What a complaint is about."""
    return speaks().say(SUBJECTS[word])


def desk_subject(word: str) -> str:
    """What a complaint is about, for the management unit."""
    return speaks().say(DESK_SUBJECTS[word])


def channel(word: str) -> str:
    """How a complaint came."""
    return speaks().say(CHANNELS[word])


def state(word: str) -> str:
    """Where a complaint stands."""
    return speaks().say(STATES[word])


def outcome(word: str) -> str:
    """What an answer says."""
    return speaks().say(OUTCOMES[word])


def step(word: str) -> str:
    """What happened to a complaint."""
    return speaks().say(STEPS[word])


def subjects() -> list[tuple[str, str]]:
    """What a complaint can be about."""
    return [("", ""), *((word, subject(word)) for word in SUBJECTS)]


def channels() -> list[tuple[str, str]]:
    """How a complaint that the desk keys has come."""
    return [("", ""), *((word, channel(word)) for word in CHANNELS if word != "portal")]


def desk_outcome(word: str) -> str:
    """What an answer says, for the management unit."""
    return speaks().say(DESK_OUTCOMES[word])


def outcomes() -> list[tuple[str, str]]:
    """What an answer can say."""
    return [("", ""), *((word, speaks().say(told)) for word, told in DESK_OUTCOMES.items())]


def next_for_member(one: Followed, day: date) -> str:
    """Who acts next and by when, for the person."""
    voice, say = speaks(), speaks().say
    answer_by = voice.day(one.answer_by)
    if one.state == "received":
        if one.is_late(day):
            return say(
                "We should have confirmed by {day} that we have your complaint: we are late, and sorry for it. "
                "Our answer is due by {answer_by}.",
                day=voice.day(one.acknowledge_by), answer_by=answer_by,
            )  # fmt: skip
        return say(
            "We confirm by {day} that we have it, and answer by {answer_by}.",
            day=voice.day(one.acknowledge_by), answer_by=answer_by,
        )  # fmt: skip
    if one.is_late(day):
        return say(
            "Our answer was due by {answer_by}: we are late, and sorry for it. You can turn to the mediator now.",
            answer_by=answer_by,
        )
    if one.state == "question":
        return say("You: please answer our question below. We still answer by {answer_by}.", answer_by=answer_by)
    if one.state == "acknowledged":
        return say("We look into it, and answer by {answer_by}.", answer_by=answer_by)
    if one.state == "mediator":
        return say("The mediator has it now, and writes to you.")
    return ""


def next_for_desk(one: Followed, day: date) -> str:
    """Who acts next, for the management unit."""
    say = speaks().say
    if one.state == "received":
        return say("Past the limit of the supervisor: acknowledge it at once") if one.past_limit(day) else say(
            "We acknowledge it"
        )  # fmt: skip
    if one.state == "question":
        return say("The person answers our question; our answer stays due")
    if one.state == "acknowledged":
        return say("We answer it")
    return state(one.state)
