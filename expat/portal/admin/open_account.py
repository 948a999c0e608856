"""The form with which an administrator opens an account; its holder is mailed a link to set a password."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.holders import Holder, holder
from expat.accounts.listing import listed_account
from expat.accounts.open import account_of, email_of, open_account
from expat.db import now as wall_clock
from expat.errors import BadInput
from expat.portal.access import ADMIN, MEMBER, allow
from expat.portal.admin.invite import invite
from expat.portal.admin.roles import RolesField
from expat.portal.forms import AtMost, Choice, Form, Needed, TextField
from expat.portal.work import db, me, speaks, today, undo, whole_number
from expat.wording.catalogue import LANGUAGES, N_

pages = Blueprint("admin_accounts_open", __name__, url_prefix="/accounts/open")
LANGUAGE_NAMES = {"en": N_("English"), "fr": N_("French")}
Answer = str | tuple[str, int] | AnyResponse


class OpenForm(Form):
    """Whose account it is, and what it opens."""

    email = TextField(validators=[Needed(), AtMost(254)])
    name = TextField(validators=[Needed(), AtMost(200)])
    language = Choice(
        choices=lambda: [(word, speaks().say(LANGUAGE_NAMES[word])) for word in LANGUAGES], validators=[Needed()]
    )
    roles = RolesField()


@pages.route("", methods=["GET", "POST"])
@allow(ADMIN)
def open_page() -> Answer:
    """Open an account, for the insured person in the address or for staff."""
    person, form = whole_number("person"), OpenForm()
    belongs = (holder(db(), person, today()) or abort(404)) if person else None
    if belongs and belongs.account:
        flash(speaks().say("{name} has an account: here it is.", name=belongs.name))
        return redirect(url_for("admin_accounts.account", key=belongs.account), 303)
    if not form.is_submitted():
        _fill(form, belongs)
        return _shown(form, belongs)
    if not form.validate() or not _right(form, belongs):
        return _shown(form, belongs), 422
    return _open(form, belongs)


def _fill(form: OpenForm, belongs: Holder | None) -> None:
    form.language.data = belongs.language if belongs else speaks().language
    if belongs:
        form.name.data, form.email.data, form.roles.data = belongs.name, belongs.email, [MEMBER]


def _shown(form: OpenForm, belongs: Holder | None) -> str:
    return render_template("portal/admin/open.html", form=form, belongs=belongs)


def _right(form: OpenForm, belongs: Holder | None) -> bool:
    """What the verb would refuse, said in the reader's language."""
    say = speaks().say
    try:
        address = email_of(form.email.data)
    except BadInput:
        form.email.errors = [say("This is no e-mail address. It looks like name@example.org.")]
        return False
    if account_of(db(), address) is not None:
        form.email.errors = [say("This address has an account already. Each account has an address of its own.")]
    if MEMBER in form.roles.data and belongs is None:
        form.roles.errors = [say("Find the insured person first: the account is opened for him or her.")]
    return not form.email.errors and not form.roles.errors


def _open(form: OpenForm, belongs: Holder | None) -> Answer:
    person = belongs.id if belongs else None
    try:
        key = open_account(
            db(), form.email.data, form.name.data, form.language.data, form.roles.data, wall_clock(), me().actor, person
        )
    except BadInput as wrong:
        form.refuse(wrong)
        undo()
        return _shown(form, belongs), 422
    row = listed_account(db(), key)
    assert row is not None
    invite(row)
    say = speaks().say
    flash(
        say(
            "The account is open. A link to set a password is on its way to {email}, good for seven days.",
            email=row.email,
        )
    )
    return redirect(url_for("admin_accounts.account", key=key), 303)
