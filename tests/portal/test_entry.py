"""Signing in: who gets in, who has to wait, what ends a sign-in."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, select, update
from sqlmodel import Session

from expat.accounts import second_factor
from expat.accounts.open import make_link
from expat.accounts.tables import Account, Attempt, MailedLink, SignIn
from expat.audit import AuditEntry
from expat.db import now, table_of
from expat.mail.tables import OutgoingMail
from tests.portal.house import PASSWORD, Front, text_of

WRONG = {"email": "member@test.example", "password": "no-such-password"}
RIGHT = {"email": "member@test.example", "password": PASSWORD}


def test_a_member_signs_in_with_a_password(front: Front) -> None:
    browser = front.client()
    answer = browser.post("/sign-in", data=RIGHT)
    assert answer.status_code == 303
    assert browser.get("/account/").status_code == 200
    browser.post("/sign-out")
    assert browser.get("/account/").status_code == 302 or browser.get("/account/").status_code == 303


def test_where_one_wanted_to_go_is_only_ever_a_page_of_ours(front: Front) -> None:
    asked_and_reached = {
        "/account/": "/account/", "//evil.example/": "/", "https://evil.example/": "/", "/\\evil.example": "/",
    }  # fmt: skip
    for asked, reached in asked_and_reached.items():
        answer = front.client().post(f"/sign-in?next={asked}", data=RIGHT)
        assert answer.location == reached, asked


def test_the_answer_does_not_tell_whether_an_address_has_an_account(front: Front) -> None:
    known = front.client().post("/sign-in", data=WRONG)
    unknown = front.client().post("/sign-in", data={**WRONG, "email": "nobody@test.example"})
    assert known.status_code == unknown.status_code == 422
    assert text_of(known.text) == text_of(unknown.text)
    first = front.client().post("/password", data={"email": WRONG["email"]})
    second = front.client().post("/password", data={"email": "nobody@test.example"})
    assert text_of(first.text) == text_of(second.text)


def test_five_wrong_passwords_lock_an_address_whichever_machine_they_come_from(front: Front) -> None:
    for _ in range(5):
        assert front.client().post("/sign-in", data=WRONG).status_code == 422
    assert front.client().post("/sign-in", data=RIGHT).status_code == 429
    with front.writing() as session:
        attempts = table_of(Attempt)
        session.execute(update(attempts).values(at=now() - timedelta(minutes=16)))
    assert front.client().post("/sign-in", data=RIGHT).status_code == 303


def test_staff_get_no_further_without_the_second_factor(front: Front) -> None:
    browser = front.client()
    assert browser.post("/sign-in", data={"email": "medical@test.example", "password": PASSWORD}).location.endswith(
        "/second-factor"
    )
    assert "/second-factor" in browser.get("/account/").location
    page = browser.get("/second-factor").text
    secret = re.search(r"Key: ([A-Z2-7]+)", page)
    assert secret
    assert browser.post("/second-factor", data={"code": "000000"}).status_code == 422
    assert browser.post("/second-factor", data={"code": pyotp.TOTP(secret[1]).now()}).status_code == 303
    assert browser.get("/account/").status_code == 200


def test_a_code_is_good_once(front: Front) -> None:
    secret = second_factor.new_secret()
    with front.writing() as session:
        second_factor.keep_secret(session, front.accounts["medical"], secret, 0, front.app.extensions["expat"].keys)
    code = {"code": pyotp.TOTP(secret).now()}
    one, other = front.client(), front.client()
    for browser in (one, other):
        browser.post("/sign-in", data={"email": "medical@test.example", "password": PASSWORD})
    assert one.post("/second-factor", data=code).status_code == 303
    assert other.post("/second-factor", data=code).status_code == 422


@pytest.mark.parametrize("column, back", [("seen_at", timedelta(minutes=21)), ("opened_at", timedelta(hours=11))])
def test_a_sign_in_ends_when_idle_and_in_any_case_after_hours(front: Front, column: str, back: timedelta) -> None:
    browser = front.client("member")
    assert browser.get("/account/").status_code == 200
    with front.writing() as session:
        session.execute(update(table_of(SignIn)).values({column: now() - back}))
    assert "/sign-in" in browser.get("/account/").location


def test_signing_out_everywhere_ends_the_other_devices(front: Front) -> None:
    one, other = front.client("member"), front.client("member")
    one.post("/sign-out-everywhere")
    assert "/sign-in" in other.get("/account/").location


def test_a_mailed_link_sets_a_password_once(front: Front) -> None:
    assert front.client().post("/password", data={"email": "member@test.example"}).status_code == 200
    with front.writing() as session:
        body = session.execute(select(table_of(OutgoingMail).c.body)).scalar_one()
    token = re.search(r"/password/(\S+)", body)
    assert token
    fresh = "green-kettle-in-quito"
    short = front.client().post(f"/password/{token[1]}", data={"password": "short", "again": "short"})
    assert short.status_code == 422
    done = front.client().post(f"/password/{token[1]}", data={"password": fresh, "again": fresh})
    assert done.status_code == 303
    assert front.client().post(f"/password/{token[1]}", data={"password": fresh, "again": fresh}).status_code == 404
    assert front.client().post("/sign-in", data=RIGHT).status_code == 422
    assert front.client().post("/sign-in", data={**RIGHT, "password": fresh}).status_code == 303


def test_a_link_is_worth_nothing_after_two_hours(front: Front) -> None:
    with front.writing() as session:
        token = make_link(session, front.accounts["member"], now())
        session.execute(update(table_of(MailedLink)).values(expires_at=now() - timedelta(seconds=1)))
    assert front.client().get(f"/password/{token}").status_code == 404


def test_a_new_password_ends_every_other_sign_in(front: Front) -> None:
    one, other = front.client("member"), front.client("member")
    new = {"present": PASSWORD, "password": "green-kettle-in-quito", "again": "green-kettle-in-quito"}
    assert one.post("/account/password", data={**new, "present": "wrong-wrong-wrong"}).status_code == 422
    assert one.post("/account/password", data=new).status_code == 303
    assert one.get("/account/").status_code == 200
    assert "/sign-in" in other.get("/account/").location


def test_a_closed_account_is_out_at_once(front: Front) -> None:
    browser = front.client("member")
    with front.writing() as session:
        accounts = table_of(Account)
        session.execute(update(accounts).where(accounts.c.id == front.accounts["member"]).values(closed_at=now()))
    assert "/sign-in" in browser.get("/account/").location


def test_a_form_without_its_token_changes_nothing(front: Front) -> None:
    browser = front.client("member")
    front.app.config["WTF_CSRF_ENABLED"] = True
    assert browser.post("/sign-out-everywhere").status_code == 400
    assert browser.get("/account/").status_code == 200


def test_the_language_is_the_account_s_and_can_be_changed_on_any_page(front: Front) -> None:
    browser = front.client("member")
    assert 'lang="en"' in browser.get("/account/").text
    assert browser.post("/language", data={"language": "fr", "back": "/account/"}).location == "/account/"
    assert 'lang="fr"' in browser.get("/account/").text
    assert browser.post("/language", data={"language": "en", "back": "//evil.example/x"}).location == "/x"
    assert browser.post("/language", data={"language": "en", "back": "/\\evil.example/x"}).location == "/"


def test_what_was_tried_is_in_the_audit_trail(front: Front) -> None:
    front.client().post("/sign-in", data=WRONG)
    front.client().post("/sign-in", data=RIGHT)
    with front.writing() as session:
        actions = set(session.execute(select(table_of(AuditEntry).c.action)).scalars())
    assert {"account.password_wrong", "account.signed_in"} <= actions


def test_wrong_passwords_inside_a_sign_in_count_too(front: Front) -> None:
    browser = front.client("member")
    wrong = {"present": "no-such-password", "password": "green-kettle-in-quito", "again": "green-kettle-in-quito"}
    assert [browser.post("/account/password", data=wrong).status_code for _ in range(6)] == [422] * 5 + [429]


def test_many_wrong_passwords_at_once_are_few(front: Front) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _n: front.client().post("/sign-in", data=WRONG).status_code, range(12)))
    assert sorted(answers) == [422] * 5 + [429] * 7


def test_a_new_password_makes_earlier_links_worth_nothing(front: Front) -> None:
    with front.writing() as session:
        token = make_link(session, front.accounts["member"], now())
    new = {"present": PASSWORD, "password": "green-kettle-in-quito", "again": "green-kettle-in-quito"}
    assert front.client("member").post("/account/password", data=new).status_code == 303
    assert front.client().get(f"/password/{token}").status_code == 404


def test_a_line_break_in_where_to_go_is_no_fault_of_ours(front: Front) -> None:
    assert front.client().post("/sign-in?next=%2F%0A%2F%2Fx", data=RIGHT).location == "/"


def test_an_outdated_hash_is_renewed_at_the_next_sign_in(front: Front) -> None:
    accounts = table_of(Account)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    mine = accounts.c.id == front.accounts["member"]
    with front.writing() as session:
        session.execute(update(accounts).where(mine).values(password_hash=weak))
    assert front.client().post("/sign-in", data=RIGHT).status_code == 303
    with front.writing() as session:
        kept = session.execute(select(accounts.c.password_hash).where(mine)).scalar_one()
    assert kept != weak and PasswordHasher().verify(kept, PASSWORD)


def test_what_was_typed_is_in_no_log_when_something_breaks(
    front: Front, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "my diagnosis is leukaemia"

    def break_down(session: Session, *_: object) -> None:
        session.execute(insert(table_of(MailedLink)).values(token_hash=secret, account_id=10**9, made_at=now()))
        session.flush()

    monkeypatch.setattr("expat.portal.entry.set_language", break_down)
    answer = front.client("member").post("/language", data={"language": "fr", "back": "/"})
    assert answer.status_code == 500
    assert "IntegrityError" in caplog.text and "entry.choose_language" in caplog.text
    assert secret not in caplog.text and secret not in answer.text
