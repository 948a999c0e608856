"""Telling by mail what became of a mandate, and letting who acts sign in."""

from __future__ import annotations

from flask import url_for

from expat.accounts.listing import listed_account
from expat.accounts.open import account
from expat.mail.mandate_letters import mandate_told
from expat.mail.outbox import put
from expat.payments.tell import members_of
from expat.portal.admin.invite import invite
from expat.portal.told import link, operator
from expat.portal.work import db, me, now
from expat.representatives.admit import admit
from expat.representatives.appoint import mandate_of
from expat.representatives.listing import listed


def tell_member(mandate_id: int, what: str) -> None:
    """Mail the member what became of an appointment."""
    row = mandate_of(db(), mandate_id)
    reader = members_of(db(), [row.membership_id]).get(row.membership_id)
    if reader is None:
        return
    address = link(url_for("member_acting.mandate", mandate_id=mandate_id))
    text = mandate_told(reader.language, reader.name, what, row.name, address, operator())
    put(db(), f"mandate:{mandate_id}:{what}", "mandate", reader.to, reader.language, *text, now())


def let_in(mandate_id: int) -> None:
    """Let who acts sign in: with a link for a password where the account is new; told of it where it is not."""
    key = admit(db(), mandate_id, now(), me().actor)
    found = listed_account(db(), key) if key is not None else None
    if found is None:
        return
    if not found.has_password:
        invite(found)
    _tell(mandate_id, found.id, "admitted")


def tell_ended(mandate_id: int) -> None:
    """Mail who acted that it is over."""
    found = listed(db(), mandate_id)
    if found is not None and found.account is not None:
        _tell(mandate_id, found.account, "ended")


def _tell(mandate_id: int, account_id: int, what: str) -> None:
    who = account(db(), account_id)
    address = link(url_for("acting_home.home"))
    text = mandate_told(who.language, who.name, what, who.name, address, operator())
    put(db(), f"mandate:{mandate_id}:{what}", "mandate", who.email, who.language, *text, now())
