"""Registered letters: what a formal notice says and from when it counts, batches, and what cannot leave."""

from __future__ import annotations

import csv
import io
import threading
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from expat import terminal
from expat.amendments.address import keep_address
from expat.amendments.kinds import Address
from expat.billing.contest import answer_contest, contest_premium
from expat.billing.dunning import take_step
from expat.billing.terms import Terms, start_calling
from expat.db import reading, table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.errors import BadInput, Conflict
from expat.jobs.catalogue import job_named
from expat.jobs.run import Runner, run_day
from expat.letters import commands, post_commands
from expat.letters.post import batches_of, hand_over, letter_of, letters_on, waiting, write_if_any
from expat.letters.post_file import LIST, batch_file
from expat.letters.premium_letter import letter_pdf
from expat.letters.tables import PostalBatch, PostalLetter
from expat.letters.told import sent_to
from expat.mail.outbox import put
from expat.membership.join import Joined, NewMembership, NewPerson, join
from expat.membership.tables import Member
from expat.periods import DAY
from expat.premiums.tables import PremiumEvent, PremiumOpen
from expat.settings import Settings
from tests.billing.test_calls import JOINED
from tests.letters.reading import conforms
from tests.letters.reading import text as text_of
from tests.membership.ending import acting, dossier

DUE = JOINED
CALLED = DUE - timedelta(days=30)
NOTICE = DUE + timedelta(days=16)
CHOSEN = Settings(operator_name="Mutuelle", operator_iban="FR7630006000011234567890189", operator_town="Paris")
EVENT, OPEN, LETTER, BATCH = (table_of(one) for one in (PremiumEvent, PremiumOpen, PostalLetter, PostalBatch))


def unpaid(engine: Engine, number: str = "UNO-1", language: str = "en", street: str | None = "1 Quay") -> Joined:
    """A member whose first quarter was called and is not paid; the reminder was sent."""
    with transaction(engine) as session:
        ada = Member(
            first_name="Ada", last_name="Lovelace", language=language, email=f"{number.lower()}@example.org",
            street=street, postcode="50667", town="Köln", country="DE",
            recorded_at=datetime(2025, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        people = (NewPerson("member", date(1990, 5, 2)),)
        new = NewMembership(number, "expat-uno", JOINED, "1", "A", "SG", people, member=ada)
        made = join(session, new, datetime(2025, 1, 1, tzinfo=UTC))
        start_calling(session, dossier(session, made), Terms("quarterly"), JOINED, acting(CALLED))
    for day, name in ((CALLED, "premium.calls"), (JOINED + timedelta(days=15), "premium.dunning")):
        jobs(engine, day, name)
    return made


def jobs(engine: Engine, day: date, *names: str, folder: Path | None = None) -> int:
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    chosen = CHOSEN.model_copy(update={"post_folder": folder} if folder else {})
    runner = Runner(engine, lambda: at, chosen, lambda: Keys.read(new_key()))
    return sum(run_day(runner, job_named(name), day).failed for name in names)


def hand(engine: Engine, day: date = NOTICE) -> int | None:
    with transaction(engine) as session:
        return hand_over(session, acting(day), CHOSEN)


def premium_of(engine: Engine, made: Joined) -> int:
    with reading(engine) as session:
        return int(
            session.execute(select(OPEN.c.premium_id).where(OPEN.c.membership_id == made.membership_id)).scalar_one()
        )


def noticed(engine: Engine) -> list[date]:
    with reading(engine) as session:
        return list(session.execute(select(EVENT.c.happened_on).where(EVENT.c.kind == "noticed")).scalars())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Formal notice: your premium is not paid", "293.25 EUR", "On 28 March 2025 your cover is suspended",
                "On 7 April 2025 your membership ends", "27 March 2025", "automated decision with legal effect",
                "ask for a person to review it", "do not count", "mediator", "handed to the post", "GERMANY"]),
        ("fr", ["Mise en demeure", "293,25", "28 mars 2025", "7 avril 2025", "27 mars 2025", "décision automatisée",
                "ne comptent pas", "médiateur", "remise à la poste", "ALLEMAGNE"]),
    ],
)  # fmt: skip
def test_a_formal_notice_says_what_is_owed_what_follows_and_how_to_contest(
    engine: Engine, language: str, said: list[str]
) -> None:
    made = unpaid(engine, language=language)
    batch = hand(engine, date(2025, 2, 26))
    assert batch is not None
    with reading(engine) as session:
        [row] = letters_on(session, premium_of(engine, made))
    content = letter_pdf(row, row.recipient)
    found = " ".join(text_of(content).split())
    for words in [*said, "UNO-1", "Ada Lovelace", "50667 Köln", "FR76", "RF", "Non paiement des cotisations"]:
        assert words in found, words
    assert conforms(content)


def test_a_notice_counts_from_its_batch_and_from_no_day_before(engine: Engine) -> None:
    made = unpaid(engine)
    later = NOTICE + timedelta(days=9)
    jobs(engine, NOTICE, "premium.dunning")  # without a batch
    assert noticed(engine) == []
    with reading(engine) as session:
        assert dossier(session, made).facts_on(dossier(session, made).plan.on(DUE)).suspensions == ()
    hand(engine, later)
    with reading(engine) as session:
        [row] = letters_on(session, premium_of(engine, made))
        [suspended] = dossier(session, made).facts_on(dossier(session, made).plan.on(DUE)).suspensions
    assert noticed(engine) == [later] and row.day == later
    assert suspended.first == later + timedelta(days=30)
    assert row.facts["suspension"] == suspended.first.isoformat()
    assert row.facts["termination"] == (later + timedelta(days=40)).isoformat()


def test_a_batch_is_one_zip_with_each_letter_and_its_recipient_and_always_the_same(engine: Engine) -> None:
    for number in ("UNO-1", "UNO-2"):
        unpaid(engine, number)
    batch = hand(engine)
    assert batch is not None and hand(engine) is None
    with reading(engine) as session:
        name, content = batch_file(session, batch)
        assert batch_file(session, batch) == (name, content)
    assert name == f"letters-{NOTICE}-1.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as kept:
        rows = list(csv.DictReader(io.StringIO(kept.read(LIST).decode())))
        assert sorted(kept.namelist()) == sorted([LIST, *(row["file"] for row in rows)])
        assert all(kept.read(row["file"]).startswith(b"%PDF") for row in rows)
    assert [row["reference"].rpartition("-")[0] for row in rows] == ["UNO-1", "UNO-2"]
    assert {row["registered"] for row in rows} == {"yes"} and {row["country"] for row in rows} == {"DE"}


def test_the_job_makes_the_batch_and_its_file_or_neither(engine: Engine, tmp_path: Path) -> None:
    unpaid(engine)
    blocked = tmp_path / "a-file"
    blocked.write_text("no folder")
    assert jobs(engine, NOTICE, "letters.post", folder=blocked) > 0
    assert noticed(engine) == []
    assert jobs(engine, NOTICE + DAY, "letters.post", folder=tmp_path / "post") == 0
    assert noticed(engine) == [NOTICE + DAY]
    assert [file.name for file in (tmp_path / "post").iterdir()] == [f"letters-{NOTICE + DAY}-1.zip"]


def test_without_a_usable_address_nothing_counts_and_a_person_is_told(engine: Engine) -> None:
    made = unpaid(engine, street=None)
    assert hand(engine) is None and noticed(engine) == []
    with reading(engine) as session:
        assert [one.problem for one in waiting(session, NOTICE)] == ["address"]
    with transaction(engine) as session:
        there = Address(street="2 Quay", town="Singapore", country="SG")
        keep_address(session, made.membership_id, there, None, datetime(2025, 3, 1, tzinfo=UTC), "ines")
    assert hand(engine, NOTICE + DAY) is not None and noticed(engine) == [NOTICE + DAY]


def test_contested_before_the_batch_leaves_no_letter_leaves_until_a_person_decides(engine: Engine) -> None:
    made = unpaid(engine)
    key = premium_of(engine, made)
    with transaction(engine) as session:
        contest_premium(session, key, "I paid", NOTICE + timedelta(days=5), acting(NOTICE - DAY))
    assert hand(engine) is None and noticed(engine) == []
    decided = NOTICE + timedelta(days=4)
    with transaction(engine) as session:
        answer_contest(session, key, "upheld", "Nothing came.", acting(decided))
    assert jobs(engine, decided, "letters.post") == 0 and noticed(engine) == []  # those days do not count
    day = decided + timedelta(days=10)
    assert hand(engine, day) is not None and noticed(engine) == [day]


def test_two_who_hand_over_at_once_hand_each_letter_over_once(engine: Engine) -> None:
    for number in ("UNO-1", "UNO-2", "UNO-3"):
        unpaid(engine, number)
    came: list[Any] = []

    def one() -> None:
        try:
            came.append(hand(engine))
        except Conflict as busy:
            came.append(busy)

    both = [threading.Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len([batch for batch in came if isinstance(batch, int)]) == 1, came
    with reading(engine) as session:
        assert len(noticed(engine)) == 3
        assert session.execute(select(func.count()).select_from(LETTER)).scalar() == 3
        assert session.execute(select(func.count()).select_from(BATCH)).scalar() == 1


def test_the_database_lets_no_letter_into_a_second_batch(engine: Engine) -> None:
    unpaid(engine)
    batch = hand(engine)
    again = text("INSERT INTO posted_letter SELECT letter_id, batch_id, recipient FROM posted_letter")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(again)
    with reading(engine) as session:
        assert batches_of(session, NOTICE) == [batch]


def test_a_termination_is_told_by_letter_with_the_last_day_for_claims(engine: Engine) -> None:
    made = unpaid(engine)
    key = premium_of(engine, made)
    hand(engine)
    for day in (NOTICE + timedelta(days=30), NOTICE + timedelta(days=40)):
        with transaction(engine) as session:
            taken = take_step(session, key, day, acting(day))
            assert taken is not None
            write_if_any(session, taken, day, acting(day), CHOSEN)
    ended = NOTICE + timedelta(days=40)
    with reading(engine) as session:
        assert [(one.kind, one.problem) for one in waiting(session, ended)] == [("termination", None)]
    hand(engine, ended)
    with reading(engine) as session:
        found = [row for row in letters_on(session, key) if row.kind == "termination"]
    said = " ".join(text_of(letter_pdf(found[0], found[0].recipient)).split())
    for words in ("Your membership has ended", "ended on 7 April 2025", "7 July 2025", "24 months", "28 March 2025"):
        assert words in said, words


def test_a_member_is_told_of_the_own_mails_and_letters_alone(engine: Engine) -> None:
    ada, other = unpaid(engine), unpaid(engine, "UNO-2")
    hand(engine)
    at = datetime(2025, 4, 1, tzinfo=UTC)
    with transaction(engine) as session:
        put(session, "statement:9", "statement", "somebody@example.org", "en", "For somebody else", "b", at)
        put(session, "message:9", "message", "uno-1@example.org", "en", "A message for you", "b", at)
    with reading(engine) as session:
        found = sent_to(session, ada.people[0], ada.membership_id, 0, 50)
        assert found[0].subject == "A message for you"
        [letter] = [one.letter for one in found if one.letter]
        assert letter is not None and letter_of(session, letter).membership_id == ada.membership_id
        assert {one.kind for one in found} == {"message", "premium", "notice"}
        assert "For somebody else" not in {one.subject for one in found}
        assert sent_to(session, ada.people[0], None, 0, 50) == []  # not as the member
        assert len(sent_to(session, other.people[0], other.membership_id, 0, 2)) == 2


def test_the_command_writes_the_day_s_batches_and_again_the_same(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaid(engine)
    unpaid(engine, "UNO-2", street=None)
    monkeypatch.setattr(terminal, "database", lambda: engine)
    monkeypatch.setattr(post_commands, "now", lambda: datetime(2025, 2, 26, 9, tzinfo=UTC))
    done = CliRunner().invoke(commands.letter, ["post", "--to", str(tmp_path / "out")], catch_exceptions=False)
    assert done.exit_code == 0 and "UNO-2" in done.stderr and "no street" in done.stderr
    [file] = (tmp_path / "out").iterdir()
    first = file.read_bytes()
    file.unlink()
    again = ["post", "--on", "2025-02-26", "--to", str(tmp_path / "out")]
    assert CliRunner().invoke(commands.letter, again).exit_code == 0 and file.read_bytes() == first
    with pytest.raises(BadInput, match="has not come yet"):
        CliRunner().invoke(
            commands.letter, ["post", "--on", "2025-02-27", "--to", str(tmp_path)], catch_exceptions=False
        )
    letter = tmp_path / "letter.pdf"
    CliRunner().invoke(commands.letter, ["registered", "1", "--to", str(letter)], catch_exceptions=False)
    assert "Formal notice" in text_of(letter.read_bytes())
