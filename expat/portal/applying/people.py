"""Who joins: the member, a spouse or partner, children."""

from __future__ import annotations

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.applications.begin import remove_person, save_person
from expat.applications.form import Person
from expat.errors import BadInput
from expat.portal.access import APPLICANT, allow
from expat.portal.apply_forms import (
    PersonForm,
    fill,
)
from expat.portal.apply_shown import Shown, mine
from expat.portal.applying.frame import Answer, page, steps
from expat.portal.work import db, now, undo

NEW = ("spouse", "child")


def show(shown: Shown) -> str:
    """Everybody who is named."""
    return page("people", "people", shown)


@steps.get("/people/<person_key>")
@allow(APPLICANT)
def person(person_key: str) -> str:
    """Somebody, or a form for somebody more: the member, a spouse or a child."""
    shown = mine()
    found, role = _whom(shown, person_key)
    form = PersonForm.of(found) if found else PersonForm(formdata=None)
    if found is None:
        _from_before(form, shown, role)
    return _person_page(shown, form, found, role, person_key)


@steps.post("/people/<person_key>")
@allow(APPLICANT)
def keep_person(person_key: str) -> Answer:
    """Keep what is said of somebody."""
    shown, form = mine(), PersonForm()
    found, role = _whom(shown, person_key)
    if not form.right(role):
        return _person_page(shown, form, found, role, person_key), 422
    try:
        said = form.person(role, found.key if found else None)
        save_person(db(), shown.row.id, said, now())
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _person_page(shown, form, found, role, person_key), 422
    return redirect(url_for("apply_steps.step", step="people"), 303)


@steps.post("/people/<person_key>/remove")
@allow(APPLICANT)
def leave_out(person_key: str) -> AnyResponse:
    """Leave somebody out again."""
    remove_person(db(), mine().row.id, person_key, now())
    return redirect(url_for("apply_steps.step", step="people"), 303)


def _whom(shown: Shown, key: str) -> tuple[Person | None, str]:
    """Who is meant by a key of the address, and the role."""
    if key == "member":
        return shown.form.member, "member"
    if key in NEW:
        return None, key
    found = shown.form.person(key)
    return (found, found.role) if found else abort(404)


def _person_page(shown: Shown, form: PersonForm, found: Person | None, role: str, key: str) -> str:
    return page("person", "people", shown, form=form, found=found, role=role, key=key)


def _from_before(form: PersonForm, shown: Shown, role: str) -> None:
    """What a quote or an employer said of the next of that role who is not named yet."""
    named = sum(one.role == role for one in shown.form.people)
    told = shown.known_people(role)[named : named + 1]
    for one in told:
        fill(form, {name: value for name, value in one.items() if name != "role"})
