"""What a member chooses of being paid: the currency (UNO-FX-5) and the account, each checked against the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlmodel import Session

from expat.claims.load import load
from expat.db import advisory_lock
from expat.errors import BadInput, NotFound
from expat.membership.changes import Acting, Outcome, change_payout
from expat.payments.account_records import LOCK, keep_account, versions_of
from expat.payments.accounts import check_account, verify


class PaidTo(NamedTuple):
    """What came of a choice: a reason where it was refused, else the account's key, None where it is as before."""

    refused: str | None
    account: int | None


def pay_to(
    session: Session, membership_id: int, values: Mapping[str, str | None], currency: str, acting: Acting,
    anew: bool = False,
) -> PaidTo:  # fmt: skip
    """Pay a membership to another account, in a currency; `values` are `check_account`'s.

    The same account again is kept once, unless it is to hold `anew`, as for an estate. Raises BadInput naming the
    field, NotFound for the membership.
    """
    account = check_account(values, currency)
    changed = _pay_in(session, membership_id, currency, acting)
    if changed.refused is not None:
        return PaidTo(changed.refused, None)
    advisory_lock(session, LOCK)
    held = versions_of(session, membership_id)
    if held and held[0].account == account and not anew:
        return PaidTo(None, None)
    return PaidTo(None, keep_account(session, account, acting.at, membership_id=membership_id, actor=acting.actor))


def pay_in(session: Session, membership_id: int, currency: str, acting: Acting) -> Outcome:
    """Pay a membership in another currency, to the account that it has.

    Raises BadInput naming the account's field where no bank could pay that currency there, NotFound.
    """
    held = versions_of(session, membership_id)
    if held:
        verify(held[0].account, currency, acting.day)
    return _pay_in(session, membership_id, currency, acting)


def _pay_in(session: Session, membership_id: int, currency: str, acting: Acting) -> Outcome:
    """What holds already is not recorded again."""
    dossier = load(session, [membership_id], lock=True).get(membership_id)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    if not currency:
        raise BadInput("currency", "is missing", "an ISO 4217 code such as SGD")
    if dossier.on("payout_currency", acting.day) == currency:
        return Outcome()
    return change_payout(session, membership_id, currency, acting)
