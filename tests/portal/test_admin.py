"""Accounts that an administrator opens, changes and closes; the audit trail, which shows no word about care."""

from __future__ import annotations

import ast
import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from expat import audit
from expat.accounts.open import account as account_row
from expat.accounts.open import close_account, set_roles
from expat.accounts.tables import Account, MailedLink, SignIn
from expat.audit import AuditEntry
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.mail.tables import OutgoingMail
from expat.portal.admin.acts import ACTS
from tests.portal.house import AT, Front, text_of

ROOT = Path(__file__).parents[2] / "expat"
NEW = {"email": "Nina@Office.example", "name": "Nina  Roux", "language": "fr", "roles": ["manager"]}
PAGES = ("/accounts", "/accounts/1", "/accounts/people?q=lovelace", "/accounts/open", "/audit", "/audit?actor=the")


def post_to(browser: FlaskClient, path: str, **form: Any) -> Any:
    return browser.post(path, data=form)


def all_of(front: Front, model: Any) -> list[Any]:
    with front.writing() as session:
        return list(session.execute(select(table_of(model)).order_by(table_of(model).c.id)))


def noted(front: Front, action: str) -> list[Any]:
    return [row for row in all_of(front, AuditEntry) if row.action == action]


def open_sign_ins(front: Front, name: str) -> int:
    return sum(row.account_id == front.accounts[name] and row.ended_at is None for row in all_of(front, SignIn))


# Accounts


def test_an_account_for_staff_is_opened_and_its_holder_is_mailed_a_link(front: Front) -> None:
    answer = post_to(front.client("admin"), "/accounts/open", **NEW)
    assert answer.status_code == 303
    row = all_of(front, Account)[-1]
    assert (row.email, row.name, row.language, row.roles) == ("nina@office.example", "Nina Roux", "fr", "manager")
    (mail,) = all_of(front, OutgoingMail)
    assert (mail.to_address, mail.language) == (row.email, "fr")
    link = re.search(r"/password/[\w-]+", mail.body)
    assert link is not None
    assert front.client().get(link[0]).status_code == 200
    page = text_of(front.client("admin").get(answer.location).text)
    assert "invited, no password yet" in page


def test_an_insured_person_s_account_is_opened_for_that_person(front: Front) -> None:
    with front.writing() as session:
        close_account(session, front.accounts["spouse"], AT, "test")
    admin = front.client("admin")
    page = admin.get("/accounts/people?q=M-1")
    assert "Open one for Charles Lovelace" in text_of(page.text)
    assert "Ann Lovelace" not in text_of(page.text), "children have no account"
    where = f"/accounts/open?person={front.spouse}"
    form = admin.get(where).text
    assert 'value="Charles Lovelace"' in form
    assert post_to(admin, where, **NEW | {"roles": ["member"]}).status_code == 303
    row = all_of(front, Account)[-1]
    assert (row.person_id, row.roles) == (front.spouse, "member")


def test_who_has_an_account_is_not_given_another(front: Front) -> None:
    answer = front.client("admin").get(f"/accounts/open?person={front.member}")
    assert answer.location == f"/accounts/{front.accounts['member']}"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"email": "nowhere"}, "This is no e-mail address"),
        ({"email": "MEMBER@test.example"}, "has an account already"),
        ({"name": ""}, "fill this in"),
        ({"roles": []}, "Tick at least one role"),
        ({"roles": ["king"]}, "choose one of the list"),
        ({"roles": ["member"]}, "Find the insured person first"),
        ({"language": "de"}, "choose one of the list"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_stays_typed(front: Front, changed: Any, told: str) -> None:
    before = len(all_of(front, Account))
    answer = post_to(front.client("admin"), "/accounts/open", **NEW | changed)
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    for field in ("email", "name"):
        assert f'value="{(NEW | changed)[field].strip()}"' in answer.text
    assert len(all_of(front, Account)) == before
    assert all_of(front, OutgoingMail) == []


def test_sent_twice_it_is_one_account(front: Front) -> None:
    admin = front.client("admin")
    statuses = [post_to(admin, "/accounts/open", **NEW).status_code for _ in range(2)]
    assert statuses == [303, 422]
    assert sum(row.email == "nina@office.example" for row in all_of(front, Account)) == 1


def test_other_roles_end_every_sign_in(front: Front) -> None:
    manager, admin, key = front.client("manager"), front.client("admin"), front.accounts["manager"]
    assert manager.get("/rates").status_code == 200
    assert post_to(admin, f"/accounts/{key}/roles", roles=["accountant"]).status_code == 303
    assert open_sign_ins(front, "manager") == 0
    assert "/sign-in" in manager.get("/rates").location
    (act,) = noted(front, "account.roles_changed")
    assert (act.actor, act.detail["before"], act.detail["after"]) == (
        f"account:{front.accounts['admin']}", ["manager"], ["accountant"],
    )  # fmt: skip


def test_the_same_roles_change_nothing(front: Front) -> None:
    front.client("manager")
    post_to(front.client("admin"), f"/accounts/{front.accounts['manager']}/roles", roles=["manager"])
    assert open_sign_ins(front, "manager") == 1
    assert noted(front, "account.roles_changed") == []


def test_a_member_s_role_needs_the_insured_person(front: Front) -> None:
    key, admin = front.accounts["manager"], front.client("admin")
    answer = post_to(admin, f"/accounts/{key}/roles", roles=["manager", "member"])
    assert answer.status_code == 422
    assert "First say to which insured person the account belongs." in text_of(answer.text)
    assert (
        post_to(admin, f"/accounts/{key}/roles?person={front.spouse}", roles=["manager", "member"]).status_code == 303
    )
    with front.writing() as session:
        assert account_row(session, key).person_id == front.spouse
        with pytest.raises(Conflict, match="another insured person"):
            set_roles(session, key, ["member"], AT, "test", front.member)


@pytest.mark.parametrize("act", ["roles", "close", "second-factor"])
def test_nobody_changes_or_closes_the_own_account(front: Front, act: str) -> None:
    key = front.accounts["admin"]
    page = front.client("admin").get(f"/accounts/{key}")
    assert "This is your own account" in text_of(page.text)
    assert f"/accounts/{key}/{act}" not in page.text
    answer = post_to(front.client("admin"), f"/accounts/{key}/{act}", roles=["admin", "medical"])
    assert answer.status_code == 422
    with front.writing() as session:
        row = account_row(session, key)
        assert (row.roles, row.closed_at) == ("admin", None)


def test_a_closed_account_opens_nothing_until_it_is_opened_again(front: Front) -> None:
    manager, admin, key = front.client("manager"), front.client("admin"), front.accounts["manager"]
    post_to(admin, f"/accounts/{key}/link")
    assert post_to(admin, f"/accounts/{key}/close").status_code == 303
    assert "/sign-in" in manager.get("/rates").location
    assert [row.used_at for row in all_of(front, MailedLink)] != [None], "the link is worth nothing any more"
    assert post_to(admin, f"/accounts/{key}/link").status_code == 409
    assert "The Manager" in admin.get("/accounts?closed=yes").text
    assert post_to(admin, f"/accounts/{key}/reopen").status_code == 303
    with front.writing() as session:
        row = account_row(session, key)
        assert (row.closed_at, row.password_hash) == (None, None)
    assert len(all_of(front, OutgoingMail)) == 2
    assert post_to(admin, f"/accounts/{key}/reopen").status_code == 303
    assert len(all_of(front, OutgoingMail)) == 2, "opened again once"


def test_a_lost_telephone_is_replaced(front: Front) -> None:
    key = front.accounts["manager"]
    accounts = table_of(Account)
    with front.writing() as session:
        session.execute(update(accounts).where(accounts.c.id == key).values(totp_secret=b"sealed"))
    manager, admin = front.client("manager"), front.client("admin")
    assert "Reset the second factor" in admin.get(f"/accounts/{key}").text
    assert post_to(admin, f"/accounts/{key}/second-factor").status_code == 303
    assert "/sign-in" in manager.get("/rates").location
    with front.writing() as session:
        assert account_row(session, key).totp_secret is None


@pytest.mark.parametrize(
    ("query", "found", "not_found"),
    [
        ("q=stranger", "The Stranger", "The Member"),
        ("q=m-1", "The Spouse", "The Stranger"),
        ("q=the+member", "The Member", "The Stranger"),
        ("role=accountant", "The Accountant2", "The Manager"),
        ("q=%25", "No account fits", "The Manager"),
    ],
)
def test_accounts_are_found(front: Front, query: str, found: str, not_found: str) -> None:
    page = text_of(front.client("admin").get(f"/accounts?{query}").text)
    assert found in page
    assert not_found not in page


@pytest.mark.parametrize("path", ["/accounts/999", "/accounts/open?person=999", "/accounts/people?account=999"])
def test_an_account_that_does_not_exist_is_not_found(front: Front, path: str) -> None:
    assert front.client("admin").get(path).status_code == 404


def test_the_command_line_is_held_to_the_same_rules(front: Front) -> None:
    with front.writing() as session:
        with pytest.raises(BadInput, match="none, or one that is unknown"):
            set_roles(session, front.accounts["manager"], [], AT, "test")
        close_account(session, front.accounts["manager"], AT, "test")
        with pytest.raises(Conflict, match="is closed"):
            set_roles(session, front.accounts["manager"], ["admin"], AT, "test")


# The audit trail


def note(front: Front, actor: str, action: str, subject: str, **detail: Any) -> None:
    with front.writing() as session:
        audit.record(session, AT, actor, action, subject, **detail)


def test_the_trail_is_for_administrators(front: Front) -> None:
    for name in ("member", "medical", "manager", "accountant"):
        assert front.client(name).get("/audit").status_code == 403
        assert front.client(name).get("/audit/export.csv").status_code == 403


def test_actors_are_named_and_found_by_name(front: Front) -> None:
    actor = f"account:{front.accounts['medical']}"
    note(front, actor, "approval.answered", "approval:5", granted=True)
    admin = front.client("admin")
    page = text_of(admin.get("/audit?actor=the+medical").text)
    assert "The Medical Prior approval answered approval:5 granted yes" in page
    several = text_of(admin.get("/audit?actor=the+acc").text)
    assert "Several accounts have this name. Which one do you mean? The Accountant The Accountant2" in several
    assert "No act fits" in text_of(admin.get("/audit?actor=nobody").text)


def test_acts_are_filtered(front: Front) -> None:
    note(front, "demo", "payout.made", "payout:3", settlement=1)
    note(front, "demo", "rate.confirm", "rate_proposal:1", rate=4)
    admin = front.client("admin")
    assert "rate_proposal:1" not in admin.get("/audit?action=payout").text
    assert "payout:3" in admin.get("/audit?action=payout.made&subject=payout").text
    assert "No act fits" in text_of(admin.get("/audit?from=2025-08-05&to=2025-08-06").text)
    assert admin.get("/audit?from=then").status_code == 422


def test_no_sentence_about_care_is_shown_nor_exported(front: Front) -> None:
    note(front, "account:1", "line.reviewed", "line:9", accepted=4500, why="His cancer treatment costs more there")
    note(front, "account:1", "approval.answered", "approval:9", granted=False, reason="Leukaemia")
    note(front, "account:1", "payout.returned", "payout:9", reason="AC04 account closed", on="2025-08-01")
    admin = front.client("admin")
    page, export = text_of(admin.get("/audit").text), admin.get("/audit/export.csv").text
    for shown in (page, export):
        assert "cancer" not in shown
        assert "Leukaemia" not in shown
        assert "4500" in shown
        assert "AC04 account closed" in shown
    assert "a text, which is not shown here" in page
    assert "1 August 2025" in page


def test_looking_at_who_read_medical_papers_is_noted(front: Front) -> None:
    admin = front.client("admin")
    admin.get("/audit")
    assert noted(front, "audit.readings_seen") == []
    note(front, "account:4", "approval.file_read", "approval:2")
    admin.get("/audit?subject=approval:2")
    (act,) = noted(front, "audit.readings_seen")
    assert (act.actor, act.detail) == (
        f"account:{front.accounts['admin']}", {"readings": 1, "filters": {"subject": "approval:2"}},
    )  # fmt: skip


def test_an_export_is_noted_and_no_text_is_taken_for_a_formula(front: Front) -> None:
    note(front, "=1+1", "rate.confirm", "@here", added=-5)
    answer = front.client("admin").get("/audit/export.csv?action=rate")
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert (row["actor"], row["subject"], row["detail"]) == ("'=1+1", "'@here", '{"added":-5}')
    (act,) = noted(front, "audit.exported")
    assert act.detail == {"filters": {"action": "rate"}}


def test_pages_of_the_trail_follow_each_other(front: Front) -> None:
    with front.writing() as session:
        audit.record_all(session, AT, "demo", "payout.sent", [(f"payout:{n}", {}) for n in range(120)])
    admin, where, seen = front.client("admin"), "/audit?action=payout.sent", []
    for _page in range(3):
        page = admin.get(where).text
        seen += re.findall(r">payout:(\d+)<", page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        where = older[1].replace("&amp;", "&") if older else ""
    assert (seen, where) == ([str(n) for n in range(119, -1, -1)], "")


def test_every_act_that_is_noted_has_a_name() -> None:
    """Read from the code: the words that `audit.record` and `record_all` are called with."""
    named = {
        argument.value
        for path in ROOT.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("audit.record", "audit.record_all")
        for argument in call.args[2:5]
        if isinstance(argument, ast.Constant) and "." in str(argument.value)
    }
    assert len(named) > 30
    assert named - ACTS.keys() == set()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_speak_both_languages(front: Front, language: str) -> None:
    browser = front.client("admin", language)
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}"' in answer.text, path
