"""Formula, zone and frequency, with every price."""

from __future__ import annotations

from expat.applications.begin import save_step
from expat.applications.form import Choice, kept_step
from expat.applications.prices import premium
from expat.errors import BadInput
from expat.portal.apply_forms import (
    ChoiceForm,
    fill,
)
from expat.portal.apply_shown import Shown
from expat.portal.applying.frame import page
from expat.portal.work import db, language, now, speaks
from expat.premiums.tariff import Price
from expat.quotes.joining import zones_open
from expat.wording import applications as words


def _choice_form(shown: Shown, sent: bool = False) -> ChoiceForm:
    form = ChoiceForm() if sent else ChoiceForm(formdata=None)
    home = shown.form.residence
    zones = zones_open(shown.edition, home.country) if home else list(shown.edition["zone.access"].value)
    say = speaks().say
    form.formula.choices = [(f, say("Formula {formula}", formula=f)) for f in shown.edition.formulas]
    form.zone.choices = [(z, say("Zone {zone}", zone=z)) for z in zones]
    frequencies = shown.edition["premium.frequencies"].value
    form.frequency.choices = [(f, words.frequency(f, language())) for f in frequencies]
    return form


def show(shown: Shown, form: ChoiceForm | None = None) -> str:
    """The step, with formula, zone and frequency; empty, as kept, or as it was sent."""
    if form is None:
        form = _choice_form(shown)
        quoted = shown.known
        known = {n: quoted[n] for n in ("zone", "frequency", "formula") if quoted.get(n)}
        fill(form, {**known, **(shown.row.content.get("choice") or {})})
    zones = [zone for zone, _name in form.zone.choices]
    frequency = form.frequency.data or shown.edition["premium.frequencies"].value[0]
    prices = {
        (formula, zone): _price(shown, Choice(formula, zone, frequency))
        for formula in shown.edition.formulas
        for zone in zones
    }
    chosen = _price(shown, shown.form.choice) if shown.form.choice else None
    return page(
        "choice", "choice", shown, form=form, prices=prices, zones=zones, formulas=shown.edition.formulas,
        frequency=frequency, chosen=chosen,
    )  # fmt: skip


def _price(shown: Shown, choice: Choice) -> Price | None:
    """What it costs; None where the tariff has no price for these people, which is told elsewhere."""
    try:
        return premium(shown.edition, shown.form, shown.effect, choice=choice)
    except BadInput:
        return None


def keep(shown: Shown) -> str | None:
    """Keep the step; answers its page where something is wrong in it."""
    form = _choice_form(shown, sent=True)
    if not form.validate():
        return show(shown, form)
    chosen = Choice(form.formula.data, form.zone.data, form.frequency.data)
    save_step(db(), shown.row.id, "choice", kept_step(chosen), now())
    return None
