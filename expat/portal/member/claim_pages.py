"""The group of the member's pages on claims, and what all of them ask: whose claims, which draft, what is promised."""

from __future__ import annotations

import re

from flask import Blueprint, abort, g

from expat.claims.dossier import Dossier
from expat.claims.drafts import Draft, draft
from expat.claims.load import load
from expat.claims.next_step import Promises
from expat.errors import NotFound
from expat.membership.privacy import Visible, visible_people
from expat.payments.statement import full_name
from expat.payments.statement import name_of as name_or_role
from expat.portal.work import db, house, language, me, membership, person, today

KEY = re.compile(r"[0-9a-f]{32}")
ID = "int(max=999999999999999)"  # what both databases can compare with a key

claim_pages = Blueprint("member_claims", __name__, url_prefix="/claims")


def dossier() -> Dossier:
    """What is known of the membership, read once for a request."""
    if "dossier" not in g:
        g.dossier = load(db(), [membership()])[membership()]
    found: Dossier = g.dossier
    return found


def held_draft(key: str) -> Draft:
    """A draft of one's own, held with its membership until the request ends: it is sent with what is read now."""
    found = own_draft(key, lock=True)
    g.dossier = load(db(), [membership()], lock=True)[membership()]
    return found


def visible() -> Visible:
    """Whose claims the insured person sees whole, and of whom the sums alone; read once for a request."""
    if "visible" not in g:
        g.visible = visible_people(db(), person(), today())
    found: Visible = g.visible
    return found


def name_of(person_id: int) -> str:
    """What an insured person of the membership is called."""
    return full_name(visible().people[person_id])


def first_names() -> dict[int, str]:
    """What the insured persons of the membership are called among themselves, by key."""
    return {key: row.first_name or name_or_role(row, language()) for key, row in visible().people.items()}


def people() -> list[tuple[str, str]]:
    """For whom a claim can be handed in: those whose claims one sees whole, oneself first."""
    seen = sorted(visible().whole, key=lambda key: (key != person(), key))
    return [(str(key), name_of(key)) for key in seen]


def promises() -> Promises:
    """By when the operator answers."""
    chosen = house().settings
    return Promises(chosen.promise_claim, chosen.promise_contest, chosen.promise_approval, chosen.promise_emergency)


def own_draft(key: str, lock: bool = False) -> Draft:
    """The draft of the account that is signed in; 404 where it is another's, or was thrown away."""
    if not KEY.fullmatch(key):
        abort(404)
    try:
        found = draft(db(), key, me().account, lock)
    except NotFound:
        abort(404)
    if found.membership_id != membership():
        abort(404)
    return found
