"""Whatever the plan, the code or a claim can name has a name in both languages."""

from __future__ import annotations

from typing import get_args

import pycountry
import pytest

from expat.adjudication.decision import Result, Status
from expat.citation import Origin
from expat.membership.join import ROLES
from expat.money import current_currencies
from expat.plans.loader import plan
from expat.plans.schema import CARE_UNITS, CAUSES, DOCUMENTS
from expat.settings import RateSource
from expat.wording import care, names
from tests.facts import DAY
from tests.wording.stories import steps

LANGUAGES = ("en", "fr")
PLAN = plan("expat-uno")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_care_of_the_plan_and_every_excluded_one(language: str) -> None:
    codes = [*PLAN.care, *sorted(PLAN.on(DAY).excluded)]
    assert len(PLAN.care) == 39
    found = {code: care.care(code, language) for code in codes}
    assert not [code for code, name in found.items() if name == code]
    assert len(set(found.values())) == len(codes)
    families = {code.split(".")[0] for code in codes}
    assert all(care.care(family, language) != family for family in families)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_category_and_unit(language: str) -> None:
    assert all(care.category(word, language) != word for word in PLAN.words.categories)
    assert all(care.unit(word, language) and care.units(word, 2, language) for word in CARE_UNITS)
    assert all(names.figure_unit(word, language) for word in {f.unit for f in PLAN.figures.values()})
    assert all(care.span(word, 3, language) for word in ("days", "months", "years", "acts", "hours", "weeks", "nights"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_and_currency(language: str) -> None:
    countries = [*(c.alpha_2 for c in pycountry.countries), "XK"]
    assert not [code for code in countries if names.country(code, language) == code]
    currencies = [*current_currencies(), "BGN", "HRK"]
    assert not [code for code in currencies if names.currency(code, language) == code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_word(language: str) -> None:
    assert all(names.cause(word, language) for word in CAUSES)
    assert all(names.document(word, language) for word in DOCUMENTS)
    assert all(names.role(word, language) for word in ROLES)
    assert all(names.origin(word, language) for word in get_args(Origin))
    assert all(names.result(word, language) for word in get_args(Result))
    assert all(names.status(word, language) for word in (*get_args(Status), "paid", "received"))
    assert all(names.rate_source(word, language) != word for word in get_args(RateSource))
    assert all(names.gate(word, language) for word in {step["gate"] for step in steps()} | {"payout"})


def test_a_plan_can_name_what_has_no_wording_yet() -> None:
    assert care.care("dental.new", "fr") == "dental.new"
    assert care.category("new", "en") == "new"
    assert names.rate_source("scenario", "fr") == "scenario"
