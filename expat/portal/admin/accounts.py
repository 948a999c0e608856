"""Accounts: who can sign in and to what; opened, invited, changed and closed by an administrator."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.accounts import open as verbs
from expat.accounts.holders import find_holders, holder
from expat.accounts.listing import PAGE, Listed, list_accounts, listed_account
from expat.accounts.sign_in import ROLES
from expat.db import now as wall_clock
from expat.portal.access import ADMIN, MEMBER, allow
from expat.portal.admin.invite import invite
from expat.portal.admin.roles import NAMES, RolesField, account_role
from expat.portal.forms import Form
from expat.portal.work import db, me, speaks, today, whole_number

pages = Blueprint("admin_accounts", __name__, url_prefix="/accounts")
LONGEST_SEARCH = 100
Answer = str | tuple[str, int] | AnyResponse


class RolesForm(Form):
    """What an account opens."""

    roles = RolesField()


@pages.get("")
@allow(ADMIN)
def accounts() -> str:
    """The accounts, the newest first."""
    text, role = _searched(), request.args.get("role", "")
    role, closed = role if role in ROLES else "", request.args.get("closed") == "yes"
    found = list_accounts(db(), text, role, closed, whole_number("before"), PAGE + 1)
    asked: dict[str, Any] = {"q": text or None, "role": role or None, "closed": "yes" if closed else None}
    return render_template(
        "portal/admin/accounts.html", found=found[:PAGE], asked=asked, names=NAMES, account_role=account_role,
        older=url_for(".accounts", **asked, before=found[PAGE - 1].id) if len(found) > PAGE else "",
        newest=url_for(".accounts", **asked) if "before" in request.args else "",
    )  # fmt: skip


def _searched() -> str:
    return request.args.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]


@pages.get("/people")
@allow(ADMIN)
def people() -> str:
    """Find the insured person whose account is to be opened, or to whom a staff account belongs."""
    text, key = _searched(), whole_number("account")
    account_found = _known(key) if key else None
    found = find_holders(db(), text, today())
    return render_template("portal/admin/people.html", found=found, text=text, account=account_found)


@pages.get("/<int:key>")
@allow(ADMIN)
def account(key: int) -> str:
    """One account."""
    row, form = _known(key), RolesForm()
    form.roles.data = list(row.roles)
    return _shown(row, form)


def _known(key: int) -> Listed:
    return listed_account(db(), key) or abort(404)


def _shown(row: Listed, form: RolesForm) -> str:
    """The account's page; `person` in the address is an insured person to whom it may be given."""
    person = whole_number("person")
    joined = holder(db(), person, today()) if person and row.person is None else None
    return render_template(
        "portal/admin/account.html", row=row, form=form, joined=joined, account_role=account_role,
        own=row.id == me().account,
    )  # fmt: skip


@pages.post("/<int:key>/roles")
@allow(ADMIN)
def change_roles(key: int) -> Answer:
    """Change what an account opens; its sign-ins end."""
    row, form, person, say = _known(key), RolesForm(), whole_number("person"), speaks().say
    valid = form.validate()
    if valid and MEMBER in form.roles.data and row.person is None and person is None:
        form.roles.errors, valid = [say("First say to which insured person the account belongs.")], False
    if not valid:
        return _shown(row, form), 422
    if verbs.set_roles(db(), key, form.roles.data, wall_clock(), me().actor, person):
        flash(say("The roles are changed. {name} is signed out and has to sign in again.", name=row.name))
    else:
        flash(say("These are the roles already: nothing was changed."))
    return _back(key)


def _back(key: int) -> AnyResponse:
    return redirect(url_for(".account", key=key), 303)


@pages.post("/<int:key>/link")
@allow(ADMIN)
def mail_link(key: int) -> Answer:
    """Mail a new link to set a password."""
    row = _known(key)
    if row.closed_at is not None:
        abort(409)
    invite(row)
    audit.record(db(), wall_clock(), me().actor, "account.link_mailed", f"account:{key}")
    flash(speaks().say("A new link is on its way to {email}. It is good for seven days, once.", email=row.email))
    return _back(key)


@pages.post("/<int:key>/second-factor")
@allow(ADMIN)
def reset_second_factor(key: int) -> Answer:
    """Let the holder set the second factor up again, after a telephone was lost."""
    row = _known(key)
    verbs.remove_second_factor(db(), key, wall_clock(), me().actor)
    flash(speaks().say("At the next sign-in {name} sets up the second factor again.", name=row.name))
    return _back(key)


@pages.post("/<int:key>/close")
@allow(ADMIN)
def close(key: int) -> Answer:
    """Close an account; its sign-ins end at once."""
    row = _known(key)
    verbs.close_account(db(), key, wall_clock(), me().actor)
    flash(speaks().say("The account of {name} is closed. Whoever was signed in with it is signed out.", name=row.name))
    return _back(key)


@pages.post("/<int:key>/reopen")
@allow(ADMIN)
def reopen(key: int) -> Answer:
    """Open a closed account again, and mail the link for a new password."""
    say = speaks().say
    if verbs.reopen_account(db(), key, wall_clock(), me().actor):
        row = _known(key)
        invite(row)
        flash(say("The account is open again. A link to set a password is on its way to {email}.", email=row.email))
    return _back(key)
