"""The premiums that the employer answers for."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from expat.employers import listing
from expat.portal.access import EMPLOYER, allow
from expat.portal.employer.who import my_employer
from expat.portal.work import db, whole_number

pages = Blueprint("employer_premiums", __name__, url_prefix="/employer/premiums")
PAGE = 50


@pages.get("")
@allow(EMPLOYER)
def premiums() -> str:
    """The premiums, the newest first."""
    mine, before = my_employer(), whole_number("before")
    found = listing.premiums(db(), mine.id, before, PAGE + 1)
    return render_template(
        "portal/employer/premiums.html", employer=mine, found=[due for _key, due in found[:PAGE]],
        older=url_for(".premiums", before=found[PAGE - 1][0]) if len(found) > PAGE else "",
        newest=url_for(".premiums") if before else "",
    )  # fmt: skip
