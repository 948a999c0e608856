"""What the management unit does with what an employer announced: each step noted, an end recorded by its own verb."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.amendments.address import address_of, keep_address
from expat.amendments.ask import NewAmendment, ask
from expat.amendments.kinds import Address, Move
from expat.claims.load import load
from expat.claims.written import written
from expat.db import advisory_lock, table_of
from expat.documents.keys import Keys
from expat.employers.announce import LOCK
from expat.employers.columns import LEAVER
from expat.employers.listing import change, joiner, payer_of
from expat.employers.states import DONE_WITH
from expat.employers.tables import AnnouncementStep
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.membership.ends import terminate
from expat.membership.tables import Membership

JOINER_STATES = ("invited", "joined", "refused", "withdrawn")
CHANGE_STATES = ("done", "refused")

_STEP: Any = table_of(AnnouncementStep)
_MEMBERSHIP: Any = table_of(Membership)


def step_joiner(session: Session, key: int, state: str, why: str, acting: Acting, number: str = "") -> bool:
    """Note how far an announced joiner got: invited to fill in the application, joined as a membership, refused by us,
    or withdrawn. Answers False where it is so already. Raises BadInput, Conflict where the joiner is done with.
    """
    if state not in JOINER_STATES:
        raise BadInput("state", f"{state!r} is unknown", f"one of {', '.join(JOINER_STATES)}")
    advisory_lock(session, LOCK)
    row = joiner(session, key)
    if row.state == state:
        return False
    _still_open(row)
    said = written("why", why, 500) if state in ("refused", "withdrawn") else ""
    membership = _membership(session, number) if state == "joined" else None
    if membership is not None:
        refuse_own(session, membership, acting.actor)
    _note(session, acting, {"joiner_id": key, "state": state, "why": said, "membership_id": membership})
    audit.record(session, acting.at, acting.actor, f"joiner.{state}", f"announced_joiner:{key}", membership=membership)
    return True


def step_change(session: Session, key: int, state: str, why: str, acting: Acting, keys: Keys) -> date | None:
    """Note what became of a leaver or a change. A leaver that is done is the membership's end (UNO-MEM-6), on the
    announced day or the first that the rules allow; answers that day. A change that is done is another address, or a
    move that is asked for. Raises BadInput, Conflict where it is done with, or where another one pays by now.
    """
    if state not in CHANGE_STATES:
        raise BadInput("state", f"{state!r} is unknown", f"one of {', '.join(CHANGE_STATES)}")
    advisory_lock(session, LOCK)
    row = change(session, key)
    if row.state == state:
        return row.effective_on  # type: ignore[no-any-return]
    _still_open(row)
    refuse_own(session, row.membership_id, acting.actor)
    payer = payer_of(session, row.membership_id)
    if state == "done" and (payer is None or payer.id != row.employer_id):
        raise Conflict("payer", "the employer no longer pays for it", "refuse what it announced")
    said, effective = (written("why", why, 500), None) if state == "refused" else ("", None)
    if state == "done":
        effective = _bring_about(session, row, acting, keys)
    _note(session, acting, {"change_id": key, "state": state, "why": said, "effective_on": effective})
    audit.record(session, acting.at, acting.actor, f"{row.kind}.{state}", f"announced_change:{key}")
    return effective


def _bring_about(session: Session, row: Any, acting: Acting, keys: Keys) -> date | None:
    """Record an end, keep an address, or ask for the move to another country, by the verbs that are there for it."""
    if row.kind == LEAVER:
        return terminate(session, row.membership_id, row.content["reason"], row.day, acting).effective_from
    content, dossier = row.content, load(session, [row.membership_id], lock=True)[row.membership_id]
    known = content.get("residence") or address_of(session, row.membership_id)["country"]
    country = known or dossier.on("residence", acting.day)
    address = Address(content["street"], content["town"], country, postcode=content.get("postcode"))
    if "residence" in content:
        move = NewAmendment(f"announced:{row.id}", Move(address, keep_zone=True, first=row.day))
        ask(session, row.membership_id, move, acting, keys)
    else:
        keep_address(session, row.membership_id, address, None, acting.at, acting.actor)
    return None


def _still_open(row: Any) -> None:
    if row.state in DONE_WITH:
        raise Conflict("state", f"is {row.state} already", "nothing more to be done")


def _note(session: Session, acting: Acting, values: dict[str, Any]) -> None:
    session.execute(_STEP.insert().values(**values, noted_by=acting.actor, noted_at=acting.at))


def _membership(session: Session, number: str) -> int:
    found = session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.number == number.strip())).scalar()
    if found is None:
        raise BadInput("number", f"{number!r} is no membership", "the number of the membership that was concluded")
    return int(found)
