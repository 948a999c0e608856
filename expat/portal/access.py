"""Who may use a page. Every view says so with `allow`; one that does not is never answered, nor does the start pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.sign_in import ROLES

PUBLIC = "public"  # nobody need be signed in
HALF = "half"  # signed in by password, the second factor may be still to come
MEMBER, MEDICAL, MANAGER, ACCOUNTANT, ADMIN, APPLICANT, EMPLOYER, REPRESENTATIVE = ROLES
EVERYONE = frozenset(ROLES)
KNOWN = EVERYONE | {PUBLIC, HALF}

View = TypeVar("View", bound=Callable[..., Any])


def allow(*roles: str) -> Callable[[View], View]:
    """Declare who may use a view: roles, or PUBLIC, or HALF."""
    if not roles or set(roles) - KNOWN:
        raise ValueError(f"no such roles: {roles}")

    def declare(view: View) -> View:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return declare


def roles_of(app: Flask, endpoint: str) -> frozenset[str]:
    """The roles that an endpoint's view declares; none where it declares nothing."""
    found: frozenset[str] = getattr(app.view_functions[endpoint], "roles", frozenset())
    return found


def check_declared(app: Flask) -> None:
    """Raise where a route does not say who may use it."""
    silent = sorted(endpoint for endpoint in app.view_functions if not roles_of(app, endpoint))
    if silent:
        raise RuntimeError(f"these views do not say who may use them: {', '.join(silent)}")


def guard() -> AnyResponse | None:
    """Before each request: let in who may, send to the sign-in who is not signed in, refuse the others."""
    if request.endpoint is None:
        return None  # 404 or 405, by Flask
    roles = roles_of(current_app, request.endpoint)
    if PUBLIC in roles:
        return None
    if not current_user.is_authenticated:
        return _to("entry.sign_in")
    if HALF in roles:
        return None
    who = g.get("acting_as") or current_user.who
    if who.half_way:
        return _to("entry.second_factor")
    if not roles & who.roles:
        abort(403)
    return None


def _to(endpoint: str) -> AnyResponse:
    """To a page that comes first, and back afterwards; htmx is told to leave the page that it is on."""
    asked = request.method == "GET" and "HX-Request" not in request.headers
    back = request.script_root + request.full_path if asked else None
    where = url_for(endpoint, next=back.rstrip("?") if back and back != "/?" else None)
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": where})
    return redirect(where, 303)
