"""What follows a renunciation: benefits that were paid are asked back, and the member is told."""

from __future__ import annotations

from expat.membership.changes import Acting
from expat.payments.tell import members_of
from expat.portal.desk.recovery_told import tell
from expat.portal.work import db, speaks
from expat.recoveries.renounced import ask_after_renunciation
from expat.wording.catalogue import N_
from expat.wording.voice import voice

REASON = N_("You renounced the contract within 14 days: the benefits that were paid are to be returned.")


def ask_back_after(membership_id: int, acting: Acting) -> int:
    """Ask back what was paid, with the reason in the member's language; answers how many decisions that made."""
    reader = members_of(db(), [membership_id]).get(membership_id)
    speaking = speaks() if reader is None else voice(reader.language)
    keys = ask_after_renunciation(db(), membership_id, speaking.say(REASON), acting)
    for key in keys:
        tell(key)
    return len(keys)
