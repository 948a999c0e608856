"""What we knew of a membership on a day, and what we had decided; what was learnt since, and who entered it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from expat.accounts.own import refuse_own
from expat.claims.known import known
from expat.errors import NotFound
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.member.history_told import HistoryTold, asked_day
from expat.portal.money.actors import Actors
from expat.portal.work import db, house, me, today, whole_number

pages = Blueprint("desk_history", __name__, url_prefix="/desk/memberships")


@pages.get(f"/<{KEY}:membership_id>/history")
@allow(MANAGER)
def history(membership_id: int) -> str | tuple[str, int]:
    """The membership on the day that the address names; today where it names none."""
    refuse_own(db(), membership_id, me().actor)
    form, day = asked_day()
    zone = house().settings.time_zone
    try:
        found = known(db(), membership_id, day or today(), zone, after=whole_number("after", 0) or 0)
    except NotFound:
        abort(404)
    actors = Actors(one.by for one in found.learnt)
    page = render_template(
        "portal/desk/history.html", found=found, form=form, told=HistoryTold(found, actors.name),
        membership_id=membership_id,
    )  # fmt: skip
    return page if day is not None else (page, 422)
