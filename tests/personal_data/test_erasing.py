"""What is past its time goes, append-only or not: to the day, once, with a trail, and nothing else is touched."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from expat.audit import AuditEntry
from expat.billing.calls import call
from expat.billing.terms import Terms, start_calling
from expat.claims.load import load
from expat.complaints.answer import withdraw
from expat.complaints.complain import NewComplaint, Paper, complain
from expat.db import table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.documents.store import keep, path_of, problems, read
from expat.documents.tables import Document
from expat.errors import NotFound
from expat.guards import BLANK_DAY, GONE
from expat.ledger.tables import LedgerEntry
from expat.membership.changes import Acting
from expat.membership.ends import terminate
from expat.messages.tables import Message
from expat.payments.settle import settle
from expat.payments.tables import Payout
from expat.periods import add_months
from expat.personal_data.blanks import BLANKED, DROPPED, blank, is_left, meant
from expat.personal_data.due import OF_MEMBERSHIP, STARTS, due
from expat.personal_data.erase import erase, erase_class, remove_files
from expat.personal_data.requests import NewDataRequest, answer, ask
from expat.personal_data.retention import retention_on
from expat.personal_data.tables import Erasure
from expat.places import shipped
from expat.representatives.admit import admit
from expat.representatives.decide import revoke
from expat.restrictions.use import tell_end
from tests.a_story import everything, tell
from tests.claims.household import Household, at_home, household, send
from tests.documents.samples import pdf
from tests.payments.insured import SOURCES, visit
from tests.representatives.mandates import PAPER, agent
from tests.test_append_only import APPEND_ONLY

DAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, 9, tzinfo=UTC)
LATE = date(2060, 1, 1)


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def row(engine: Engine, name: str) -> Any:
    with transaction(engine) as session:
        return session.execute(select(SQLModel.metadata.tables[name])).first()


def write(engine: Engine, home: Household, at: datetime, said: str = "t") -> None:
    values = {"membership_id": home.membership, "person_id": home.member, "account_id": home.account, "at": at}
    with transaction(engine) as session:
        session.execute(table_of(Message).insert().values(**values, from_staff=False, text=said))


def erased(engine: Engine, day: date) -> dict[str, int]:
    with transaction(engine) as session:
        return erase(session, day, datetime(day.year, day.month, day.day, 9, tzinfo=UTC), "ada")


# --- the one guarded way ---


def test_what_goes_is_named_for_every_class_that_has_a_period() -> None:
    assert {*STARTS, *OF_MEMBERSHIP} - set(BLANKED) - set(DROPPED) == {
        "quotes", "mails", "decision_mails", "uploads", "sign_ins", "tries", "readings",
    }  # fmt: skip
    for one in BLANKED.values():
        for name, columns in one.tables.items():
            assert set(columns) <= set(SQLModel.metadata.tables[name].c.keys()), name
            for column in columns:
                assert blank(name, column) in (None, "", {}, b"", GONE, date.fromisoformat(BLANK_DAY))


def test_without_an_erasure_nothing_becomes_blank_and_with_one_nothing_else(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(engine, tmp_path, monkeypatch)
    guarded = {name: columns for one in BLANKED.values() for name, columns in one.tables.items() if name in APPEND_ONLY}
    for name, columns in guarded.items():
        rows = SQLModel.metadata.tables[name]
        blanks = update(rows).values({column: blank(name, column) for column in columns})
        with engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
            connection.execute(blanks)
        key = next(iter(rows.primary_key.columns)).name
        # each alone: a refusal ends the transaction
        for statement in (f"UPDATE {name} SET {columns[0]} = 'x'", f"UPDATE {name} SET {key} = {key} + 7",
                          f"DELETE FROM {name}"):  # fmt: skip
            if columns[0] in ("born", "sha256") or (name == "consent" and "DELETE" in statement):
                continue
            value = "decode('ff', 'hex')" if engine.dialect.name == "postgresql" else "x'ff'"
            binary = type(rows.c[columns[0]].type).__name__ == "LargeBinary"
            with engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
                connection.execute(text("INSERT INTO erasing (key) VALUES ('k')"))
                connection.execute(text(statement.replace("'x'", value) if binary else statement))
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO erasing (key) VALUES ('k')"))
            connection.execute(blanks)
            connection.rollback()


def test_an_erasure_does_not_end_without_its_trail(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(IntegrityError, match="leaves a trail"):
        connection.execute(text("INSERT INTO erasing (key) VALUES ('k')"))
        connection.execute(text("DELETE FROM erasing"))


# What is kept for good without an erasure: keys, days, amounts and words of ours, nothing that somebody wrote.
NOTHING_TO_BLANK = {
    "application_consent",  # the text that everybody agrees to, its version and the day
    "chosen_option", "declaration_link", "discarded_proposal", "employer_pays", "erased_membership", "erasure",
    "guarantee_letter", "invited_application", "ledger_entry", "ledger_transaction", "looked_again", "looked_over",
    "mandate_account", "mandate_payee", "mandate_payout", "mandate_right", "membership_change",
    "message_paper_taken", "payout_part", "plan_edition", "premium_event", "privacy_choice", "rate",
    "recovery_instalment", "recovery_line", "restriction", "sanctions_list", "screening_run",
    "premium_terms", "premium_line", "premium_allocation", "premium_refund", "premium_payment",
    "premium_payment_undone", "bank_message", "money_decision", "postal_batch",
}  # fmt: skip


def test_the_columns_that_may_become_blank_are_those_that_the_database_lets() -> None:
    scripts = ScriptDirectory(str(shipped("migrations")))
    script = scripts.get_revision("0016")
    assert script is not None
    let: dict[str, set[str]] = {}
    for revision in scripts.walk_revisions():
        let |= {name: set(columns) for name, columns in getattr(revision.module, "BLANKED", {}).items()}
    asked: dict[str, set[str]] = {}
    for one in BLANKED.values():
        for name, columns in one.tables.items():
            asked.setdefault(name, set()).update(columns)
    free = {"application", "bank_file", "debit_batch"}  # their columns may change anyhow
    assert {name: columns for name, columns in asked.items() if name not in free} == let
    known = set(let) | set(script.module.DROPPED) | NOTHING_TO_BLANK
    assert set(APPEND_ONLY) - known == set() and set(let) & NOTHING_TO_BLANK == set()


def test_how_a_premium_came_about_says_nobody_s_birthday(engine: Engine, home: Household) -> None:
    acting = Acting(DAY, AT, SOURCES)
    with transaction(engine) as session:
        dossier = load(session, [home.membership])[home.membership]
        start_calling(session, dossier, Terms("quarterly"), DAY, acting)
        assert call(session, home.membership, acting) is not None
    kept = str([one["explained"] for one in everything(engine)["premium_line"]])
    assert kept != "[]" and "age" in kept
    for born in (row["born"] for row in everything(engine)["insured_person"]):
        assert born.isoformat() not in kept


# --- to the day ---


def test_what_is_within_its_time_is_never_touched(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(engine, tmp_path, monkeypatch)
    before = everything(engine)

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(st.dates(date(2025, 7, 8), date(2046, 1, 1)))
    def at_any_day(day: date) -> None:
        with transaction(engine) as session:
            meant = list(due(session, day))
            assert all(one.until < day for one in meant)
            erase(session, day, AT, "ada")
            classes = {one.what for one in meant if not one.held}
            for name in SQLModel.metadata.tables:
                now = [dict(found._mapping) for found in session.execute(
                    select(SQLModel.metadata.tables[name]).order_by(*SQLModel.metadata.tables[name].primary_key)
                )]  # fmt: skip
                if not _touched(name, classes):
                    added = ("erasure", "audit_entry", "erased_membership", "erasing")
                    assert now[: len(before[name])] == before[name] or name in added, (name, day)
            session.rollback()

    at_any_day()


def _touched(name: str, classes: set[str]) -> bool:
    """Whether an erasure of those classes may touch a table."""
    named = {table for what in classes & set(BLANKED) for table in BLANKED[what].tables}
    named |= {table for what in classes & set(DROPPED) for table in DROPPED[what]}
    rows = {"quotes": "quote", "mails": "outgoing_mail", "decision_mails": "outgoing_mail", "tries": "attempt",
            "uploads": "employer_upload", "sign_ins": "sign_in", "readings": "document_reading"}  # fmt: skip
    named |= {rows[what] for what in classes & set(rows)}
    people = {"insured_person", "member", "account"} if classes & {"memberships", "payments"} else set()
    return name in named | people | ({"document", "document_reading"} if classes else set())


def test_of_messages_those_past_their_time_are_blank_and_no_others(engine: Engine, home: Household) -> None:
    table: Any = table_of(Message)
    on = add_months(DAY, 60) + timedelta(days=1)

    @settings(max_examples=10)
    @given(st.lists(st.integers(-40, 40), min_size=1, max_size=5))
    def sent(days: list[int]) -> None:
        with transaction(engine) as session:
            first = max(session.execute(select(table.c.id)).scalars(), default=0)
        for back in days:
            write(engine, home, AT + timedelta(days=back))
        with transaction(engine) as session:
            erase_class(session, retention_on(on)["messages"], on, AT, "ada")
            found = session.execute(select(table.c.at, table.c.text).where(table.c.id > first)).all()
        assert len(found) == len(days)
        for at, said in found:
            assert (said == "") == (add_months(at.date(), 60) < on), at

    sent()


def test_it_is_erased_once_and_leaves_a_trail_without_content(engine: Engine, home: Household) -> None:
    write(engine, home, AT, "my secret")
    on = add_months(DAY, 60) + timedelta(days=1)
    assert erased(engine, add_months(DAY, 60)) == {} or "messages" not in erased(engine, add_months(DAY, 60))
    assert erased(engine, on)["messages"] == 1
    assert "messages" not in erased(engine, on)
    with transaction(engine) as session:
        table: Any = table_of(Erasure)
        kept = session.execute(select(table).where(table.c.what == "messages")).one()
        entry: Any = table_of(AuditEntry)
        told = session.execute(select(entry).where(entry.c.subject == "retention:messages")).one()
        assert session.execute(text("SELECT count(*) FROM erasing")).scalar_one() == 0
    assert (kept.months, kept.basis, kept.counts) == (60, "Code civil, art. 2224", {"message": 1})
    assert told.action == "data.erased" and told.detail["values"] == {"message": 1}
    assert "secret" not in str(kept) + str(told) and row(engine, "message").text == ""


def test_killed_half_way_nothing_is_lost_and_it_goes_on(engine: Engine, home: Household) -> None:
    for _ in range(5):
        write(engine, home, AT)
    on = add_months(DAY, 60) + timedelta(days=1)
    kept = retention_on(on)["messages"]
    with transaction(engine) as session:
        assert erase_class(session, kept, on, AT, "ada", most=2) == 2
    with pytest.raises(RuntimeError), transaction(engine) as session:
        assert erase_class(session, kept, on, AT, "ada", most=2) == 2
        raise RuntimeError("killed")
    with transaction(engine) as session:
        assert erase_class(session, kept, on, AT, "ada") == 3
        assert erase_class(session, kept, on, AT, "ada") == 0


def test_what_the_bank_told_goes_ten_years_after_the_booking(engine: Engine) -> None:
    said = {"remittance": "Rent of Ada", "name": "Ada", "iban": "DE02120300000000202051", "end_to_end_id": "ADA-1"}
    with transaction(engine) as session:
        tables = SQLModel.metadata.tables
        session.execute(tables["bank_message"].insert().values(
            id=1, sha256="9" * 64, name="s.xml", kind="statement", version="camt.053.001.08", message_id="m",
            made_on=DAY, statements=[], imported_by="command", imported_at=AT,
        ))  # fmt: skip
        for key, booked_on in ((1, DAY), (2, DAY + timedelta(days=1))):
            entry = {"bank_message_id": 1, "statement": "s", "account": "FR76", "currency": "EUR", "amount": 1}
            entry |= {"id": key, "key": f"k{key}", "booked_on": booked_on, "text": ""}
            part = {"id": key, "bank_entry_id": key, "position": 1, "amount": 1, "matched": "waits", **said}
            proposal = {"kind": "not_ours", "part_id": key, "cents": 1, "day": DAY, "reason": "Ada's rent"}
            session.execute(tables["bank_entry"].insert().values(entry))
            session.execute(tables["bank_part"].insert().values(part))
            session.execute(tables["money_proposal"].insert().values(**proposal, proposed_by="ines", proposed_at=AT))
    assert "bank_statements" not in erased(engine, add_months(DAY, 120))
    assert erased(engine, add_months(DAY, 120) + timedelta(days=1))["bank_statements"] == 1
    after = everything(engine)
    gone, stays = after["bank_part"]
    assert [gone[name] for name in said] == ["", None, None, None] and {name: stays[name] for name in said} == said
    assert [one["reason"] for one in after["money_proposal"]] == ["", "Ada's rent"]
    assert erased(engine, add_months(DAY, 120) + timedelta(days=2))["bank_statements"] == 1
    assert "bank_statements" not in erased(engine, LATE)


def test_medical_papers_of_messages_go_with_the_medical_file(engine: Engine, home: Household, tmp_path: Path) -> None:
    keys = Keys.read(new_key())
    write(engine, home, AT)
    paper = SQLModel.metadata.tables["message_paper"]
    with transaction(engine) as session:
        for n, medical in ((1, False), (2, True)):
            sha = keep(session, pdf(n), tmp_path, keys, AT)
            row = {"message_id": 1, "name": f"{n}.pdf", "sha256": sha, "medical": medical, "recorded_at": AT}
            session.execute(paper.insert().values(row))
    later = add_months(DAY, 60) + timedelta(days=1)
    erased(engine, later)
    assert [one["name"] for one in everything(engine)["message_paper"]] == [GONE, "2.pdf"], "its membership goes on"
    with transaction(engine) as session:
        done = terminate(session, home.membership, "false_declaration", later, Acting(later, AT, SOURCES))
    assert done.effective_from is not None
    last = done.effective_from - timedelta(days=1)
    assert "medical" not in erased(engine, add_months(last, 24))
    erased(engine, add_months(last, 24) + timedelta(days=1))
    assert [one["name"] for one in everything(engine)["message_paper"]] == [GONE, GONE]


# --- memberships, and the books that stay whole ---


@pytest.fixture
def ended(engine: Engine, home: Household) -> date:
    """The last day of a membership with a claim that was paid."""
    send(engine, home.membership, "c", visit(home.member, "45.00 EUR"))
    settle(engine, DAY, lambda: AT, SOURCES)
    with transaction(engine) as session:
        session.execute(table_of(Payout).update().values(confirmed_on=DAY))
        done = terminate(session, home.membership, "false_declaration", DAY, Acting(DAY, AT, SOURCES))
    assert done.effective_from is not None
    return done.effective_from - timedelta(days=1)


def test_a_membership_goes_in_three_steps_and_the_books_stay(engine: Engine, home: Household, ended: date) -> None:
    books = everything(engine)["ledger_entry"]
    assert books and table_of(LedgerEntry) is not None
    person = SQLModel.metadata.tables["insured_person"]

    def name() -> str:
        with transaction(engine) as session:
            return str(session.execute(select(person.c.last_name).where(person.c.id == home.member)).scalar())

    assert erased(engine, add_months(ended, 24) + timedelta(days=1)).get("medical") == 1
    after = erased(engine, add_months(ended, 60) + timedelta(days=2))
    assert after.get("memberships") == 1 and "payments" not in after and name() != ""
    account = SQLModel.metadata.tables["account"]
    with transaction(engine) as session:
        mine = session.execute(select(account).where(account.c.id == home.account)).one()
        staff = session.execute(select(account).where(account.c.id == home.staff)).one()
    assert mine.email == f"erased-{home.account}" and mine.closed_at is not None and "@" in staff.email
    assert erased(engine, LATE).get("payments") == 1 and name() == ""
    decision = row(engine, "line_decision")
    assert decision.facts == {} and decision.trace == {} and decision.status == "accepted"
    assert everything(engine)["ledger_entry"] == books
    assert row(engine, "payout").amount and not {"medical", "memberships", "payments"} & set(erased(engine, LATE))


AGENT = {
    "name": "Maximilian Mandatary", "email": "mandatary@agents.example", "street": "77 Mandatary Quay",
    "town": "Bremerhaven", "postcode": "27568", "born": date(1961, 2, 3),
}  # fmt: skip
PAID_TO = {"holder": "Mandatary Maximilian", "iban": "DE02120300000000202051", "town": "Cuxhaven", "country": "DE"}


def acts_for(engine: Engine, membership: int, **changed: Any) -> None:
    """Somebody who acts for a membership, signs in and is paid."""
    given: dict[str, Any] = {**AGENT, "rights": ("payouts", "claims"), "papers": ((PAPER, "mandatary.pdf"),), **changed}
    key = agent(engine, membership, account=PAID_TO, **given)
    with transaction(engine) as session:
        admit(session, key, AT, "test")
        revoke(session, key, "The mandatary moved.", AT, "test")


def told_of_the_agent(engine: Engine) -> dict[str, list[str]]:
    """The tables that still say something personal of the agent, and what."""
    said = [*(str(value) for value in AGENT.values()), *PAID_TO.values(), "mandatary"]
    said = [one for one in said if len(one) > 2]
    shown = {name: str(rows) + str([one.get("born") for one in rows]) for name, rows in everything(engine).items()}
    return {name: found for name, text in shown.items() if (found := [one for one in said if one in text])}


def test_of_who_acted_for_the_member_no_personal_text_is_left(engine: Engine, home: Household, ended: date) -> None:
    acts_for(engine, home.membership)
    assert {"mandate", "payout_account", "account", "mandate_paper", "mandate_step"} <= set(told_of_the_agent(engine))
    erased(engine, add_months(ended, 60) + timedelta(days=2))
    assert set(told_of_the_agent(engine)) <= {"payout_account"}, "where money went is kept as long as the payments"
    erased(engine, LATE)
    assert told_of_the_agent(engine) == {}


def test_who_acts_for_another_membership_too_keeps_the_account(engine: Engine, home: Household, ended: date) -> None:
    other = household(engine, "M2")
    acts_for(engine, home.membership)
    acts_for(engine, other.membership)
    erased(engine, add_months(ended, 60) + timedelta(days=2))
    left = everything(engine)
    assert [one["name"] for one in left["mandate"]] == ["", AGENT["name"]]
    (theirs,) = (one for one in left["account"] if one["roles"] == "representative")
    assert theirs["email"] == AGENT["email"] and theirs["closed_at"] is None


def test_while_a_complaint_waits_its_membership_is_held_back(engine: Engine, home: Household, ended: date) -> None:
    with transaction(engine) as session:
        key, _ = complain(session, home.membership, NewComplaint("k", home.member, "delay", "Slow."), DAY, AT, "x")
    assert "medical" not in erased(engine, LATE)
    with transaction(engine) as session:
        assert [one.held for one in due(session, LATE) if one.what == "medical"] == [True]
        withdraw(session, key, DAY, AT, "x")
    assert erased(engine, LATE)["medical"] == 1


def test_what_is_restricted_is_kept_until_the_restriction_ends(engine: Engine, home: Household, ended: date) -> None:
    write(engine, home, AT)
    with transaction(engine) as session:
        new = NewDataRequest("r", home.member, "restriction", "For a trial.")
        key, _ = ask(session, new, DAY, AT, f"account:{home.account}")
        answer(session, key, "done", "Agreed.", Acting(DAY, AT, SOURCES, f"account:{home.staff}"))
    gone = erased(engine, LATE)
    assert not {"medical", "memberships", "messages", "requests"} & set(gone)
    with transaction(engine) as session:
        tell_end(session, 1, "The trial is over.", DAY, AT, "ines")
    assert {"medical", "memberships", "messages", "requests"} <= set(erased(engine, LATE))


# --- papers ---


def test_a_paper_goes_once_nothing_that_is_kept_needs_it(engine: Engine, home: Household, tmp_path: Path) -> None:
    keys = Keys.read(new_key())
    content = pdf(7)

    def complains(number: str, day: date, at: datetime) -> None:
        with transaction(engine) as session:
            sha = keep(session, content, tmp_path, keys, at)
            new = NewComplaint(number, home.member, "delay", "Slow.", papers=[Paper("f.pdf", sha)])
            key, _ = complain(session, home.membership, new, day, at, "x")
            withdraw(session, key, day, at, "x")

    complains("one", DAY, AT)
    complains("two", DAY + timedelta(days=9), AT + timedelta(days=9))
    (sha,) = (one["sha256"] for one in everything(engine)["complaint_paper"][:1])
    erased(engine, add_months(DAY, 60) + timedelta(days=1))
    with transaction(engine) as session:
        assert remove_files(session, tmp_path) == 0 and read(session, sha, tmp_path, keys) == content
    erased(engine, add_months(DAY, 60) + timedelta(days=20))
    with transaction(engine) as session:
        assert (remove_files(session, tmp_path), remove_files(session, tmp_path)) == (1, 0)
        assert not path_of(tmp_path, sha).exists() and sha not in str(list(problems(session, tmp_path, keys)))
        with pytest.raises(NotFound, match="erased"):
            read(session, sha, tmp_path, keys)
    with transaction(engine) as session:  # handed in again, it is there again
        assert keep(session, content, tmp_path, keys, AT) == sha
    with transaction(engine) as session:
        assert read(session, sha, tmp_path, keys) == content and remove_files(session, tmp_path) == 0
        assert session.execute(select(table_of(Document).c.erased_at)).scalars().all().count(None) >= 1


def left(engine: Engine, what: str) -> set[str]:
    """The tables of a class in which something is not blank that should be."""
    found = set()
    with transaction(engine) as session:
        for name, columns in BLANKED[what].tables.items():
            where = is_left(name, columns) if (only := meant(what, name)) is None else is_left(name, columns) & only
            if session.execute(select(1).select_from(SQLModel.metadata.tables[name]).where(where)).first():
                found.add(name)
    return found


def test_every_class_is_taken_out_whole(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(engine, tmp_path, monkeypatch)
    step = SQLModel.metadata.tables["complaint_step"]
    closing = {"complaint_id": 1, "kind": "withdrawn", "text": "", "done_by": "x", "done_on": DAY, "recorded_at": AT}
    with transaction(engine) as session:
        session.execute(step.insert().values(closing))
        session.execute(update(SQLModel.metadata.tables["payout"]).values(confirmed_on=DAY))
        session.execute(update(SQLModel.metadata.tables["application"]).values(content={"people": []}))
        terminate(session, 1, "false_declaration", DAY, Acting(DAY, AT, SOURCES))
    erased(engine, LATE)
    erased(engine, LATE)
    assert {what: found for what in BLANKED if (found := left(engine, what))} == {"trail": {"audit_entry"}}
