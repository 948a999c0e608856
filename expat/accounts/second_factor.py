"""The second factor: six digits that change every thirty seconds (TOTP, RFC 6238), each good once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyotp
from sqlalchemy import update
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.db import table_of
from expat.documents.keys import Keys

ISSUER = "Expat"
STEP_SECONDS = 30
_ACCOUNT: Any = table_of(Account)


def new_secret() -> str:
    """A fresh secret, in base32, to be typed or scanned into an authenticator."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """The otpauth:// address that an authenticator scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step that a code belongs to, one before and one after now included; None for a wrong code."""
    digits, totp, now = "".join(code.split()), pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    if not (digits.isascii() and digits.isdecimal()):
        return None
    found = (step for step in (now, now - 1, now + 1) if pyotp.utils.strings_equal(digits, totp.generate_otp(step)))
    return next(found, None)


def keep_secret(session: Session, account_id: int, secret: str, step: int, keys: Keys) -> None:
    """Keep the secret, sealed, once its first code was right."""
    sealed = keys.seal(secret.encode(), _digest(account_id))
    query = update(_ACCOUNT).where(_ACCOUNT.c.id == account_id)
    session.execute(query.values(totp_secret=sealed, totp_step=step))


def accept_code(session: Session, account_id: int, sealed: bytes, code: str, at: datetime, keys: Keys) -> bool:
    """Whether the code is right and was not used before: the same code is never good twice, whoever sends it."""
    step = step_of(keys.unseal(sealed, _digest(account_id)).decode(), code, at)
    if step is None:
        return False
    query = update(_ACCOUNT).where(_ACCOUNT.c.id == account_id, _ACCOUNT.c.totp_step < step)
    return bool(session.execute(query.values(totp_step=step)).rowcount)  # type: ignore[attr-defined]


def _digest(account_id: int) -> str:
    return f"second factor of account {account_id}"
