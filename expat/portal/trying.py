"""Passwords and codes that are tried: each attempt is counted before it is looked at, so that many at once are few."""

from __future__ import annotations

from flask import request

from expat import audit
from expat.accounts import attempts
from expat.accounts.open import account
from expat.accounts.passwords import matches
from expat.db import now as wall_clock
from expat.portal.work import apart, db, me
from expat.wording.catalogue import N_

WAIT = N_("Too many attempts. Wait a quarter of an hour, then try again.")
NOT_YOURS = N_("This is not your password.")


def may_try(limit: attempts.Limit, subject: str) -> bool:
    """Count an attempt; whether it may be looked at. Who is right afterwards starts afresh (`forget`)."""
    at, network = wall_clock(), request.remote_addr or ""
    with apart() as writing:
        return not attempts.reached(writing, attempts.NETWORK, network, at) and attempts.take(
            writing, limit, subject, at
        )


def was_wrong(limit: attempts.Limit, account_id: int | None) -> None:
    """Count what was wrong against the network that it came from, and keep it."""
    at = wall_clock()
    with apart() as writing:
        attempts.note(writing, attempts.NETWORK, request.remote_addr or "", at)
        if account_id is not None:
            audit.record(writing, at, "sign-in", f"account.{limit.kind}_wrong", f"account:{account_id}")


def own_password_wrong(typed: str) -> tuple[str, int] | None:
    """What to say, and the status, where who is signed in does not know the password; None where it is right."""
    row = account(db(), me().account)
    if not may_try(attempts.PASSWORD, row.email):
        return WAIT, 429
    if not matches(row.password_hash, typed):
        was_wrong(attempts.PASSWORD, row.id)
        return NOT_YOURS, 422
    attempts.forget(db(), attempts.PASSWORD, row.email)
    return None
