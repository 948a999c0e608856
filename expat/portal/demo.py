"""What the demo alone shows: the mail that went out, and the codes of the made-up accounts' second factors."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pyotp
from flask import Blueprint, abort, render_template

from expat.demo.accounts import ACCOUNTS, PASSWORD
from expat.portal.access import PUBLIC, allow
from expat.portal.work import house

pages = Blueprint("demo", __name__, url_prefix="/demo")
MOST_MAILS = 200


def _folder() -> Path:
    """The demo's folder of mails; elsewhere these pages do not exist."""
    chosen = house().settings
    if chosen.demo_day is None or chosen.mail_folder is None:
        abort(404)
    return chosen.mail_folder


@pages.get("/mail")
@allow(PUBLIC)
def mails() -> str:
    """The newest mails."""
    paths = sorted(_folder().glob("*.eml"), reverse=True)[:MOST_MAILS]
    read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    return render_template("portal/demo/mails.html", mails=[(one, one.get_content()) for one in read])


@pages.get("/accounts")
@allow(PUBLIC)
def accounts() -> str:
    """Who can sign in to the demo, with the code of the moment."""
    _folder()
    rows = [(one, pyotp.TOTP(one.secret).now() if one.secret else None) for one in ACCOUNTS]
    return render_template("portal/demo/accounts.html", rows=rows, password=PASSWORD)
