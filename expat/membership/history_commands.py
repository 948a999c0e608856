"""`expat member history`: what was known of a membership on a day, what had been decided, what was learnt since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import click
from sqlalchemy import select

from expat.claims.known import Known, LineHeld, Stood, known
from expat.db import reading, table_of
from expat.errors import NotFound
from expat.membership.tables import Membership
from expat.money import from_minor, written
from expat.periods import FOREVER, Period
from expat.settings import Settings
from expat.terminal import DAY, ready

_MEMBERSHIP: Any = table_of(Membership)


@click.command("history")
@click.argument("number")
@click.option("--as-of", "day", type=DAY, required=True, help="the day: what was known when it ended")
def history(number: str, day: date) -> None:
    """What was known of a membership on a day, and what had been decided; what was learnt since."""
    with reading(ready()) as session:
        key = session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.number == number)).scalar()
        if key is None:
            raise NotFound("membership", f"there is no membership {number!r}", "a number of `expat member list`")
        found = known(session, key, day, Settings().time_zone)
    for line in _told(number, found):
        click.echo(line)


def _told(number: str, found: Known) -> Iterator[str]:
    yield f"{number} on {found.day}, as known when that day ended"
    if found.then is None:
        yield "Nothing was known of this membership yet."
    for one in found.held:
        yield f"{one.kind}: {_both(one.then or 'not known', one.now)}"
    for person in found.people:
        name = f"{person.person.first_name} {person.person.last_name}".strip() or person.person.role
        then = "not known" if person.then is None else _covered(person.then, person.days_then)
        yield f"{name}: {_both(then, _covered(person.now, person.days_now))}"
    for premium in found.premiums:
        yield f"premium due on {premium.due_on}: {_both(premium.then or 'nothing', premium.now or 'nothing')}"
    for approval in found.approvals:
        given = _both(_given(approval.then), _given(approval.now))
        yield f"prior approval {approval.request}, {approval.care}: {given}"
    for line in found.lines:
        yield _line(line)
    if found.more is not None or found.since:
        yield f"more lines were known: {'yes' if found.more else 'no'}; lines that came since: {found.since}"
    yield "Learnt since:" if found.learnt else "Nothing was learnt since."
    for learnt in found.learnt:
        until = f" to {learnt.until}" if learnt.until else ""
        by = f" by {learnt.by}" if learnt.by else ""
        yield (
            f"  {learnt.kind} {learnt.value}: holds from {learnt.holds_from}{until}, "
            f"known since {learnt.known_since:%Y-%m-%d %H:%M} UTC{by}"
        )


def _both(then: str, now: str) -> str:
    return then if then == now else f"{then} (today: {now})"


def _covered(covered: bool, days: tuple[Period, ...]) -> str:
    told = ", ".join(f"from {d.first}" + ("" if d.last == FOREVER else f" to {d.last}") for d in days) or "never"
    return f"{'covered' if covered else 'not covered'}, {told}"


def _given(granted: bool | None) -> str:
    return {True: "granted", False: "refused", None: "not answered"}[granted]


def _line(line: LineHeld) -> str:
    row, stood = line.row, _both(_stood(line.then), _stood(line.now))
    return f"line {row.claim_id}/{row.position}, {row.care} on {row.first_day}: {stood}"


def _stood(stood: Stood) -> str:
    paid = (
        ""
        if stood.amount is None
        else f" {written(from_minor(stood.amount, stood.currency or ''), stood.currency or '')}"
    )
    why = f" ({stood.reasons})" if stood.reasons else ""
    return f"{stood.status}{paid}{why}"
