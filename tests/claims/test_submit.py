"""A claim is handed in once, whatever is sent twice, and what cannot be right is named before anything is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from expat.claims.intake import NewClaim, NewLine, content_hash
from expat.claims.submit import Submitted, submit
from expat.claims.tables import Claim, ClaimLine, LineDecision, LineDocument
from expat.db import open_engine, table_of, transaction
from expat.documents.tables import Document
from expat.errors import BadInput, Conflict, NotFound
from tests.payments.insured import AT, RECEIVED, SOURCES, at_once, insure, member_of, publish, url_of, visit

SCAN, OTHER_SCAN = "a" * 64, "b" * 64


@pytest.fixture
def membership(engine: Engine) -> int:
    """A member, and two scans that are kept."""
    publish(engine)
    with transaction(engine) as session:
        rows = [
            {"sha256": scan, "media_type": "application/pdf", "size": 9, "stored_at": AT, "key_id": "k"}
            for scan in (SCAN, OTHER_SCAN)
        ]
        session.execute(table_of(Document).insert(), rows)
    return insure(engine, "M1")


def line(amount: str = "45.00 EUR", scan: str | None = SCAN, **changed: Any) -> NewLine:
    values: dict[str, Any] = {"files": {"invoice": scan} if scan else {}, **changed}
    return visit(1, amount, documents=frozenset({"invoice"}), **values)


def send(engine: Engine, membership: int, key: str, *lines: NewLine) -> Submitted:
    with transaction(engine) as session:
        return submit(session, membership, NewClaim(lines, RECEIVED, key), AT, SOURCES)


def count(engine: Engine) -> list[int]:
    """Claims, lines, decisions, papers."""
    tables = (Claim, ClaimLine, LineDecision, LineDocument)
    with transaction(engine) as session:
        return [session.execute(select(func.count()).select_from(table_of(t))).scalar_one() for t in tables]


def test_the_same_key_is_the_same_claim(engine: Engine, membership: int) -> None:
    first = send(engine, membership, "k", line(), line("12.00 EUR"))
    again = send(engine, membership, "k", line(), line("12.00 EUR"))
    assert again == replace(first, again=True)
    assert count(engine) == [1, 2, 2, 2]


def test_the_same_content_with_the_same_papers_is_the_same_claim_under_another_key(
    engine: Engine, membership: int
) -> None:
    first = send(engine, membership, "k", line())
    assert send(engine, membership, "k2", line()) == replace(first, again=True)
    assert count(engine) == [1, 1, 1, 1]


def test_the_same_content_with_other_papers_or_none_is_another_claim(engine: Engine, membership: int) -> None:
    sent = [send(engine, membership, f"k{n}", line(scan=s)) for n, s in enumerate((SCAN, OTHER_SCAN, None, None))]
    assert not any(one.again for one in sent)
    assert count(engine)[0] == 4


def test_a_key_that_comes_again_with_something_else_is_refused(engine: Engine, membership: int) -> None:
    send(engine, membership, "k", line())
    with pytest.raises(Conflict, match="'k' was used for another claim"):
        send(engine, membership, "k", line("45.01 EUR"))
    assert count(engine) == [1, 1, 1, 1]


def test_a_key_decides_where_the_content_is_that_of_yet_another_claim(engine: Engine, membership: int) -> None:
    send(engine, membership, "b", line("20.00 EUR", OTHER_SCAN))
    send(engine, membership, "a", line())
    with pytest.raises(Conflict):
        send(engine, membership, "a", line("20.00 EUR", OTHER_SCAN))
    with pytest.raises(Conflict):
        send(engine, membership, "b", line())


def test_two_memberships_may_use_one_key(engine: Engine, membership: int) -> None:
    other = insure(engine, "M2")
    send(engine, membership, "k", line(scan=None))
    assert not send(engine, other, "k", replace(line(scan=None), person=member_of(engine, other))).again


@pytest.mark.parametrize("content", ["the same key", "the same content"])
def test_two_at_once_make_one_claim(engine: Engine, membership: int, content: str) -> None:
    keys = ["k", "k", "k"] if content == "the same key" else ["k1", "k2", "k3"]
    at_once(_send_elsewhere, [(url_of(engine), membership, key) for key in keys])
    assert count(engine) == [1, 1, 1, 1]


def _send_elsewhere(barrier: Any, url: str, membership: int, key: str) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    send(engine, membership, key, line())


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"person": 99}, "person"),
        ({"care": "ambulatory.magic"}, "care"),
        ({"country": "ZZ"}, "country"),
        ({"cause": "bad luck"}, "cause"),
        ({"last_day": date(2025, 6, 30)}, "until"),
        ({"quantity": 0}, "quantity"),
        ({"stay_days": -1}, "stay_days"),
        ({"documents": frozenset({"selfie"})}, "documents"),
        ({"amount": visit(1, "0.00 EUR").amount}, "amount"),
        ({"amount": visit(1, "1.001 EUR").amount}, "amount"),
        ({"amount": visit(1, "1.5 JPY").amount}, "amount"),
    ],
)
def test_what_cannot_be_right_is_named_and_nothing_is_kept(
    engine: Engine, membership: int, changed: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadInput) as refused:
        send(engine, membership, "k", line(), replace(line("9.00 EUR"), **changed))
    assert refused.value.where == f"lines[1].{where}"
    assert count(engine) == [0, 0, 0, 0]


@pytest.mark.parametrize("key", ["", "k" * 101])
def test_a_key_has_1_to_100_characters(engine: Engine, membership: int, key: str) -> None:
    with pytest.raises(BadInput, match="key"):
        send(engine, membership, key, line())


def test_a_claim_has_a_line_and_a_membership(engine: Engine, membership: int) -> None:
    with pytest.raises(BadInput, match="lines"):
        send(engine, membership, "k")
    with pytest.raises(NotFound, match="no membership 99"):
        send(engine, 99, "k", line())


def test_several_files_of_a_kind_are_all_kept_and_those_marked_are_confidential(
    engine: Engine, membership: int
) -> None:
    both = line(files={"invoice": (SCAN, OTHER_SCAN, SCAN)}, confidential=frozenset({OTHER_SCAN}))
    first = send(engine, membership, "k", both)
    assert send(engine, membership, "k2", both) == replace(first, again=True)
    with transaction(engine) as session:
        table = table_of(LineDocument)
        kept = session.execute(select(table.c.kind, table.c.sha256, table.c.confidential).order_by(table.c.id))
        assert kept.all() == [("invoice", SCAN, False), ("invoice", OTHER_SCAN, True)]


def test_a_claim_says_the_same_whether_its_file_stands_alone_or_in_a_list_of_one() -> None:
    alone, in_list = line(), replace(line(), files={"invoice": (SCAN,), "prescription": ()})
    claims = [NewClaim([one], RECEIVED, "k") for one in (alone, in_list)]
    assert len({content_hash(claim) for claim in claims}) == 1
    # A hash of earlier claims: it may never change, or what was sent before would be taken a second time.
    assert content_hash(claims[0]) == "b9626288c19b8969e8dbbcbda0baece3b9fb410e7ef673e5f0a02f3848f87f65"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"invoice": "a\x00b"}, r"lines\[0\].invoice"),
        ({"provider": "x" * 201}, r"lines\[0\].provider"),
        ({"files": {"selfie": SCAN}}, r"lines\[0\].documents"),
    ],
)
def test_what_cannot_be_kept_is_named(engine: Engine, membership: int, changed: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput, match=where):
        send(engine, membership, "k", replace(line(), **changed))
