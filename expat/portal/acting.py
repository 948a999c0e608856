"""Acting for somebody: the pages under `/for/<mandate>`, of which each is open as far as the mandate goes.

The mandate stands in the address, so that two windows can act for two people and neither mistakes one for the other.
It is looked up for each request: a right that is taken, a mandate that is revoked or past its days opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import Response, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.accounts.sign_in import SignedIn
from expat.db import transaction
from expat.portal.access import MEMBER, PUBLIC, REPRESENTATIVE, roles_of
from expat.portal.work import SAFE, db, house, now, today
from expat.representatives.standing import CHANGES, CLAIMS, COVER, PAYOUTS, STATEMENTS, Acts, acts_under

_ADDRESS = re.compile(r"/for/[0-9]{1,15}(?=/|$)")
_MANDATE = re.compile(r"/for/([0-9]{1,15})$")  # at the end of what stands before the pages' own addresses
OWN_PAGES = ("entry", "account")  # these are of the account itself, for whomever it acts

# What a right opens to an agent or a broker. Never what tells of care that somebody had, nor where money goes.
OPENS: dict[str, frozenset[str]] = {
    "": frozenset({"acting_for.overview", "acting_for.give_up"}),
    CLAIMS: frozenset(
        {
            "acting_for.claims", "documents.document", "documents.page", "documents.view",
            *(f"member_claims.{name}" for name in (
                "new", "start", "draft", "fill", "keep", "add_papers", "reading", "questions", "check", "add_missing",
                "send",
            )),
        }
    ),
    COVER: frozenset({"acting_for.cover"}),
    CHANGES: frozenset({"acting_for.changes", "member_cover_changes.new", "member_cover_changes.ask"}),
    STATEMENTS: frozenset({"acting_for.statements"}),
    PAYOUTS: frozenset({"acting_for.statements"}),
}  # fmt: skip
# Pages of a member that lead an agent or a broker to one of the own, which tells less.
INSTEAD = {
    "member_claims.claims": "acting_for.claims",
    "member_claims.claim": "acting_for.claims",
    "member_cover_changes.changes": "acting_for.changes",
}

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Addressed:
    """Takes the mandate off the address before the pages see it; links that they make keep it."""

    def __init__(self, inner: Wsgi) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        found = _ADDRESS.match(environ.get("PATH_INFO", ""))
        if found:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + found[0]
            environ["PATH_INFO"] = environ["PATH_INFO"][found.end() :] or "/"
        return self._inner(environ, start)


def begin() -> AnyResponse | None:
    """At the head of each request: find the mandate that the address names, and leave where it opens nothing.

    404 where the account has no such mandate in force, 403 where the mandate does not open the page.
    """
    audit.on_behalf(None)
    named, endpoint = _MANDATE.search(request.script_root), request.endpoint
    if named is None or endpoint is None or endpoint == "static":
        return None
    roles = roles_of(current_app, endpoint)
    group = endpoint.partition(".")[0]
    known = current_user.is_authenticated and not current_user.who.half_way
    if endpoint == "entry.start" and known:
        return redirect(url_for("acting_for.overview"))
    if PUBLIC in roles or group in OWN_PAGES:  # these stand without a mandate
        return redirect(plain(request.script_root + request.full_path.rstrip("?"))) if request.method in SAFE else None
    if not known:
        return None
    who: SignedIn = current_user.who
    acts = acts_under(db(), who.account, int(named[1]), today()) if REPRESENTATIVE in who.roles else None
    if acts is None:
        abort(404)
    return _enter(who, acts, endpoint, roles)


def _enter(who: SignedIn, acts: Acts, endpoint: str, roles: frozenset[str]) -> AnyResponse | None:
    g.acting = acts
    if not acts.legal and request.method in SAFE and endpoint in INSTEAD and may(acts, INSTEAD[endpoint]):
        return redirect(url_for(INSTEAD[endpoint]))
    if not may(acts, endpoint, roles):
        abort(403)
    person = acts.person if acts.legal or not endpoint.startswith("documents.") else None
    roles = frozenset({MEMBER, REPRESENTATIVE})
    g.acting_as = replace(who, roles=roles, person=person, membership=acts.membership, person_role=acts.person_role)
    audit.on_behalf(audit.Behalf(acts.mandate, acts.membership))
    return None


def may(acts: Acts, endpoint: str, roles: frozenset[str] | None = None) -> bool:
    """Whether a mandate opens a page: a legal one every page of who is represented, any other what its rights do."""
    roles = roles_of(current_app, endpoint) if roles is None else roles
    if acts.legal:
        return MEMBER in roles or endpoint in OPENS[""]
    return any(endpoint in OPENS[right] for right in ("", *acts.rights))


def acting() -> Acts | None:
    """The mandate under which this request acts; None where somebody acts for nobody else."""
    found: Acts | None = g.get("acting")
    return found


def limited() -> bool:
    """Whether an agent or a broker acts, who is told nothing of anybody's health."""
    acts = acting()
    return acts is not None and not acts.legal


def outside(endpoint: str, **values: Any) -> str:
    """The address of a page of one's own, whomever one acts for."""
    return plain(url_for(endpoint, **values))


def plain(path: str) -> str:
    """A path without the mandate that the address of the request names."""
    named = _MANDATE.search(request.script_root)
    return path.replace(named[0], "", 1) if named else path


def note(response: Response) -> Response:
    """Keep on the membership that somebody acted for it, with what was done, before the answer leaves."""
    acts, behalf = acting(), audit.current_behalf()
    if acts is None or behalf is None or not behalf.acts or response.status_code >= 400:
        return response
    who, done = current_user.who, sorted(set(behalf.acts))
    audit.on_behalf(None)
    entry = (now(), who.actor, "representative.acted", f"membership:{acts.membership}")
    detail = {"mandate": acts.mandate, "acts": done}
    if request.method in SAFE:
        with transaction(house().engine) as writing:
            audit.record(writing, *entry, **detail)
    else:
        audit.record(db(), *entry, **detail)
    return response
