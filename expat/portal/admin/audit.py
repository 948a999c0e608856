"""The audit trail to read: who did what to what and when. Reading what it says of medical readings is kept as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request, url_for
from sqlmodel import Session

from expat import audit
from expat.accounts.listing import actors_named, names_of
from expat.db import transaction
from expat.portal.access import ADMIN, allow
from expat.portal.admin.acts import ACTS, act, is_medical_reading, readable, shown
from expat.portal.forms import AtMost, DayField, Form, TextField
from expat.portal.money.actors import PROGRAMS, Actors
from expat.portal.money.export import csv_file
from expat.portal.work import db, house, me, now, today, whole_number

pages = Blueprint("admin_audit", __name__, url_prefix="/audit")
PAGE = 50
FILTERS = ("actor", "action", "subject", "from", "to")
HEAD = ("id", "at", "actor", "name", "action", "subject", "detail")
Answer = str | tuple[str, int]


class TrailForm(Form):
    """Which acts are looked for."""

    class Meta:
        csrf = False  # it changes nothing

    actor = TextField(validators=[AtMost(100)])
    action = TextField(validators=[AtMost(40)])
    subject = TextField(validators=[AtMost(40)])
    first = DayField(name="from")
    last = DayField(name="to")


@pages.get("")
@allow(ADMIN)
def trail() -> Answer:
    """The acts that are asked for, the newest first."""
    form = TrailForm(formdata=request.args)
    right = form.validate()
    who = _who(form.actor.data or "") if right else []
    if len(who) > 1:
        return _which(form, who)
    asked = _asked(form, who) if right else audit.Asked()
    rows = audit.entries(db(), asked, whole_number("before"), PAGE + 1)
    _note_readings([row.action for row in rows[:PAGE]])
    here = _filters()
    page = _shown(
        form, rows=rows[:PAGE], actors=Actors([row.actor for row in rows]), filtered=bool(here),
        export=url_for(".export", **here),
        older=url_for(".trail", **here, before=rows[PAGE - 1].id) if len(rows) > PAGE else "",
        newest=url_for(".trail", **here) if "before" in request.args else "",
    )  # fmt: skip
    return page if right else (page, 422)


def _shown(form: TrailForm, **values: Any) -> str:
    return render_template("portal/admin/trail.html", form=form, ACTS=ACTS, act=act, readable=readable, **values)


def _who(text: str) -> list[str]:
    """The actors that are meant by a word: one, where it is known or names one account; else those to choose from."""
    if not text or text in PROGRAMS or text.startswith("account:"):
        return [text] if text else []
    found = actors_named(db(), text)
    return found or [text]


def _which(form: TrailForm, who: Sequence[str]) -> str:
    """Several accounts have that name: which one is meant?"""
    here = {name: value for name, value in _filters().items() if name != "actor"}
    choice = [(name, url_for(".trail", **here, actor=actor)) for actor, name in names_of(db(), who).items()]
    return _shown(form, rows=[], choice=choice, filtered=True)


def _asked(form: TrailForm, who: Sequence[str]) -> audit.Asked:
    words = (form.action.data or None, form.subject.data or None)
    zone = house().settings.time_zone
    return audit.Asked(who[0] if who else None, *words, form.first.data, form.last.data, zone)


def _filters() -> dict[str, Any]:
    return {name: request.args[name] for name in FILTERS if request.args.get(name)}


def _note_readings(actions: Sequence[str]) -> None:
    """Keep that somebody looked at who read medical papers."""
    count = sum(map(is_medical_reading, actions))
    if count:
        with transaction(house().engine) as writing:
            audit.record(writing, now(), me().actor, "audit.readings_seen", "audit", readings=count, filters=_filters())


@pages.get("/export.csv")
@allow(ADMIN)
def export() -> Response | Answer:
    """The acts that are asked for, as CSV; that they were taken out is kept."""
    form = TrailForm(formdata=request.args)
    who = _who(form.actor.data or "") if form.validate() else []
    if form.errors or len(who) > 1:
        return _shown(form, rows=[], filtered=True), 422
    asked = _asked(form, who)
    with transaction(house().engine) as writing:
        audit.record(writing, now(), me().actor, "audit.exported", "audit", filters=_filters())
    return csv_file(f"audit-{today()}.csv", lambda session: _rows(session, asked), range(2, len(HEAD)))


def _rows(session: Session, asked: audit.Asked) -> Iterator[Sequence[str]]:
    """The trail's own rows, with the actor's name, and without what details are not to show."""
    yield HEAD
    names: dict[str, str] = {}
    rows = audit.csv_rows(session, asked)
    next(rows)
    for key, at, actor, action, subject, detail in rows:
        if actor not in names:
            names[actor] = names_of(session, [actor]).get(actor, "")
        kept = orjson.dumps(shown(action, orjson.loads(detail)), option=orjson.OPT_SORT_KEYS).decode()
        yield key, at, actor, names[actor], action, subject, kept
