"""What was paid and is not due, or should have been more: the memberships to look at, and what waits for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import own_memberships, refuse_own
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import Membership
from expat.portal.access import MANAGER, allow
from expat.portal.desk import recovery, recovery_follow
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.recovery_group import acting, recovery_desk
from expat.portal.desk.renounced_told import ask_back_after
from expat.portal.member.recoveries_told import STATES, causes_told
from expat.portal.work import db, me, now, speaks, today
from expat.recoveries.find import look_again, waiting
from expat.recoveries.renounced import to_ask
from expat.recoveries.standing import RECOVER, Decided, memberships_to_decide, open_differences_of
from expat.recoveries.waiting import open_decisions, undecided
from expat.wording.catalogue import N_

pages = recovery_desk
WITH_VIEWS = (recovery, recovery_follow)  # their views belong to this group of pages

_MEMBERSHIP: Any = table_of(Membership)
MOST, PAGE = 100, 50
LARGEST_KEY = 2**62
LOOKED = N_("The paid lines were judged again: {n} differences are new.")


@dataclass(frozen=True)
class Listed:
    """A membership with differences, and how many lines these are."""

    id: int
    number: str
    lines: int
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A page of decisions, and the addresses of the next one and of the first."""

    found: Sequence[Decided]
    older: str
    first: str


@recovery_desk.get("")
@allow(MANAGER)
def differences() -> str:
    """What waits: for a look, for a decision, for a second person, for money; each list page by page."""
    own = own_memberships(db(), me().account)
    after = _after("after")
    found = memberships_to_decide(db(), PAGE + 1, after, own)
    keys = found[:PAGE]
    waits = _page("waits", lambda key: undecided(db(), key, PAGE + 1, own))
    coming = _page("coming", lambda key: open_decisions(db(), RECOVER, key, PAGE + 1, own))
    numbers = _numbers([*keys, *(one.row.membership_id for one in (*waits.found, *coming.found))])
    return render_template(
        "portal/desk/recoveries.html", listed=_listed(keys, numbers), waits=waits, coming=coming, numbers=numbers,
        states=STATES, to_look=len({*waiting(db(), MOST), *to_ask(db(), MOST)}), most=MOST,
        older=_address("after", keys[-1]) if len(found) > PAGE else "",
        first=_address("after") if after else "",
    )  # fmt: skip


def _after(name: str) -> int:
    """The last key of the page above, as the address has it; 0 for none, and for what is no key."""
    return min(max(request.args.get(name, 0, type=int), 0), LARGEST_KEY)


def _address(name: str, key: int | None = None) -> str:
    """The address of a list's next page, or of its first; the other lists stay where they are."""
    others: dict[str, Any] = {word: _after(word) or None for word in ("after", "waits", "coming")}
    return url_for(".differences", **{**others, name: key})


def _page(name: str, read: Callable[[int], list[Decided]]) -> Page:
    after = _after(name)
    found = read(after)
    older = _address(name, found[PAGE - 1].row.id) if len(found) > PAGE else ""
    return Page(found[:PAGE], older, _address(name) if after else "")


def _numbers(keys: Iterable[int]) -> dict[int, str]:
    query = select(_MEMBERSHIP.c.id, _MEMBERSHIP.c.number).where(_MEMBERSHIP.c.id.in_(set(keys)))
    return {row.id: row.number for row in db().execute(query)}


def _listed(keys: Sequence[int], numbers: dict[int, str]) -> list[Listed]:
    """Memberships with what was learnt of each, by as many queries for many as for one."""
    rows = open_differences_of(db(), keys)
    causes = causes_told(rows)
    of: dict[int, list[str]] = {key: [] for key in keys}
    for row in rows:
        of[row.membership_id].append(causes[row.id])
    return [Listed(key, numbers[key], len(told), tuple(dict.fromkeys(told))) for key, told in of.items()]


@recovery_desk.post("/look")
@allow(MANAGER)
def look() -> AnyResponse:
    """Judge the paid lines of every membership of which more is known again."""
    own = own_memberships(db(), me().account)
    found = [
        look_again(db(), key, today(), now(), me().actor) for key in waiting(db(), MOST, today()) if key not in own
    ]  # fmt: skip
    for key in to_ask(db(), MOST):
        if key not in own:
            ask_back_after(key, acting())
    flash(speaks().say(LOOKED, n=sum(map(len, found))))
    return redirect(url_for(".differences"), 303)


@recovery_desk.post(f"/<{KEY}:membership_id>/look")
@allow(MANAGER)
def look_at(membership_id: int) -> AnyResponse:
    """Judge the paid lines of one membership again."""
    refuse_own(db(), membership_id, me().actor)
    try:
        found = look_again(db(), membership_id, today(), now(), me().actor)
    except NotFound:
        abort(404)
    flash(speaks().say(LOOKED, n=len(found)))
    return redirect(url_for(".one", membership_id=membership_id), 303)
