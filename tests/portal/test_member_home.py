"""The member's overview, cover, account, recharges, statements, spending; and what a private spouse keeps private."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from moneyed import Currency, Money
from sqlalchemy import event, func, select, update

from expat.accounts.tables import Account
from expat.approvals.request import Answer, NewRequest, answer_request, request_approval
from expat.claims.drafts import start_draft
from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.db import table_of
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting, add_person, change_formula
from expat.membership.join import NewPerson
from expat.membership.privacy import choose_privacy
from expat.membership.tables import MembershipChange, PayoutAccount
from expat.messages.write import write
from expat.options.tables import Recharge
from expat.payments.account_records import keep_account
from expat.payments.payouts import bank_files, confirm, returned
from expat.payments.settle import settle
from expat.payments.tables import Payout
from expat.periods import Period
from expat.premiums.bill import premium_due
from tests.letters.reading import text as text_of_pdf
from tests.payments.insured import DEBTOR, SINGAPORE
from tests.portal.house import AT, PASSWORD, TODAY, Front, text_of
from tests.portal.test_amendments import asked
from tests.portal.test_complaints import written

SOURCES = ("ecb",)
ACTING = Acting(TODAY, AT, SOURCES, "test")
PAPERS = frozenset({"invoice", "prescription"})
IBAN = "DE89 3704 0044 0532 0130 00"
NEW_ACCOUNT = {
    "currency": "SGD", "holder": "Ada Lovelace", "iban": IBAN, "bic": "COBADEFF", "town": "Singapore", "country": "SG",
    "password": PASSWORD,
}  # fmt: skip


def claim(front: Front, person: int, amount: str = "80.00 SGD", key: str = "c", **line: Any) -> int:
    """A claim of one line; its key."""
    value, currency = amount.split()
    values: dict[str, Any] = {
        "care": "ambulatory.gp", "first_day": date(2025, 7, 1), "country": "SG", "documents": PAPERS,
        "provider": "Dr Tan", "invoice": f"F-{key}", **line,
    }  # fmt: skip
    new = NewLine(person=person, amount=Money(Decimal(value), Currency(currency)), **values)
    with front.writing() as session:
        membership = front.membership if person in front.people else front.other_membership
        return submit(session, membership, NewClaim([new], date(2025, 8, 1), key, "test"), AT, SOURCES).claim_id


def pay(front: Front) -> int:
    """The settlement of three days ago; the newest payout."""
    settle(front.engine, TODAY - timedelta(days=3), lambda: AT, SOURCES)
    with front.writing() as session:
        return int(session.execute(select(func.max(table_of(Payout).c.id))).scalar_one())


def keep_private(front: Front) -> None:
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "test")


def count(front: Front, table: Any) -> int:
    with front.writing() as session:
        return int(session.execute(select(func.count()).select_from(table_of(table))).scalar_one())


def read(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return text_of(answer.text)


@contextmanager
def statements_counted(front: Front) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(front.engine, "before_cursor_execute", note)
    yield sent
    event.remove(front.engine, "before_cursor_execute", note)


# --- the overview --------------------------------------------------------------------------------------------------


def test_the_overview_says_who_is_covered_and_what_is_left(front: Front) -> None:
    claim(front, front.member, "745.30 SGD")
    pay(front)
    page = read(front.client("member"), "/home")
    assert "M-1" in page and "Charles Lovelace" in page and "cover active" in page
    assert "since 1 January 2024" in page
    assert "Outpatient medicine" in page and re.search(r"used of 6,000\.00 EUR", page)
    assert "No ceiling of its own: the overall one holds." in page
    assert "All waiting periods are over." in page


def test_a_category_is_shown_to_whom_it_can_matter(front: Front) -> None:
    browser = front.client("member")
    for person, there in ((front.member, True), (front.spouse, True), (front.child, False)):
        page = browser.get(f"/home?person={person}").text
        assert ("<h3>Maternity</h3>" in page) is there, person
        assert "<h3>Hospital" in page and "<h3>Outpatient medicine</h3>" in page
        assert (browser.get(f"/recharge/{person}/maternity").status_code == 200) is there, person
    assert browser.get(f"/recharge/{front.child}/wellbeing").status_code == 200


def test_what_was_used_of_a_category_is_shown_to_whomever(front: Front) -> None:
    claim(front, front.child, "149.06 SGD", care="maternity.followup")
    pay(front)
    page = text_of(front.client("member").get(f"/home?person={front.child}").text)
    assert "Maternity" in page and "100.00 EUR used of 5,000.00 EUR" in page


def test_ceilings_are_shown_of_one_person_after_the_other(front: Front) -> None:
    browser = front.client("member")
    claim(front, front.spouse, "149.06 SGD")
    pay(front)
    assert "149.06" not in read(browser, "/home")
    assert "60.00 EUR used of 6,000.00 EUR" in read(browser, f"/home?person={front.spouse}")
    assert browser.get(f"/home?person={front.stranger}").status_code == 404
    assert browser.get("/home?person=x").status_code == 404
    assert front.client("spouse").get(f"/home?person={front.member}").status_code == 404


def test_a_wait_is_counted_down_for_each_person_and_category(front: Front) -> None:
    newcomer = NewPerson("child", date(2015, 1, 1), "Nora", "Lovelace", requested_on=date(2025, 7, 31))
    with front.writing() as session:
        add_person(session, front.membership, newcomer, Acting(date(2025, 7, 31), AT, SOURCES, "test"))
    page = read(front.client("member"), "/home")
    assert "Nora Lovelace Hospitalisation and outpatient medicine in 89 days Covered from 1 November 2025 on." in page
    assert "Maternity in" not in page  # of a child it cannot matter


def test_the_wait_that_nothing_shortens_says_so(front: Front) -> None:
    newcomer = NewPerson("spouse", date(1985, 1, 1), "Vincent", "Hopper", requested_on=date(2025, 7, 31))
    with front.writing() as session:
        add_person(session, front.other_membership, newcomer, Acting(date(2025, 7, 31), AT, SOURCES, "test"))
    page = read(front.client("stranger"), "/home")
    assert "Maternity in 301 days Covered from 1 June 2026 on. Nothing shortens this wait." in page


def test_what_the_member_has_to_do_comes_first(front: Front) -> None:
    claim(front, front.member, key="fine")
    missing = claim(front, front.child, key="missing", care="ambulatory.laboratory", documents=frozenset({"invoice"}))
    page = read(front.client("member"), "/home")
    assert "Send us the prescription." in page
    assert page.index(f"Claim {missing}: Laboratory tests") < page.index("the next settlement pays this")


def test_drafts_messages_and_requests_are_there_with_who_acts_next(front: Front) -> None:
    with front.writing() as session:
        start_draft(session, front.membership, front.accounts["member"], AT)
        write(session, front.member, None, "Hello", front.accounts["manager"], True, AT)
        request_approval(session, front.membership, NewRequest(front.child, "dental.crown", date(2025, 9, 1)), ACTING)
    page = read(front.client("member"), "/home")
    assert "1 new message The management unit has written to you. You" in page
    assert "A claim that you began on 4 August 2025" in page
    assert re.search(
        r"Prior approval: Dental crown or prosthesis for Ann.* The medical department by 11 August 2025", page
    )
    assert page.index("1 new message") < page.index("Prior approval: Dental")
    others = read(front.client("spouse"), "/home")
    assert "new message" not in others and "A claim that you began" not in others and "Dental crown" not in others


def test_nothing_to_do_is_said(front: Front) -> None:
    assert "Nothing is waiting, neither for you nor for us." in read(front.client("member"), "/home")


def test_an_unpaid_premium_says_what_it_will_bring_and_does_not_end_the_cover_before(front: Front) -> None:
    with front.writing() as session:
        premium_due(session, front.membership, date(2025, 7, 1), ACTING)
    page = read(front.client("member"), "/home")
    assert "The premium that was due on 1 July 2025 is not paid." in page
    assert "Unpaid, it suspends your cover from 16 August 2025 on." in page
    assert "since 1 January 2024, at the latest to 30 June 2050" in page


def test_a_change_to_come_is_told(front: Front) -> None:
    with front.writing() as session:
        change_formula(session, front.membership, "4", True, ACTING)
    assert "From 1 January 2026 on: formula 4." in read(front.client("member"), "/home")


def test_the_overview_asks_as_much_with_thirty_claims_as_with_two(front: Front) -> None:
    browser = front.client("member")
    for i in range(2):
        claim(front, front.member, key=f"a{i}")
    pay(front)
    claim(front, front.member, key="open-1")
    with statements_counted(front) as few:
        browser.get("/home")
    for i in range(28):
        claim(front, front.member, key=f"b{i}")
    with statements_counted(front) as many:
        browser.get("/home")
    assert len(many) == len(few)


@pytest.mark.parametrize("address", ["/claims", "/spending", "/statements"])
def test_names_alone_do_not_have_all_that_is_known_read(front: Front, address: str) -> None:
    claim(front, front.member)
    pay(front)
    claim(front, front.child, key="open")
    browser = front.client("member")
    with statements_counted(front) as sent:
        page = text_of(browser.get(address).text)
    assert "Ada" in page
    assert not any("premium_event" in statement for statement in sent)
    assert len([statement for statement in sent if statement != "BEGIN"]) <= 7


@pytest.mark.parametrize("language, word", [("en", "What is going on"), ("fr", "Ce qui est en cours")])
def test_every_page_speaks_both_languages(front: Front, language: str, word: str) -> None:
    claim(front, front.member)
    payout = pay(front)
    browser = front.client("member", language)
    assert word in read(browser, "/home")
    pages = ("/cover", "/cover/payout", "/recharge", "/statements", f"/statements/{payout}", "/spending")
    for address in (*pages, f"/recharge/{front.member}/wellbeing"):
        assert f'<html lang="{language}"' in browser.get(address).text, address


# --- cover ---------------------------------------------------------------------------------------------------------


def test_each_person_has_a_card_and_the_membership_a_certificate(front: Front) -> None:
    browser = front.client("spouse")
    for key in front.people:
        answer = browser.get(f"/cover/card/{key}.pdf")
        assert answer.mimetype == "application/pdf"
    assert "Charles Lovelace" in text_of_pdf(browser.get(f"/cover/card/{front.spouse}.pdf").data)
    assert "Ann Lovelace" in text_of_pdf(browser.get("/cover/certificate.pdf").data)
    one = text_of_pdf(browser.get(f"/cover/certificate.pdf?person={front.spouse}").data)
    assert "Charles Lovelace" in one and "Ann Lovelace" not in one


def test_another_membership_s_cards_are_not_found(front: Front) -> None:
    browser = front.client("stranger")
    for key in (*front.people, 0, 10**30):
        assert browser.get(f"/cover/card/{key}.pdf").status_code == 404
    assert browser.get(f"/cover/certificate.pdf?person={front.member}").status_code == 404


def test_an_account_is_shown_masked(front: Front) -> None:
    page = front.client("stranger").get("/cover").text
    assert "0189" in page and "30006000011234567890189" not in page


def test_the_member_changes_the_account_and_a_mail_tells_of_it(front: Front) -> None:
    browser = front.client("member")
    answer = browser.post("/cover/payout/account", data=NEW_ACCOUNT, follow_redirects=True)
    assert "You are paid to this account from now on." in answer.text and "DE89 •••• 3000" in answer.text
    with front.writing() as session:
        [mail] = session.execute(select(table_of(OutgoingMail))).all()
    assert mail.to_address == "member@test.example" and "DE89 •••• 3000" in mail.body
    assert "37040044" not in mail.body
    browser.post("/cover/payout/account", data=NEW_ACCOUNT)
    assert count(front, OutgoingMail) == 1, "the same account again is no change"


def test_an_account_without_iban_needs_the_bank(front: Front) -> None:
    other = {**NEW_ACCOUNT, "iban": "", "bic": "", "number": "0123456789", "bank_country": "SG"}
    answer = front.client("member").post("/cover/payout/account", data=other)
    assert answer.status_code == 422
    assert "we need the bank&#39;s BIC (SWIFT code), its national code or its name." in answer.text
    done = {**other, "bic": "DBSSSGSG"}
    assert front.client("member").post("/cover/payout/account", data=done).status_code == 303


WRONG = [
    ({"iban": "DE89 3704 0044 0532 0130 01"}, "This is no IBAN"),
    ({"iban": "", "bic": ""}, "Please give the IBAN."),
    ({"bic": "COBADEFF9"}, "A BIC has 8 or 11 letters and digits"),
    ({"bic": "", "iban": "CH9300762011623852957"}, "For this currency and this bank we need the bank's BIC"),
    ({"holder": "Ада Лавлейс"}, "Banks take Latin letters only"),
    ({"town": ""}, "Please fill this in."),
    ({"currency": "XYZ"}, "Please choose one of the list."),
    ({"clearing_member": "123"}, "Please say which kind of code this is."),
    ({"postcode": "12345678901234567"}, "This is too long"),
]


@pytest.mark.parametrize("changed, told", WRONG)
def test_a_wrong_account_is_told_in_words_and_what_was_typed_stays(
    front: Front, changed: dict[str, str], told: str
) -> None:
    form = {**NEW_ACCOUNT, **changed}
    answer = front.client("member").post("/cover/payout/account", data=form)
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    assert PASSWORD not in answer.text
    for name in ("holder", "iban", "bic", "town", "postcode", "clearing_member"):
        assert not form.get(name) or f'value="{form[name]}"' in answer.text, name
    assert count(front, PayoutAccount) == 1, "nothing was kept"


def test_a_wrong_account_is_told_in_french_too(front: Front) -> None:
    answer = front.client("member", "fr").post("/cover/payout/account", data={**NEW_ACCOUNT, "iban": "DE00"})
    assert "Ce n'est pas un IBAN" in text_of(answer.text)
    assert 'value="DE00"' in answer.text


def test_the_account_asks_for_the_password_again_and_counts_wrong_ones(front: Front) -> None:
    browser = front.client("member")
    for _ in range(5):
        answer = browser.post("/cover/payout/account", data={**NEW_ACCOUNT, "password": "no-such-password"})
        assert answer.status_code == 422 and IBAN in answer.text
    assert browser.post("/cover/payout/account", data=NEW_ACCOUNT).status_code == 429
    assert count(front, OutgoingMail) == 0


def test_the_currency_can_be_chosen_outside_the_euro_area(front: Front) -> None:
    with front.writing() as session:
        keep_account(session, SINGAPORE, AT, membership_id=front.membership)
    browser = front.client("member")
    done = browser.post("/cover/payout/currency", data={"paid_in": "USD"}, follow_redirects=True)
    assert "USD – US Dollar" in text_of(done.text)
    before = count(front, MembershipChange)
    browser.post("/cover/payout/currency", data={"paid_in": "USD"})
    assert count(front, MembershipChange) == before, "sent twice is chosen once"
    assert browser.post("/cover/payout/currency", data={"paid_in": "XXX"}).status_code == 422


def test_an_account_that_cannot_take_the_currency_is_told(front: Front) -> None:
    browser, maltese = front.client("stranger"), "MT84MALT011000012345MTLCAST001S"
    euros = {**NEW_ACCOUNT, "currency": "EUR", "iban": maltese, "bic": ""}
    assert browser.post("/cover/payout/account", data=euros).status_code == 303
    answer = browser.post("/cover/payout/currency", data={"paid_in": "USD"})
    assert answer.status_code == 422
    assert "The account that we know cannot be paid in this currency." in text_of(answer.text)


def test_in_the_euro_area_it_is_the_euro_and_the_page_says_so_before(front: Front) -> None:
    membership, people = front._join("M-3", "Eve", "Berlin", "DE", "EUR")
    with front.writing() as session:
        accounts = table_of(Account)
        mine = update(accounts).where(accounts.c.id == front.accounts["stranger"])
        session.execute(mine.values(person_id=people[0]))
    browser = front.client("stranger")
    page = browser.get("/cover/payout").text
    assert "You live in the euro area (Germany): you are paid in euros." in text_of(page)
    assert 'value="USD"' not in page
    answer = browser.post("/cover/payout/account", data=NEW_ACCOUNT)
    assert answer.status_code == 422 and "paid in euros" in answer.text
    assert membership


def test_others_of_the_membership_read_where_benefits_go_and_change_nothing(front: Front) -> None:
    browser = front.client("spouse")
    assert "Benefits go to the member, who alone can change this." in read(browser, "/cover")
    assert browser.post("/cover/payout/account", data=NEW_ACCOUNT).location == "/cover"
    assert browser.post("/cover/payout/currency", data={"paid_in": "USD"}).location == "/cover"
    assert count(front, PayoutAccount) == 1
    assert front.client("member").post("/cover/privacy", data={"private": "yes"}).location == "/cover"
    assert "You keep your claims to yourself." not in read(browser, "/cover")


def test_a_spouse_chooses_and_takes_back(front: Front) -> None:
    browser = front.client("spouse")
    assert "The member sees your claims, as you do." in read(browser, "/cover")
    browser.post("/cover/privacy", data={"private": "yes"})
    assert "You keep your claims to yourself." in read(browser, "/cover")
    browser.post("/cover/privacy", data={"private": "no"})
    assert "The member sees your claims, as you do." in read(browser, "/cover")


# --- recharges -----------------------------------------------------------------------------------------------------


def use_wellbeing(front: Front) -> None:
    """Uses the year's ceiling of well-being up, which is 300 EUR."""
    claim(front, front.member, "900.00 SGD", "w", care="wellbeing.osteopath", quantity=20)
    pay(front)


def form_key(browser: FlaskClient, address: str) -> str:
    found = re.search(r'name="form_key" value="([0-9a-f]{32})"', browser.get(address).text)
    assert found
    return found[1]


def test_a_recharge_says_why_not_yet_with_the_figures(front: Front) -> None:
    page = read(front.client("member"), "/recharge")
    assert "It becomes possible once 240.00 EUR are paid: 240.00 EUR to go." in page


def test_a_recharge_is_bought_once_though_its_form_is_sent_twice(front: Front) -> None:
    use_wellbeing(front)
    browser, address = front.client("member"), f"/recharge/{front.member}/wellbeing"
    assert "adds 300.00 EUR for 120.00 EUR" in read(browser, "/home")
    assert "Buy for 120.00 EUR" in read(browser, address)
    assert "It shortens no waiting period." in read(browser, address)
    form = {"form_key": form_key(browser, address)}
    assert browser.post(address, data=form).status_code == 303
    assert browser.post(address, data=form).status_code == 303
    assert count(front, Recharge) == 1
    another = browser.post(address, data={"form_key": "0" * 32})
    assert another.status_code == 422 and count(front, Recharge) == 1
    assert browser.post(f"/recharge/{front.member}/maternity", data=form).status_code == 409
    assert "300.00 EUR left of 300.00 EUR, for care that begins by 4 August 2026" in read(browser, "/home")


def test_only_the_member_buys_and_only_for_the_own_family(front: Front) -> None:
    use_wellbeing(front)
    form = {"form_key": "1" * 32}
    assert front.client("spouse").post(f"/recharge/{front.spouse}/wellbeing", data=form).location == "/recharge"
    assert front.client("spouse").get(f"/recharge/{front.member}/wellbeing").status_code == 404
    assert front.client("stranger").post(f"/recharge/{front.member}/wellbeing", data=form).status_code == 404
    assert front.client("member").post(f"/recharge/{front.member}/teeth", data=form).status_code == 404
    assert front.client("member").post(f"/recharge/{front.member}/wellbeing", data={"form_key": "x"}).status_code == 422
    assert count(front, Recharge) == 0


# --- statements ----------------------------------------------------------------------------------------------------


def test_a_statement_is_listed_shown_and_downloaded(front: Front) -> None:
    claim(front, front.member)
    payout = pay(front)
    browser = front.client("member")
    listed = read(browser, "/statements")
    assert "72.00 SGD" in listed and "1 EUR = 1.4906 SGD European Central Bank, 01/08/2025" in listed
    shown = read(browser, f"/statements/{payout}")
    for part in ("Visit to a general practitioner", "Dr Tan", "80.00 SGD", "1 EUR = 1.4906 SGD", "on its way"):
        assert part in shown, part
    assert "Dr Tan" in text_of_pdf(browser.get(f"/statements/{payout}.pdf").data)


def test_each_line_of_a_statement_leads_to_its_claim_where_it_may_be_seen(front: Front) -> None:
    mine, theirs = claim(front, front.member), claim(front, front.spouse, "90.00 SGD", "s")
    payout, browser = pay(front), front.client("member")

    def links() -> list[str]:
        page = browser.get(f"/statements/{payout}").text
        return re.findall(r'href="(/claims/[^"]+)"[^>]*>To claim', page)

    assert links() == [f"/claims/{mine}#line-1", f"/claims/{theirs}#line-1"]
    assert 'id="line-1"' in browser.get(f"/claims/{mine}").text
    keep_private(front)
    assert links() == [f"/claims/{mine}#line-1"]
    assert browser.get(f"/claims/{theirs}").status_code == 404


def test_a_statement_follows_its_payment_and_a_return_says_what_to_do(front: Front) -> None:
    with front.writing() as session:
        keep_account(session, SINGAPORE, AT, membership_id=front.membership)
    claim(front, front.member)
    payout, browser = pay(front), front.client("member")
    assert "It goes to the bank with the next file." in read(browser, "/statements")
    with front.writing() as session:
        bank_files(session, TODAY - timedelta(days=2), AT, DEBTOR)
        confirm(session, [payout], TODAY - timedelta(days=1), AT)
    assert "paid on 3 August 2025" in read(browser, "/statements")
    with front.writing() as session:
        returned(session, payout, TODAY, AT, "closed account")
    for address in ("/statements", f"/statements/{payout}", "/home"):
        page = read(browser, address)
        assert "nter another account" in page, address
    assert "returned by the bank" in read(browser, "/statements")


def test_other_people_s_statements_are_not_found(front: Front) -> None:
    claim(front, front.member, key="paid")
    refused = claim(front, front.member, key="refused", care="excluded.cosmetic")
    payout = pay(front)
    addresses = (f"/statements/{payout}", f"/statements/claim/{refused}")
    for name in ("stranger", "spouse"):
        browser = front.client(name)
        for address in addresses:
            assert browser.get(address).status_code == 404, (name, address)
            assert browser.get(f"{address}.pdf").status_code == 404, (name, address)
    assert "payments go to the member" in read(front.client("spouse"), "/statements")
    for key in (0, 999, 10**17, 10**25):
        assert front.client("member").get(f"/statements/{key}").status_code == 404
        assert front.client("member").get(f"/statements/claim/{key}.pdf").status_code == 404


def test_a_claim_of_which_nothing_is_paid_has_a_notice(front: Front) -> None:
    refused, browser = claim(front, front.member, key="refused", care="excluded.cosmetic"), front.client("member")
    assert "There is none." not in read(browser, "/statements")
    shown = read(browser, f"/statements/claim/{refused}")
    assert "Refused: Not covered by the contract" in shown and "You can contest this until" in shown
    assert "Cosmetic" in text_of_pdf(browser.get(f"/statements/claim/{refused}.pdf").data)


def test_statements_come_in_pages(front: Front) -> None:
    for i in range(22):
        claim(front, front.member, key=f"r{i}", care="excluded.cosmetic")
    first = front.client("member").get("/statements").text
    older = re.search(r'href="(/statements\?claims_before=\d+)', first)
    assert older
    assert len(set(re.findall(r"/statements/claim/(\d+)\"", front.client("member").get(older[1]).text))) == 2


# --- a spouse who keeps claims private -----------------------------------------------------------------------------

SECRETS = ("Secret Clinic", "Glasses", "Cosmetic", "S-77", "17 June 2025", "United States", "accident")


def test_of_a_private_spouse_the_member_sees_the_sums_alone(front: Front) -> None:
    secret = {
        "care": "optical.glasses", "provider": "Secret Clinic", "invoice": "S-77", "first_day": date(2025, 6, 17),
        "country": "US", "cause": "accident", "documents": PAPERS | {"cause_proof"},
    }  # fmt: skip
    claim(front, front.spouse, "150.00 USD", "s", **secret)
    hidden = claim(front, front.spouse, "33.00 USD", "s2", **{**secret, "care": "excluded.cosmetic"})
    claim(front, front.member, key="mine")
    payout = pay(front)
    browser = front.client("member")
    assert "Secret Clinic" in read(browser, f"/statements/{payout}")

    keep_private(front)
    pages = {
        address: read(browser, address)
        for address in ("/home", f"/home?person={front.spouse}", "/cover", "/recharge", "/statements",
                        f"/statements/{payout}", "/spending")
    }  # fmt: skip
    pages["pdf"] = text_of_pdf(browser.get(f"/statements/{payout}.pdf").data)
    for address, page in pages.items():
        for word in SECRETS:
            assert word not in page, (address, word)
    assert f"/recharge/{front.spouse}" not in browser.get("/recharge").text
    for address in (f"/statements/{payout}", "pdf"):
        assert "Care that this person keeps private" in pages[address]
        assert "150.00 USD" in pages[address] and "Dr Tan" in pages[address]
    assert "Charles keeps claims private" in pages["/spending"] and "Charles" in pages["/spending"]
    assert "you see the sum alone" in pages[f"/home?person={front.spouse}"]
    assert browser.get(f"/statements/claim/{hidden}").status_code == 404
    assert browser.get(f"/statements/claim/{hidden}.pdf").status_code == 404
    assert browser.get(f"/recharge/{front.spouse}/optical_dental").status_code == 404
    own = read(front.client("spouse"), "/home")
    assert "Optical and dental" in own


def test_the_hospital_of_a_private_spouse_is_not_named(front: Front) -> None:
    with front.writing() as session:
        asked = NewRequest(front.spouse, "hospital", date(2025, 7, 1), emergency=True)
        early = Acting(date(2025, 7, 1), AT, SOURCES, "test")
        key = request_approval(session, front.membership, asked, early)
        answer_request(session, key, Answer(True, days=5, direct=True), early)
    claim(front, front.spouse, "2000.00 SGD", "h", care="hospital.stay", provider="Secret Hospital",
          last_day=date(2025, 7, 3), quantity=3)  # fmt: skip
    payout, browser = pay(front), front.client("member")
    assert "paid to Secret Hospital" in read(browser, "/statements")
    keep_private(front)
    assert "paid to the hospital" in read(browser, "/statements")
    for page in (read(browser, "/statements"), read(browser, f"/statements/{payout}"), read(browser, "/home")):
        assert "Secret Hospital" not in page and "Hospital stay" not in page
    assert "Secret Hospital" not in text_of_pdf(browser.get(f"/statements/{payout}.pdf").data)


# --- spending ------------------------------------------------------------------------------------------------------


def test_spending_says_what_is_counted_and_what_is_an_estimate(front: Front) -> None:
    claim(front, front.member, "149.06 SGD")
    pay(front)
    claim(front, front.child, "50.00 EUR", "later")
    page = read(front.client("member"), "/spending")
    assert "By category" in page and "Outpatient medicine 150.00 EUR 60.00 EUR 45.00 EUR 45.00 EUR estimate" in page
    assert "SGD – Singapore Dollar invoiced: 149.06 SGD 100.00 EUR 60.00 EUR 0.00 EUR 40.00 EUR estimate" in page
    assert "Euro invoiced: 50.00 EUR 50.00 EUR 0.00 EUR 45.00 EUR 5.00 EUR counted" in page
    assert "Jul 2025 150.00 EUR" in page
    assert "Spent (EUR)" in page


def test_spending_names_every_rate_that_its_sums_rest_on(front: Front) -> None:
    claim(front, front.member, "149.06 SGD")
    payout = pay(front)
    claim(front, front.child, "60.00 SGD", "later")
    answer = front.client("member").get("/spending")
    page = text_of(answer.text)
    assert "SGD – Singapore Dollar 1.4906 SGD European Central Bank 1 August 2025 1 payment of 1 August 2025" in page
    assert "European Central Bank 4 August 2025 1 estimate at the rate of today" in page
    assert f'href="/statements/{payout}"' in answer.text
    theirs = front.client("spouse")
    claim(front, front.spouse, "20.00 SGD", "own")
    pay(front)
    answer = theirs.get("/spending")
    assert "payment of 1 August 2025" in text_of(answer.text) and "/statements/" not in answer.text
    french = text_of(front.client("member", "fr").get("/spending").text)
    assert "Cours de change derrière ces sommes" in french and "paiement du 1er août 2025" in french


def test_who_has_claimed_nothing_is_told_so(front: Front) -> None:
    assert "No claim of these months yet." in read(front.client("stranger"), "/spending")
    assert "Nothing was paid yet." in read(front.client("stranger"), "/statements")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_was_asked_for_and_complained_of_is_going_on_too(front: Front, language: str) -> None:
    asked(front, "formula")
    written(front, language=language)
    page = text_of(front.client("member", language).get("/home").text)
    told = {
        "en": ("Your request: another formula", "The medical department", "Complaint: ", "we answer it"),
        "fr": (
            "Votre demande : changer de formule",
            "Le département médical",
            "Réclamation : ",
            "nous y répondons",
        ),
    }[language]
    assert [one for one in told if one not in page] == []
    others = text_of(front.client("spouse", language).get("/home").text)
    assert [one for one in told[::2] if one in others] == []


def test_the_member_reads_which_premiums_were_called_and_paid(front: Front) -> None:
    with front.writing() as session:
        premium_due(
            session, front.membership, date(2025, 7, 1), ACTING, Period(date(2025, 7, 1), date(2025, 9, 30)), 85_000
        )
    page = text_of(front.client("member").get("/cover").text)
    assert "850.00" in page and "unpaid" in page
    assert "850.00" not in text_of(front.client("spouse").get("/cover").text)
