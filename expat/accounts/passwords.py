"""Passwords: kept as argon2id hashes, checked in the same time whether the account exists or not."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from expat.errors import BadInput

SHORTEST, LONGEST = 12, 200
_HASHER = PasswordHasher()


def hashed(password: str, *personal: str) -> str:
    """The hash to keep. Raises BadInput for a password that is short, long, monotonous or made of `personal` words."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput("password", "is too short or too long", f"{SHORTEST} to {LONGEST} characters")
    if len(set(password)) < 5 or any(word and word.casefold() in password.casefold() for word in personal):
        raise BadInput("password", "is easy to guess", "no repetition, no part of your name or address")
    return _HASHER.hash(password)


def hashed_as_it_is(password: str) -> str:
    """The hash of a password that was accepted before."""
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was kept; without an account it takes as long, and is not."""
    try:
        return _HASHER.verify(kept or _nobody(), password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _HASHER.hash("the password of nobody")
