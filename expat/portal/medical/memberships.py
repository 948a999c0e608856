"""Where changes of zone and health declarations wait for the medical department."""

from __future__ import annotations

from flask import Blueprint, render_template

from expat.portal.access import MEDICAL, allow

pages = Blueprint("medical_memberships", __name__, url_prefix="/medical/memberships")


@pages.get("")
@allow(MEDICAL)
def waiting() -> str:
    """What waits: requests to join, to add a person, to change zone or formula."""
    return render_template("portal/medical/memberships.html")
