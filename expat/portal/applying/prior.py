"""Cover until now, whose end can lift waits."""

from __future__ import annotations

from expat.applications.begin import save_step
from expat.applications.form import kept_step
from expat.portal.apply_forms import (
    YES,
    PriorForm,
    fill,
)
from expat.portal.apply_shown import Shown
from expat.portal.applying.frame import page
from expat.portal.work import db, now, speaks, today


def _prior_form(shown: Shown, sent: bool = False) -> PriorForm:
    form = PriorForm() if sent else PriorForm(formdata=None)
    form.people.choices = [(one.key, one.name) for one in shown.form.people]
    return form


def show(shown: Shown, form: PriorForm | None = None) -> str:
    """The step, with cover until now; empty, as kept, or as it was sent."""
    if form is None:
        form = _prior_form(shown)
        kept = shown.row.content.get("prior")
        if kept is not None:
            fill(form, {**kept, "had": "yes" if kept["people"] else "no"})
    months = int(shown.edition["waiver.attestation"].value)
    return page("prior", "prior", shown, form=form, months=months)


def keep(shown: Shown) -> str | None:
    """Keep the step; answers its page where something is wrong in it."""
    form = _prior_form(shown, sent=True)
    right = form.right()
    if form.had.data == YES and form.attested.data is not None and form.attested.data > today():
        form.attested.errors = [speaks().say("This is the day on which it was written, today at the latest.")]
        right = False
    if not right:
        return show(shown, form)
    save_step(db(), shown.row.id, "prior", kept_step(form.prior()), now())
    return None
