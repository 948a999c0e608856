"""A page that is kept says what a fresh one would say, whatever happened meanwhile; and is nobody else's."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, flash, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import select, update

from expat import audit
from expat.accounts.sign_in import end_all
from expat.accounts.tables import Account
from expat.app import create_app
from expat.claims.contest import contest
from expat.claims.drafts import start_draft
from expat.claims.papers import add_papers
from expat.claims.review import accept_part
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import BadInput
from expat.membership.changes import change_formula
from expat.membership.privacy import choose_privacy
from expat.messages.write import write
from expat.payments.payouts import bank_files, returned
from expat.payments.settle import settle
from expat.payments.tables import Payout
from expat.portal.access import MEMBER, allow
from expat.portal.memory import Memory, Page
from expat.portal.remembered import remembered
from expat.portal.work import apart, now
from tests.payments.insured import DEBTOR
from tests.portal.house import AT, TODAY, Front
from tests.portal.test_member_home import ACTING, SOURCES, claim

PAGES = ("/home", "/claims", "/spending")
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


@pytest.fixture
def front(front: Front) -> Front:
    """The front, its pages with the tokens of their forms; one claim is there."""
    claim(front, front.member)
    return front


def page(browser: FlaskClient, path: str) -> tuple[int, str]:
    """A page without the token of its forms."""
    answer = browser.get(path)
    token = TOKEN.search(answer.text)
    return answer.status_code, answer.text.replace(token[1], "") if token else answer.text


@contextmanager
def rendered(app: Flask) -> Iterator[list[str]]:
    """The templates that are rendered meanwhile."""
    found: list[str] = []

    def note(_app: Flask, template: Any, **_more: Any) -> None:
        found.append(template.name)

    with template_rendered.connected_to(note, app):
        yield found


def made(front: Front, browser: FlaskClient, path: str) -> bool:
    """Whether a page is made for this request, and not given again."""
    with rendered(front.app) as found:
        assert browser.get(path).status_code == 200
    return bool(found)


def elsewhere(browser: FlaskClient, app: Flask) -> FlaskClient:
    """The same browser at another server of the house."""
    twin = app.test_client()
    with browser.session_transaction() as kept, twin.session_transaction() as theirs:
        theirs.update(kept)
    return twin


def server(front: Front, **chosen: Any) -> Flask:
    """Another server on the same database."""
    app = create_app(front.engine, front.settings.model_copy(update=chosen))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


# --- the same as a fresh one ---------------------------------------------------------------------------------------


class Life:
    """What can happen between two visits, each thing drawn by lot."""

    def __init__(self, front: Front, seed: int) -> None:
        self.front, self.lot, self.number = front, random.Random(seed), 0
        self.happenings: tuple[Callable[[], None], ...] = (
            self.hand_in, self.hand_in, self.pay, self.send_back, self.keep_private, self.send_paper, self.write,
            self.begin, self.review, self.contest, self.change, self.language, self.name,
        )  # fmt: skip

    def step(self) -> str:
        self.number += 1
        happening = self.lot.choice(self.happenings)
        with suppress(BadInput):  # not everything can happen on every day
            happening()
        return happening.__name__

    def hand_in(self) -> None:
        person, papers = self.lot.choice(self.front.people), self.lot.choice([{"invoice"}, {"invoice", "prescription"}])
        care = self.lot.choice(["ambulatory.gp", "ambulatory.laboratory", "dental.care", "vaccines"])
        amount = f"{self.lot.randrange(10, 3000)}.00 {self.lot.choice(['SGD', 'EUR', 'USD'])}"
        claim(self.front, person, amount, f"k{self.number}", care=care, documents=frozenset(papers))

    def pay(self) -> None:
        settle(self.front.engine, TODAY - timedelta(days=3), lambda: AT, SOURCES)

    def send_back(self) -> None:
        with self.front.writing() as session:
            bank_files(session, TODAY, AT, DEBTOR)
            payouts = table_of(Payout)
            sent = select(payouts.c.id).where(payouts.c.bank_file_id.is_not(None), payouts.c.returned_on.is_(None))
            key = session.execute(sent.where(payouts.c.confirmed_on.is_(None))).scalars().first()
            if key is not None:
                returned(session, key, TODAY, AT, "closed account")

    def keep_private(self) -> None:
        with self.front.writing() as session:
            choose_privacy(session, self.front.spouse, self.lot.random() < 0.5, TODAY, AT, "test")

    def send_paper(self) -> None:
        with self.front.writing() as session:
            lines = table_of(ClaimLine)
            line = session.execute(select(lines.c.id).where(lines.c.status == "pending")).scalars().first()
            if line is not None:
                add_papers(session, line, {"prescription": None}, TODAY, AT, SOURCES, "test")

    def write(self) -> None:
        with self.front.writing() as session:
            write(session, self.front.member, None, f"Day {self.number}", self.front.accounts["manager"], True, AT)

    def begin(self) -> None:
        with self.front.writing() as session:
            start_draft(session, self.front.membership, self.front.accounts["member"], AT)

    def review(self) -> None:
        with self.front.writing() as session:
            lines = table_of(ClaimLine)
            line = session.execute(select(lines.c.id).where(lines.c.status == "accepted")).scalars().first()
            if line is not None:
                accept_part(session, line, Decimal(9), "usual price", TODAY, AT, SOURCES, "test")

    def contest(self) -> None:
        with self.front.writing() as session:
            lines = table_of(ClaimLine)
            line = session.execute(select(lines.c.id).where(lines.c.status == "refused")).scalars().first()
            if line is not None:
                contest(session, line, "I disagree", TODAY, AT, "test")

    def change(self) -> None:
        with self.front.writing() as session:
            change_formula(session, self.front.membership, self.lot.choice("1234"), True, ACTING)

    def language(self) -> None:
        self.front.speak("member", self.lot.choice(["en", "fr"]))

    def name(self) -> None:
        """Whatever wrote it: a row that no verb touched is seen as well."""
        with self.front.writing() as session:
            accounts, name = table_of(Account), f"Ada {self.number}"
            session.execute(update(accounts).where(accounts.c.id == self.front.accounts["member"]).values(name=name))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_a_page_says_what_a_fresh_one_says(front: Front, seed: int) -> None:
    life, plain = Life(front, seed), server(front, pages_kept_mb=0)
    readers = [front.client("member"), front.client("spouse", "fr")]
    twins = [elsewhere(reader, plain) for reader in readers]
    paths = (*PAGES, f"/home?person={front.spouse}", "/claims/1", "/claims/2")
    given = 0
    for _ in range(12):
        happened = life.step() if life.lot.random() < 0.8 else "nothing"
        for reader, twin in zip(readers, twins, strict=True):
            for path in life.lot.sample(paths, 3):
                with rendered(front.app) as found:
                    ours = page(reader, path)
                given += not found
                assert ours == page(twin, path), (happened, path)
    assert given, "no page was ever given again"


@pytest.mark.parametrize("path", [*PAGES, "/claims/1"])
def test_a_page_is_made_once_while_nothing_happens(front: Front, path: str) -> None:
    browser = front.client("member")
    first = page(browser, path)
    assert not made(front, browser, path) and page(browser, path) == first
    claim(front, front.child, "12.00 EUR", "later")
    assert made(front, browser, path) or path == "/claims/1"


def test_each_page_has_a_form_token_of_its_own_that_is_taken(front: Front) -> None:
    browser, other = front.client("member"), front.client("member")
    front.app.config["WTF_CSRF_ENABLED"] = True
    browser.get("/home")
    again = browser.get("/home")
    token = TOKEN.search(again.text)
    assert token is not None and again.text.count(token[1]) > 2
    form = {"language": "fr", "back": "/home", "csrf_token": token[1]}
    assert browser.post("/language", data=form).status_code == 303
    assert 'lang="fr"' in browser.get("/home").text
    assert other.post("/language", data=form).status_code == 400


# --- nobody else's -------------------------------------------------------------------------------------------------


def test_another_account_and_another_sign_in_of_the_same_get_pages_of_their_own(front: Front) -> None:
    first = front.client("member")
    first.get("/claims")
    for name in ("spouse", "stranger", "member"):
        other = front.client(name)
        assert made(front, other, "/claims") and not made(front, other, "/claims")
    assert "M-1" not in front.client("stranger").get("/home").text


def test_who_signed_out_or_lost_the_role_gets_nothing(front: Front) -> None:
    browser = front.client("member")
    assert page(browser, "/home")[0] == page(browser, "/home")[0] == 200
    accounts: Any = table_of(Account)
    mine = update(accounts).where(accounts.c.id == front.accounts["member"])
    with front.writing() as session:
        session.execute(mine.values(roles="applicant"))
    assert browser.get("/home").status_code == 403
    with front.writing() as session:
        session.execute(mine.values(roles="member", person_id=front.stranger))
    assert "M-2" in browser.get("/home").text
    with front.writing() as session:
        end_all(session, front.accounts["member"], AT, "test")
    assert browser.get("/home").status_code == 303


def test_another_language_another_address_and_another_day_get_pages_of_their_own(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = front.client("member")
    assert made(front, browser, "/home") and not made(front, browser, "/home")
    front.speak("member", "fr")
    assert made(front, browser, "/home")
    assert made(front, browser, f"/home?person={front.child}")
    assert made(front, browser, "/home?x=1")
    house = front.app.extensions["expat"]
    monkeypatch.setattr(house, "settings", house.settings.model_copy(update={"demo_day": TODAY + timedelta(days=1)}))
    assert made(front, browser, "/home") and not made(front, browser, "/home")


def test_a_private_spouse_is_out_of_the_page_at_once(front: Front) -> None:
    claim(front, front.spouse, "777.00 SGD", "hers")
    browser = front.client("member")
    assert "777" in browser.get("/claims").text and "777" in browser.get("/claims").text
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "test")
    assert "777.00 SGD" not in browser.get("/claims").text.split("private")[0]


# --- what is never kept --------------------------------------------------------------------------------------------


def probe(front: Front, view: Callable[[], Any]) -> FlaskClient:
    """A browser, and a page of a test's own at /probe."""
    app = server(front)
    app.add_url_rule("/probe", "probe", allow(MEMBER)(remembered(view)))
    return elsewhere(front.client("member"), app)


@pytest.mark.parametrize("what", ["the clock", "a trace", "a status", "a message"])
def test_what_must_be_made_anew_is_made_anew(front: Front, what: str) -> None:
    count = 0

    def view() -> Any:
        nonlocal count
        count += 1
        if what == "the clock":
            return f"{now()}"
        if what == "a trace":
            with apart() as session:
                audit.record(session, AT, "test", "document.read", "document:1")
        if what == "a message":
            flash("once")
        return ("no", 201) if what == "a status" else "page"

    browser = probe(front, view)
    for _ in range(3):
        assert browser.get("/probe").status_code < 300
    assert count == 3


def test_a_message_is_shown_once_and_parts_of_pages_are_made_anew(front: Front) -> None:
    browser = front.client("member")
    browser.get("/home")
    with browser.session_transaction() as kept:
        kept["_flashes"] = [("message", "It has arrived.")]
    assert "It has arrived." in browser.get("/home").text
    assert "It has arrived." not in browser.get("/home").text
    with rendered(front.app) as found:
        browser.get("/home", headers={"HX-Request": "true"})
    assert found


def test_nothing_is_kept_where_the_operator_wants_it_so(front: Front) -> None:
    app = server(front, pages_kept_mb=0)
    browser = elsewhere(front.client("member"), app)
    with rendered(app) as found:
        browser.get("/home")
        browser.get("/home")
    assert len(found) >= 2 and not len(app.extensions["expat"].memory)


# --- how much is kept ----------------------------------------------------------------------------------------------


def test_a_memory_holds_so_many_bytes_and_forgets_who_was_not_asked_for_longest() -> None:
    size = Page((b"x" * 9000,), ()).size
    memory = Memory(3 * size, 60)
    for key in "abc":
        memory.keep(key, Page((b"x" * 9000,), ()))
    assert memory.get("a") is not None
    memory.keep("d", Page((b"x" * 9000,), ()))
    assert [key for key in "abcd" if memory.get(key)] == ["a", "c", "d"] and memory.size == 3 * size
    memory.keep("a", Page((b"y",), ()))
    memory.keep("e", Page((b"x" * 90_000,), ()))
    memory.forget("c")
    assert [key for key in "abcde" if memory.get(key)] == ["a", "d"]
    assert memory.size == Page((b"y",), ()).size + size


def test_a_memory_forgets_what_nobody_asked_for_while_a_sign_in_lies_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("expat.portal.memory.monotonic", lambda: clock[0])
    memory = Memory(10**6, 60)
    memory.keep("a", Page((b"a",), ()))
    memory.keep("b", Page((b"b",), ()))
    clock[0] = 59
    assert memory.get("b") is not None
    clock[0] = 61
    assert memory.get("a") is None and memory.get("b") is not None
    clock[0] = 200
    assert memory.get("b") is None and not len(memory) and not memory.size
