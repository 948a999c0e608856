"""Whether a figure's value has the shape that the engine reads; a check answers with what would be right, or None."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pycountry

from expat.plans.schema import APPROVALS, CAUSES, DOCUMENTS


class Words(NamedTuple):
    """The plan's own words, against which values are checked."""

    formulas: tuple[str, ...]
    zones: tuple[str, ...]
    categories: tuple[str, ...]


Check = Callable[[Any, Words], str | None]


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0


def is_country(value: Any) -> bool:
    return isinstance(value, str) and pycountry.countries.get(alpha_2=value) is not None


def _known(allowed: Callable[[Words], Any], what: str) -> tuple[Check, Check]:
    """The check of one word, and of a list of such words."""

    def one(value: Any, words: Words) -> str | None:
        return None if value in allowed(words) else f"{what}: one of {', '.join(sorted(allowed(words)))}"

    def many(value: Any, words: Words) -> str | None:
        if not isinstance(value, list):
            return f"a list of {what}"
        wrong = [v for v in value if v not in allowed(words)]
        return f"{wrong[0]!r} is no {what}: one of {', '.join(sorted(allowed(words)))}" if wrong else None

    return one, many


def _table(keys: Callable[[Words], Any], entry: Callable[[Any, Words], str | None]) -> Check:
    def check(value: Any, words: Words) -> str | None:
        if not isinstance(value, dict):
            return "a table"
        for key, item in value.items():
            if keys(words) is not None and key not in keys(words):
                return f"{key!r} is unknown: one of {', '.join(sorted(keys(words)))}"
            if wrong := entry(item, words):
                return f"{key}: {wrong}"
        return None

    return check


def number(value: Any, _words: Words) -> str | None:
    return None if is_number(value) else "a number that is not negative"


def count(value: Any, _words: Words) -> str | None:
    return None if is_number(value) and isinstance(value, int) else "a whole number that is not negative"


def share(value: Any, _words: Words) -> str | None:
    return None if is_number(value) and value <= 1 else "a share from 0 to 1"


def country(value: Any, _words: Words) -> str | None:
    return None if is_country(value) else f"{value!r} is no country; an ISO 3166-1 alpha-2 code"


def countries(value: Any, words: Words) -> str | None:
    if not isinstance(value, list):
        return "a list of countries"
    return next((wrong for v in value if (wrong := country(v, words))), None)


def choices(value: Any, _words: Words) -> str | None:
    right = isinstance(value, list) and value and len(set(value)) == len(value)
    return None if right else "a list without repetition"


def benefit(value: Any, words: Words) -> str | None:
    """Per formula a rate (a share) and, where there is one, a cap in euros per unit."""

    def terms(entry: Any, _words: Words) -> str | None:
        if not isinstance(entry, dict) or "rate" not in entry or set(entry) - {"rate", "cap"}:
            return "a table with `rate` and, where there is one, `cap`"
        return share(entry["rate"], words) or number(entry.get("cap", 0), words)

    return _table(lambda w: w.formulas, terms)(value, words)


def _any_key(_words: Words) -> None:
    return None


ZONE, ZONES = _known(lambda w: w.zones, "zone")
CATEGORY, CATEGORIES = _known(lambda w: w.categories, "category")
_FORMULA, FORMULAS = _known(lambda w: w.formulas, "formula")
_CAUSE, CAUSE_LIST = _known(lambda w: CAUSES, "cause")
DOCUMENT, DOCUMENT_LIST = _known(lambda w: DOCUMENTS, "document")
APPROVAL, _ = _known(lambda w: APPROVALS, "kind of approval")

CHECKS: dict[str, Check] = {
    "number": number,
    "count": count,
    "share": share,
    "country": country,
    "countries": countries,
    "choices": choices,
    "zone": ZONE,
    "category": CATEGORY,
    "categories": CATEGORIES,
    "formulas": FORMULAS,
    "causes": CAUSE_LIST,
    "document": DOCUMENT,
    "documents": DOCUMENT_LIST,
    "approval": APPROVAL,
    "benefit": benefit,
    "table": _table(_any_key, number),
    "tables": _table(_any_key, _table(_any_key, number)),
    "by_formula": _table(lambda w: w.formulas, number),
    "by_category": _table(lambda w: w.categories, count),
    "zone_countries": _table(lambda w: w.zones, countries),
    "zone_access": _table(lambda w: w.zones, ZONES),
}
