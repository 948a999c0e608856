"""One's own account: address, language, password, second factor, where one is signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField

from expat.accounts.open import account as account_row
from expat.accounts.open import set_password
from expat.accounts.sign_in import open_ones, open_sign_in
from expat.db import now as wall_clock
from expat.errors import BadInput
from expat.portal import who
from expat.portal.access import EVERYONE, allow
from expat.portal.devices import device_name
from expat.portal.entry import GUESSED
from expat.portal.forms import AtMost, Form, Needed
from expat.portal.trying import own_password_wrong
from expat.portal.work import db, idle, me, speaks

pages = Blueprint("account", __name__, url_prefix="/account")


class ChangePasswordForm(Form):
    """The password as it is, and the new one twice."""

    present = PasswordField(validators=[Needed(), AtMost(200)])
    password = PasswordField(validators=[Needed(), AtMost(200)])
    again = PasswordField(validators=[Needed(), AtMost(200)])


@pages.get("/")
@allow(*EVERYONE)
def account() -> str:
    """The account and where it is signed in."""
    return _shown(ChangePasswordForm())


def _shown(form: ChangePasswordForm) -> str:
    devices = open_ones(db(), me().account, wall_clock() - idle())
    return render_template(
        "portal/account.html", form=form, devices=devices, row=account_row(db(), me().account), device_name=device_name
    )


@pages.post("/password")
@allow(*EVERYONE)
def change_password() -> AnyResponse | tuple[str, int]:
    """A new password; every other sign-in ends."""
    form = ChangePasswordForm()
    if not form.validate():
        return _shown(form), 422
    wrong = own_password_wrong(form.present.data)
    if wrong is not None:
        form.present.errors = [speaks().say(wrong[0])]
        return _shown(form), wrong[1]
    if form.password.data != form.again.data:
        form.again.errors = [speaks().say("The two are not the same.")]
        return _shown(form), 422
    return _set(form)


def _set(form: ChangePasswordForm) -> AnyResponse | tuple[str, int]:
    at, second_factor = wall_clock(), me().second_factor
    try:
        set_password(db(), me().account, form.password.data, at, me().actor)
    except BadInput:
        form.password.errors = [speaks().say(GUESSED)]
        return _shown(form), 422
    token = open_sign_in(db(), me().account, request.user_agent.string, at, second_factor)
    who.remember(token)
    flash(speaks().say("Your password is changed. Every other device is signed out."))
    return redirect(url_for("account.account"), 303)
