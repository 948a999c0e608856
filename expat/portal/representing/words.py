"""What mandates, their rights and their states are called."""

from __future__ import annotations

from expat.portal.work import speaks
from expat.wording.catalogue import N_

KINDS = {
    "agent": N_("Agent appointed in writing"),
    "legal": N_("Legal representative"),
    "broker": N_("Broker"),
}
RIGHTS = {
    "payouts": N_("receive the payments, for everybody insured"),
    "claims": N_("send claims, and see how far they are"),
    "cover": N_("see the cover and the premiums"),
    "changes": N_("ask for changes of the membership"),
    "statements": N_("see what was paid and when, without the care"),
}
STATES = {
    "waits": (N_("waits for our check"), "wait"),
    "coming": (N_("confirmed, to begin"), "good"),
    "active": (N_("in force"), "good"),
    "over": (N_("past its last day"), ""),
    "revoked": (N_("revoked"), ""),
    "refused": (N_("refused"), "bad"),
}


def kind(word: str) -> str:
    """What a kind of mandate is called."""
    return speaks().say(KINDS[word])


def right(word: str) -> str:
    """What a right lets somebody do."""
    return speaks().say(RIGHTS[word])


def state(word: str) -> tuple[str, str]:
    """What a state is called, and its colour."""
    name, colour = STATES[word]
    return speaks().say(name), colour
