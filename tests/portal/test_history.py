"""What was known on a day: then and today side by side, what was learnt since, and nothing of who keeps it private."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from expat.claims.intake import NewClaim
from expat.claims.known import end_of, known
from expat.claims.load import load
from expat.claims.submit import submit
from expat.membership.changes import Acting, change_zone
from expat.membership.privacy import choose_privacy
from expat.premiums.bill import premium_due, premium_event
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.test_desk import visit
from tests.portal.test_recoveries import SOURCES, forged, paid

THEN = TODAY - timedelta(days=1)
LATER = TODAY + timedelta(days=1)


def page(front: Front, name: str, where: str, language: str = "en") -> str:
    answer = front.client(name, language).get(where)
    assert answer.status_code == 200
    return text_of(answer.get_data(as_text=True))


@pytest.fixture
def lived(front: Front) -> Front:
    """Paid on one day; on the next it turns out that the membership had ended."""
    paid(front, "80.00")
    return front


def later(front: Front) -> None:
    """A day passes, on which the end of the membership and another zone are entered."""
    at = AT + timedelta(days=1)
    with front.writing() as session:
        actor = f"account:{front.accounts['manager']}"
        change_zone(session, front.membership, "C", None, True, Acting(LATER, at, SOURCES, actor))


def test_what_was_recorded_later_is_not_known_yet(lived: Front) -> None:
    later(lived)
    with lived.writing() as session:
        day = date(2025, 10, 1)
        then = load(session, [lived.membership], known_at=end_of(TODAY, "Europe/Paris"))[lived.membership]
        now = load(session, [lived.membership])[lived.membership]
        assert (then.on("zone", day), now.on("zone", day)) == ("B", "C")
        assert load(session, [lived.membership], known_at=AT - timedelta(days=1)) == {}


def test_what_was_used_of_ceilings_is_what_had_been_paid(lived: Front) -> None:
    with lived.writing() as session:
        now = load(session, [lived.membership])[lived.membership]
        then = load(session, [lived.membership], known_at=AT)[lived.membership]
        before = load(session, [lived.membership], known_at=AT - timedelta(microseconds=1))
        year = date(2025, 1, 1)
        assert now.overall_used(lived.member, year) > 0
        assert then.overall_used(lived.member, year) == now.overall_used(lived.member, year)
        assert before == {}


def test_the_management_unit_sees_then_and_today_and_what_was_learnt(lived: Front) -> None:
    later(lived)
    where = f"/desk/memberships/{lived.membership}/history?as_of={TODAY}"
    told = page(lived, "manager", where)
    for said in ("What we knew on 4 August 2025", "Zone C", "The Manager", "1 September 2025", "Paid, 72.00 SGD"):
        assert said in told, said
    assert "Zone C" in page(lived, "manager", where, "fr")


def test_a_backdated_end_shows_beside_what_was_known(lived: Front) -> None:
    forged(lived)
    with lived.writing() as session:
        found = known(session, lived.membership, TODAY, "UTC")
        assert found.then is not None
    told = page(lived, "manager", f"/desk/memberships/{lived.membership}/history?as_of={TODAY}")
    assert "ended" in told


def test_before_anything_was_known(lived: Front) -> None:
    told = page(lived, "manager", f"/desk/memberships/{lived.membership}/history?as_of={THEN}")
    assert "Nothing was known of this membership yet." in told


@pytest.mark.parametrize("day", ["2030-01-01", "yesterday", "", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_said_beside_it(lived: Front, day: str) -> None:
    for name, where in (("manager", f"/desk/memberships/{lived.membership}/history"), ("member", "/cover/history")):
        assert lived.client(name).get(f"{where}?as_of={day}").status_code == 422


def test_the_member_sees_the_own_history(lived: Front) -> None:
    later(lived)
    told = page(lived, "member", f"/cover/history?as_of={TODAY}")
    for said in ("What was known on 4 August 2025", "Zone C", "the management unit", "Paid, 72.00 SGD"):
        assert said in told, said
    assert "The Manager" not in told


def test_a_private_adults_lines_are_that_adults_alone(front: Front) -> None:
    paid(front, "80.00", person=front.spouse)
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "test")
    told = page(front, "member", f"/cover/history?as_of={TODAY}")
    assert "72.00 SGD" not in told
    assert "keep their claims to themselves" in told
    assert "72.00 SGD" in page(front, "spouse", f"/cover/history?as_of={TODAY}")


def test_premiums_are_the_members_to_read(front: Front) -> None:
    with front.writing() as session:
        acting = Acting(TODAY, AT, SOURCES)
        key = premium_due(session, front.membership, date(2025, 8, 1), acting)
        premium_event(session, key, "paid", Acting(LATER, AT + timedelta(days=1), SOURCES))
    assert "Premium due on 1 August 2025" in page(front, "member", f"/cover/history?as_of={TODAY}")
    assert "remium due" not in page(front, "spouse", f"/cover/history?as_of={TODAY}")


def test_the_command_tells_the_same(lived: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    from expat.membership import history_commands

    later(lived)
    monkeypatch.setattr(history_commands, "ready", lambda: lived.engine)
    result: Any = CliRunner().invoke(history_commands.history, ["M-1", "--as-of", TODAY.isoformat()])
    assert result.exit_code == 0, result.output
    assert "zone: B" in result.output
    assert "zone C: holds from 2025-09-01, known since 2025-08-05" in result.output


@pytest.mark.parametrize(
    ("language", "told"), [("en", "received on 29 July 2025, keyed on"), ("fr", "reçue le 29 juillet 2025, saisie le")]
)
def test_a_line_says_when_it_came_and_when_it_was_keyed(front: Front, language: str, told: str) -> None:
    line = visit(front.member)
    with front.writing() as session:
        submit(session, front.membership, NewClaim([line], date(2025, 7, 29), "late"), AT, SOURCES)
    assert told in page(front, "member", "/cover/history", language).replace("\xa0", " ")
