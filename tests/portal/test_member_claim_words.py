"""What a member's claim says before anything is decided: what differs from the invoice, what papers would change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from expat.claims.intake import NewClaim
from expat.claims.submit import submit
from tests.documents.samples import picture
from tests.payments.insured import visit
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.test_member_claims import GP, Filling, invoice, lines, note_reading, sent_claim, upload

READ: dict[str, Any] = {
    "amount": Decimal("102.00"), "currency": "SGD", "country": "SG", "care_date": date(2025, 7, 1),
}  # fmt: skip


def read_picture(front: Front, language: str = "en", **read: Any) -> Filling:
    """A draft with a photographed invoice, of which this was read after the figures were typed."""
    filling = Filling(front, "member", language, upload(picture("JPEG"), "i.jpg"))
    filling.press("save", **GP)
    (paper,) = filling.kept().documents
    note_reading(front, paper.sha256, **{**READ, **read})
    filling.look()
    return filling


# --- what was typed and what was read ---------------------------------------------------------------------------------


def test_the_check_warns_where_the_amount_is_not_the_one_on_the_invoice_and_lets_it_be_sent(front: Front) -> None:
    filling = read_picture(front)
    told = text_of(filling.check())
    assert "Amount: you gave 120.00 SGD; on the invoice we read 102.00 SGD." in told
    assert "Day of the care:" not in told
    filling.send()
    assert [line.amount for line in lines(front)] == [12000]


def test_the_warning_is_told_in_french_too(front: Front) -> None:
    told = text_of(read_picture(front, "fr").check())
    assert "Montant : vous avez indiqué 120,00 SGD ; nous lisons 102,00 SGD sur la facture." in told


def test_the_check_warns_of_another_currency_day_and_country(front: Front) -> None:
    read = {"amount": Decimal("120.00"), "currency": "USD", "country": "MY", "care_date": date(2025, 6, 1)}
    told = text_of(read_picture(front, **read).check())
    assert "Amount: you gave 120.00 SGD; on the invoice we read 120.00 USD." in told
    assert "Day of the care: you gave 1 July 2025; on the invoice we read 1 June 2025." in told
    assert "Country: you gave Singapore; on the invoice we read Malaysia." in told


def test_the_invoices_own_day_is_as_good_as_the_day_of_care(front: Front) -> None:
    read = {"amount": Decimal("120"), "care_date": date(2025, 6, 1), "invoice_date": date(2025, 7, 1)}
    assert "on the invoice we read" not in text_of(read_picture(front, **read).check())


def test_a_figure_that_was_typed_over_is_warned_of_and_one_that_is_the_same_is_not(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(invoice()))
    told = text_of(filling.check(care="ambulatory.gp", amount="99.00", checked="y"))
    assert "Amount: you gave 99.00 SGD; on the invoice we read 120.00 SGD." in told
    filling.look()
    assert "on the invoice we read" not in text_of(filling.check(amount="120", checked="y"))


@pytest.mark.parametrize(("second", "warned"), [("40.00", False), ("41.00", True)])
def test_the_lines_of_one_invoice_are_compared_by_their_sum(front: Front, second: str, warned: bool) -> None:
    filling = Filling(front, "member", "en", upload(invoice()))
    filling.press("add", care="ambulatory.gp", amount="80.00", checked="y")
    filling.look()
    more = {"lines_1__care": "ambulatory.laboratory", "lines_1__amount": second, "lines_1__currency": "SGD"}
    (paper,) = filling.kept().documents
    told = text_of(filling.check(**more, **{f"papers-{paper.id}-line": "all"}, lines_0__checked="y"))
    assert ("the lines of this invoice come to 121.00 SGD; on the invoice we read 120.00 SGD" in told) == warned
    assert ("on the invoice we read" in told) == warned


# --- a claim that waits for papers ------------------------------------------------------------------------------------


def test_a_claim_that_waits_says_what_it_would_pay_with_its_paper_and_decides_nothing(front: Front) -> None:
    number = sent_claim(front, front.member, "100.00 SGD", care="ambulatory.pharmacy")
    page = text_of(front.client("member").get(f"/claims/{number}").text)
    assert "With the missing papers, about 90.00 SGD would be paid." in page
    assert "names no last day for the papers" in page
    assert "Where it stands" in page
    assert "not decided yet" in page
    for early in ("How it was decided", "Decided on", "Contest this decision", "contested"):
        assert early not in page


def test_where_the_paper_would_change_nothing_the_claims_page_says_so(front: Front) -> None:
    papers = frozenset({"invoice", "prescription"})
    sent_claim(front, front.member, "9000.00 EUR", care="ambulatory.imaging", documents=papers)
    number = sent_claim(front, front.member, "100.00 EUR", key="p", care="ambulatory.pharmacy")
    page = text_of(front.client("member").get(f"/claims/{number}").text)
    assert "Even with the missing papers, nothing would be paid:" in page
    assert "about" not in page.partition("What we need from you")[2].partition("Where it stands")[0]


def test_of_a_claim_with_one_decided_line_that_line_alone_can_be_contested(front: Front) -> None:
    waits = visit(front.member, "20.00 EUR", care="ambulatory.pharmacy", documents=frozenset({"invoice"}), country="SG")
    cut = visit(front.member, "100.00 EUR", country="SG", documents=frozenset({"invoice"}))
    with front.writing() as session:
        number = submit(session, front.membership, NewClaim([waits, cut], TODAY, "k"), AT, ("ecb",)).claim_id
    browser = front.client("member")
    page = browser.get(f"/claims/{number}").text
    assert "How it was decided" in text_of(page)
    assert f"/claims/{number}/lines/2/contest" in page
    assert f"/claims/{number}/lines/1/contest" not in page
    refused = browser.post(f"/claims/{number}/lines/1/contest", data={"contest-1-reason": "It is there."})
    assert refused.status_code == 422
    assert "nothing is decided yet" in text_of(refused.text)


def test_the_contracts_headings_are_marked_as_french(front: Front) -> None:
    number = sent_claim(front, front.member, "100.00 EUR", care="excluded.cosmetic")
    page = front.client("member").get(f"/claims/{number}").text
    assert '&#34;<span lang="fr">Les risques non couverts</span>&#34;' in page or (
        '"<span lang="fr">Les risques non couverts</span>"' in page
    )
    french = text_of(front.client("member", "fr").get(f"/claims/{number}").text)
    assert "Contrat : Les risques non couverts" in french


def test_the_list_does_not_say_that_nothing_is_left_to_do_of_a_refusal(front: Front) -> None:
    sent_claim(front, front.member, "100.00 EUR", care="excluded.cosmetic")
    page = text_of(front.client("member").get("/claims").text)
    assert "Refused: the claim says why." in page
    assert "Nothing is left to do" not in page


def test_a_rate_is_printed_once_for_a_claim_of_several_lines(front: Front) -> None:
    several = [visit(front.member, amount, country="SG", invoice=amount) for amount in ("40.00 SGD", "50.00 SGD")]
    with front.writing() as session:
        number = submit(session, front.membership, NewClaim(several, TODAY, "k"), AT, ("ecb",)).claim_id
    page = text_of(front.client("member").get(f"/claims/{number}").text)
    assert page.count("1 EUR = 1.4906 SGD") == 1
