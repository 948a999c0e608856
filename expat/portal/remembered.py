"""Pages that are made once and given again while all that they were made of is as it was.

A page that only reads is a function of what its queries answer, of who asks, of the address, the language and the day.
One that is marked so is kept, in this process, with its queries and digests of their rows. When the same sign-in asks
for it again the queries are sent again, and only if every row of every one is the same is the kept page given, with
form tokens of its own. What was written meanwhile, by whomever and however, is therefore always seen.

Nothing is kept of a page that writes (reading a medical paper leaves a trace), that looks at the clock, or that says
something once; nothing is given to another account or another sign-in, and whether that is still open, and what its
account may do, is asked before anything here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import current_app, g, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from expat.portal.memory import Page
from expat.portal.work import db, house, language, me, today
from expat.reread import stands, watched

# What a browser's session holds that no page shows. With anything else in it, the page is told something once.
UNSHOWN = frozenset({"_user_id", "_fresh", "_id", "_permanent", "csrf_token", "language"})
EVER = datetime.min.replace(tzinfo=UTC)

View = Callable[..., Any]


def remembered(view: View) -> View:
    """Mark a view that only reads, and whose page says nothing of the time of day, as one whose pages may be kept."""

    @wraps(view)
    def shown(**values: Any) -> Any:
        memory, key = house().memory, _key()
        if key is None or not memory.most:
            return view(**values)
        page = memory.get(key)
        if page is not None and stands(db(), page.reads):
            return generate_csrf().encode().join(page.pieces)
        before = dict(session)
        with watched(db(), house().engine) as watch:
            made = view(**values)
        reads = watch.reads() if isinstance(made, str) and _key() == key and _untouched(before) else None
        if reads is None:
            memory.forget(key)
        else:
            memory.keep(key, Page(_pieces(made), reads))
        return made

    return shown


def _key() -> Hashable | None:
    """All that a page depends on beside the database; None for a request whose answer is not to be kept."""
    who = me()
    if request.method != "GET" or not session.keys() <= UNSHOWN or "HX-Request" in request.headers:
        return None
    if who is not current_user.who:
        return None  # somebody acts for this person: such a page is always made anew
    return request.host_url, request.script_root, request.full_path, replace(who, seen_at=EVER), language(), today()


def _untouched(before: dict[str, Any]) -> bool:
    """Whether making the page left the browser's session as it was, but for the key of its forms."""
    return {**session, "csrf_token": None} == {**before, "csrf_token": None}


def _pieces(made: str) -> tuple[bytes, ...]:
    token = g.get(current_app.config["WTF_CSRF_FIELD_NAME"])
    return tuple(made.encode().split(token.encode())) if token else (made.encode(),)
