"""A plan as it holds on one day: what judging reads, and what is kept so that a decision can be replayed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

import orjson

from expat.citation import Citation
from expat.errors import BadInput
from expat.plans.figures import Used
from expat.plans.schema import CARE_FIGURES, COUNTED_IN_DAYS


@dataclass(frozen=True, slots=True)
class Terms:
    """What a formula pays of a care: the rate and, where there is one, the cap in EUR per unit; both exact beside."""

    rate: Used
    cap: Used | None
    share: Fraction
    most: Fraction | None


@dataclass(frozen=True, slots=True)
class Care:
    """An entry of the catalogue of care."""

    code: str
    category: str
    unit: str
    admission: bool
    goes_with: str | None
    approval: Used
    documents: Used
    terms: dict[str, Terms]
    under_age: Used | None
    started_before_age: Used | None
    lifetime_days: Used | None
    days_per_stay: Used | None
    every_years: Used | None

    @property
    def counted_in_days(self) -> bool:
        """Whether a quantity counts days or nights."""
        return self.unit in COUNTED_IN_DAYS


class Edition:
    """The plan's figures on one day. `key` names its content: the same figures, the same key."""

    def __init__(
        self, plan: str, formulas: tuple[str, ...], figures: dict[str, Used], care: dict[str, dict[str, Any]]
    ) -> None:
        self.plan = plan
        self.formulas = formulas  # from the lowest to the highest
        self.figures = figures
        self.care = {code: _care(code, entry, figures) for code, entry in care.items()}
        self._care_entries = care
        self.content = orjson.dumps(self._values(), default=str, option=orjson.OPT_SORT_KEYS)
        self.key = sha256(self.content).hexdigest()
        self.excluded: frozenset[str] = frozenset(figures["claim.excluded"].value)
        self._zones = {c: zone for zone, cs in figures["zone.countries"].value.items() for c in cs}
        self.france: frozenset[str] = frozenset(figures["territory.france"].value)

    def __getitem__(self, name: str) -> Used:
        return self.figures[name]

    def zone_of(self, country: str) -> str:
        """The tariff zone in which a country lies."""
        return self._zones.get(country) or str(self.figures["zone.elsewhere"].value)

    def in_zone(self, country: str, zone: str) -> bool:
        """Whether a country lies in a zone or in one that it gives access to."""
        return self.zone_of(country) in self.figures["zone.access"].value[zone]

    def waiting_months(self, category: str) -> Used:
        """The months of waiting of a category."""
        figure = self.figures["waiting.months"]
        return figure.part(category, figure.value[category])

    def category_ceiling(self, category: str, formula: str) -> Used | None:
        """The ceiling of a category in a formula, in EUR; None where the formula has none of its own."""
        figure = self.figures.get(f"ceiling.category.{category}")
        if figure is None or formula not in figure.value:
            return None
        return figure.part(formula, Decimal(figure.value[formula]))

    def overall_ceiling(self, formula: str) -> Used:
        """The ceiling over all categories, in EUR."""
        figure = self.figures["ceiling.overall"]
        return figure.part(formula, Decimal(figure.value[formula]))

    def shows(self, category: str, role: str) -> bool:
        """Whether pages show the balance of a category of a person of that role, whatever was used of it."""
        figure = self.figures.get("ceiling.shown_of")
        return figure is None or category not in figure.value or role in figure.value[category]

    def covers_category(self, category: str, formula: str) -> bool:
        """Whether a formula covers any care of the category."""
        return any(formula in c.terms for c in self.care.values() if c.category == category)

    def known_care(self, code: str) -> bool:
        """Whether the code is in the catalogue or on the list of what is excluded."""
        return code in self.care or code in self.excluded

    def in_family(self, code: str) -> list[Care]:
        """The care that a code or a family (`hospital` for `hospital.*`) names."""
        return [c for c in self.care.values() if c.code == code or c.code.startswith(code + ".")]

    def _values(self) -> dict[str, Any]:
        figures = {name: [u.value, u.unit, *u.citation] for name, u in self.figures.items()}
        return {"plan": self.plan, "formulas": self.formulas, "figures": figures, "care": self._care_entries}


def revived(content: bytes) -> Edition:
    """The edition that `content` (kept beside the decisions that it served) describes."""
    values = orjson.loads(content)
    figures = {
        name: Used(name, _revived(value), unit, Citation(heading, origin))
        for name, (value, unit, heading, origin) in values["figures"].items()
    }
    return Edition(values["plan"], tuple(values["formulas"]), figures, values["care"])


def _revived(value: Any) -> Any:
    """JSON has no decimals: those of an edition are kept as text with a point."""
    if isinstance(value, dict):
        return {key: _revived(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_revived(item) for item in value]
    if isinstance(value, str) and value.replace(".", "", 1).isdigit() and "." in value:
        return Decimal(value)
    return value


def _care(code: str, entry: dict[str, Any], figures: dict[str, Used]) -> Care:
    found = {name: figures.get(f"care.{code}.{name}") for name in CARE_FIGURES}
    benefit, approval, documents = found.pop("benefit"), found.pop("approval"), found.pop("documents")
    if benefit is None or approval is None or documents is None:
        raise BadInput(f"care.{code}", "benefit, approval and documents must hold on the same days")
    terms = {formula: _terms(benefit, formula, values) for formula, values in benefit.value.items()}
    return Care(
        code,
        entry["category"],
        entry["unit"],
        entry.get("admission", False),
        entry.get("goes_with"),
        approval,
        documents,
        terms,
        **found,
    )


def _terms(benefit: Used, formula: str, values: dict[str, Any]) -> Terms:
    cap = benefit.part(f"{formula}.cap", Decimal(values["cap"])) if "cap" in values else None
    rate = benefit.part(f"{formula}.rate", Decimal(values["rate"]))
    return Terms(rate, cap and cap._replace(unit="EUR"), Fraction(rate.value), cap and Fraction(cap.value))
