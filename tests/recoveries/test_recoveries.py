"""What was paid and is not due: found without anything being taken, decided by people, paid back to the cent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from moneyed import Money
from sqlalchemy import Engine, select

from expat.claims.load import load
from expat.claims.tables import LineDecision
from expat.db import table_of, transaction
from expat.errors import BadInput, Conflict
from expat.ledger.post import ASKED_BACK, BANK, BENEFITS_PAYABLE, CLAIMS_EXPENSE, balances, out_of_balance
from expat.membership.changes import Acting, change_zone
from expat.membership.join import change_row
from expat.personal_data.requests import NewDataRequest, ask
from expat.personal_data.requests import answer as answer_request
from expat.recoveries import commands
from expat.recoveries.ask_back import ask_back
from expat.recoveries.contested import change_paid
from expat.recoveries.decide import New, decide, refuse, release
from expat.recoveries.find import look_after, look_again, waiting
from expat.recoveries.follow import answer, contest_decision, record_payment, record_repayment
from expat.recoveries.standing import COMPLEMENT, RECOVER, WAIVE, Instalment, decision, open_differences
from tests.payments.insured import AT, claim, insure, member_of, pay, publish
from tests.recoveries.undue import CHANGE, LATER, TODAY, acting, change, ended, lines, paid_member

ASK = New("form-1", RECOVER, "The certificate was forged.")


def books(engine: Engine) -> dict[tuple[str, str], int]:
    with transaction(engine) as session:
        assert out_of_balance(session) == []
        return {key: total for key, total in balances(session).items() if total}


def asked(engine: Engine, membership: int, new: New = ASK, actor: str = "account:901") -> int:
    with transaction(engine) as session:
        found = open_differences(session, membership)
        return decide(session, membership, {row.id: None for row in found}, new, acting(actor))


def test_where_nothing_new_is_known_nothing_differs(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR", "30.00 EUR")
    with transaction(engine) as session:
        assert look_again(session, key, TODAY, LATER, "account:901") == []
        assert open_differences(session, key) == []


def test_an_end_that_is_only_known_now_makes_paid_lines_differ_and_takes_nothing(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR", "30.00 EUR")
    before = books(engine)
    found = ended(engine, key)
    assert [(row.paid_cents, row.due_cents) for row in found] == [(4500, 0), (3000, 0)]
    assert all(row.reasons == "not_in_force" and row.cause.startswith("termination:") for row in found)
    assert books(engine) == before
    assert [line.status for line in lines(engine)] == ["paid", "paid"]


def test_looking_twice_finds_it_once(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    ended(engine, key)
    with transaction(engine) as session:
        assert look_again(session, key, TODAY, LATER, "account:901") == []
        assert len(open_differences(session, key)) == 1


def test_memberships_of_which_more_is_known_wait_until_somebody_looks(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    with transaction(engine) as session:
        look_again(session, key, TODAY, LATER, "account:901")
        assert waiting(session) == []
        change(session, key, "zone", "B", date(2025, 6, 1))
        assert waiting(session) == [key]
        look_again(session, key, TODAY, LATER, "account:901")
        assert waiting(session) == []


def test_the_machine_decides_nothing_while_somebody_s_data_is_restricted(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    person = member_of(engine, key)
    with transaction(engine) as session:
        look_again(session, key, TODAY, LATER, "account:901")
        asked = NewDataRequest("r", person, "restriction", "My birth date is wrong.")
        number, _ = ask(session, asked, TODAY, LATER, "account:1")
        answer_request(session, number, "done", "Agreed.", Acting(TODAY, LATER, ("ecb",), "account:902"))
        change(session, key, "zone", "B", date(2025, 6, 1))
        assert waiting(session, day=TODAY) == [] and look_after(session, key, ["zone"], TODAY, LATER, "x") == []
        assert waiting(session) == [key], "a person still can look"


def test_a_freed_ceiling_raises_the_lines_that_came_after(engine: Engine) -> None:
    """Osteopathy of 400 + 400 EUR shares a ceiling of 600: where the first is not due, the second is in full."""
    publish(engine)
    key = insure(engine, "R-2")
    osteopath = {"care": "wellbeing.osteopath", "quantity": 10, "cause": "accident"}
    for n, day in enumerate((date(2025, 7, 1), date(2025, 7, 20))):
        claim(engine, key, f"c{n}", "400.00 EUR", first_day=day, **osteopath)
    pay(engine)
    first, second = lines(engine)
    assert (first.cents, second.cents) == (40000, 20000)
    with transaction(engine) as session:
        change_paid(session, key, first.id, 0, 1, acting())
        look_again(session, key, TODAY, LATER, "account:901")
        found = {row.line_id: (row.paid_cents, row.due_cents) for row in open_differences(session, key)}
        assert found == {first.id: (40000, 0), second.id: (20000, 40000)}


def test_what_is_asked_back_is_owed_until_it_is_back(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR", "30.00 EUR")
    ended(engine, key)
    recovery = asked(engine, key)
    assert books(engine)[ASKED_BACK, "EUR"] == 7500
    assert (CLAIMS_EXPENSE, "EUR") not in books(engine)
    with transaction(engine) as session:
        assert record_repayment(session, recovery, 5000, TODAY + timedelta(days=3), "TRX-1", acting(days=5))
        assert not record_repayment(session, recovery, 5000, TODAY + timedelta(days=3), "TRX-1", acting(days=6))
        assert decision(session, recovery).left == 2500
        with pytest.raises(BadInput, match=r"25\.00 EUR at most"):
            record_repayment(session, recovery, 2501, TODAY + timedelta(days=3), "TRX-2", acting(days=5))
        with pytest.raises(Conflict, match="another amount"):
            record_repayment(session, recovery, 4000, TODAY + timedelta(days=3), "TRX-1", acting(days=5))
        record_repayment(session, recovery, 2500, TODAY + timedelta(days=4), "TRX-2", acting(days=5))
        assert decision(session, recovery).state == "done"
    assert (ASKED_BACK, "EUR") not in books(engine)
    assert books(engine)[BANK, "EUR"] == 7500


def test_a_foreign_currency_comes_back_as_it_was_paid_or_as_the_bank_changed_it(engine: Engine) -> None:
    key = paid_member(engine, "45.00 SGD", "30.00 SGD", currency="SGD")
    ended(engine, key)
    recovery = asked(engine, key)
    assert books(engine)[ASKED_BACK, "SGD"] == 7500
    with transaction(engine) as session:
        record_repayment(session, recovery, 2500, TODAY, "TRX-1", acting())
        record_repayment(session, recovery, 5000, TODAY, "TRX-2", acting(), credited_eur=3300)
    left = books(engine)
    assert (ASKED_BACK, "SGD") not in left
    assert left[BANK, "SGD"] == 2500
    assert left[BANK, "EUR"] == 3300


def test_the_same_form_twice_is_one_decision(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    found = ended(engine, key)
    with transaction(engine) as session:
        one = decide(session, key, {found[0].id: None}, ASK, acting())
        assert decide(session, key, {found[0].id: None}, ASK, acting()) == one
        with pytest.raises(Conflict, match="no longer open"):
            decide(session, key, {found[0].id: None}, New("form-2", WAIVE, "No."), acting())
    assert books(engine)[ASKED_BACK, "EUR"] == 4500


def test_a_part_can_be_asked_back_and_never_more_than_the_difference(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    found = ended(engine, key)
    with transaction(engine) as session:
        with pytest.raises(BadInput, match=r"45\.00 EUR at most"):
            decide(session, key, {found[0].id: 4501}, ASK, acting())
        with pytest.raises(BadInput, match="does not fit"):
            decide(session, key, {found[0].id: None}, New("f", COMPLEMENT, "More."), acting())
        decide(session, key, {found[0].id: 2000}, ASK, acting())
        assert open_differences(session, key) == []
    assert books(engine)[ASKED_BACK, "EUR"] == 2000


def test_above_the_operators_sum_another_person_releases(engine: Engine) -> None:
    key = paid_member(engine, "600.00 EUR")
    ended(engine, key)
    recovery = asked(engine, key)
    assert (ASKED_BACK, "EUR") not in books(engine)
    with transaction(engine) as session:
        assert open_differences(session, key) == []
        with pytest.raises(BadInput, match="another person"):
            release(session, recovery, acting("account:901"))
        release(session, recovery, acting("account:902"))
        with pytest.raises(Conflict, match="does not wait"):
            release(session, recovery, acting("account:902"))
    assert books(engine)[ASKED_BACK, "EUR"] == 60000


def test_what_is_not_released_is_open_again(engine: Engine) -> None:
    key = paid_member(engine, "600.00 EUR")
    ended(engine, key)
    recovery = asked(engine, key)
    with transaction(engine) as session:
        refuse(session, recovery, "The proof is too thin.", acting("account:902"))
        assert len(open_differences(session, key)) == 1


def test_what_is_waived_stays_paid_and_is_not_asked_again(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    ended(engine, key)
    before = books(engine)
    asked(engine, key, New("w", WAIVE, "Our own mistake."))
    assert books(engine) == before
    with transaction(engine) as session:
        assert look_again(session, key, TODAY, LATER, "account:901") == []
        assert open_differences(session, key) == []


def test_what_is_asked_back_is_given_back_to_the_ceilings(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    ended(engine, key)
    person = member_of(engine, key)
    with transaction(engine) as session:
        assert load(session, [key])[key].overall_used(person, date(2025, 1, 1)) == 45
    asked(engine, key)
    with transaction(engine) as session:
        assert load(session, [key])[key].overall_used(person, date(2025, 1, 1)) == 0


def test_instalments_sum_to_it_and_come_after_the_delay(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    found = ended(engine, key)
    parts = (Instalment(TODAY + timedelta(days=30), 2000), Instalment(TODAY + timedelta(days=61), 2500))
    wrong = (Instalment(TODAY + timedelta(days=30), 2000), Instalment(TODAY + timedelta(days=61), 2400))
    soon = (Instalment(TODAY + timedelta(days=10), 2000), Instalment(TODAY + timedelta(days=61), 2500))
    with transaction(engine) as session:
        for bad in (wrong, soon):
            with pytest.raises(BadInput, match="instalments"):
                decide(session, key, {found[0].id: None}, New("i", RECOVER, "Why.", instalments=bad), acting())
    with transaction(engine) as session:
        recovery = decide(session, key, {found[0].id: None}, New("i", RECOVER, "Why.", instalments=parts), acting())
        kept = decision(session, recovery)
        assert tuple(kept.instalments) == parts
        assert kept.row.due_on == TODAY + timedelta(days=61)


def test_a_contest_that_is_won_gives_up_what_is_left_and_owes_what_came_back(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    before = books(engine)
    ended(engine, key)
    recovery = asked(engine, key)
    with transaction(engine) as session:
        record_repayment(session, recovery, 2000, TODAY, "TRX-1", acting())
        assert contest_decision(session, recovery, "I was still insured.", acting("account:7"))
        assert not contest_decision(session, recovery, "I was still insured.", acting("account:7"))
        assert decision(session, recovery).state == "contested"
        with pytest.raises(BadInput, match="another person"):
            answer(session, recovery, False, "You are right.", acting("account:901"))
        owed = answer(session, recovery, False, "You are right.", acting("account:902"))
        assert owed is not None
        assert open_differences(session, key) == []
    now = books(engine)
    assert now[CLAIMS_EXPENSE, "EUR"] == before[CLAIMS_EXPENSE, "EUR"]
    assert now[BENEFITS_PAYABLE, "EUR"] == before[BENEFITS_PAYABLE, "EUR"] - 2000
    assert (ASKED_BACK, "EUR") not in now
    with transaction(engine) as session:
        assert record_payment(session, owed, 2000, TODAY, "OUT-1", acting())
    assert books(engine)[BENEFITS_PAYABLE, "EUR"] == before[BENEFITS_PAYABLE, "EUR"]


def test_it_can_be_contested_for_the_operators_days(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    ended(engine, key)
    recovery = asked(engine, key)
    with transaction(engine) as session, pytest.raises(Conflict, match="could be contested until"):
        contest_decision(session, recovery, "Too late.", acting("account:7", days=31))


def test_a_paid_line_that_a_contest_changes_is_due_what_a_person_found(engine: Engine) -> None:
    key = paid_member(engine, "750.00 EUR", care="wellbeing.osteopath", quantity=20, cause="accident")
    line = lines(engine)[0]
    assert line.payout == 60000
    with transaction(engine) as session:
        with pytest.raises(BadInput, match="changes nothing"):
            change_paid(session, key, line.id, 60000, 1, acting())
        change_paid(session, key, line.id, 60700, 1, acting())
        found = open_differences(session, key)
        assert [(row.paid, row.due, row.cause) for row in found] == [(60000, 60700, "contest:1")]
        assert look_again(session, key, TODAY, LATER, "account:901") == []
    recovery = asked(engine, key, New("c", COMPLEMENT, "The contest was right."))
    with transaction(engine) as session:
        assert decision(session, recovery).left == 700
        record_payment(session, recovery, 700, TODAY, "OUT-1", acting())
        assert look_again(session, key, TODAY, LATER, "account:901") == []
    assert books(engine)[CLAIMS_EXPENSE, "EUR"] == 60700


def test_a_fact_that_is_taken_back_makes_what_was_asked_back_due_again(engine: Engine) -> None:
    """The zone was corrected, money came back, and the correction was itself wrong."""
    key = paid_member(engine, "45.00 EUR")
    ended(engine, key)
    asked(engine, key)
    with transaction(engine) as session:
        dossier = load(session, [key])[key]
        wrong = next(c for c in dossier.changes if c.kind == "termination")
        row = change_row(key, "termination_withdrawn", str(wrong.id), TODAY, TODAY, LATER + timedelta(days=1))
        session.execute(CHANGE.insert().values(row))
        look_again(session, key, TODAY, LATER, "account:901")
        assert [(r.paid, r.due) for r in open_differences(session, key)] == [(0, 4500)]


def test_benefits_to_be_returned_after_a_renunciation_are_asked_back(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR", "30.00 EUR")
    keys = [line.id for line in lines(engine)]
    due = TODAY + timedelta(days=30)
    with transaction(engine) as session:
        done = ask_back(session, key, keys, "You renounced.", due, acting(), "renounced:1")
        assert ask_back(session, key, keys, "You renounced.", due, acting(), "renounced:1") == done
        assert decision(session, done[0]).row.amount == 7500
        with pytest.raises(BadInput, match="already"):
            ask_back(session, key, keys, "Again.", due, acting(), "renounced:2")
        with pytest.raises(BadInput, match="too soon"):
            ask_back(session, key, Money("10.00", "EUR"), "A sum.", TODAY, acting(), "sum:1")
        ask_back(session, key, Money("10.00", "EUR"), "A sum.", None, acting(), "sum:2")
    assert books(engine)[ASKED_BACK, "EUR"] == 8500


def test_the_decision_that_was_paid_on_stays(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    table = table_of(LineDecision)
    with transaction(engine) as session:
        before = session.execute(select(table.c.id, table.c.trace)).all()
    ended(engine, key)
    asked(engine, key)
    with transaction(engine) as session:
        assert session.execute(select(table.c.id, table.c.trace)).all() == before
        assert AT < LATER


def test_the_commands_find_and_list_what_differs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    key = paid_member(engine, "45.00 EUR")
    with transaction(engine) as session:
        change(session, key, "termination", "false_declaration", date(2025, 6, 1))
    monkeypatch.setattr(commands, "ready", lambda: engine)
    for told in ("1 memberships looked at, 1 new differences", "0 memberships looked at, 0 new differences"):
        assert told in CliRunner().invoke(commands.recoveries, ["find", "--on", "2025-09-03"]).output
    listed = CliRunner().invoke(commands.recoveries, ["list"]).output
    assert "R-1 line 1/1: paid 45.00 EUR, due 0.00 EUR (termination:" in listed


def test_a_change_that_can_touch_paid_lines_looks_at_once(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    with transaction(engine) as session:
        change_zone(session, key, "B", None, True, acting())
        assert waiting(session) == []


def test_the_cause_is_a_fact_that_can_bring_the_reason(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    with transaction(engine) as session:
        change(session, key, "termination", "false_declaration", date(2025, 6, 1))
        change(session, key, "zone", "B", date(2025, 7, 20))
        look_again(session, key, TODAY, LATER, "account:901")
        assert open_differences(session, key)[0].cause.startswith("termination:")


def test_days_and_acts_of_a_line_that_is_asked_back_can_be_used_again(engine: Engine) -> None:
    """They count over a life, a stay or a series: asked back they no longer do; withdrawn, they do again."""
    key = paid_member(engine, "400.00 EUR", care="wellbeing.osteopath", quantity=10, cause="accident")
    (line,) = lines(engine)
    assert line.covered == 10
    with transaction(engine) as session:
        change_paid(session, key, line.id, line.payout // 2, 1, acting())
        found = {row.id: None for row in open_differences(session, key)}
        recovery = decide(session, key, found, ASK, acting())
    assert 0 < lines(engine)[0].covered <= 10
    with transaction(engine) as session:
        whole = ask_back(session, key, [line.id], "Not due.", None, acting(), "k")[0]
    assert lines(engine)[0].covered == 0
    with transaction(engine) as session:
        for one in (whole, recovery):
            contest_decision(session, one, "It was.", acting("account:1", 1))
            answer(session, one, False, "Right.", acting("account:902", 2))
    assert lines(engine)[0].covered == 10
