"""Every table of the database is given to whom it concerns, or not for a reason; and what is given is one's own."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, LargeBinary

from expat.accounts.tables import Account
from expat.applications.exclusions import _of as exclusion_under
from expat.approvals.answer import Given as GivenApproval
from expat.approvals.answer import answer_file
from expat.approvals.file import NewFile, submit_request
from expat.approvals.request import NewRequest
from expat.audit import AuditEntry
from expat.complaints.complain import NewComplaint, complain
from expat.db import reading, table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.documents.store import keep
from expat.membership.changes import Acting
from expat.membership.privacy import choose_privacy
from expat.membership.tables import NamedExclusion
from expat.messages.write import write
from expat.personal_data.export import Store, export, note, snapshot
from expat.personal_data.kept import KEPT, MEDICAL, NOT_GIVEN
from expat.personal_data.medical import medical_export
from expat.personal_data.whose import circles_of
from expat.tables import METADATA
from tests.claims.household import Household, at_home, household, send
from tests.documents.samples import pdf
from tests.payments.insured import SOURCES, visit

DAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, 9, tzinfo=UTC)
ILL = "a torn ligament of the left knee"
MEDICAL_ANSWER = "granted for the ligament"


def test_no_table_is_forgotten() -> None:
    """A new table stands in KEPT, with the rows that concern somebody, or in NOT_GIVEN with the reason."""
    known = set(KEPT) | set(NOT_GIVEN)
    assert set(METADATA.tables) - known == set(), "put these into expat/personal_data/kept.py"
    assert known - set(METADATA.tables) == set(), "these are gone"
    assert set(KEPT) & set(NOT_GIVEN) == set()
    assert all(len(reason) > 20 for reason in NOT_GIVEN.values())


def test_what_names_a_person_or_a_membership_is_given_unless_there_is_a_reason() -> None:
    named = {
        name
        for name, table in METADATA.tables.items()
        if {"membership_id", "person_id", "member_id", "account_id"} & set(table.c.keys())
    }
    assert named - set(KEPT) == {"employer_account", "looked_again", "screening_hit", "suspicion"}


def test_secrets_and_what_is_sealed_are_dealt_with_one_by_one() -> None:
    for name, kept in KEPT.items():
        table = METADATA.tables[name]
        binary = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
        assert binary <= {*kept.without, *kept.sealed}, name
        assert {*kept.without, *kept.sealed} <= set(table.c.keys()), name
        secret = {column for column in table.c.keys() if "hash" in column or "secret" in column}  # noqa: SIM118
        assert secret <= set(kept.without), name
    assert set(MEDICAL) <= set(KEPT)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "documents", Keys.read(new_key()))


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def acting(who: int) -> Acting:
    return Acting(DAY, AT, SOURCES, f"account:{who}")


def live(engine: Engine, home: Household, store: Store) -> str:
    """Something of everybody: claims with papers, an approval with its medical part, messages; answers a paper."""
    with transaction(engine) as session:
        paper, secret = (keep(session, pdf(width), store.folder, store.keys, AT) for width in (201, 202))
    for key, person in (("m", home.member), ("s", home.spouse), ("c", home.child)):
        line = visit(person, "45.00 EUR")
        files = {"invoice": paper} if person != home.spouse else {"invoice": secret}
        send(engine, home.membership, key, type(line)(**{**line.__dict__, "files": files}))
    with transaction(engine) as session:
        for person in (home.member, home.spouse):
            new = NewFile(
                f"a{person}", NewRequest(person, "hospital.stay", date(2025, 10, 1)), medical=f"{ILL} {person}"
            )
            key, _ = submit_request(session, home.membership, new, acting(home.account), store.keys)
            answer_file(
                session, key, GivenApproval(True, f"{MEDICAL_ANSWER} {person}", days=3), acting(home.staff), store.keys
            )
            write(session, person, None, f"a word of {person}", home.account, False, AT)
            complain(
                session, home.membership, NewComplaint(f"k{person}", person, "delay", f"a complaint of {person}"),
                DAY, AT, f"account:{home.account}",
            )  # fmt: skip
        session.execute(
            table_of(NamedExclusion).insert().values(
                person_id=home.member, care=["dental.implant"], holds_from=DAY, recorded_at=AT,
                words=store.keys.seal(b"no implants", exclusion_under(home.member)),
            )
        )  # fmt: skip
    return secret


def taken(engine: Engine, home: Household, person: int, store: Store, is_member: bool) -> tuple[Any, ZipFile]:
    out = BytesIO()
    with snapshot(engine) as session:
        circles = circles_of(session, person, home.membership, is_member, DAY)
        account = {home.member: home.account, home.spouse: home.spouse_account}[person]
        export(session, circles, [account], store, out, AT, b"%PDF")
    file = ZipFile(out)
    return json.loads(file.read("data.json")), file


def people_in(rows: list[dict[str, Any]]) -> set[int]:
    return {row["person_id"] for row in rows}


def test_the_member_gets_what_he_or_she_may_see(engine: Engine, home: Household, store: Store) -> None:
    live(engine, home, store)
    data, file = taken(engine, home, home.member, store, is_member=True)
    assert data["made_at"].startswith("2025-08-04") and set(data["tables"]) == set(KEPT)
    tables = data["tables"]
    assert {row["id"] for row in tables["insured_person"]} == {home.member, home.spouse, home.adult, home.child}
    assert people_in(tables["claim_line"]) == {home.member, home.spouse, home.child}
    # what another adult wrote, and what is medical of another adult, is not the member's
    assert people_in(tables["message"]) == people_in(tables["complaint"]) == {home.member}
    assert f"{ILL} {home.member}" in str(tables["approval_file"])
    assert f"{MEDICAL_ANSWER} {home.member}" in str(tables["answer_reason"])
    assert f"{ILL} {home.spouse}" not in str(data) and f"{MEDICAL_ANSWER} {home.spouse}" not in str(data)
    assert tables["named_exclusion"][0]["words"] == "no implants"
    assert [row["id"] for row in tables["account"]] == [home.account]
    assert "password_hash" not in str(data) and "token_hash" not in str(data)
    names = set(file.namelist())
    assert {"summary.pdf", "data.json"} < names and len([name for name in names if name.endswith(".pdf")]) == 3
    assert all(file.read(name) for name in names)


def test_a_spouse_gets_his_or_her_own_alone(engine: Engine, home: Household, store: Store) -> None:
    live(engine, home, store)
    data, _ = taken(engine, home, home.spouse, store, is_member=False)
    tables = data["tables"]
    assert {row["id"] for row in tables["insured_person"]} == {home.spouse}
    for name in ("claim_line", "message", "complaint", "approval_request"):
        assert people_in(tables[name]) == {home.spouse}, name
    assert tables["payout"] == tables["premium"] == tables["member"] == []
    assert f"{ILL} {home.spouse}" in str(data) and f"{ILL} {home.member}" not in str(data)
    assert [row["id"] for row in tables["account"]] == [home.spouse_account]


def test_what_an_adult_keeps_private_is_not_in_the_members_file(engine: Engine, home: Household, store: Store) -> None:
    secret = live(engine, home, store)
    with transaction(engine) as session:
        choose_privacy(session, home.spouse, True, DAY, AT, "test")
    data, file = taken(engine, home, home.member, store, is_member=True)
    tables = data["tables"]
    for name in ("claim_line", "insured_person", "approval_request"):
        found = {row["person_id"] if "person_id" in row else row["id"] for row in tables[name]}
        assert home.spouse not in found, name
    mine = {row["id"] for row in tables["claim_line"]}
    assert {row["line_id"] for row in tables["line_decision"]} <= mine
    assert {row["id"] for row in tables["claim"]} == {row["claim_id"] for row in tables["claim_line"]}
    assert secret not in str(file.namelist()) and secret not in str(data)
    assert f"line:{max(mine) + 1}" not in {row["subject"] for row in tables["audit_entry"]}
    subjects = {row["subject"] for row in tables["audit_entry"]}
    assert not subjects & {f"insured_person:{home.spouse}"}


def test_nothing_of_another_membership_is_in_it(engine: Engine, home: Household, store: Store) -> None:
    live(engine, home, store)
    other = household(engine, "M2")
    send(engine, other.membership, "x", visit(other.member, "77.00 EUR"))
    data, _ = taken(engine, home, home.member, store, is_member=True)
    for name, rows in data["tables"].items():
        for row in rows:
            assert row.get("membership_id") in (None, home.membership), name
            assert row.get("person_id") in (None, home.member, home.spouse, home.adult, home.child), name
    assert "7700" not in str(data["tables"]["claim_line"])


def test_the_trail_is_given_without_the_names_of_the_staff(engine: Engine, home: Household, store: Store) -> None:
    live(engine, home, store)
    data, _ = taken(engine, home, home.member, store, is_member=True)
    trail = data["tables"]["audit_entry"]
    assert {"claim.submitted", "approval.answered", "complaint.received"} <= {row["action"] for row in trail}
    assert {row["actor"] for row in trail} == {"you", "the operator"}
    assert f"account:{home.staff}" not in str(data)


def test_what_staff_did_at_work_is_not_their_own_data(engine: Engine, home: Household, store: Store) -> None:
    live(engine, home, store)
    other = household(engine, "M2")
    with transaction(engine) as session:
        accounts: Any = table_of(Account)
        session.execute(accounts.update().where(accounts.c.id == home.staff).values(person_id=other.member))
    out = BytesIO()
    with snapshot(engine) as session:
        export(session, circles_of(session, other.member, other.membership, True, DAY), [home.staff], store, out, AT)
    data = json.loads(ZipFile(out).read("data.json"))
    assert "approval.answered" not in {row["action"] for row in data["tables"]["audit_entry"]}


def test_a_paper_that_is_lost_is_said_to_be(engine: Engine, home: Household, store: Store) -> None:
    live(engine, home, store)
    data, file = taken(engine, home, home.member, Store(store.folder / "elsewhere", store.keys), is_member=True)
    assert len(file.read("documents/missing.txt").splitlines()) == 2 and data["tables"]["claim_line"]


def test_the_medical_file_is_of_one_person(engine: Engine, home: Household, store: Store) -> None:
    live(engine, home, store)
    out = BytesIO()
    with snapshot(engine) as session:
        given = medical_export(session, home.spouse, store, out, AT)
    data = json.loads(ZipFile(out).read("data.json"))
    assert f"{ILL} {home.spouse}" in str(data) and f"{MEDICAL_ANSWER} {home.spouse}" in str(data)
    assert f"{ILL} {home.member}" not in str(data) and "a word of" not in str(data)
    assert people_in(data["tables"]["claim_line"]) == {home.spouse}
    assert set(data["tables"]) == {
        *MEDICAL,
        "health_declaration",
        "application_document",
        "amendment",
        "amendment_document",
    }
    with transaction(engine) as session:
        note(session, AT, "account:9", home.spouse, given, medical=True)
    with reading(engine) as session:
        entry: Any = table_of(AuditEntry)
        kept = session.execute(entry.select().where(entry.c.action == "data.medical_exported")).one()
    assert (kept.subject, kept.actor) == (f"insured_person:{home.spouse}", "account:9")
    assert ILL not in str(kept.detail)
