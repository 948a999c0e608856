"""Reasons in words: each by each rule that gives it, in both languages, with its figures and what can be done."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expat.adjudication.rules import REASONS, RULES
from expat.wording import names
from expat.wording.contract import in_contract
from expat.wording.events import EVENTS
from expat.wording.reasons import (
    TITLES,
    contest_until,
    explain,
    explain_event,
    explain_flag,
    flags_raised,
    how_to_contest,
    title,
)
from tests.facts import edition
from tests.wording.stories import steps, with_reason

HEADINGS = (Path(__file__).parents[2] / "config/plans/expat-uno/headings.txt").read_text(encoding="utf-8").splitlines()
LANGUAGES = ("en", "fr")


def plain(text: str) -> str:
    """With spaces that break, as a test can type them."""
    return text.replace("’", "'").replace("\u202f", " ").replace("\u00a0", " ")


def said(step: dict[str, Any], language: str = "en", **more: Any) -> tuple[str, str]:
    found = explain(step, language, edition(), **more)
    return plain(found.sentence), plain(found.next_step)


def test_every_reason_has_a_title_of_its_own_in_both_languages() -> None:
    assert set(TITLES) == {*REASONS, *EVENTS, "possible_long_stay"}
    for language in LANGUAGES:
        assert len({title(reason, language) for reason in TITLES}) == len(TITLES)


def test_the_stories_give_every_reason() -> None:
    assert {step["reason"] for step in steps()} - {None} == set(REASONS)


@pytest.mark.parametrize("with_edition", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_with_a_reason_reads_well(language: str, with_edition: bool) -> None:
    for step in steps():
        if step["reason"] is None:
            continue
        found = explain(step, language, edition() if with_edition else None)
        assert found.article in HEADINGS
        assert not set("{}_") & set(found.title + found.text), found
        assert "None" not in found.text
        assert found.sentence[0].isupper()
        assert found.sentence.endswith(".")
        assert not found.next_step or found.next_step.endswith(".")
        assert "  " not in found.text


def test_a_wait_says_since_when_until_when_and_what_lifts_it() -> None:
    step = next(s for s in steps() if s["reason"] == "waiting_period" and s["rule"] == "UNO-WAIT-4")
    sentence, advice = said(step, "fr")
    assert sentence == (
        "Depuis votre changement de zone, le 1er juin 2025, un délai d'attente de 3 mois court dans la nouvelle zone "
        "(pays : États-Unis ; catégorie : médecine courante). Les soins y sont garantis s'ils commencent à partir du "
        "1er septembre 2025 ; ceux-ci ont commencé le 1er juin 2025."
    )
    assert advice.startswith("Ce délai d'attente est supprimé en cas d'accident")


def test_no_waiver_is_promised_for_maternity() -> None:
    step = with_reason("waiting_period")
    figures = [["waiting.months.maternity", 10, "months", "Délais d'attente", "contract"]]
    step = {**step, "rule": "UNO-WAIT-1", "figures": figures}
    assert said(step)[1] == ""
    assert explain(step, "en").next_step == ""


def test_a_cap_tells_unit_quantity_and_what_it_is_at_the_rate_of_the_day() -> None:
    step = next(s for s in steps() if s["reason"] == "cap_reached" and s["looked_at"]["rate"]["currency"] == "SGD")
    assert said(step)[0] == (
        "Formula 3 pays at most 300.00 EUR per day: 3,000.00 EUR for 10 days. At the exchange rate used, "
        "3,000.00 EUR are 4,500.00 SGD."
    )


def test_missing_papers_are_named() -> None:
    sentence, advice = said(with_reason("documents_missing", "UNO-DOC-1"))
    assert "we still need" in sentence
    assert advice == "Send us what is missing: the line is judged again as soon as it arrives."


def test_an_extension_says_until_when_it_could_be_asked_for() -> None:
    step = with_reason("approval_missing", "UNO-APP-4")
    found = explain(step, "en", edition())
    assert found.title == "Days beyond the prior approval"
    assert "An extension of the stay could be asked for until" in found.next_step
    assert "before the approved days are over" in explain(step, "en").next_step


def test_an_emergency_is_told_only_where_the_plan_is_at_hand() -> None:
    step = with_reason("approval_missing", "UNO-APP-3")
    step = {**step, "figures": [["care.hospital.stay.approval", "always"], ["approval.planned_notice", 10]]}
    assert said(step)[1].endswith(
        "A request is made at least 10 days before the care; in an emergency, at most 2 days after the admission."
    )
    assert explain(step, "en").next_step.endswith("before the care.")


def test_the_article_on_a_missing_approval_is_the_one_on_that_care() -> None:
    step = {**with_reason("approval_missing", "UNO-APP-3"), "looked_at": {}}
    crown = ["care.dental.crown.approval", "always", "approval", "Entente préalable / Actes dentaires", "contract"]
    found = explain({**step, "figures": [crown, ["approval.planned_notice", 10]]}, "en", edition())
    assert found.article == "Entente préalable / Actes dentaires"
    assert "admission" not in found.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_care_to_come_nothing_is_said_as_if_it_were_claimed(language: str) -> None:
    past = {"en": ("began", "was given", "on this line", "send us", "this line"), "fr": ("ont commencé", "cette ligne")}
    for step in steps():
        if step["reason"] in (
            "waiting_period",
            "out_of_zone",
            "third_country",
            "category_ceiling_reached",
            "days_limit",
        ):
            found = explain(step, language, edition(), ahead=True)
            assert found.sentence.endswith(".")
            assert not [word for word in past[language] if word in found.text.lower()], found.text
        if step["reason"] == "approval_missing" and step["rule"] == "UNO-APP-3":
            assert "number" not in explain(step, language, edition(), ahead=True).text
            assert "numéro" not in explain(step, language, edition(), ahead=True).text


def test_headings_are_quoted_as_the_french_contracts() -> None:
    assert in_contract("Délais d'attente", "en") == 'In the French contract: "Délais d\'attente"'
    assert plain(in_contract("Délais d'attente", "fr")) == "Contrat : Délais d'attente"


def test_a_recharge_is_advised_only_where_the_plan_sells_it() -> None:
    step = with_reason("category_ceiling_reached")
    for category, formula, advised in (("maternity", "3", True), ("maternity", "2", False), ("ambulatory", "4", False)):
        figures = [[f"ceiling.category.{category}.{formula}", "800", "EUR", "Montant des remboursements", "sample"]]
        changed = {**step, "looked_at": {**step["looked_at"], "category": category}, "figures": figures}
        assert bool(said(changed)[1]) == advised


def test_every_purse_of_a_ceiling_is_told() -> None:
    looked_at = {"category": "wellbeing", "own": "300", "carried": "150.00", "recharges": [[1, "300"]], "left": "0.5"}
    figures = [["ceiling.category.wellbeing.3", "300", "EUR", "Montant des remboursements", "sample"]]
    step = {**with_reason("category_ceiling_reached"), "looked_at": looked_at, "figures": figures}
    assert said(step)[0] == (
        "In this category (well-being), at most 750.00 EUR (300.00 EUR for the year itself, 150.00 EUR carried over "
        "from the year before and 300.00 EUR recharged) is paid for each person and membership year. Before this "
        "line, 0.50 EUR were left."
    )


def test_an_unusual_cost_is_told_in_the_invoices_currency() -> None:
    step = {**with_reason("unreasonable_cost"), "looked_at": {"invoiced": "9000", "accepted": "4000"}}
    assert said(step, "fr", currency="JPY")[0].startswith("Sur 9 000 JPY facturés, 4 000 JPY sont retenus")
    assert said(step, "fr")[0].startswith("Sur 9 000 facturés, 4 000 sont retenus")


def test_a_flag_is_explained_from_the_step_that_raised_it() -> None:
    step = {"gate": "duplicate", "rule": "UNO-DUP-1", "heading": RULES["UNO-DUP-1"], "figures": [], "reason": None}
    step["looked_at"] = {"invoice": None, "same_as": "12/3"}
    found = explain_flag("possible_duplicate", step, "fr")
    assert found.title == "Ressemble à une autre ligne"
    assert "ligne 3 de la demande 12" in found.sentence


def test_a_suspected_duplicate_is_told_as_what_it_is() -> None:
    sentence, advice = said(with_reason("possible_duplicate"), "fr")
    assert sentence == (
        "Cette ligne semble répéter une autre (ligne 3 de la demande 12) ; elle reste en attente jusqu'à ce qu'un "
        "gestionnaire l'ait vérifiée. Motif du gestionnaire : The same hour."
    )
    assert advice.startswith("S'il s'agit de deux")
    assert names.status("pending", "en", "possible_duplicate") == "Waiting for a check"
    assert names.status("pending", "en", "documents_missing") == "Waiting for papers"
    assert names.result("pending", "fr", "possible_duplicate") == "à vérifier"
    assert names.result("pending", "fr") == "pièces attendues"


def test_a_flag_is_told_at_the_step_that_raised_it_alone() -> None:
    passed = {"gate": "duplicate", "reason": None, "looked_at": {"same_as": "12/3"}}
    showed = {"gate": "territory", "reason": None, "looked_at": {"shown": ["2025-01-01", "2025-05-01"]}}
    flags = ["possible_duplicate", "possible_long_stay"]
    assert [flags_raised(step, flags) for step in (passed, showed, {**passed, "gate": "age"})] == [
        ["possible_duplicate"],
        ["possible_long_stay"],
        [],
    ]
    assert flags_raised(passed, []) == []


def test_why_a_paper_is_asked_for_is_a_word_of_ours_or_the_reviewers_own() -> None:
    assert names.asked_why("online_limit", "en").startswith("The claim is above the limit")
    assert names.asked_why("La signature manque.", "en") == "La signature manque."


def test_a_person_without_a_covered_day_has_no_cover() -> None:
    step = with_reason("not_in_force")
    never = {"first_day": "2025-03-01", "covered": [["2025-03-02", "2025-03-01"]]}
    assert said({**step, "looked_at": never})[0] == "The care began on 1 March 2025; this person has no cover."
    open_end = {"first_day": "2025-03-01", "covered": [["2025-04-01", "9999-12-31"]]}
    assert said({**step, "looked_at": open_end})[0].endswith("covered from 1 April 2025 on.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", EVENTS)
def test_every_refused_request_is_explained(reason: str, language: str) -> None:
    known = {"opens": date(2025, 7, 1), "formula": "2", "category": "wellbeing"}
    for found in (
        explain_event(reason, language),
        explain_event(reason, language, edition()),
        explain_event(reason, language, edition(), **known),
    ):
        assert found.article in HEADINGS
        assert not set("{}_") & set(found.title + found.text)
        assert found.text.endswith(".")


def test_a_refused_request_tells_what_is_known() -> None:
    early = explain_event("recharge_too_early", "fr", opens=date(2025, 7, 1))
    assert plain(early.sentence).endswith("à partir du 1er juillet 2025.")
    below = explain_event("recharge_below_threshold", "fr", edition())
    assert "80\u202f%" in below.sentence
    assert edition()["recharge.threshold"].value == Decimal("0.8")


def test_a_decision_can_be_contested_for_two_years() -> None:
    assert contest_until(date(2024, 2, 29), edition()) == date(2026, 2, 28)
    assert "for 2 years: write to us" in plain(how_to_contest(edition(), "en"))
    assert "pendant 2 ans : écrivez-nous" in plain(how_to_contest(edition(), "fr"))
