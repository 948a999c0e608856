"""The claims that are held up: by what, since when, who acts and by when; what the management unit acts on first."""

from __future__ import annotations

from datetime import date

from flask import abort, render_template, request, url_for

from expat.claims.worklist import BLOCKERS, Cursor
from expat.claims.worklist import worklist as held_up
from expat.portal.access import MANAGER, allow
from expat.portal.desk import claim, claim_actions, claim_odd
from expat.portal.desk.claim_group import claim_desk
from expat.portal.desk.held_lines import care_of
from expat.portal.member.claim_pages import promises
from expat.portal.work import db, language, today
from expat.wording.next_steps import blocker, who

pages = claim_desk
WITH_VIEWS = (claim, claim_actions, claim_odd)  # their views belong to this group of pages


@claim_desk.get("")
@allow(MANAGER)
def worklist() -> str:
    """Claims by what holds them up, page by page."""
    by = request.args.get("by") or None
    if by is not None and by not in BLOCKERS:
        abort(404)
    found = held_up(db(), today(), promises(), by, _cursor())
    return render_template(
        "portal/desk/worklist.html", found=found, by=by, about=care_of(db(), [one.claim for one in found.claims]),
        blocker=lambda word: blocker(word, language()), who_acts=lambda word: who(word, language(), staff=True),
        older=_address(by, found.after) if found.after else "", first=url_for(".worklist", by=by) if _cursor() else "",
    )  # fmt: skip


def _address(by: str | None, after: Cursor) -> str:
    return url_for(".worklist", by=by, after=f"{after.rank}.{after.day}.{after.claim}")


def _cursor() -> Cursor | None:
    """Where the page above ended, as `0.2025-03-01.207`; 404 for anything else."""
    text = request.args.get("after", "")
    if not text:
        return None
    rank, _, rest = text.partition(".")
    day, _, claim_id = rest.partition(".")
    if not all(number.isascii() and number.isdecimal() and len(number) <= 12 for number in (rank, claim_id)):
        abort(404)
    try:
        return Cursor(int(rank), date.fromisoformat(day), int(claim_id))
    except ValueError:
        abort(404)
