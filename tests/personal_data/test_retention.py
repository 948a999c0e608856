"""How long what is kept: dated and cited; what is past its time is found to the day, and erased where it can be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from expat.accounts.tables import Attempt, SignIn
from expat.audit import AuditEntry
from expat.complaints.answer import withdraw
from expat.complaints.complain import NewComplaint, complain
from expat.db import table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.employers.announce import confirm, hand_in, upload_of
from expat.employers.tables import EmployerUpload
from expat.errors import BadInput, NotFound
from expat.mail.outbox import put
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting
from expat.membership.ends import terminate
from expat.messages.tables import Message
from expat.personal_data import commands
from expat.personal_data.consents import decide
from expat.personal_data.due import OF_MEMBERSHIP, ROWS, STARTS, due
from expat.personal_data.erase import erase
from expat.personal_data.export import snapshot
from expat.personal_data.retention import ANSWER, FILE, WHAT, Retention, last_past, load, retention_on
from expat.screening.lists import import_list
from expat.screening.reading import read
from expat.screening.screen import screen_all, screen_person
from expat.tables import METADATA
from tests.claims.household import Household, at_home
from tests.employers.files import MEMBER, TODAY, csv_of, employ
from tests.payments.insured import SOURCES
from tests.screening.lists import xml

DAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, 9, tzinfo=UTC)


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def test_everything_has_a_period_a_ground_and_a_way_to_be_found() -> None:
    found = retention_on(DAY)
    assert tuple(found) == WHAT
    assert all(one.basis and one.months for one in found.values())
    by_membership = {what for what, one in found.items() if one.after == "end_of_membership"}
    assert {*STARTS, *OF_MEMBERSHIP, ANSWER} == set(WHAT) and by_membership < set(OF_MEMBERSHIP)
    assert all(METADATA.tables[name].c[column] is not None for name, column in ROWS.values())


def test_the_periods_of_french_law() -> None:
    months = {what: one.months for what, one in retention_on(DAY).items()}
    assert (months["payments"], months["complaints"], months["medical"], months["quotes"]) == (120, 60, 24, 36)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('what = "drafts"', 'what = "gossip"'), "what: 'gossip' is unknown"),
        (("months = 120", "months = 0"), "months: 0 is no period"),
        (("months = 120", 'months = "ten"'), "months: 'ten' is no period"),
        (('basis = "Code de commerce, art. L123-22"', 'basis = ""'), "basis"),
        (('what = "quotes"', 'what = "drafts"'), "quotes"),
        (("from = 2018-05-25", 'from = "long ago"'), "from"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(tmp_path: Path, change: tuple[str, str], problem: str) -> None:
    file = tmp_path / "retention.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        load(file)
    assert problem in str(refused.value)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 130))
def test_the_last_day_that_is_past_its_time(day: date, months: int) -> None:
    kept = Retention("trail", months, "act", "x", date(2018, 5, 25), None)
    last = last_past(kept, day)
    assert kept.ends(last) < day <= kept.ends(last + timedelta(days=1))


def found_on(engine: Engine, day: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with snapshot(engine) as session:
        for one in due(session, day):
            assert one.until < day
            found.setdefault(one.what, []).append(one.subject)
    return found


def test_what_is_past_its_time_is_found_to_the_day(engine: Engine, home: Household) -> None:
    with transaction(engine) as session:
        key, _ = complain(session, home.membership, NewComplaint("k", home.member, "delay", "Slow."), DAY, AT, "x")
        withdraw(session, key, DAY, AT, "x")
        values = {"membership_id": home.membership, "person_id": home.member, "account_id": home.account, "at": AT}
        session.execute(table_of(Message).insert().values(**values, from_staff=False, text="t"))
    assert not {"complaints", "messages"} & set(found_on(engine, date(2030, 8, 4)))
    after = found_on(engine, date(2030, 8, 5))
    assert after["complaints"] == [f"complaint:{key}"] and after["messages"] == ["message:1"]
    assert "memberships" not in after


def test_a_membership_counts_from_the_last_day_on_which_somebody_was_covered(engine: Engine, home: Household) -> None:
    with transaction(engine) as session:
        ended = terminate(session, home.membership, "false_declaration", DAY, Acting(DAY, AT, SOURCES))
    assert ended.effective_from is not None
    last = ended.effective_from - timedelta(days=1)
    assert "medical" not in found_on(engine, date(last.year + 2, last.month, last.day))
    after = found_on(engine, date(last.year + 2, last.month, last.day) + timedelta(days=1))
    assert after["medical"] == [f"membership:{home.membership}"] and "memberships" not in after


def test_what_rests_on_nothing_is_erased_and_the_trail_says_so(engine: Engine, home: Household) -> None:
    old, new = AT, datetime(2026, 8, 4, 9, tzinfo=UTC)
    with transaction(engine) as session:
        for number, at in enumerate((old, new)):
            opened = {"account_id": home.account, "second_factor": False, "agent": "", "opened_at": at, "seen_at": at}
            session.execute(table_of(SignIn).insert().values(token_hash=str(number), **opened))
            session.execute(table_of(Attempt).insert().values(subject="s", kind="sign_in", at=at))
    day = date(2026, 8, 5)
    assert {"sign_ins", "tries"} <= set(found_on(engine, day))
    with transaction(engine) as session:
        assert erase(session, day, AT, "ada") == {"sign_ins": 1, "tries": 1}
        assert erase(session, day, AT, "ada") == {}
        assert session.execute(select(func.count()).select_from(table_of(SignIn))).scalar_one() == 1
        entry: Any = table_of(AuditEntry)
        kept = session.execute(select(entry).where(entry.c.action == "data.erased")).all()
    assert {row.subject: row.detail["values"] for row in kept} == {
        "retention:sign_ins": {"sign_in": 1}, "retention:tries": {"attempt": 1},
    }  # fmt: skip
    assert not {"sign_ins", "tries"} & set(found_on(engine, day))


def test_the_commands(engine: Engine, home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "ready", lambda: engine)
    with transaction(engine) as session:
        session.execute(table_of(Attempt).insert().values(subject="s", kind="sign_in", at=AT))
    told = CliRunner().invoke(commands.data, ["due", "--on", "2026-03-01", "--each"])
    assert told.exit_code == 0 and "tries attempt:1: since 2025-08-04, kept until 2026-02-04" in told.output
    assert "1 past their time on 2026-03-01" in told.output
    assert "0 past" in CliRunner().invoke(commands.data, ["due", "--on", "2026-02-04"]).output
    with transaction(engine) as session:
        decide(session, home.member, "offers", True, "en", DAY, AT, f"account:{home.account}")
    written_to = CliRunner().invoke(commands.data, ["addressees", "offers", "--on", "2025-08-05"]).output
    assert written_to.count("@") == 1 and written_to.endswith("\tfr\n" if "\tfr\n" in written_to else "\ten\n")
    assert CliRunner().invoke(commands.data, ["addressees", "surveys", "--on", "2025-08-05"]).output == ""
    gone = CliRunner().invoke(commands.data, ["erase", "--on", "2026-03-01", "--by", "ada"])
    assert gone.output == "tries: 1 erased\n1 erased, 0 files removed\n"


def test_a_mail_that_told_a_decision_is_kept_as_long_as_it_can_be_disputed(engine: Engine) -> None:
    mail: Any = table_of(OutgoingMail)
    with transaction(engine) as session:
        for kind in ("recovery", "leaving", "amendment", "message"):
            put(session, kind, kind, "ada@example.org", "en", "s", "b", AT)
        session.execute(mail.update().values(sent_at=AT))
    with transaction(engine) as session:
        assert erase(session, date(2026, 8, 5), AT, "ada") == {"mails": 1}
    assert found_on(engine, date(2030, 8, 4)).keys() == set()
    with transaction(engine) as session:
        assert set(session.execute(select(mail.c.kind)).scalars()) == {"recovery", "leaving", "amendment"}
        assert erase(session, date(2030, 8, 5), AT, "ada")["decision_mails"] == 3


def test_a_file_that_an_employer_never_confirmed_is_dropped_after_a_month(engine: Engine) -> None:
    employer, keys = employ(engine), Keys.read(new_key())
    with transaction(engine) as session:
        handed = hand_in(session, employer, "f.csv", csv_of([MEMBER]), keys, TODAY, AT, "test")
    assert handed.upload is not None
    assert "uploads" not in found_on(engine, date(2025, 9, 4))
    assert found_on(engine, date(2025, 9, 5))["uploads"] == [f"employer_upload:{handed.upload}"]
    with transaction(engine) as session:
        assert erase(session, date(2025, 9, 5), AT, "ada") == {"uploads": 1}
        assert session.execute(select(table_of(EmployerUpload).c.content)).scalar_one() is None
        with pytest.raises(NotFound):
            upload_of(session, employer, handed.upload)
    assert "uploads" not in found_on(engine, date(2025, 9, 5))


def test_announced_people_and_checks_of_applicants_are_listed_once_they_are_past_their_time(engine: Engine) -> None:
    employer, keys = employ(engine), Keys.read(new_key())
    with transaction(engine) as session:
        key = hand_in(session, employer, "f.csv", csv_of([MEMBER]), keys, TODAY, AT, "test").upload
        assert key is not None
        confirm(session, employer, key, keys, TODAY, AT, "test")
        import_list(session, read("f.xml", xml()), AT, "test")
        screen_person(session, "applicant", "1", "Ada Lovelace", None, AT)
        screen_all(session, AT, "test")  # those who are insured are no applicants
    assert not {"announcements", "applicant_checks"} & set(found_on(engine, date(2030, 8, 4)))
    after = found_on(engine, date(2030, 8, 5))
    assert after["announcements"] == ["announced_joiner:1"] and len(after["applicant_checks"]) == 1
