"""Everybody for whom the account that is signed in may act."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from expat.portal.access import REPRESENTATIVE, allow
from expat.portal.representing import words
from expat.portal.work import db, me, today, whole_number
from expat.representatives.standing import Acts, acts_for

pages = Blueprint("acting_home", __name__, url_prefix="/acting-for")
PAGE = 50


@pages.get("")
@allow(REPRESENTATIVE)
def home() -> str:
    """The list, by name; each leads to the pages of that membership, as far as the mandate goes."""
    start = min(whole_number("after", 0) or 0, 10**6)
    found = acts_for(db(), me().account, today(), start, PAGE + 1)
    return render_template(
        "portal/acting/home.html", found=found[:PAGE], words=words, begin=begin_at,
        older=url_for(".home", after=start + PAGE) if len(found) > PAGE else "",
        newest=url_for(".home") if start else "",
    )  # fmt: skip


def begin_at(one: Acts) -> str:
    """Where acting for somebody begins."""
    return f"{request.script_root}/for/{one.mandate}/"
