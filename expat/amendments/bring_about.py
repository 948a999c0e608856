"""Bringing a change about: by the verbs that change facts, with the day of the request and the instant of now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from expat import audit
from expat.amendments.address import keep_address
from expat.amendments.effect import Effect
from expat.amendments.kinds import Address, Change, Move
from expat.claims.rejudge import new_fact
from expat.db import table_of
from expat.errors import Conflict
from expat.membership.changes import Acting, Outcome, add_person, change_formula, change_zone, grant_derogation
from expat.membership.join import change_row
from expat.membership.leavings import remove_person
from expat.membership.tables import MembershipChange

_CHANGE: Any = table_of(MembershipChange)


def bring_about(
    session: Session, membership_id: int, amendment_id: int, change: Change, effect: Effect, acting: Acting
) -> int | None:
    """Change the facts; `acting.day` is the day of the request. Unpaid lines are judged again as of the instant's day.
    Answers the key of what was added: that of somebody who is insured now.

    Raises Conflict where the facts that were read do not give what the verb does.
    """
    done = _change(session, membership_id, effect, acting, True)
    if done.refused is not None or done.effective_from not in (None, effect.effective):
        raise Conflict("change", f"would take effect on {done.effective_from}", f"{effect.effective}")
    if isinstance(change, Move | Address):
        address = change.address if isinstance(change, Move) else change
        keep_address(session, membership_id, address, amendment_id, acting.at, acting.actor)
    if acting.at.date() != acting.day:
        new_fact(session, membership_id, acting.at.date(), acting.at, acting.preference)
    return done.key


def note_refused(session: Session, membership_id: int, effect: Effect, acting: Acting) -> None:
    """Keep among the membership's changes that one was refused; nothing changes by it."""
    if set(effect.values) & {"formula", "zone"}:
        _change(session, membership_id, effect, acting, False)


def _change(session: Session, membership_id: int, effect: Effect, acting: Acting, agreed: bool) -> Outcome:
    if effect.person is not None:
        asked = replace(effect.person, covered_from=None)  # the verb finds the first day by the rules
        return add_person(session, membership_id, asked, acting)
    if "left" in effect.values and effect.whose is not None:
        return remove_person(session, membership_id, effect.whose, effect.values["left"], effect.effective, acting)
    if "derogation" in effect.values and effect.whose is not None and effect.until is not None:
        country = effect.values["derogation"]
        return grant_derogation(session, membership_id, effect.whose, country, effect.effective, effect.until, acting)
    if "formula" in effect.values:
        return change_formula(session, membership_id, effect.values["formula"], agreed, acting)
    if "zone" in effect.values:
        zone, residence = effect.values["zone"], effect.values.get("residence")
        return change_zone(session, membership_id, zone, residence, agreed, acting, effect.effective)
    if "residence" in effect.values:
        return _move_within_zone(session, membership_id, effect, acting)
    return Outcome()


def _move_within_zone(session: Session, membership_id: int, effect: Effect, acting: Acting) -> Outcome:
    """Another residence in the same zone holds from the request on: the contract makes only another zone wait.

    Where the zone becomes another one in between, it holds from that day on.
    """
    residence = effect.values["residence"]
    rows = [
        change_row(membership_id, "residence", residence, acting.day, day, acting.at)
        for day in (effect.effective, *effect.days)
    ]
    session.execute(_CHANGE.insert(), rows)
    detail = {"values": effect.values, "effective": effect.effective.isoformat(), "refused": None}
    audit.record(session, acting.at, acting.actor, "membership.residence", f"membership:{membership_id}", **detail)
    new_fact(session, membership_id, acting.day, acting.at, acting.preference)
    return Outcome(None, effect.effective)
