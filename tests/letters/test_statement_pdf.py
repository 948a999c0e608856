"""The statement as PDF: everything that its text says, in both languages, page after page, and nothing that is kept."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from expat.db import reading, table_of, transaction
from expat.errors import NotFound
from expat.letters.notice import notice_pdf
from expat.letters.statement import masked, statement_page, statement_pdf
from expat.membership.tables import InsuredPerson, Membership
from expat.payments.account_records import keep_account
from expat.payments.accounts import Account
from expat.payments.notice import notice
from expat.payments.payouts import bank_files, confirm
from expat.payments.statement import Statement, statement
from expat.payments.statement_text import as_text
from expat.payments.tables import Payout
from tests.letters.conftest import Tell
from tests.letters.reading import OPERATOR, conforms, flat, in_order, is_tagged, pages, text
from tests.payments.insured import DEBTOR
from tests.payments.test_statement import EUROS, SINGAPORE, STAY

AT = datetime(2025, 8, 2, 12, tzinfo=UTC)
IBAN = "FR7630006000011234567890189"
LANGUAGES = ("en", "fr")


def of(engine: Engine, payout: int, language: str, **options: object) -> bytes:
    with reading(engine) as session:
        return statement_pdf(session, payout, OPERATOR, language, **options)  # type: ignore[arg-type]


def told(engine: Engine, payout: int, language: str) -> Statement:
    with reading(engine) as session:
        return statement(session, payout, language)


def words(text: str) -> list[str]:
    """Words and figures, in any case."""
    return re.findall(r"[\w.,'%/-]*\w", flat(text).casefold())


def person(engine: Engine, role: str) -> int:
    table = table_of(InsuredPerson)
    with reading(engine) as session:
        return int(session.execute(select(table.c.id).where(table.c.role == role)).scalar_one())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", [SINGAPORE, STAY, EUROS], ids=["singapore", "stay", "euros"])
def test_it_says_all_that_its_text_says(engine: Engine, tell: Tell, story: str, language: str) -> None:
    tell(story)
    table = table_of(Payout)
    with reading(engine) as session:
        keys = list(session.execute(select(table.c.id)).scalars())
    for key in keys:
        made = of(engine, key, language)
        assert conforms(made) and is_tagged(made)
        assert set(words(as_text(told(engine, key, language)))) - set(words(text(made))) == set()


def test_a_visit_in_singapore_in_reading_order(engine: Engine, tell: Tell) -> None:
    tell(SINGAPORE)
    in_order(
        text(of(engine, 1, "fr")),
        "Association Expat", "Décompte de remboursement", "Adhérent Camille Martin", "Montant versé 217,10 SGD",
        "En bref", "Total versé 217,10 SGD",
        "Ce que règle ce versement", "1. Consultation d'un généraliste", "Camille Martin, 15 juillet 2025, Singapour",
        "facture A 7", "Facturé 150,00 SGD", "Taux de votre formule", "La formule 3 rembourse ces soins à 90 %.",
        "Contrat : Prestations garanties", "−15,00 SGD", "Plafond de ce soin", "−48,16 SGD", "= Réglé",
        "86,84 SGD ÷ 1,4473 = 60,00 EUR", "86,84 SGD", "Non remboursé 63,16 SGD",
        "2. Consultation d'un spécialiste", "÷ 1,0867 = en euros 90,00 EUR", "× 1,4473 = Réglé 130,26 SGD",
        "Total versé 217,10 SGD", "Cours de change",
        "1 EUR = 1,4473 SGD (dollar de Singapour) : scenario, cours publié le 31 juillet 2025.",
        "Ce qui n'est pas réglé", "Contrat : Délais d'attente", "5 940,00 EUR", "Note : certains des chiffres",
    )  # fmt: skip


def test_in_english_too(engine: Engine, tell: Tell) -> None:
    tell(SINGAPORE)
    in_order(
        text(of(engine, 1, "en")),
        "Explanation of benefits", "Amount paid 217.10 SGD", "1. Visit to a general practitioner",
        "Invoiced 150.00 SGD",
        'Formula 3 reimburses 90% of this care. In the French contract: "Prestations garanties" −15.00 SGD',
        "−48.16 SGD",
        "× 1.4473 = Paid 130.26 SGD", "rounded once", "1 EUR = 1.0867 USD (US Dollar): scenario",
        "Refused: Waiting period", "You can contest this until 20 July 2027.", "6,000.00 EUR 60.00 EUR 5,940.00 EUR",
        "The payments above can be contested until 1 August 2027.", "are samples",
    )  # fmt: skip


def test_what_the_bank_answered_and_the_end_of_the_account(engine: Engine, tell: Tell) -> None:
    tell(EUROS)
    with transaction(engine) as session:
        membership = session.execute(select(table_of(Membership).c.id)).scalar_one()
        account = Account(holder="Camille Martin", iban=IBAN, town="Paris", country="FR")
        keep_account(session, account, AT, membership_id=membership)
    assert "Account FR76 •••• 0189" in text(of(engine, 1, "en"))
    with transaction(engine) as session:
        bank_files(session, date(2025, 8, 2), AT, DEBTOR)
        confirm(session, [1], date(2025, 8, 4), AT)
        newer = replace(account, iban="DE89370400440532013000", country="DE", town="Köln")
        keep_account(session, newer, AT, membership_id=membership)
    found = text(of(engine, 1, "en"))
    assert "Account FR76 •••• 0189" in found  # where it went, not where the next one goes
    assert "The bank confirmed the payment on 4 August 2025." in found
    assert IBAN[4:-4] not in found


def test_an_account_shows_little_of_its_number() -> None:
    assert masked(IBAN, None) == "FR76 •••• 0189"
    assert masked(None, "0123456789") == "•••• 6789"
    assert masked(None, "1234") == "••••"
    assert masked(None, None) == ""


def test_a_hospital_that_is_paid_directly(engine: Engine, tell: Tell) -> None:
    tell(STAY)
    with reading(engine) as session:
        payout = table_of(Payout)
        key = session.execute(select(payout.c.id).where(payout.c.payee == "hospital")).scalar_one()
    found = text(of(engine, key, "fr"))
    assert "L'hôpital est payé directement, dans la devise de sa facture." in found
    assert "Compte" not in found
    assert "Jours au-delà de l'entente préalable" in found


def test_of_a_person_who_keeps_care_private_the_sums_alone_are_told(engine: Engine, tell: Tell) -> None:
    tell(SINGAPORE)
    spouse = text(of(engine, 1, "en", private=[person(engine, "spouse")]))
    in_order(spouse, "2. Care that this person keeps private", "The spouse or partner", "Invoiced 120.00 USD",
             "Not reimbursed −22.20 USD", "97.80 USD", "× 1.4473 = Paid 130.26 SGD")  # fmt: skip
    assert "specialist" not in spouse
    assert "Visit to a general practitioner" in spouse
    member = text(of(engine, 1, "en", private=[person(engine, "member")]))
    for kept in ("general practitioner", "medicines", "Waiting period", "prescription", "A 7"):
        assert kept not in member, kept
    in_order(member, "What is not paid", "Care that this person keeps private", "20.00 SGD", "Waiting for papers",
             "Refused", "Decided on 20 July 2025")  # fmt: skip


def test_sixty_lines_break_over_pages_under_their_heads(engine: Engine, tell: Tell) -> None:
    tell(SINGAPORE)
    one = told(engine, 1, "en")
    lines = [replace(x, care=replace(x.care, position=i)) for i in range(30) for x in one.lines]
    found = pages(statement_page(replace(one, lines=tuple(lines)), OPERATOR))
    assert len(found) > 10
    for number, page in enumerate(found, 1):
        assert page.endswith(f"adherents@expat.example.org · +33 1 23 45 67 89 Page {number} of {len(found)}")
    detailed = [page for page in found if "= Paid" in page]
    assert all("Care, and what each rule takes off Amount" in page for page in detailed)
    glance = [page for page in found if "15 July 2025 150.00 SGD" in page]
    assert len(glance) > 1
    assert all("No. For Care Day Invoiced Paid" in page for page in glance)
    assert all(f" {number}. Visit to a" in " ".join(found) for number in range(1, 61))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_of_an_unpaid_claim_says_all_that_its_text_says(engine: Engine, tell: Tell, language: str) -> None:
    tell(SINGAPORE)
    with reading(engine) as session:
        made = notice_pdf(session, 1, OPERATOR, language)
        assert set(words(as_text(notice(session, 1, language)))) - set(words(text(made))) == set()
        assert conforms(made)
        assert made == notice_pdf(session, 1, OPERATOR, language)
        private = text(notice_pdf(session, 1, OPERATOR, "en", [person(engine, "member")]))
    assert "Waiting period" not in private
    assert "Refused" in private


def test_it_is_in_the_members_language_where_none_is_named(engine: Engine, tell: Tell) -> None:
    tell(EUROS)
    with reading(engine) as session:
        assert "Décompte" in text(statement_pdf(session, 1, OPERATOR))
        with pytest.raises(NotFound, match="there is no payout 99"):
            statement_pdf(session, 99, OPERATOR)


def test_what_the_operator_did_not_set_is_left_out(engine: Engine, tell: Tell) -> None:
    tell(EUROS)
    bare = replace(OPERATOR, name="", street="", postcode="", town="", country="", email="", phone="")
    found = text(statement_page(told(engine, 1, "en"), bare))
    assert found.startswith("Explanation of benefits")
    assert found.endswith("Page 1 of 1") or re.search(r"samples[^·]*Page \d of \d$", found)


def test_a_name_of_markup_is_shown_as_typed(engine: Engine, tell: Tell, tmp_path: Path) -> None:
    tell(EUROS, '#eval("2")', "*Martin* $x$")
    assert 'Member #eval("2") *Martin* $x$' in text(of(engine, 1, "en"))


def test_yen_have_no_decimals_and_dinars_three(engine: Engine, tell: Tell) -> None:
    tell(STAY)
    whole = text(of(engine, 1, "en")) + text(of(engine, 2, "en"))
    assert "1,234,567 JPY" in whole
    assert "33.333 KWD" in whole


def test_a_payment_that_came_back_says_so(engine: Engine, tell: Tell) -> None:
    tell(EUROS)
    with transaction(engine) as session:
        session.execute(update(table_of(Payout)).values(returned_on=date(2025, 5, 9)))
    assert "The bank sent the payment back on 9 May 2025" in text(of(engine, 1, "en"))
    assert told(engine, 1, "en").total == Decimal("50.00")
