"""Setting what is asked back off against coming payouts: where a person decides so, and the member is told before.

Only what should be back already is set off, never more than a share of a payout, and nothing before the day that the
member was told of. A contest of it, or of what is asked back, holds it until a person answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.claims.written import written
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.periods import DAY
from expat.recoveries.standing import CONTESTED, RECOVER, UPHELD, Decided, decided, decision
from expat.recoveries.tables import Recovery, SetOff, SetOffEvent

ENDED, HELD, ANNOUNCED, RUNS, OVER = "ended", "held", "announced", "runs", "over"
WHOLE = 100  # percent

_SET_OFF: Any = table_of(SetOff)
_EVENT: Any = table_of(SetOffEvent)
_RECOVERY: Any = table_of(Recovery)


@dataclass(frozen=True)
class SettingOff:
    """A decision to set off (its row) what became of it since, and the decision that asks for the money."""

    row: Row[Any]
    events: tuple[Row[Any], ...]
    of: Decided

    def event(self, kind: str) -> Row[Any] | None:
        """What became of it, of a kind."""
        return next((one for one in self.events if one.kind == kind), None)

    @property
    def contested(self) -> bool:
        """Whether a contest of it waits for its answer."""
        return self.event(CONTESTED) is not None and self.event(UPHELD) is None and self.event(ENDED) is None

    def state(self, day: date) -> str:
        """Where it stands on a day: over, held (by a contest), announced, or it runs."""
        if self.event(ENDED) is not None or not self.of.holds or not self.of.left:
            return OVER
        if self.contested or self.of.state == CONTESTED:
            return HELD
        return ANNOUNCED if day < self.row.starts_on else RUNS


def set_off(session: Session, recovery_id: int, share: int, reason: str, acting: Acting, form_key: str) -> int:
    """Set what is asked back off against coming payouts, `share` percent of each at most; answers its key.

    It starts once the member had the time that the operator gives, and not before the money was due back. With the same
    `form_key` it is done once. Raises NotFound, BadInput, Own; Conflict where nothing is asked back, or it runs.
    """
    dossier, found = _locked(session, recovery_id, acting)
    before = session.execute(select(_SET_OFF).where(_SET_OFF.c.form_key == form_key)).first()
    if before is not None:
        return int(before.id)
    edition = dossier.plan.on(acting.day)
    most = edition["recovery.set_off_most"].value
    if not 1 <= share <= most:
        raise BadInput("share", f"{share} percent", f"1 to {most} percent of each payout")
    if found.row.kind != RECOVER or found.state != "open":
        raise Conflict("recovery", f"decision {recovery_id} asks for no money now", "one that does")
    if (runs := of_recovery(session, found)) is not None and runs.state(acting.day) != OVER:
        raise Conflict("recovery", "it is set off already", "end that first")
    first_due = found.all_due_on[0].due_on if found.all_due_on else acting.day
    told_until = acting.day + timedelta(days=edition["recovery.set_off_notice"].value)
    values = {
        "recovery_id": recovery_id, "form_key": form_key, "share": share,
        "starts_on": max(told_until, first_due) + DAY,
        "contest_until": max(told_until, acting.day + timedelta(days=edition["recovery.contest"].value)),
        "reason": written("reason", reason), "clause": found.row.clause, "decided_by": acting.actor,
        "decided_on": acting.day, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_SET_OFF.insert().values(values).returning(_SET_OFF.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "set_off.decided", f"recovery:{recovery_id}", share=share)
    return key


def contest_set_off(session: Session, recovery_id: int, why: str, acting: Acting) -> bool:
    """The member objects to a set-off: nothing is set off before the answer. False where it was contested before.

    Raises NotFound, BadInput for no reason, Conflict where nothing is set off, or it is too late.
    """
    membership = decision(session, recovery_id).row.membership_id
    load(session, [membership], lock=True)
    found, said = _running(session, decision(session, recovery_id), acting.day), written("why", why)
    if found.event(CONTESTED) is not None:
        return False
    if acting.day > found.row.contest_until:
        raise Conflict("why", f"it could be contested until {found.row.contest_until}", "a message to us")
    _keep(session, found, CONTESTED, said, acting)
    return True


def answer_set_off(session: Session, recovery_id: int, upheld: bool, text: str, acting: Acting) -> None:
    """Another person than decided answers a contest of a set-off: it goes on, or it ends.

    Ended, what is asked back stays so. Raises NotFound, BadInput, Conflict where no contest is open, Own.
    """
    _dossier, of = _locked(session, recovery_id, acting)
    found = _running(session, of, acting.day)
    if not found.contested:
        raise Conflict("recovery", "no contest of its set-off is open", "one that is")
    if acting.actor.casefold() == found.row.decided_by.casefold():
        raise BadInput("by", "decided this", "another person, who answers the contest")
    _keep(session, found, UPHELD if upheld else ENDED, written("text", text), acting)


def end_set_off(session: Session, recovery_id: int, why: str, acting: Acting) -> None:
    """Nothing more is set off; what was, stays so. Raises NotFound, BadInput, Own, Conflict where it is over."""
    _dossier, of = _locked(session, recovery_id, acting)
    _keep(session, _running(session, of, acting.day), ENDED, written("why", why), acting)


def of_recovery(session: Session, found: Decided) -> SettingOff | None:
    """The newest decision to set off what a decision asks back."""
    return of_recoveries(session, [found]).get(int(found.row.id))


def of_recoveries(session: Session, several: Collection[Decided]) -> dict[int, SettingOff]:
    """The newest decision to set off of each that asks money back, by its key; by two queries."""
    by_key = {int(one.row.id): one for one in several if one.row.kind == RECOVER}
    if not by_key:
        return {}
    query = select(_SET_OFF).where(_SET_OFF.c.recovery_id.in_(by_key)).order_by(_SET_OFF.c.id)
    newest = {int(row.recovery_id): row for row in session.execute(query)}
    if not newest:
        return {}
    events: dict[int, list[Row[Any]]] = defaultdict(list)
    wanted = _EVENT.c.set_off_id.in_([row.id for row in newest.values()])
    for row in session.execute(select(_EVENT).where(wanted).order_by(_EVENT.c.id)):
        events[row.set_off_id].append(row)
    return {key: SettingOff(row, tuple(events[row.id]), by_key[key]) for key, row in newest.items()}


def running(session: Session, memberships: Collection[int], day: date) -> dict[int, list[SettingOff]]:
    """What is to be set off against payouts of a day, by membership, the oldest debt first; the caller locks them."""
    with_one = select(_SET_OFF.c.recovery_id)
    query = select(_RECOVERY).where(_RECOVERY.c.membership_id.in_(list(memberships)), _RECOVERY.c.id.in_(with_one))
    several = decided(session, query.order_by(_RECOVERY.c.id))
    found: dict[int, list[SettingOff]] = defaultdict(list)
    for one in of_recoveries(session, several).values():
        if one.state(day) == RUNS and one.of.due_by(day):
            found[one.of.row.membership_id].append(one)
    return {key: sorted(ones, key=lambda one: int(one.of.row.id)) for key, ones in found.items()}


def _running(session: Session, of: Decided, day: date) -> SettingOff:
    found = of_recovery(session, of)
    if found is None or found.state(day) == OVER:
        raise Conflict("recovery", f"decision {of.row.id} is not set off", "one that is")
    return found


def _locked(session: Session, recovery_id: int, acting: Acting) -> tuple[Dossier, Decided]:
    membership = decision(session, recovery_id).row.membership_id
    refuse_own(session, membership, acting.actor)
    dossier = load(session, [membership], lock=True).get(membership)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership}")
    return dossier, decision(session, recovery_id)


def _keep(session: Session, found: SettingOff, kind: str, text: str, acting: Acting) -> None:
    values = {
        "set_off_id": found.row.id, "kind": kind, "text": text, "happened_on": acting.day, "recorded_by": acting.actor,
        "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_EVENT.insert().values(values))
    audit.record(session, acting.at, acting.actor, f"set_off.{kind}", f"recovery:{found.of.row.id}")
