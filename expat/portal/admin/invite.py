"""Mailing somebody the link with which a password is set."""

from __future__ import annotations

from flask import url_for

from expat.accounts.listing import Listed
from expat.accounts.open import INVITATION_GOOD_FOR, make_link
from expat.accounts.sign_in import hash_of
from expat.db import now as wall_clock
from expat.mail.letters import password_link
from expat.mail.outbox import put
from expat.portal.work import db, house


def invite(row: Listed) -> None:
    """Mail a link to an account's address, good for some days, once; earlier ones are worth nothing any more."""
    at = wall_clock()
    token = make_link(db(), row.id, at, INVITATION_GOOD_FOR)
    link = f"{house().settings.base_url}{url_for('entry.new_password', token=token)}"
    subject, body = password_link(row.language, row.name, link, first=not row.has_password)
    put(db(), f"link:{hash_of(token)}", "password", row.email, row.language, subject, body, at)
