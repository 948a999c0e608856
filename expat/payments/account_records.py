"""Keeping the accounts that payouts go to: in versions, of which the newest holds; none is ever changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select
from sqlmodel import Session

from expat import audit
from expat.bank.codes import compact
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, NotFound
from expat.membership.tables import DeathReport, Membership, PayoutAccount
from expat.payments.accounts import Account
from expat.payments.agent_payouts import agent_accounts

LOCK = 7_003
SLICE = 10_000  # of keys in one query: databases take so many at most
MEMBER = "member"
_PLAIN = (
    "holder",
    "town",
    "country",
    "number",
    "bank_name",
    "bank_town",
    "bank_country",
    "street",
    "building",
    "postcode",
)
_ACCOUNT: Any = table_of(PayoutAccount)
_MEMBERSHIP: Any = table_of(Membership)
_DEATH: Any = table_of(DeathReport)


class Known(NamedTuple):
    """An account that is kept, and the key of its version."""

    id: int
    account: Account


def keep_account(
    session: Session,
    account: Account,
    at: datetime,
    membership_id: int | None = None,
    provider: str | None = None,
    actor: str = "management",
) -> int:
    """Keep an account (as `check_account` gave it) of a membership, or of a provider by name; answers its key.

    A member may name an agent's account (UNO-PAY-1): the holder is whoever the account says. Raises BadInput
    unless exactly one owner is named, NotFound where there is no such membership.
    """
    if (membership_id is None) == (not provider):
        raise BadInput("account", "has no owner, or two", "a membership or a provider of care")
    advisory_lock(session, LOCK)  # two at once never make the same version
    if membership_id is not None:
        _known_membership(session, membership_id)
    owner = _ACCOUNT.c.provider == provider if provider else _ACCOUNT.c.membership_id == membership_id
    version = session.execute(select(func.coalesce(func.max(_ACCOUNT.c.version), 0) + 1).where(owner)).scalar_one()
    owned = {"membership_id": membership_id, "provider": provider or None, "version": version}
    subject = f"membership:{membership_id}" if membership_id is not None else ""
    return _keep(session, account, owned, subject, at, actor)


def keep_agents_account(session: Session, account: Account, mandate_id: int, at: datetime, actor: str) -> int:
    """Keep the account of an agent, which is neither the membership's nor a provider's; answers its key."""
    return _keep(session, account, {"version": 1}, f"mandate:{mandate_id}", at, actor)


def _keep(session: Session, account: Account, owned: dict[str, Any], subject: str, at: datetime, actor: str) -> int:
    values = {**_row(account), **owned, "recorded_at": at}
    key = int(session.execute(_ACCOUNT.insert().values(values).returning(_ACCOUNT.c.id)).scalar_one())
    ending = (account.iban or account.number or "")[-4:]  # never the whole number in the trail
    detail = {"account": key, "version": owned["version"], "ending": ending}
    audit.record(session, at, actor, "account.kept", subject or f"account:{key}", **detail)
    return key


def accounts_of(session: Session, payouts: Iterable[Any]) -> dict[int, Known]:
    """The newest account for each payout (rows with id, membership_id, payee and provider), by the payout's key.

    A member's payout goes to the membership's account, or to that of the agent to whom it was settled, a hospital's to
    the provider's. One without any is absent. Of a
    member who died it is the account that was entered after we were told: until then payouts wait.
    """
    rows = list(payouts)
    members = _newest(session, _ACCOUNT.c.membership_id, {p.membership_id for p in rows if p.payee == MEMBER})
    members = _of_the_living(session, members)
    providers = _newest(session, _ACCOUNT.c.provider, {p.provider for p in rows if p.payee != MEMBER and p.provider})
    found = {p.id: members.get(p.membership_id) if p.payee == MEMBER else providers.get(p.provider) for p in rows}
    agents = agent_accounts(session, [p.id for p in rows if p.payee == MEMBER])
    found |= {key: Known(row.id, _account(row)) for key, row in agents.items()}
    return {key: known for key, known in found.items() if known is not None}


class Version(NamedTuple):
    """An account of a membership as it was kept: its key, the account, and the instant."""

    id: int
    account: Account
    recorded_at: datetime


def versions_of(session: Session, membership_id: int) -> list[Version]:
    """The accounts that a membership had, the newest, which holds, first."""
    query = select(_ACCOUNT).where(_ACCOUNT.c.membership_id == membership_id).order_by(_ACCOUNT.c.version.desc())
    return [Version(row.id, _account(row), row.recorded_at) for row in session.execute(query)]


def _newest(session: Session, owner: ColumnElement[Any], wanted: set[Any]) -> dict[Any, Known]:
    keys = list(wanted)
    found: dict[Any, Known] = {}
    for start in range(0, len(keys), SLICE):
        query = select(_ACCOUNT).where(owner.in_(keys[start : start + SLICE])).order_by(_ACCOUNT.c.version)
        found |= {getattr(row, owner.key or ""): Known(row.id, _account(row)) for row in session.execute(query)}
    return found


def _of_the_living(session: Session, accounts: dict[Any, Known]) -> dict[Any, Known]:
    """Without the accounts that members who died had before we were told."""
    keys = list(accounts)
    found = dict(accounts)
    for start in range(0, len(keys), SLICE):
        query = (
            select(_ACCOUNT.c.id, _ACCOUNT.c.membership_id)
            .join(_DEATH, _DEATH.c.membership_id == _ACCOUNT.c.membership_id)
            .where(_ACCOUNT.c.membership_id.in_(keys[start : start + SLICE]))
            .where(_ACCOUNT.c.recorded_at <= _DEATH.c.recorded_at)
        )
        for row in session.execute(query):
            if row.membership_id in found and found[row.membership_id].id == row.id:
                del found[row.membership_id]
    return found


def _known_membership(session: Session, membership_id: int) -> None:
    if session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id == membership_id)).first() is None:
        raise NotFound("membership", f"there is no membership {membership_id}")


def _row(account: Account) -> dict[str, str | None]:
    system, member = account.clearing or (None, None)
    return {
        **{name: getattr(account, name) for name in _PLAIN},
        "iban": compact(account.iban) if account.iban else None,
        "bic": compact(account.bic) if account.bic else None,
        "clearing_system": system, "clearing_member": member,
    }  # fmt: skip


def _account(row: Row[Any]) -> Account:
    clearing = (row.clearing_system, row.clearing_member) if row.clearing_system and row.clearing_member else None
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Account(**plain, iban=row.iban, bic=row.bic, clearing=clearing)
