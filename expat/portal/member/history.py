"""What was known of one's membership on a day, and what had been decided: of those alone whom the reader may see."""

from __future__ import annotations

from flask import Blueprint, render_template

from expat.claims.known import known
from expat.membership.privacy import visible_people
from expat.portal.access import MEMBER, allow
from expat.portal.member.history_told import HistoryTold, asked_day
from expat.portal.work import db, house, me, membership, person, speaks, today, whole_number
from expat.representatives.listing import names_acting

pages = Blueprint("member_history", __name__, url_prefix="/cover/history")


@pages.get("")
@allow(MEMBER)
def history() -> str | tuple[str, int]:
    """The membership on the day that the address names; today where it names none. Premiums are the member's."""
    form, day = asked_day()
    seen, is_member = visible_people(db(), person(), today()), me().person_role == "member"
    zone, after = house().settings.time_zone, whole_number("after", 0) or 0
    found = known(db(), membership(), day or today(), zone, seen.whole, after)
    page = render_template(
        "portal/member/history.html", found=found, form=form, told=HistoryTold(found, _by, is_member),
        hidden=len(seen.sums), is_member=is_member,
    )  # fmt: skip
    return page if day is not None else (page, 422)


def _by(actor: str | None) -> str:
    """Who entered something: the reader, somebody who acts for the member, or the management unit."""
    if actor is None:
        return ""
    if actor == me().actor:
        return speaks().say("you")
    return names_acting(db(), membership()).get(actor) or speaks().say("the management unit")
