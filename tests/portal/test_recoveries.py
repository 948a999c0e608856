"""The pages of what is asked back: one decides, another releases, the accountant notes transfers, the member reads."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from moneyed import Currency, Money
from sqlalchemy import select

from expat.claims.intake import NewClaim, NewLine
from expat.claims.rejudge import new_fact
from expat.claims.submit import submit
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.ledger.post import ASKED_BACK, balances, out_of_balance
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting
from expat.membership.join import change_row
from expat.membership.privacy import choose_privacy
from expat.membership.tables import MembershipChange
from expat.payments.settle import settle
from expat.portal.desk import recoveries as desk
from expat.recoveries.contested import change_paid
from expat.recoveries.decide import release
from expat.recoveries.standing import decisions_of, open_differences
from tests.payments.insured import claim
from tests.portal.house import AT, TODAY, Front, text_of
from tests.recoveries.undue import bank_paid
from tests.screening.test_screen import bring_in

SOURCES = ("ecb",)
CHANGE: Any = table_of(MembershipChange)
LINE: Any = table_of(ClaimLine)


def paid(front: Front, *amounts: str, person: int | None = None, **more: Any) -> None:
    """Lines of Ada's, paid."""
    lines = [
        NewLine(
            person=person or front.member, first_day=date(2025, 7, 1 + n), amount=Money(Decimal(a), Currency("SGD")),
            country="SG", invoice=f"R-{n}", provider="Dr Tan", documents=frozenset({"invoice", "prescription"}),
            **{"care": "ambulatory.gp", **more},
        )
        for n, a in enumerate(amounts)
    ]  # fmt: skip
    with front.writing() as session:
        submit(session, front.membership, NewClaim(lines, TODAY - timedelta(days=5), "r"), AT, SOURCES)
    settle(front.engine, TODAY, lambda: AT, SOURCES)
    bank_paid(front.engine, TODAY)


def forged(front: Front) -> None:
    """The membership turns out to have ended before the care."""
    at = AT + timedelta(hours=1)
    with front.writing() as session:
        row = change_row(front.membership, "termination", "false_declaration", TODAY, date(2025, 6, 1), at)
        session.execute(CHANGE.insert().values(row))
        new_fact(session, front.membership, TODAY, at, SOURCES)


def open_ones(front: Front) -> list[Any]:
    with front.writing() as session:
        return open_differences(session, front.membership)


def decided(front: Front) -> list[Any]:
    with front.writing() as session:
        return decisions_of(session, front.membership)


def ask(front: Front, name: str = "manager", **changed: Any) -> Any:
    """Ticks everything and asks for it back."""
    form = {
        "form_key": "a" * 32, "kind": "recover", "why": "The certificate was not a real one.",
        "difference": [str(row.id) for row in open_ones(front)], **changed,
    }  # fmt: skip
    return front.client(name).post(f"/desk/recoveries/{front.membership}", data=form)


@pytest.fixture
def undue(front: Front) -> Front:
    """Two paid visits that are not due, found by the management unit."""
    paid(front, "80.00", "40.00")
    forged(front)
    assert front.client("manager").post("/desk/recoveries/look").status_code == 303
    return front


def test_what_was_learnt_shows_as_a_difference_to_decide_on(undue: Front) -> None:
    listed = text_of(undue.client("manager").get("/desk/recoveries").get_data(as_text=True))
    assert "M-1" in listed
    assert "the end of the membership, from 1 June 2025" in listed
    page = text_of(undue.client("manager").get(f"/desk/recoveries/{undue.membership}").get_data(as_text=True))
    for said in ("72.00 SGD", "36.00 SGD", "Not covered on that day", "known since"):
        assert said in page, said
    french = text_of(
        undue.client("manager", "fr").get(f"/desk/recoveries/{undue.membership}").get_data(as_text=True)
    )  # fmt: skip
    assert "72,00 SGD" in french


def test_from_the_decision_to_the_money(undue: Front) -> None:
    assert ask(undue).status_code == 303
    assert ask(undue, difference=["1"]).status_code in (303, 409, 422)
    kept = decided(undue)
    assert [(one.row.amount, one.row.currency, one.state) for one in kept] == [(10800, "SGD", "open")]
    key = kept[0].row.id
    with undue.writing() as session:
        mail = session.execute(select(table_of(OutgoingMail)).where(table_of(OutgoingMail).c.kind == "recovery")).one()
    assert mail.to_address == "member@test.example"
    plain = " ".join(mail.body.split())
    assert "108.00 SGD" in plain
    assert "/asked-back" in plain
    assert "certificate" not in plain

    member = text_of(undue.client("member").get("/asked-back").get_data(as_text=True))
    for said in (
        "108.00 SGD to pay back",
        "The certificate was not a real one.",
        "Ada Lovelace",
    ):
        assert said in member, said
    assert "I do not agree" in member

    books = undue.client("accountant")
    assert f"R{key}" in text_of(books.get("/repayments").get_data(as_text=True))
    form = {"amount": "100.00", "on": TODAY.isoformat(), "reference": "TRX-1"}
    assert books.post(f"/repayments/{key}", data=form).status_code == 303
    assert books.post(f"/repayments/{key}", data=form).status_code == 303
    too_much = books.post(f"/repayments/{key}", data={**form, "amount": "8.01", "reference": "TRX-2"})
    assert too_much.status_code == 422
    assert "8.00 SGD at most" in text_of(too_much.get_data(as_text=True))
    assert 'value="8.01"' in too_much.get_data(as_text=True)
    books.post(f"/repayments/{key}", data={**form, "amount": "8.00", "reference": "TRX-2"})
    assert decided(undue)[0].state == "done"
    with undue.writing() as session:
        assert out_of_balance(session) == []
        assert balances(session).get((ASKED_BACK, "SGD"), 0) == 0
    assert "paid back" in text_of(undue.client("member").get("/asked-back").get_data(as_text=True))


def test_the_same_form_twice_is_one_decision(undue: Front) -> None:
    keys = [str(row.id) for row in open_ones(undue)]
    ask(undue, difference=keys)
    assert ask(undue, difference=keys).status_code in (303, 422)
    assert len(decided(undue)) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"why": ""}, "Please fill this in"),
        ({"difference": []}, "choose one line"),
        ({"due_on": TODAY.isoformat()}, "the member needs that time"),
        ({"kind": "complement"}, "does not fit"),
        ({"parts": "99"}, "24"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(undue: Front, changed: dict[str, Any], said: str) -> None:
    answer = ask(undue, **changed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert said in text_of(page)
    assert changed.get("why") == "" or "The certificate was not a real one." in page
    assert decided(undue) == []


def test_an_amount_above_the_difference_is_refused(undue: Front) -> None:
    first = open_ones(undue)[0]
    answer = ask(undue, **{f"amount-{first.id}": "999.00"})
    assert answer.status_code == 422
    assert "999.00" in answer.get_data(as_text=True)
    assert ask(undue, **{f"amount-{first.id}": "10.00"}).status_code == 303
    assert decided(undue)[0].row.amount == 1000 + 3600


def test_in_monthly_parts(undue: Front) -> None:
    due = TODAY + timedelta(days=40)
    assert ask(undue, due_on=due.isoformat(), parts="7").status_code == 303
    parts = decided(undue)[0].instalments
    assert len(parts) == 7
    assert sum(one.amount for one in parts) == 10800


def test_above_the_operators_sum_a_colleague_releases(front: Front) -> None:
    paid(front, *["900.00"] * 10)
    forged(front)
    front.client("manager").post(f"/desk/recoveries/{front.membership}/look")
    ask(front)
    key = decided(front)[0].row.id
    assert decided(front)[0].state == "to_release"
    assert "We ask nothing back" in text_of(front.client("member").get("/asked-back").get_data(as_text=True))
    own = front.client("manager").post(f"/desk/recoveries/decisions/{key}/release")
    assert own.status_code == 422
    assert "another person" in text_of(own.get_data(as_text=True))
    refused = front.client("manager2").post(f"/desk/recoveries/decisions/{key}/refuse", data={"why": ""})
    assert refused.status_code == 422
    assert front.client("manager2").post(f"/desk/recoveries/decisions/{key}/release").status_code == 303
    assert decided(front)[0].state == "open"
    assert front.client("manager2").post(f"/desk/recoveries/decisions/{key}/release").status_code == 409


def test_the_member_contests_and_a_colleague_answers(undue: Front) -> None:
    ask(undue)
    key = decided(undue)[0].row.id
    empty = undue.client("member").post(f"/asked-back/{key}/contest", data={"why": " "})
    assert empty.status_code == 422
    sent = {"why": "I was insured until July."}
    assert undue.client("member").post(f"/asked-back/{key}/contest", data=sent).status_code == 303
    assert undue.client("member").post(f"/asked-back/{key}/contest", data=sent).status_code == 303
    assert decided(undue)[0].state == "contested"
    said = {"outcome": "withdrawn", "text": "You are right, we are sorry."}
    assert undue.client("manager").post(f"/desk/recoveries/decisions/{key}/answer", data=said).status_code == 422
    assert undue.client("manager2").post(f"/desk/recoveries/decisions/{key}/answer", data=said).status_code == 303
    page = text_of(undue.client("member").get("/asked-back").get_data(as_text=True))
    assert "withdrawn: you owe nothing" in page
    assert "You are right, we are sorry." in page
    with undue.writing() as session:
        assert balances(session).get((ASKED_BACK, "SGD"), 0) == 0


def test_nobody_else_reads_or_contests_it(undue: Front) -> None:
    ask(undue)
    key = decided(undue)[0].row.id
    assert undue.client("spouse").post(f"/asked-back/{key}/contest", data={"why": "No."}).status_code == 404
    assert undue.client("stranger").post(f"/asked-back/{key}/contest", data={"why": "No."}).status_code == 404
    assert "108.00" not in undue.client("spouse").get("/asked-back").get_data(as_text=True)
    assert "108.00" not in undue.client("stranger").get("/asked-back").get_data(as_text=True)


def test_of_an_adult_who_keeps_claims_private_the_member_reads_the_sum_alone(front: Front) -> None:
    paid(front, "80.00", person=front.spouse)
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "test")
    forged(front)
    front.client("manager").post(f"/desk/recoveries/{front.membership}/look")
    ask(front)
    page = text_of(front.client("member").get("/asked-back").get_data(as_text=True))
    assert "72.00 SGD to pay back" in page
    assert "keeps claims private" in page
    assert "Charles" not in page


def test_a_contest_that_is_right_on_a_paid_line_makes_a_difference(front: Front) -> None:
    """What was paid of an osteopath's invoice above the cap is contested, and the management unit agrees."""
    paid(front, "150.00", care="wellbeing.osteopath", cause="accident")
    with front.writing() as session:
        line = session.execute(select(LINE)).one()
    assert (line.status, line.payout < line.amount) == ("paid", True)
    member, manager = front.client("member"), front.client("manager")
    sent = member.post(
        f"/claims/{line.claim_id}/lines/{line.position}/contest",
        data={f"contest-{line.position}-reason": "There were two."},
    )
    page = manager.get(f"/desk/claims/{line.claim_id}").get_data(as_text=True)
    assert sent.status_code in (302, 303), sent.get_data(as_text=True)
    assert "what the line is due, in SGD" in text_of(page)
    contest_id = re.search(r"/contests/(\d+)", page)[1]  # type: ignore[index]
    seen = re.search(rf'name="contest-{contest_id}-seen"[^>]*value="(\d+)"', page)[1]  # type: ignore[index]
    form = {
        f"contest-{contest_id}-{name}": value
        for name, value in (("seen", seen), ("outcome", "changed"), ("answer", "You are right."))
    }
    where = f"/desk/claims/{line.claim_id}/contests/{contest_id}"
    assert manager.post(where, data=form).status_code == 422
    for costly in ("150.01", "99999999999999999999"):
        answer = manager.post(where, data={**form, f"contest-{contest_id}-due": costly})
        assert answer.status_code == 422
        assert "No more can be due than the line cost: 150.00 SGD at most." in text_of(answer.get_data(as_text=True))
    assert manager.post(where, data={**form, f"contest-{contest_id}-due": "150.00"}).status_code == 303
    found = open_ones(front)
    assert [(row.paid, row.due) for row in found] == [(line.payout, 15000)]
    ask(front, kind="complement", why="Two sessions were invoiced.")
    page = text_of(member.get("/asked-back").get_data(as_text=True))
    assert "more for you" in page
    key = decided(front)[0].row.id
    left = decided(front)[0].left
    form = {"amount": str(Decimal(left).scaleb(-2)), "on": TODAY.isoformat(), "reference": "OUT-1"}
    assert front.client("accountant").post(f"/repayments/{key}", data=form).status_code == 303
    assert "paid to you" in text_of(member.get("/asked-back").get_data(as_text=True))


def test_what_the_bank_has_not_paid_is_not_asked_back(undue: Front) -> None:
    bank_paid(undue.engine, None)
    answer = ask(undue)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Line 1/1, 1/2: the bank has not made the payment. Wait until it has" in text_of(page)
    assert "The certificate was not a real one." in page
    assert decided(undue) == []


def test_while_it_is_contested_nothing_is_asked_for_nor_late(undue: Front) -> None:
    ask(undue)
    key = decided(undue)[0].row.id
    assert "Please pay back" in text_of(undue.client("member").get("/asked-back").get_data(as_text=True))
    undue.client("member").post(f"/asked-back/{key}/contest", data={"why": "I was insured."})
    page = text_of(undue.client("member").get("/asked-back").get_data(as_text=True))
    assert "Please pay back" not in page
    assert "By transfer" not in page
    assert "you need not pay anything until we have answered" in page
    french = text_of(undue.client("member", "fr").get("/asked-back").get_data(as_text=True))
    assert "vous n'avez rien à payer avant notre réponse" in french.replace("’", "'")


@pytest.mark.parametrize("booked", ["9999999.00", "99999999999999999999", "0.01"])
def test_euros_that_cannot_be_are_refused_beside_their_field(undue: Front, booked: str) -> None:
    ask(undue)
    key = decided(undue)[0].row.id
    form = {"amount": "10.00", "on": TODAY.isoformat(), "reference": "T1", "in_eur": booked}
    answer = undue.client("accountant").post(f"/repayments/{key}", data=form)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "the euros that the bank booked: from" in text_of(page)
    assert f'value="{booked}"' in page
    assert decided(undue)[0].moved == 0


def test_the_days_told_are_those_from_the_release_on(front: Front) -> None:
    paid(front, *["900.00"] * 10)
    forged(front)
    front.client("manager").post(f"/desk/recoveries/{front.membership}/look")
    ask(front)
    waits = decided(front)[0]
    other = front.client("manager2")
    assert "later by as many days" in text_of(other.get(f"/desk/recoveries/{front.membership}").get_data(as_text=True))
    with front.writing() as session:
        release(session, waits.row.id, Acting(TODAY + timedelta(days=20), AT, SOURCES, "account:9999"))
    page = text_of(front.client("member").get("/asked-back").get_data(as_text=True))
    assert "by 23 September 2025" in page
    assert "Tell us why until 23 September 2025" in page
    assert "by 3 September 2025" not in page


def test_a_complement_waits_while_a_name_is_to_be_checked(front: Front) -> None:
    paid(front, "150.00", care="wellbeing.osteopath", cause="accident")
    acting = Acting(TODAY, AT, SOURCES, f"account:{front.accounts['manager']}")
    with front.writing() as session:
        line = session.execute(select(LINE)).one()
        change_paid(session, front.membership, line.id, line.payout + 100, 1, acting)
    ask(front, kind="complement", why="Two sessions were invoiced.")
    assert bring_in(front.engine)
    key, books = decided(front)[0].row.id, front.client("accountant")
    assert "to be checked" in text_of(books.get("/repayments").get_data(as_text=True))
    assert "transfer nothing until" in text_of(books.get(f"/repayments/{key}").get_data(as_text=True))
    form = {"amount": "1.00", "on": TODAY.isoformat(), "reference": "OUT-1"}
    assert books.post(f"/repayments/{key}", data=form).status_code == 422
    assert decided(front)[0].moved == 0


def test_memberships_to_decide_on_are_listed_page_by_page(undue: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    claim(undue.engine, undue.other_membership, "other", "50.00 EUR")
    settle(undue.engine, TODAY + timedelta(days=1), lambda: AT, SOURCES)
    with undue.writing() as session:
        line = session.execute(select(LINE).where(LINE.c.membership_id == undue.other_membership)).one()
        change_paid(session, undue.other_membership, line.id, 100, 1, Acting(TODAY, AT, SOURCES, "account:9999"))
    monkeypatch.setattr(desk, "PAGE", 1)
    browser = undue.client("manager")
    first = browser.get("/desk/recoveries").get_data(as_text=True)
    assert ("M-1" in first, "M-2" in first) == (True, False)
    after = re.search(r'href="(/desk/recoveries\?after=\d+)"', first)
    assert after is not None
    second = browser.get(after[1]).get_data(as_text=True)
    assert ("M-1" in second, "M-2" in second) == (False, True)
    for strange in ("99999999999999999999", "-1", "x"):
        assert browser.get(f"/desk/recoveries?after={strange}").status_code == 200
