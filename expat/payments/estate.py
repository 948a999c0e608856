"""Paying the estate of a member who died: one person records the account that it names, another confirms it.

Until then payouts to the member wait (see `membership.death`); from the confirmation on they go to that account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.claims.load import load
from expat.db import table_of
from expat.documents.tables import Document
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.membership.death import death_of
from expat.payments.accounts import Account, check_account
from expat.payments.paid_to import pay_to
from expat.payments.tables import EstateAccount, EstateAccountAnswer
from expat.screening.screen import ACCOUNT, screen_person

PAYEES = ("notary", "heir", "executor")  # what the holder of the account is to the estate
LONGEST_NAME = 200

_ESTATE: Any = table_of(EstateAccount)
_ANSWER: Any = table_of(EstateAccountAnswer)
_KEPT: Any = table_of(Document)


@dataclass(frozen=True)
class NewEstateAccount:
    """An account that an estate names. `values` are `check_account`'s, `currency` ISO 4217, `payee_is` of PAYEES;
    the notary's paper that shows it is the kept document `sha256`, called `name`."""

    values: Mapping[str, str | None]
    currency: str
    payee_is: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An account of an estate as it was recorded, and what a second person made of it.

    `account_id` is the key of the account that is paid from the confirmation on; `why` says why it was not confirmed.
    """

    id: int
    membership: int
    payee_is: str
    currency: str
    account: Account
    name: str
    sha256: str
    by: str
    at: datetime
    answered_by: str | None
    account_id: int | None
    why: str | None

    @property
    def waits(self) -> bool:
        """Whether nobody has confirmed or rejected it."""
        return self.answered_by is None


def record_estate(session: Session, membership_id: int, new: NewEstateAccount, acting: Acting) -> int:
    """Record the account that the estate names; recorded again while it waits it is kept once. Answers its key.

    The holder's name is screened: a match stops payments until a person lifts it. Raises BadInput naming the field,
    NotFound where there is no such membership, Conflict where another account waits already.
    """
    if load(session, [membership_id], lock=True).get(membership_id) is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    if death_of(session, membership_id) is None:
        raise BadInput("membership", "no death of its member is recorded", "record the death first")
    if new.payee_is not in PAYEES:
        raise BadInput("payee_is", f"{new.payee_is!r} is unknown", f"one of {', '.join(PAYEES)}")
    account = check_account(new.values, new.currency)
    if session.execute(select(_KEPT.c.sha256).where(_KEPT.c.sha256 == new.sha256)).first() is None:
        raise BadInput("papers", "the notary's paper is missing", "the paper that names who is paid")
    for one in estates_of(session, membership_id):
        if one.waits:
            if (one.account, one.currency, one.payee_is, one.sha256) == (
                account, new.currency, new.payee_is, new.sha256,
            ):  # fmt: skip
                return one.id
            raise Conflict("membership", f"account {one.id} waits to be confirmed", "confirm or reject that one first")
    values = {
        "membership_id": membership_id, "payee_is": new.payee_is, "currency": new.currency,
        "account": asdict(account), "name": new.name[:LONGEST_NAME], "sha256": new.sha256,
        "recorded_by": acting.actor, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_ESTATE.insert().values(values).returning(_ESTATE.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "estate.recorded", f"membership:{membership_id}", estate=key)
    screen_person(session, ACCOUNT, f"estate:{key}", account.holder, None, acting.at, membership_id, True)
    return key


def confirm_estate(session: Session, estate_id: int, acting: Acting) -> int:
    """A second person confirms the account: coming payouts go there. Answers the account's key; twice it is done once.

    Raises NotFound, BadInput where it is one's own record or the rules refuse its currency, Conflict where it was
    rejected.
    """
    found = _locked(session, estate_id)
    if found.account_id is not None:
        return found.account_id
    if not found.waits:
        raise Conflict("estate", "was rejected already", "record the account again")
    if found.by == acting.actor:
        raise BadInput("estate", "was recorded by you", "another person of the management unit")
    done = pay_to(session, found.membership, _typed(found.account), found.currency, acting, anew=True)
    if done.refused is not None or done.account is None:
        raise BadInput("currency", f"{found.currency} cannot be paid ({done.refused})", "EUR inside the euro area")
    _answer(session, found, acting, account_id=done.account)
    return done.account


def reject_estate(session: Session, estate_id: int, why: str, acting: Acting) -> bool:
    """The account is not to be paid, and why; answers whether that is new. Raises NotFound, BadInput, Conflict."""
    found = _locked(session, estate_id)
    if not why.strip():
        raise BadInput("why", "is missing", "what is wrong with it")
    if not found.waits:
        if found.account_id is None:
            return False
        raise Conflict("estate", "was confirmed already", "record another account")
    _answer(session, found, acting, why=why.strip())
    return True


def estates_of(session: Session, membership_id: int) -> list[Recorded]:
    """The accounts that were recorded for the estate, the newest first."""
    query = _recorded().where(_ESTATE.c.membership_id == membership_id).order_by(_ESTATE.c.id.desc())
    return [_as_recorded(row) for row in session.execute(query)]


def waiting_estates(session: Session) -> list[Recorded]:
    """The accounts of estates that wait for a second person, the oldest first."""
    query = _recorded().where(_ANSWER.c.estate_id.is_(None)).order_by(_ESTATE.c.id)
    return [_as_recorded(row) for row in session.execute(query)]


def _locked(session: Session, estate_id: int) -> Recorded:
    """A record, with its membership locked until the commit. Raises NotFound."""
    membership = session.execute(select(_ESTATE.c.membership_id).where(_ESTATE.c.id == estate_id)).scalar()
    if membership is None:
        raise NotFound("estate", f"there is no account {estate_id} of an estate")
    load(session, [membership], lock=True)
    return next(one for one in estates_of(session, membership) if one.id == estate_id)


def _answer(
    session: Session, found: Recorded, acting: Acting, account_id: int | None = None, why: str | None = None
) -> None:
    values = {
        "estate_id": found.id, "account_id": account_id, "why": why, "answered_by": acting.actor,
        "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_ANSWER.insert().values(values))
    word = "estate.confirmed" if account_id is not None else "estate.rejected"
    audit.record(session, acting.at, acting.actor, word, f"membership:{found.membership}", estate=found.id)


def _recorded() -> Any:
    answered = (_ANSWER.c.answered_by, _ANSWER.c.account_id, _ANSWER.c.why)
    return select(_ESTATE, *answered).outerjoin(_ANSWER, _ANSWER.c.estate_id == _ESTATE.c.id)


def _as_recorded(row: Row[Any]) -> Recorded:
    kept = {"holder": "", "town": "", "country": "", **(row.account or {})}  # what is past its time was taken out
    clearing = kept.pop("clearing", None)
    account = Account(**kept, clearing=(clearing[0], clearing[1]) if clearing else None)
    return Recorded(
        row.id, row.membership_id, row.payee_is, row.currency, account, row.name, row.sha256, row.recorded_by,
        row.recorded_at, row.answered_by, row.account_id, row.why,
    )  # fmt: skip


def _typed(account: Account) -> dict[str, str | None]:
    """An account as `check_account` takes it."""
    values: dict[str, Any] = asdict(account)
    system, member = values.pop("clearing") or (None, None)
    return {**values, "clearing_system": system, "clearing_member": member}
