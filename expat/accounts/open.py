"""Opening accounts, setting passwords, the links that are mailed for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Row, select, update
from sqlmodel import Session

from expat import audit
from expat.accounts.passwords import hashed, hashed_as_it_is
from expat.accounts.sign_in import ROLES, end_all, hash_of
from expat.accounts.tables import Account, MailedLink
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.tables import InsuredPerson
from expat.wording.catalogue import known

LINK_GOOD_FOR = timedelta(hours=2)
INVITATION_GOOD_FOR = timedelta(days=7)
LOCK = 7_005

_ACCOUNT: Any = table_of(Account)
_LINK: Any = table_of(MailedLink)
_PERSON: Any = table_of(InsuredPerson)


def email_of(text: str) -> str:
    """An address as it is kept. Raises BadInput."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as wrong:
        raise BadInput("email", f"{text!r} is no address", "such as ada@example.org") from wrong


def open_account(
    session: Session,
    email: str,
    name: str,
    language: str,
    roles: Iterable[str],
    at: datetime,
    actor: str,
    person_id: int | None = None,
) -> int:
    """Open an account without a password; answers its key. Raises BadInput, Conflict where the address has one."""
    address, words = email_of(email), _in_order(roles)
    if not name.strip():
        raise BadInput("name", "is empty", "first and last name")
    _check_person(session, words, person_id)
    advisory_lock(session, LOCK)  # two at once never get the same address
    if session.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.email == address)).first():
        raise Conflict("email", f"{address} has an account", "another address")
    values = {
        "email": address, "name": " ".join(name.split()), "language": known(language), "roles": " ".join(words),
        "person_id": person_id, "made_at": at, "totp_step": 0,
    }  # fmt: skip
    key = int(session.execute(_ACCOUNT.insert().values(values).returning(_ACCOUNT.c.id)).scalar_one())
    audit.record(session, at, actor, "account.opened", f"account:{key}", roles=words, person=person_id)
    return key


def account_of(session: Session, email: str) -> Row[Any] | None:
    """The open account of an address."""
    query = select(_ACCOUNT).where(_ACCOUNT.c.email == email.strip().lower(), _ACCOUNT.c.closed_at.is_(None))
    return session.execute(query).first()


def account(session: Session, account_id: int) -> Row[Any]:
    """An account by its key. Raises NotFound."""
    row = session.execute(select(_ACCOUNT).where(_ACCOUNT.c.id == account_id)).first()
    if row is None:
        raise NotFound("account", f"there is no account {account_id}")
    return row


def _in_order(roles: Iterable[str]) -> list[str]:
    words = set(roles)
    if not words or not words <= set(ROLES):
        raise BadInput("roles", "none, or one that is unknown", f"of {', '.join(ROLES)}")
    return sorted(words, key=ROLES.index)


def _check_person(session: Session, roles: Iterable[str], person_id: int | None) -> None:
    if "member" in roles and person_id is None:
        raise BadInput("person", "is missing", "the insured person whose account it is")
    if person_id is not None and session.execute(select(_PERSON.c.id).where(_PERSON.c.id == person_id)).first() is None:
        raise NotFound("person", f"there is no insured person {person_id}")


def set_roles(
    session: Session, account_id: int, roles: Iterable[str], at: datetime, actor: str, person_id: int | None = None,
    stay: bool = False,
) -> bool:  # fmt: skip
    """Change what an account opens; every sign-in ends, unless it may `stay`, as an applicant's who became the member.
    Answers False, and changes nothing, where it is so already.

    `person_id` names the insured person of an account that belongs to none yet. Nobody changes the own account's.
    Raises NotFound, BadInput.
    """
    row, words = account(session, account_id), _in_order(roles)
    _check_not_own(account_id, actor)
    if row.closed_at is not None:
        raise Conflict("account", "is closed", "open it again first")
    if row.person_id is not None and person_id not in (None, row.person_id):
        raise Conflict("person", "the account belongs to another insured person", "an account of its own")
    person = row.person_id or person_id
    _check_person(session, words, person)
    before = row.roles.split()
    if (words, person) == (before, row.person_id):
        return False
    query = update(_ACCOUNT).where(_ACCOUNT.c.id == account_id)
    session.execute(query.values(roles=" ".join(words), person_id=person))
    detail = {"before": before, "after": words, "person": person}
    audit.record(session, at, actor, "account.roles_changed", f"account:{account_id}", **detail)
    if not stay:
        end_all(session, account_id, at, actor)
    return True


def _check_not_own(account_id: int, actor: str) -> None:
    if actor == f"account:{account_id}":
        raise BadInput("account", "is your own", "another administrator does it")


def reopen_account(session: Session, account_id: int, at: datetime, actor: str) -> bool:
    """Open a closed account again, with neither password nor second factor; False where it is open. Raises NotFound."""
    account(session, account_id)
    query = update(_ACCOUNT).where(_ACCOUNT.c.id == account_id, _ACCOUNT.c.closed_at.is_not(None))
    fresh = query.values(closed_at=None, password_hash=None, totp_secret=None, totp_step=0)
    if not session.execute(fresh).rowcount:  # type: ignore[attr-defined]
        return False
    audit.record(session, at, actor, "account.reopened", f"account:{account_id}")
    return True


def close_account(session: Session, account_id: int, at: datetime, actor: str) -> None:
    """Close an account: nobody signs in with it any more, nor sets a password. Nobody closes the own one."""
    if account(session, account_id).closed_at is not None:
        return
    _check_not_own(account_id, actor)
    end_links(session, account_id, at)
    session.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(closed_at=at))
    audit.record(session, at, actor, "account.closed", f"account:{account_id}")
    end_all(session, account_id, at, actor)


def set_password(session: Session, account_id: int, password: str, at: datetime, actor: str) -> None:
    """Set a password and end every sign-in. Raises BadInput where it is easy to guess."""
    row = account(session, account_id)
    kept = hashed(password, row.email.partition("@")[0], *(word for word in row.name.split() if len(word) > 3))
    session.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(password_hash=kept))
    end_links(session, account_id, at)
    audit.record(session, at, actor, "account.password_set", f"account:{account_id}")
    end_all(session, account_id, at, actor)


def set_language(session: Session, account_id: int, language: str) -> None:
    """The language in which the account is spoken to."""
    session.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(language=known(language)))


def remove_second_factor(session: Session, account_id: int, at: datetime, actor: str) -> None:
    """Let the account set up its second factor afresh (a telephone was lost); every sign-in ends.

    Nobody does so for the own account: who took over a sign-in would keep it.
    """
    account(session, account_id)
    _check_not_own(account_id, actor)
    session.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(totp_secret=None, totp_step=0))
    audit.record(session, at, actor, "account.second_factor_removed", f"account:{account_id}")
    end_all(session, account_id, at, actor)


def end_links(session: Session, account_id: int, at: datetime) -> None:
    """Let every link that was mailed to an account be worth nothing any more."""
    mine = update(_LINK).where(_LINK.c.account_id == account_id, _LINK.c.used_at.is_(None))
    session.execute(mine.values(used_at=at))


def renew_hash(session: Session, account_id: int, password: str) -> None:
    """Keep the same password under a hash of today's strength."""
    kept = hashed_as_it_is(password)
    session.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(password_hash=kept))


def make_link(session: Session, account_id: int, at: datetime, good_for: timedelta = LINK_GOOD_FOR) -> str:
    """A token to set a password with, once; earlier ones are worth nothing any more."""
    end_links(session, account_id, at)
    token = token_urlsafe(32)
    values = {"token_hash": hash_of(token), "account_id": account_id, "made_at": at, "expires_at": at + good_for}
    session.execute(_LINK.insert().values(values))
    return token


def link_account(session: Session, token: str, at: datetime) -> int:
    """The account of a link that is still good. Raises NotFound."""
    good = (_LINK.c.token_hash == hash_of(token)) & _LINK.c.used_at.is_(None) & (_LINK.c.expires_at > at)
    found = session.execute(select(_LINK.c.account_id).where(good)).scalar()
    if found is None:
        raise NotFound("link", "was used already or is too old", "ask for another one")
    return int(found)


def use_link(session: Session, token: str, password: str, at: datetime) -> int:
    """Use the link up and set the password that it is for; answers the account. Raises NotFound, BadInput."""
    account_id = link_account(session, token, at)
    used = update(_LINK).where(_LINK.c.token_hash == hash_of(token), _LINK.c.used_at.is_(None))
    if not session.execute(used.values(used_at=at)).rowcount:  # type: ignore[attr-defined]
        raise NotFound("link", "was used already", "ask for another one")
    set_password(session, account_id, password, at, f"account:{account_id}")
    return account_id
