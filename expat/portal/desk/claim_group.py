"""The group of the management unit's pages on claims, and what they share: who may act, and what is promised."""

from __future__ import annotations

from flask import Blueprint

from expat.accounts.own import is_own
from expat.portal.work import db, me

KEY = "int(max=999999999999)"  # a key in an address: both databases can look for it

claim_desk = Blueprint("desk_claims", __name__, url_prefix="/desk")


def mine(membership_id: int) -> bool:
    """Whether a membership is that of who is signed in: a colleague acts on it."""
    return is_own(db(), membership_id, me().actor)
