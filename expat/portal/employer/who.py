"""The employer for whom somebody is signed in."""

from __future__ import annotations

from typing import Any

from flask import abort

from expat.employers.listing import employer_of
from expat.portal.work import db, me


def my_employer() -> Any:
    """The employer of who is signed in; 404 for an account that acts for none."""
    return employer_of(db(), me().account) or abort(404)
