"""A draft survives what it is filled in on, is nobody else's, and is one claim however often it is sent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from expat.claims.asked import requests_of
from expat.claims.drafts import (
    Draft,
    add_document,
    draft,
    drafts_of,
    drop_document,
    drop_draft,
    keep_draft,
    say_document,
    send_draft,
    start_draft,
)
from expat.claims.intake import NewLine
from expat.claims.submit import Submitted
from expat.claims.tables import Claim, ClaimLine, LineDocument
from expat.db import open_engine, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from tests.bench.ground import counted
from tests.claims.household import SCANS, Household, at_home
from tests.payments.insured import AT, RECEIVED, SOURCES, at_once, statuses, url_of, visit

KEY = "0123456789abcdef0123456789abcdef"
LATER = AT + timedelta(minutes=5)
FORM = {"amount": "45,00", "lines": [{"care": "ambulatory.gp"}], "person": "1"}
LINE, PAPER = table_of(ClaimLine), table_of(LineDocument)


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def start(engine: Engine, home: Household, key: str | None = KEY, account: int | None = None) -> Draft:
    with transaction(engine) as session:
        return start_draft(session, home.membership, account or home.account, AT, key)


def keep(engine: Engine, home: Household, content: Any, version: int) -> int:
    with transaction(engine) as session:
        return keep_draft(session, KEY, home.account, content, version, LATER)


def add(engine: Engine, home: Household, scan: str, kind: str = "invoice", confidential: bool = False) -> int:
    with transaction(engine) as session:
        return add_document(session, KEY, home.account, scan, kind, f"{kind}.pdf", confidential, LATER)


def send(engine: Engine, home: Household, *lines: NewLine) -> Submitted:
    with transaction(engine) as session:
        return send_draft(session, KEY, home.account, lines, RECEIVED, LATER, SOURCES)


def read(engine: Engine, home: Household) -> Draft:
    with transaction(engine) as session:
        return draft(session, KEY, home.account)


def papers(engine: Engine) -> list[tuple[int, str, str, bool]]:
    with transaction(engine) as session:
        rows = session.execute(select(PAPER).order_by(PAPER.c.line_id, PAPER.c.id)).all()
        return [(row.line_id % 1000, row.kind, row.sha256[:1], row.confidential) for row in rows]


# --- filling it in ------------------------------------------------------------------------------------------------


def test_a_draft_is_begun_once_and_keeps_what_the_form_holds(engine: Engine, home: Household) -> None:
    assert start(engine, home) == start(engine, home)
    assert keep(engine, home, FORM, 1) == 2
    found = read(engine, home)
    assert (found.content, found.version, found.changed_at, found.claim_id) == (FORM, 2, LATER, None)


def test_the_server_makes_a_key_where_the_browser_has_none(engine: Engine, home: Household) -> None:
    made = {start(engine, home, None).key for _ in range(3)}
    assert len(made) == 3
    with transaction(engine) as session:
        assert {one.key for one in drafts_of(session, home.account)} == made


def test_another_window_that_saved_first_is_not_overwritten(engine: Engine, home: Household) -> None:
    start(engine, home)
    assert keep(engine, home, FORM, 1) == 2
    with pytest.raises(Conflict, match="another window kept this draft"):
        keep(engine, home, {"amount": "46,00"}, 1)
    assert keep(engine, home, {"amount": "46,00"}, 2) == 3


def test_what_is_kept_again_because_the_answer_was_lost_is_no_conflict(engine: Engine, home: Household) -> None:
    start(engine, home)
    assert [keep(engine, home, FORM, 1) for _ in range(3)] == [2, 2, 2]


@pytest.mark.parametrize(
    "content",
    [
        ["a"],
        {"a": 1},
        {"a": None},
        {"a": "x" * 200_001},
        {"a": "\ud800"},
        {"a": {"b": {"c": {"d": {"e": {"f": "g"}}}}}},
    ],
)
def test_only_what_a_form_holds_is_kept(engine: Engine, home: Household, content: Any) -> None:
    start(engine, home)
    with pytest.raises(BadInput, match="content"):
        keep(engine, home, content, 1)


@pytest.mark.parametrize("key", ["", "short", KEY.upper(), KEY + "0", "../../../../etc/passwd"])
def test_a_key_has_32_hexadecimal_digits(engine: Engine, home: Household, key: str) -> None:
    with pytest.raises(BadInput, match="key"):
        start(engine, home, key)


def test_a_draft_of_somebody_else_is_not_there(engine: Engine, home: Household) -> None:
    start(engine, home)
    with transaction(engine) as session:
        assert drafts_of(session, home.spouse_account) == []
        with pytest.raises(NotFound):
            draft(session, KEY, home.spouse_account)
        with pytest.raises(NotFound):
            keep_draft(session, KEY, home.spouse_account, {}, 1, AT)
        with pytest.raises(NotFound):
            send_draft(session, KEY, home.spouse_account, [visit(home.spouse, "1.00 EUR")], RECEIVED, AT, SOURCES)
        with pytest.raises(Conflict, match="used before"):
            start_draft(session, home.membership, home.spouse_account, AT, KEY)


def test_a_draft_that_was_dropped_is_gone_and_its_key_with_it(engine: Engine, home: Household) -> None:
    start(engine, home)
    add(engine, home, SCANS[0])
    with transaction(engine) as session:
        drop_draft(session, KEY, home.account, LATER)
        assert drafts_of(session, home.account) == []
    with pytest.raises(NotFound):
        read(engine, home)
    with pytest.raises(Conflict):
        start(engine, home)


# --- its documents ------------------------------------------------------------------------------------------------


def test_the_same_document_twice_is_there_once_as_it_was_said_first(engine: Engine, home: Household) -> None:
    start(engine, home)
    first = add(engine, home, SCANS[0], "prescription", confidential=True)
    assert add(engine, home, SCANS[0]) == first
    (one,) = read(engine, home).documents
    assert (one.kind, one.confidential, one.name) == ("prescription", True, "prescription.pdf")


def test_what_a_document_is_can_be_said_anew_until_the_draft_is_sent(engine: Engine, home: Household) -> None:
    start(engine, home)
    key, other = add(engine, home, SCANS[0]), add(engine, home, SCANS[1])
    with transaction(engine) as session:
        say_document(session, KEY, home.account, key, "prescription", True)
        with pytest.raises(NotFound):
            say_document(session, KEY, home.account, other + 1, "prescription", True)
        with pytest.raises(NotFound):
            say_document(session, KEY, home.spouse_account, key, "invoice", False)
        with pytest.raises(BadInput, match="kind"):
            say_document(session, KEY, home.account, key, "selfie", False)
    assert [(one.kind, one.confidential) for one in read(engine, home).documents] == [
        ("prescription", True), ("invoice", False),
    ]  # fmt: skip
    send(engine, home, visit(home.member, "45.00 EUR"))
    with transaction(engine) as session, pytest.raises(Conflict, match="was sent as claim"):
        say_document(session, KEY, home.account, key, "invoice", False)


def test_a_document_can_be_taken_out(engine: Engine, home: Household) -> None:
    start(engine, home)
    keys = [add(engine, home, scan) for scan in SCANS[:2]]
    with transaction(engine) as session:
        drop_document(session, KEY, home.account, keys[0])
        drop_document(session, KEY, home.account, keys[0])
    assert [one.id for one in read(engine, home).documents] == keys[1:]


def test_only_documents_that_are_kept_and_of_a_known_kind_are_added(engine: Engine, home: Household) -> None:
    start(engine, home)
    with pytest.raises(NotFound):
        add(engine, home, "9" * 64)
    with pytest.raises(BadInput, match="kind"):
        add(engine, home, SCANS[0], "selfie")


# --- sending it ---------------------------------------------------------------------------------------------------


def test_every_line_comes_with_the_drafts_papers_and_those_marked_are_confidential(
    engine: Engine, home: Household
) -> None:
    start(engine, home)
    add(engine, home, SCANS[0])
    add(engine, home, SCANS[1])
    add(engine, home, SCANS[2], "prescription", confidential=True)
    lines = [visit(home.member, "45.00 EUR"), visit(home.member, "9.00 EUR", care="ambulatory.laboratory")]
    done = send(engine, home, *lines)
    assert statuses(engine) == ["accepted", "accepted"]
    line = [("invoice", "a", False), ("invoice", "b", False), ("prescription", "c", True)]
    assert papers(engine) == [(n, *paper) for n in (1, 2) for paper in line]
    assert read(engine, home).claim_id == done.claim_id


def test_a_medical_report_is_confidential_whatever_its_sender_says(engine: Engine, home: Household) -> None:
    start(engine, home)
    add(engine, home, SCANS[0])
    add(engine, home, SCANS[1], "medical_report", confidential=False)
    send(engine, home, visit(home.member, "45.00 EUR"))
    assert papers(engine) == [(1, "invoice", "a", False), (1, "medical_report", "b", True)]


def test_a_line_that_names_its_files_comes_with_these_alone(engine: Engine, home: Household) -> None:
    start(engine, home)
    for scan in SCANS[:2]:
        add(engine, home, scan)
    lines = [visit(home.member, "45.00 EUR", files={"invoice": scan}, invoice=scan[:1]) for scan in SCANS[:2]]
    send(engine, home, *lines)
    assert papers(engine) == [(1, "invoice", "a", False), (2, "invoice", "b", False)]


def test_a_document_of_another_draft_cannot_be_named(engine: Engine, home: Household) -> None:
    start(engine, home)
    add(engine, home, SCANS[0])
    with pytest.raises(BadInput, match=r"lines\[0\].files"):
        send(engine, home, visit(home.member, "45.00 EUR", files={"invoice": SCANS[1]}))


def test_papers_that_did_not_come_are_missing_and_nobody_reviews_an_own_cost(engine: Engine, home: Household) -> None:
    start(engine, home)
    every = frozenset({"invoice", "prescription"})
    send(engine, home, visit(home.member, "45.00 EUR", documents=every, accepted_amount=Decimal(1), accepted_why="x"))
    with transaction(engine) as session:
        row = session.execute(select(LINE)).one()
    assert (row.status, row.documents, row.accepted_amount) == ("pending", "", None)


def test_care_to_come_is_not_sent(engine: Engine, home: Household) -> None:
    start(engine, home)
    with pytest.raises(BadInput, match=r"lines\[0\].on"):
        send(engine, home, visit(home.member, "45.00 EUR", first_day=RECEIVED + timedelta(days=1)))


def test_a_draft_that_was_sent_is_its_claim_and_changes_no_more(engine: Engine, home: Household) -> None:
    start(engine, home)
    key = add(engine, home, SCANS[0])
    first = send(engine, home, visit(home.member, "45.00 EUR"))
    again = send(engine, home, visit(home.member, "46.00 EUR"))
    assert (again.claim_id, again.line_ids, again.again) == (first.claim_id, first.line_ids, True)
    with pytest.raises(Conflict, match="was sent as claim"):
        keep(engine, home, FORM, 1)
    with pytest.raises(Conflict, match="was sent as claim"):
        add(engine, home, SCANS[1])
    with transaction(engine) as session:
        assert drafts_of(session, home.account) == []
        with pytest.raises(Conflict, match="was sent as claim"):
            drop_document(session, KEY, home.account, key)


def test_above_the_online_limit_the_originals_are_asked_for_and_nothing_waits_for_them(
    engine: Engine, home: Household
) -> None:
    start(engine, home)
    add(engine, home, SCANS[0])
    done = send(engine, home, visit(home.member, "1000.00 EUR"), visit(home.member, "500.01 EUR"))
    with transaction(engine) as session:
        asked = requests_of(session, done.line_ids)
    assert [[one.kind for one in asked[line]] for line in done.line_ids] == [["original"], ["original"]]
    assert statuses(engine) == ["accepted", "accepted"]


def _claims(engine: Engine) -> list[int]:
    with transaction(engine) as session:
        counts = [select(func.count()).select_from(table_of(t)) for t in (Claim, ClaimLine)]
        return [session.execute(count).scalar_one() for count in counts]


def test_two_requests_that_send_a_draft_at_once_are_one_claim(engine: Engine, home: Household) -> None:
    start(engine, home)
    add(engine, home, SCANS[0])
    barrier, answers = Barrier(4), []

    def press() -> None:
        barrier.wait(60)
        answers.append(send(engine, home, visit(home.member, "45.00 EUR")))

    pressed = [Thread(target=press) for _ in range(4)]
    for thread in pressed:
        thread.start()
    for thread in pressed:
        thread.join(60)
    assert sorted(answer.again for answer in answers) == [False, True, True, True]
    assert len({(answer.claim_id, answer.line_ids) for answer in answers}) == 1
    assert _claims(engine) == [1, 1]


def _send_at_once(barrier: Any, url: str, home: Household) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    send(engine, home, visit(home.member, "45.00 EUR"))


def test_two_processes_that_send_a_draft_at_once_are_one_claim(engine: Engine, home: Household) -> None:
    start(engine, home)
    add(engine, home, SCANS[0])
    at_once(_send_at_once, [(url_of(engine), home)] * 3)
    assert _claims(engine) == [1, 1]


def test_sending_a_draft_costs_little_more_than_handing_a_claim_in(engine: Engine, home: Household) -> None:
    start(engine, home)
    add(engine, home, SCANS[0])
    with counted(engine) as queries:
        send(engine, home, *[visit(home.member, f"{n}.00 EUR") for n in (1, 2, 3)])
    assert queries[0] <= 18
