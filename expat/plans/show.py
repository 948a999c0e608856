"""A plan as a person reads it: every figure under its source, and the catalogue of care by formula."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from expat.citation import Citation
from expat.plans.edition import Care, Edition, Terms
from expat.plans.figures import Dated, Figure
from expat.plans.loader import Plan
from expat.plans.schema import CARE_FIGURES
from expat.terminal import console
from expat.wording import names
from expat.wording.care import unit

WIDTH = 100
WORDS = {
    "en": {
        "on": "{title} ({plan}), on {day}. Each figure with its value and the day since when it holds:",
        "none": "none",
        "care": "Care",
        "formula": "Formula {name}",
        "conditions": "Counted in; needs",
        "always": "approval",
        "series": "series",
        "legend": "Rate of the cost, at most the cap in {currency} per unit. approval: before the care; "
        "series: approval for what lies beyond the free part of a series. The source of each: --figure care.",
        "samples": "* no figure of the contract: a sample or the operator's choice, to be replaced ({n} of {all}).",
    },
    "fr": {
        "on": "{title} ({plan}), le {day}. Chaque chiffre avec sa valeur et le jour depuis lequel elle vaut :",
        "none": "aucun",
        "care": "Soin",
        "formula": "Formule {name}",
        "conditions": "Unité ; demande",
        "always": "entente",
        "series": "série",
        "legend": "Taux du coût, dans la limite du plafond en {currency} par unité. entente : préalable au soin ; "
        "série : entente pour ce qui dépasse la part libre d'une série. La source de chacun : --figure care.",
        "samples": "* hors du contrat : exemple ou choix du gestionnaire, à remplacer ({n} sur {all}).",
    },
}
_MARK = "*"


def held(plan: Plan, day: date, prefix: str) -> list[tuple[Figure, Dated]]:
    """The figures whose name starts with `prefix` and that have a value on the day, with that value."""
    named = [figure for name, figure in plan.figures.items() if name.startswith(prefix)]
    return [(figure, edition) for figure in named if (edition := figure.edition_on(day))]


def as_json(plan: Plan, day: date, prefix: str) -> bytes:
    """The same for machines: exact numbers as text."""
    figures = {
        figure.name: {
            "value": e.value, "unit": figure.unit, "since": e.first, "until": e.until,
            "citation": e.citation.heading, "origin": e.citation.origin,
        }
        for figure, e in held(plan, day, prefix)
    }  # fmt: skip
    answer = {"plan": plan.name, "title": plan.title, "currency": plan.currency, "on": day, "figures": figures}
    return orjson.dumps(answer, default=str, option=orjson.OPT_INDENT_2)


def print_plan(plan: Plan, day: date, prefix: str, language: str) -> None:
    """Print the figures, and the catalogue of care where no prefix picks some."""
    words, found = WORDS[language], held(plan, day, prefix)
    _print(words["on"].format(title=plan.title[language], plan=plan.name, day=day))
    listed = [(f, e) for f, e in found if prefix or not f.name.startswith("care.")]
    for citation, group in groupby(listed, key=lambda pair: pair[1].citation):
        _print(_source(citation, language))
        _print(_figures(list(group), language))
    if not prefix:
        _print(_catalogue(plan.on(day), language))
        _print(words["legend"].format(currency=plan.currency))
    if samples := sum(e.citation.origin != "contract" for _, e in found):
        _print(words["samples"].format(n=samples, all=len(found)))


def _print(what: Table | Text | str) -> None:
    printer = console if console.is_terminal else Console(width=WIDTH, highlight=False)
    printer.print(what)


def _source(citation: Citation, language: str) -> Text:
    style = "bold" if citation.origin == "contract" else "bold yellow"
    return Text(f"\n{citation.heading} ({names.origin(citation.origin, language)})", style=style)


def _figures(found: list[tuple[Figure, Dated]], language: str) -> Table:
    words = WORDS[language]
    table = Table.grid(padding=(0, 1))
    table.add_column(width=53, overflow="fold")
    table.add_column(width=35, overflow="fold")
    table.add_column(no_wrap=True)
    for figure, edition in found:
        value = f"{written(edition.value) or words['none']} {names.figure_unit(figure.unit, language)}"
        mark = "" if edition.citation.origin == "contract" else _MARK
        table.add_row(f"  {figure.name}", value + mark, str(edition.first))
    return table


def written(value: Any) -> str:
    """A figure's value on one line, as its file has it."""
    if isinstance(value, dict):
        nested = any(isinstance(item, dict) for item in value.values())
        return ("; " if nested else ", ").join(f"{key}: {written(item)}" for key, item in value.items())
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _catalogue(edition: Edition, language: str) -> Table:
    words = WORDS[language]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(words["care"], no_wrap=True)
    for formula in edition.formulas:
        table.add_column(words["formula"].format(name=formula), no_wrap=True)
    table.add_column(words["conditions"], overflow="fold")
    for _category, group in groupby(edition.care.values(), key=lambda care: care.category):
        for care in group:
            cells = [_terms(care.terms.get(formula)) for formula in edition.formulas]
            table.add_row(care.code, *cells, _conditions(care, language))
        table.add_section()
    return table


def _terms(terms: Terms | None) -> str:
    if terms is None:
        return "–"
    rate = f"{terms.rate.value * 100:f}".rstrip("0").rstrip(".") + " %"
    cap = f" ≤ {terms.cap.value}" if terms.cap else ""
    return rate + cap + (_MARK if terms.rate.citation.origin != "contract" else "")


def _conditions(care: Care, language: str) -> str:
    """The unit, and what else the care asks for."""
    said = [unit(care.unit, language)]
    if care.approval.value != "none":
        said.append(WORDS[language][care.approval.value])
    said += [document for document in care.documents.value if document != "invoice"]
    asked = [name for name, kind in CARE_FIGURES.items() if not kind.required]
    return ", ".join(said + [f"{name} {getattr(care, name).value}" for name in asked if getattr(care, name)])
