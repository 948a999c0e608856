"""What is agreed to."""

from __future__ import annotations

from expat.applications.begin import save_step
from expat.portal.apply_forms import (
    ConsentsForm,
    fill,
)
from expat.portal.apply_shown import Shown
from expat.portal.applying.frame import page
from expat.portal.work import db, language, now, speaks, today
from expat.wording.application_texts import CONSENTS, NEEDED, consent


def show(shown: Shown, form: ConsentsForm | None = None) -> str:
    """The step, with what is agreed to; empty, as kept, or as it was sent."""
    if form is None:
        form = ConsentsForm(formdata=None)
        fill(form, shown.row.content.get("consents") or {})
    texts = {kind: consent(kind, language()).text for kind in CONSENTS}
    days = int(shown.edition["membership.cooling_off"].value)
    return page("consents", "consents", shown, form=form, texts=texts, needed=NEEDED, days=days)


def keep(shown: Shown) -> str | None:
    """Keep the step; answers its page where something is wrong in it."""
    form = ConsentsForm()
    right = bool(form.validate())
    for kind in NEEDED:
        if not form[kind].data:
            form[kind].errors = [speaks().say("Without this there can be no membership.")]
            right = False
    if not right:
        return show(shown, form)
    given = {kind: bool(form[kind].data) for kind in CONSENTS}
    said = {"language": language(), "given_on": today().isoformat()}
    save_step(db(), shown.row.id, "consents", {**given, **said}, now())
    return None
