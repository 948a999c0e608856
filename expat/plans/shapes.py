"""Whether a figure's value has the shape that the engine reads; a check answers with what would be right, or None."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pycountry

from expat.plans.schema import APPROVALS, CAUSES, DOCUMENTS, ROLES


class Words(NamedTuple):
    """The plan's own words, against which values are checked."""

    formulas: tuple[str, ...]
    zones: tuple[str, ...]
    categories: tuple[str, ...]


Check = Callable[[Any, Words], str | None]


_COUNTRIES = [country.alpha_2 for country in pycountry.countries]


def is_number(value: Any) -> bool:
    finite = isinstance(value, int) or (isinstance(value, Decimal) and value.is_finite())
    return finite and not isinstance(value, bool) and value >= 0


def is_country(value: Any) -> bool:
    return value in _COUNTRIES


def _again(values: list[Any]) -> list[Any]:
    """The values that stand in the list once more."""
    return [value for i, value in enumerate(values) if value in values[:i]]


def _known(allowed: Callable[[Words], Any], what: str) -> tuple[Check, Check]:
    """The check of one word, and of a list of such words."""

    def one(value: Any, words: Words) -> str | None:
        known = sorted(allowed(words))
        return None if value in known else f"{what}: one of {', '.join(known)}"

    def many(value: Any, words: Words) -> str | None:
        known = sorted(allowed(words))
        if not isinstance(value, list):
            return f"a list of {what}"
        if wrong := [v for v in value if v not in known]:
            return f"{wrong[0]!r} is no {what}: one of {', '.join(known)}"
        return f"{_again(value)[0]!r} stands twice" if _again(value) else None

    return one, many


def _table(keys: Callable[[Words], Any], entry: Callable[[Any, Words], str | None], whole: bool = False) -> Check:
    """The check of a table: its keys, where they are the plan's words (each of them: `whole`), and its entries."""

    def check(value: Any, words: Words) -> str | None:
        if not isinstance(value, dict):
            return "a table"
        known = keys(words)
        for key, item in value.items():
            if known is not None and key not in known:
                return f"{key!r} is unknown: one of {', '.join(sorted(known))}"
            if wrong := entry(item, words):
                return f"{key}: {wrong}"
        missing = [key for key in known if key not in value] if whole else []
        return f"{missing[0]!r} is missing: a value for each of {', '.join(known)}" if missing else None

    return check


def number(value: Any, _words: Words) -> str | None:
    return None if is_number(value) else "a number that is not negative"


def count(value: Any, _words: Words) -> str | None:
    return None if is_number(value) and isinstance(value, int) else "a whole number that is not negative"


def share(value: Any, _words: Words) -> str | None:
    return None if is_number(value) and value <= 1 else "a share from 0 to 1"


def country(value: Any, _words: Words) -> str | None:
    return None if is_country(value) else f"{value!r} is no country; an ISO 3166-1 alpha-2 code"


def month(value: Any, _words: Words) -> str | None:
    return None if isinstance(value, int) and 1 <= value <= 12 else "a month from 1 to 12"


def countries(value: Any, words: Words) -> str | None:
    if not isinstance(value, list):
        return "a list of countries"
    if wrong := next((wrong for v in value if (wrong := country(v, words))), None):
        return wrong
    return f"{_again(value)[0]} stands twice" if _again(value) else None


def zone_countries(value: Any, words: Words) -> str | None:
    """Countries by zone, each in one zone."""
    if wrong := _table(lambda w: w.zones, countries)(value, words):
        return wrong
    again = _again([country for zone in value.values() for country in zone])
    return f"{again[0]} stands in two zones" if again else None


def choices(value: Any, _words: Words) -> str | None:
    right = isinstance(value, list) and value and all(isinstance(v, str) or is_number(v) for v in value)
    return None if right and not _again(value) else "a list of words or numbers, each once"


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
_ROLE, ROLE_LIST = _known(lambda w: ROLES, "role")
APPROVAL, _ = _known(lambda w: APPROVALS, "kind of approval")

CHECKS: dict[str, Check] = {
    "number": number,
    "count": count,
    "share": share,
    "month": month,
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
    "each_formula": _table(lambda w: w.formulas, number, whole=True),
    "each_zone": _table(lambda w: w.zones, number, whole=True),
    "by_category": _table(lambda w: w.categories, count),
    "each_category": _table(lambda w: w.categories, count, whole=True),
    "roles_by_category": _table(lambda w: w.categories, ROLE_LIST),
    "zone_countries": zone_countries,
    "zone_access": _table(lambda w: w.zones, ZONES, whole=True),
}
