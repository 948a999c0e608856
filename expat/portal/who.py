"""Who is signed in, from the token in the browser's cookie."""

from __future__ import annotations

from flask import request, session
from flask_login import UserMixin, login_user, logout_user

from expat.accounts import sign_in as accounts
from expat.accounts.sign_in import SignedIn
from expat.db import now as wall_clock
from expat.db import transaction
from expat.portal.work import db, house, idle, longest


class User(UserMixin):
    """The holder of a token, as Flask-Login knows people: `who` is what we know."""

    def __init__(self, token: str, who: SignedIn) -> None:
        self.token, self.who = token, who

    def get_id(self) -> str:
        """What the signed cookie keeps."""
        return self.token


def load(token: str) -> User | None:
    """The holder of a token, if the sign-in is still open; notes now and then that it is in use."""
    at = wall_clock()
    who = accounts.signed_in(db(), token, at, idle(), longest())
    if who is None:
        return None
    if at - who.seen_at > accounts.SEEN_EVERY and request.endpoint != "static":
        if request.method in ("GET", "HEAD"):
            with transaction(house().engine) as writing:
                accounts.touch(writing, who.sign_in, at)
        else:
            accounts.touch(db(), who.sign_in, at)
    return User(token, who)


def remember(token: str) -> None:
    """Let the browser hold the token, in a session that is fresh: nothing from before the sign-in stays."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    who = accounts.signed_in(db(), token, wall_clock(), idle(), longest())
    assert who is not None
    login_user(User(token, who))


def forget() -> None:
    """Let the browser hold nothing."""
    logout_user()
    session.clear()
