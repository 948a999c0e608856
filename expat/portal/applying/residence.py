"""Home and work, and the first day that is wished for."""

from __future__ import annotations

from typing import Any

from expat.applications.begin import save_step
from expat.applications.form import kept_step
from expat.portal.apply_forms import (
    ResidenceForm,
    fill,
)
from expat.portal.apply_shown import Shown, earliest
from expat.portal.applying.frame import page
from expat.portal.work import db, now


def show(shown: Shown, form: ResidenceForm | None = None) -> str:
    """The step, with where the member lives and works; empty, as kept, or as it was sent."""
    if form is None:
        form = ResidenceForm(formdata=None)
        quoted = shown.known
        known: dict[str, Any] = {name: quoted[name] for name in ("country", "desired") if name in quoted}
        fill(form, {**known, **(shown.row.content.get("residence") or {})})
    return page("residence", "residence", shown, form=form, earliest=earliest())


def keep(shown: Shown) -> str | None:
    """Keep the step; answers its page where something is wrong in it."""
    form = ResidenceForm()
    if not form.right():
        return show(shown, form)
    save_step(db(), shown.row.id, "residence", kept_step(form.residence()), now())
    return None
