"""The operator's own rate needs two people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from expat.audit import AuditEntry
from expat.currency.open_proposals import open_proposals
from expat.currency.proposals import confirm, discard, propose
from expat.currency.rates import rates_on
from expat.currency.tables import DiscardedProposal, PublishedRate, RateProposal
from expat.errors import BadInput, Conflict, NotFound

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = date(2026, 11, 20)


def typed_in(session: Session, value: str = "0.3551", by: str = "Anne Martin") -> int:
    return propose(session, "KWD", Decimal(value), DAY, "Central Bank of Kuwait, 20 November", by, NOW)


def test_a_rate_counts_once_another_person_confirms_it(session: Session) -> None:
    number = typed_in(session)
    assert rates_on(session, ["KWD"], DAY, ("operator",)) == {}
    rate_id = confirm(session, number, "Paul Petit", NOW)
    held = rates_on(session, ["KWD"], DAY, ("operator",))["KWD"]
    assert (held.id, held.value, held.source) == (rate_id, Decimal("0.3551"), "operator")
    assert held.note is not None
    assert "Central Bank of Kuwait" in held.note
    kept = session.exec(select(RateProposal)).one()
    session.refresh(kept)
    assert (kept.entered_by, kept.confirmed_by, kept.rate_id) == ("Anne Martin", "Paul Petit", rate_id)


@pytest.mark.parametrize("same", ["Anne Martin", "anne martin", " Anne  Martin "])
def test_the_same_person_cannot_confirm(session: Session, same: str) -> None:
    number = typed_in(session)
    with pytest.raises(BadInput, match="another person"):
        confirm(session, number, same, NOW)
    assert session.exec(select(PublishedRate)).all() == []


def test_a_rate_is_confirmed_once(session: Session) -> None:
    number = typed_in(session)
    confirm(session, number, "Paul Petit", NOW)
    with pytest.raises(Conflict, match="confirmed already"):
        confirm(session, number, "Luc Roux", NOW)
    assert len(session.exec(select(PublishedRate)).all()) == 1


def test_there_is_nothing_to_confirm(session: Session) -> None:
    with pytest.raises(NotFound):
        confirm(session, 999, "Paul Petit", NOW)


def test_a_proposal_without_reason_or_value_or_name_is_refused(session: Session) -> None:
    with pytest.raises(BadInput, match="reason"):
        propose(session, "KWD", Decimal("0.35"), DAY, "  ", "Anne Martin", NOW)
    with pytest.raises(BadInput, match="value"):
        typed_in(session, "0")
    with pytest.raises(BadInput, match="by"):
        typed_in(session, by=" ")


def test_both_acts_are_in_the_audit_trail(session: Session) -> None:
    number = typed_in(session)
    confirm(session, number, "Paul Petit", NOW)
    acts = session.exec(select(AuditEntry).order_by("id")).all()
    assert [(act.actor, act.action, act.subject) for act in acts] == [
        ("Anne Martin", "rate.propose", f"rate_proposal:{number}"),
        ("Paul Petit", "rate.confirm", f"rate_proposal:{number}"),
    ]


@pytest.mark.parametrize("who", ["Anne Martin", "Paul Petit"])
def test_either_person_discards_a_rate_which_is_kept_with_the_reason(session: Session, who: str) -> None:
    number = typed_in(session)
    discard(session, number, " A digit too many. ", who, NOW)
    kept = session.exec(select(DiscardedProposal)).one()
    assert (kept.proposal_id, kept.reason, kept.discarded_by) == (number, "A digit too many.", who)
    assert session.exec(select(RateProposal)).one().value == Decimal("0.3551")
    act = session.exec(select(AuditEntry).where(AuditEntry.action == "rate.discard")).one()
    assert (act.actor, act.subject, act.detail) == (who, f"rate_proposal:{number}", {"reason": "A digit too many."})
    assert open_proposals(session, ("operator",)) == []


def test_a_discarded_rate_is_neither_confirmed_nor_discarded_again(session: Session) -> None:
    number = typed_in(session)
    discard(session, number, "A digit too many.", "Paul Petit", NOW)
    with pytest.raises(Conflict, match="is discarded, by Paul Petit"):
        confirm(session, number, "Paul Petit", NOW)
    with pytest.raises(Conflict, match="is discarded"):
        discard(session, number, "Again.", "Anne Martin", NOW)
    assert session.exec(select(PublishedRate)).all() == []


def test_discarding_the_last_one_does_not_bring_back_the_one_before(session: Session) -> None:
    typed_in(session, "3.551")
    second = typed_in(session, "0.3551")
    assert [one.id for one in open_proposals(session, ("operator",))] == [second]
    discard(session, second, "The bank has withdrawn it.", "Anne Martin", NOW)
    assert open_proposals(session, ("operator",)) == []


def test_a_rate_that_counts_is_not_discarded_and_a_reason_is_needed(session: Session) -> None:
    number = typed_in(session)
    for wrong in ("", "  ", "x" * 501, "a\x00b"):
        with pytest.raises(BadInput, match="reason"):
            discard(session, number, wrong, "Paul Petit", NOW)
    confirm(session, number, "Paul Petit", NOW)
    with pytest.raises(Conflict, match="confirmed already"):
        discard(session, number, "Too late.", "Paul Petit", NOW)
    with pytest.raises(NotFound):
        discard(session, 99, "None.", "Paul Petit", NOW)
