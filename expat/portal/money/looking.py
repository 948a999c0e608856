"""Looks at what a settlement would pay, followed while they are taken; then the order that they are about."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.payments import looks
from expat.payments.looks import Looked
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.work import db, keep_so_far, now, speaks

pages = Blueprint("money_settlements_looking", __name__, url_prefix="/settlements/looks")


def begun(key: int) -> AnyResponse:
    """Have a look taken, once what was asked for stands in the database, and follow it."""
    keep_so_far()
    looks.start_look(key)
    return redirect(url_for("money_settlements_looking.look", key=key), 303)


@pages.get("/<int:key>")
@allow(ACCOUNTANT, MANAGER)
def look(key: int) -> str | AnyResponse:
    """How far a look got; once it is done, on to its order."""
    found = looks.looked(db(), key, now())
    if found.state == "done":
        flash(_told(found))
        return redirect(_order_of(found), 303)
    return render_template("portal/money/look.html", look=found)


@pages.get("/<int:key>/progress")
@allow(ACCOUNTANT, MANAGER)
def progress(key: int) -> AnyResponse:
    """The same as a part of a page; when it has ended the whole page is asked for anew."""
    found = looks.looked(db(), key, now())
    answer = make_response(render_template("portal/money/_look.html", look=found))
    if found.state != "running":
        answer.headers["HX-Refresh"] = "true"
    return answer


def _told(found: Looked) -> str:
    say = speaks().say
    if found.changed:
        return say("Nothing was released: since it was prepared something changed. Look at what it would pay now.")
    if found.releases:
        return say("Released: the settlement runs.")
    return say("The settlement is prepared. Another person has to release it.")


def _order_of(found: Looked) -> str:
    shown = found.look if found.changed else None
    return url_for("money_settlements_orders.order", key=found.order, look=shown)
