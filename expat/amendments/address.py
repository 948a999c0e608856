"""Where a member is written to: the newest version of the address, else the one that was given on joining."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from expat import audit
from expat.amendments.kinds import Address
from expat.amendments.tables import PostalAddress
from expat.db import table_of
from expat.membership.tables import Member, Membership

FIELDS = ("street", "building", "postcode", "town", "country")

_ADDRESS: Any = table_of(PostalAddress)
_MEMBER: Any = table_of(Member)
_MEMBERSHIP: Any = table_of(Membership)


def address_of(session: Session, membership_id: int) -> dict[str, str | None]:
    """Street, building, postcode, town and country of a membership's member, each None where it is not known."""
    member = _member(session, membership_id)
    newest = select(_ADDRESS).where(_ADDRESS.c.member_id == member).order_by(_ADDRESS.c.version.desc()).limit(1)
    row = session.execute(newest).first()
    if row is None:
        row = session.execute(select(_MEMBER).where(_MEMBER.c.id == member)).one()
    return {name: getattr(row, name) for name in FIELDS}


def keep_address(
    session: Session, membership_id: int, address: Address, amendment_id: int | None, at: datetime, actor: str
) -> int:
    """Keep a new version, which holds from now on; the membership is locked. Answers its number."""
    member = _member(session, membership_id)
    newest = select(func.max(_ADDRESS.c.version)).where(_ADDRESS.c.member_id == member)
    version = int(session.execute(newest).scalar() or 0) + 1
    said = {name: (getattr(address, name) or "").strip() or None for name in FIELDS}
    session.execute(
        _ADDRESS.insert().values(
            member_id=member, version=version, amendment_id=amendment_id, recorded_at=at, **said
        )
    )  # fmt: skip
    audit.record(session, at, actor, "address.changed", f"member:{member}", version=version)
    return version


def _member(session: Session, membership_id: int) -> int:
    query = select(_MEMBERSHIP.c.member_id).where(_MEMBERSHIP.c.id == membership_id)
    return int(session.execute(query).scalar_one())
