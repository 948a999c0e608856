"""The group of the management unit's pages on what was paid and is not due: who acts, and what has to come first."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from expat.errors import Conflict
from expat.membership.changes import Acting
from expat.portal.work import house, me, now, speaks, today
from expat.recoveries.current import Awaits
from expat.wording.catalogue import N_

recovery_desk = Blueprint("desk_recoveries", __name__, url_prefix="/desk/recoveries")
Answer = str | tuple[str, int] | AnyResponse

AWAITS = {
    "release": N_(
        "Line {lines}: a decision waits for its release. Have a colleague release it or not, then decide on the rest."
    ),
    "stale": N_(
        "Line {lines}: more is known or decided since this difference was found. Nothing was done. Judge the paid "
        "lines again and decide on what is found; a decision that waits on the old figures is not to be released."
    ),
    "payout": N_(
        "Line {lines}: the bank has not made the payment. Wait until it has: nothing can come back that has not left."
    ),
}  # fmt: skip
NO_LONGER = N_("This was decided meanwhile. Look at it as it stands now.")
FOUR_EYES = N_("You decided this: another person does this step.")


def acting() -> Acting:
    """Who acts on the page, now."""
    return Acting(today(), now(), house().preference, me().actor)


def meanwhile(wrong: Conflict) -> str:
    """What has to come first, or that it was decided meanwhile."""
    if isinstance(wrong, Awaits):
        return speaks().say(AWAITS[wrong.where], lines=wrong.lines)
    return speaks().say(NO_LONGER)
