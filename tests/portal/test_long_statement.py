"""A statement of many lines comes in pages that together say what the whole says."""

from __future__ import annotations

import re
from datetime import date
from functools import partial

import pytest

from expat.claims.tables import ClaimLine
from expat.db import reading, table_of
from expat.errors import NotFound
from expat.payments.statement import statement
from expat.payments.statement_pages import leaf
from expat.payments.tables import Payout
from expat.portal.member import statements
from tests.portal.house import Front, text_of
from tests.portal.test_member_home import claim, pay

TITLE = re.compile(r"<h3>(\d+\. [^<]+)</h3>")


@pytest.fixture
def payout(front: Front, monkeypatch: pytest.MonkeyPatch) -> int:
    """A payout of five claims, two lines to a page."""
    monkeypatch.setattr(statements, "leaf", partial(leaf, most=2))
    for n in range(5):
        claim(front, front.member, f"{80 + n}.00 SGD", f"c{n}", first_day=date(2025, 7, 1 + n))
    return pay(front)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_line_stands_on_one_page_under_its_number(front: Front, payout: int, language: str) -> None:
    browser = front.client("member", language)
    pages = [browser.get(f"/statements/{payout}?page={n}").text for n in (1, 2, 3)]
    heads = [head for page in pages for head in TITLE.findall(page)]
    assert [head.split(".")[0] for head in heads] == ["1", "2", "3", "4", "5"]
    shown = [re.findall(r"\b8[0-4][.,]00 SGD", text_of(page)) for page in pages]
    assert [len(set(one)) for one in shown] == [2, 2, 1]
    with reading(front.engine) as session:
        whole = statement(session, payout, language)
    total = re.compile(rf"{str(whole.total).replace('.', '[.,]')} SGD")
    assert all(total.search(text_of(page)) for page in pages), "each page says what the payment comes to"


def test_pages_lead_to_each_other_and_no_further(front: Front, payout: int) -> None:
    browser = front.client("member")
    middle = browser.get(f"/statements/{payout}?page=2").text
    assert "Lines 3 to 4 of 5" in middle and "Page 2 of 3" in middle
    assert re.findall(r'page=(\d)" rel="(prev|next)"', middle) == [("1", "prev"), ("3", "next")]
    assert browser.get(f"/statements/{payout}?page=4").status_code == 404
    assert browser.get(f"/statements/{payout}?page=x").status_code == 404
    assert browser.get(f"/statements/{payout}?page={10**17}").status_code == 404


def test_a_short_statement_and_one_to_a_hospital_are_one_page(front: Front, payout: int) -> None:
    payouts, lines = table_of(Payout), table_of(ClaimLine)
    with front.writing() as session:
        assert leaf(session, payout)[:2] == (1, 1)
        made = session.execute(payouts.select().where(payouts.c.id == payout)).one()._asdict()
        direct = payouts.insert().values({**made, "id": payout + 1, "payee": "hospital", "provider": "Clinic"})
        session.execute(direct)
        session.execute(lines.update().values(payout_id=payout + 1))
        assert leaf(session, payout + 1, most=2)[:2] == (1, 1)
        with pytest.raises(NotFound):
            leaf(session, payout + 1, 2)
        assert leaf(session, 999)[:3] == (1, 1, ())
        session.rollback()
