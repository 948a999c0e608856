"""Whom the employer pays for: names, dates and the state of cover; nothing of health or claims."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from expat.employers import listing
from expat.portal.access import EMPLOYER, allow
from expat.portal.employer.who import my_employer
from expat.portal.employer.words import COVER
from expat.portal.work import db, today

pages = Blueprint("employer_people", __name__, url_prefix="/employer")
PAGE = 50


@pages.get("/people")
@allow(EMPLOYER)
def people() -> str:
    """The insured people, by membership."""
    mine, after = my_employer(), request.args.get("after", "").replace("\x00", "")[:40]
    found = listing.insured(db(), mine.id, today(), after, PAGE)
    numbers = list(dict.fromkeys(one.number for one in found))
    return render_template(
        "portal/employer/people.html", employer=mine, found=found, cover=COVER,
        older=url_for(".people", after=numbers[-1]) if len(numbers) == PAGE else "",
        newest=url_for(".people") if after else "",
    )  # fmt: skip
