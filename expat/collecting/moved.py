"""A movement of our account as it is matched, and what it was matched to."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from expat.wording.catalogue import N_

WAITS = "waits"
WHY = {
    "unknown": N_("It names no premium, and nothing of ours."),
    "premium": N_("It names a premium that was never called."),
    "several": N_("It names premiums of several memberships, and is not exactly what they come to."),
    "currency": N_("It is not in the currency that was expected."),
    "by_hand": N_("A payment of this amount was noted by hand in these days: it may be the same."),
    "twin": N_("The bank may have told of it before, in other words: it may be the same."),
    "debit_differs": N_("It belongs to direct debits, but is not exactly what was collected."),
    "return_differs": N_("A direct debit came back with another amount, or came back before."),
    "payout_not_sent": N_("It names a payment of ours that is in no file for the bank."),
    "payout_differs": N_("It names a payment of ours, but is not exactly its amount."),
    "twice": N_("The bank has told of this payment before."),
}


class Moved(NamedTuple):
    """Where and when money moved. `source` names once the payment within the movement; `code` is the bank's own."""

    source: str
    currency: str
    booked_on: date
    value_on: date | None
    reversal: bool
    code: str | None

    @property
    def day(self) -> date:
        """The day on which it counts for whoever paid: the earlier of booking and value."""
        return min(self.booked_on, self.value_on or self.booked_on)


class Match(NamedTuple):
    """What a payment was matched to, what that concerns, and why it waits if it does."""

    matched: str
    subject: str | None = None
    why: str | None = None


def waits(why: str, subject: str | None = None) -> Match:
    """A person has to look at it; `why` is one of WHY."""
    return Match(WAITS, subject, why)
