"""Pages that say what went wrong, in the reader's language, and what to do next; never a trace."""

from __future__ import annotations

import logging
import traceback

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from expat.accounts.own import Own
from expat.errors import BadInput, Conflict, NotFound
from expat.portal.work import undo
from expat.wording.catalogue import N_

Answer = tuple[str, int]

TITLES = {
    400: N_("This cannot be used"),
    401: N_("Please sign in"),
    403: N_("This page is not for you"),
    404: N_("There is nothing here"),
    405: N_("There is nothing here"),
    409: N_("Something changed in the meantime"),
    413: N_("This file is too large"),
    422: N_("This cannot be used"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong on our side"),
}
HELP = {
    400: N_("Go back and try again. If it happens again, write to us."),
    401: N_("Your sign-in has ended. Sign in again: what you typed into a claim was kept."),
    403: N_("Your account does not open this page."),
    404: N_("The address is mistyped, or what it named is not yours to see."),
    405: N_("The address is mistyped, or what it named is not yours to see."),
    409: N_("Somebody else, or another window of yours, was quicker. Look at it again, then decide."),
    413: N_("A file may have 20 MB at most. A photograph of lower resolution is enough."),
    422: N_("Please go back and correct it. Nothing was changed."),
    429: N_("Wait a quarter of an hour, then try again."),
    500: N_("Nothing was changed. We were told of it; please try again in a moment."),
}
OWN = N_(
    "This is of your own membership: a colleague looks after it. As an insured person you find what is yours on your "
    "own pages."
)
LOG = logging.getLogger("expat.portal")


def log_fault(wrong: BaseException | None) -> None:
    """Log where something broke and of what kind it is, without its message: that can hold what somebody typed."""
    while wrong is not None:
        where = "".join(traceback.format_tb(wrong.__traceback__))
        LOG.error("%s %s: %s\n%s", request.method, request.endpoint, type(wrong).__name__, where)
        wrong = wrong.__cause__ or wrong.__context__


def show(status: int, detail: str = "") -> Answer:
    """A page for a status; `detail` is technical and stands in small print."""
    known = status if status in TITLES else 400 if status < 500 else 500
    return _page(TITLES[known], HELP[known], detail), status


def _page(title: str, help_: str, detail: str = "") -> str:
    return render_template("portal/fault.html", title=title, help=help_, detail=detail)


def register(app: Flask) -> None:
    """One answer for each kind of fault."""

    @app.errorhandler(CSRFError)
    def forged(wrong: CSRFError) -> Answer:
        return show(400, str(wrong.description or ""))

    @app.errorhandler(HTTPException)
    def http(wrong: HTTPException) -> Answer | HTTPException:
        return wrong if wrong.code is None or wrong.code < 400 else show(wrong.code)

    @app.errorhandler(Own)
    def own(_wrong: Own) -> Answer:
        undo()
        return _page(TITLES[403], OWN), 403

    @app.errorhandler(BadInput)
    def bad(wrong: BadInput) -> Answer:
        undo()
        status = 404 if isinstance(wrong, NotFound) else 409 if isinstance(wrong, Conflict) else 422
        return show(status, "" if isinstance(wrong, NotFound) else str(wrong))

    @app.errorhandler(500)
    def broken(_wrong: object) -> Answer:
        undo()
        return show(500)
