"""The options: what each costs for these people, from when it would hold, and on which conditions."""

from __future__ import annotations

from expat.applications.begin import save_step
from expat.applications.form import kept_step
from expat.applications.prices import Cost, cost
from expat.errors import BadInput
from expat.options.chosen import PREVOYANCE, Chosen, Option, against, options, prevoyance_begins
from expat.portal.apply_forms import OptionsForm, fill
from expat.portal.apply_shown import Shown
from expat.portal.applying.frame import page
from expat.portal.work import db, language, now, speaks
from expat.premiums.tariff import Insured
from expat.wording import options as option_words


def show(shown: Shown, form: OptionsForm | None = None) -> str:
    """The options with their prices; empty, as kept, or as they were sent."""
    if form is None:
        form = OptionsForm(formdata=None)
        form.prepare(shown.edition)
        kept = shown.row.content.get("options") or {}
        fill(form, {name: value if isinstance(value, bool) else str(value or "") for name, value in kept.items()})
    return page(
        "options", "options", shown, form=form, about=option_words.ABOUT, names=option_words.NAMES,
        prices=_prices(shown), begins=prevoyance_begins(shown.effect), cost=cost_of(shown),
        chosen=[(option_words.told(one.kind, one.terms, language()), one) for one in _chosen(shown)],
        in_terms=lambda one: option_words.told(one.kind, one.terms, language()),
        months=shown.edition["prevoyance.first_instalment"],
    )  # fmt: skip


def keep(shown: Shown) -> str | None:
    """Keep the step; answers its page where something is wrong in it."""
    form = OptionsForm()
    form.prepare(shown.edition)
    if not form.validate() or _refused(shown, form):
        return show(shown, form)
    save_step(db(), shown.row.id, "options", kept_step(form.chosen()), now())
    return None


def _refused(shown: Shown, form: OptionsForm) -> bool:
    """Say what speaks against what is chosen; whether something does."""
    form_of, member = shown.form, shown.form.member
    assert member is not None
    found = against(
        shown.edition, form.chosen(), member.born, form_of.children, form_of.works, prevoyance_begins(shown.effect)
    )
    for one in found:
        figures = one.figure.value if one.figure else {}
        form.form_errors.append(speaks().say(option_words.AGAINST[one.word], **figures))
    return bool(found)


def cost_of(shown: Shown) -> Cost | None:
    """What cover and options cost together; None before the cover is chosen, or where there is no price."""
    if shown.form.choice is None:
        return None
    try:
        return cost(shown.edition, shown.form, shown.effect)
    except BadInput:
        return None


def chosen_in_words(shown: Shown) -> list[str]:
    """The options that are chosen, each in a line."""
    return [option_words.told(one.kind, one.terms, language()) for one in _chosen(shown)]


def prevoyance_in_words(shown: Shown) -> list[tuple[str, str]]:
    """The options of prévoyance that are chosen, each with its kind and in a line."""
    found = (one for one in _chosen(shown) if one.kind in PREVOYANCE)
    return [(one.kind, option_words.told(one.kind, one.terms, language())) for one in found]


def _chosen(shown: Shown) -> tuple[Option, ...]:
    return _priced(shown, shown.form.options or Chosen())


def _prices(shown: Shown) -> dict[str, list[Option]]:
    """Each option in each of its sizes, with its price for these people."""
    edition = shown.edition
    capitals = {"death": "death_capital", "accident": "accident_capital"}
    wanted = [Chosen(assistance=True), *(Chosen(liability=one) for one in edition["liability.premium"].value)]
    wanted += [
        Chosen(**{name: one}) for name, figure in capitals.items()
        for one in edition[f"prevoyance.{figure}_choices"].value
    ]  # fmt: skip
    wanted.append(Chosen(education=True))
    wanted += [
        Chosen(allowance=one, deductible=days) for days in edition["prevoyance.deductible_choices"].value
        for one in edition["prevoyance.daily_allowance_choices"].value
    ]  # fmt: skip
    found: dict[str, list[Option]] = {}
    for one in wanted:
        for option in _priced(shown, one):
            found.setdefault(option.kind, []).append(option)
    return found


def _priced(shown: Shown, chosen: Chosen) -> tuple[Option, ...]:
    """The options that are chosen; none where the tariff has no price for these people, which is told elsewhere."""
    try:
        return options(shown.edition, chosen, [Insured(p.role, p.born) for p in shown.form.people], shown.effect)
    except BadInput:
        return ()
