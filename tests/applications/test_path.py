"""From the form to the concluded membership."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from moneyed import Money
from sqlalchemy import Engine, select
from sqlmodel import Session

from expat.accounts.open import account, open_account
from expat.accounts.own import Own
from expat.accounts.tables import Account
from expat.applications.begin import (
    application,
    begin,
    form_of,
    remove_person,
    save_person,
    save_step,
    standing_of,
)
from expat.applications.conclude import Concluded, conclude
from expat.applications.decide import Decision, Exclusion, answer_question, decide, holder, is_own, newest
from expat.applications.declare import declarations, read_declarations
from expat.applications.exclusions import exclusions_of
from expat.applications.form import Choice, Person, Prior, Residence, kept_step
from expat.applications.hand_in import agree, hand_in, mandate_of, withdraw
from expat.applications.happened import events_of
from expat.applications.lacking import lacking
from expat.applications.listing import first_premiums, others_of, waiting_for_medical
from expat.applications.papers import add_paper, papers_of
from expat.applications.tables import Application, ApplicationConsent, ApplicationEvent
from expat.audit import AuditEntry
from expat.claims.intake import NewClaim, NewLine
from expat.claims.load import load
from expat.claims.records import replayed
from expat.claims.submit import submit
from expat.claims.tables import LineDecision
from expat.currency.calendar import add_working_days
from expat.db import table_of, transaction
from expat.errors import BadInput, Conflict
from expat.membership.tables import InsuredPerson, Membership
from expat.payments.account_records import versions_of
from expat.periods import DAY as ONE
from expat.plans.loader import plan
from expat.premiums.tables import Premium, PremiumEvent
from tests.applications.applying import (
    AT,
    CHILD,
    CONSENTS,
    DAY,
    KEYS,
    MEMBER,
    PAYMENT,
    SPOUSE,
    acting,
    applicant,
    bring,
    bring_papers,
    filled,
    handed_in,
    sign,
)  # fmt: skip

DOCTOR, CASHIER = "account:901", "account:902"


def accept(session: Session, key: int, **terms: Any) -> None:
    decide(session, key, Decision("accept", "seen", **terms), acting(DOCTOR), KEYS)


def due(session: Session, key: int) -> Decimal:
    return next(one.amount for one in first_premiums(session) if one.application == key)


def stands(session: Session, key: int) -> str:
    return standing_of(session, application(session, key)).word


def test_a_single_person_joins(session: Session) -> None:
    """Handed in, accepted, paid: covered from the day after the complete file, never before the payment."""
    key = handed_in(session)
    assert standing_of(session, application(session, key)).by == add_working_days(DAY, 5)
    accept(session, key)
    done = conclude(session, key, due(session, key), acting(CASHIER, DAY), KEYS)
    assert done.effect == DAY + ONE
    assert done.renounce_until == DAY + timedelta(days=14)
    membership = session.get(Membership, done.membership)
    assert membership is not None
    assert (membership.joined, membership.concluded_on, membership.sold) == (DAY + ONE, DAY, "distance")
    dossier = load(session, [done.membership])[done.membership]
    assert [dossier.on(kind, done.effect) for kind in ("formula", "zone", "residence")] == ["3", "B", "SG"]
    who = account(session, application(session, key).account_id)
    assert (who.roles, who.person_id) == ("member", done.people[0])
    assert versions_of(session, done.membership)[0].account.holder == "Marie Curie"
    assert mandate_of(session, key).reference == "UNO-000001"
    premium = session.execute(select(table_of(Premium))).one()
    assert (premium.due_on, premium.amount) == (done.effect, 950_13)


def test_what_is_due_first_is_the_tariffs_instalment(session: Session) -> None:
    """1150 at 34, formula 3, zone B, a fourth of the year: 1150 × 2.4 × 1.35 × 1.02 / 4."""
    key = handed_in(session)
    accept(session, key)
    assert due(session, key) == Decimal("950.13")
    with pytest.raises(BadInput):
        conclude(session, key, Decimal("950.12"), acting(CASHIER), KEYS)


def test_paid_later_is_covered_later(session: Session) -> None:
    key = handed_in(session)
    accept(session, key)
    paid = DAY + timedelta(days=20)
    assert conclude(session, key, due(session, key), acting(CASHIER, paid), KEYS).effect == paid


def test_the_day_that_is_wished_for_holds_where_it_is_later(session: Session) -> None:
    wished = DAY + timedelta(days=40)
    key = handed_in(session, residence=kept_step(Residence("SG", "employed", wished)))
    accept(session, key)
    assert conclude(session, key, due(session, key), acting(CASHIER), KEYS).effect == wished


def test_without_the_express_wish_cover_begins_after_the_days_to_renounce(session: Session) -> None:
    key = handed_in(session, consents={"association": True, "truth": True, "data": True, "early": False})
    accept(session, key)
    assert conclude(session, key, due(session, key), acting(CASHIER), KEYS).effect == DAY + timedelta(days=15)


def judged(session: Session, done: Concluded, person: int) -> Any:
    """What is decided on a check at the dentist's on the first day; judged again on its own facts it is the same."""
    line = NewLine(
        person, "dental.consultation", done.effect, Money("40", "EUR"), "SG", documents=frozenset({"invoice"})
    )
    sent = submit(session, done.membership, NewClaim([line], done.effect, f"dentist {person}"), AT, ("ecb",))
    (decision,) = session.execute(
        select(table_of(LineDecision)).where(table_of(LineDecision).c.line_id.in_(sent.line_ids))
    )
    before, again = replayed(session, decision.id)
    assert before == again
    return before


def test_a_family_with_a_surcharge_and_an_exclusion_agrees_first(session: Session) -> None:
    key = handed_in(session, MEMBER, SPOUSE, CHILD)
    left_out = Exclusion("p2", ("dental",), "Crowns and bridges are left out.")
    dental = next(iter({code.split(".")[0] for code in plan("expat-uno").on(DAY).care if "dental" in code}))
    left_out = left_out._replace(care=(dental,))
    accept(session, key, surcharges={"p1": Decimal("0.25")}, exclusions=(left_out,))
    assert stands(session, key) == "offered"
    assert first_premiums(session) == []
    offer = events_of(session, [key])[key][-1]
    for _twice in range(2):
        agree(session, key, offer.id, acting())
    assert [e.kind for e in events_of(session, [key])[key]] == ["handed_in", "accepted", "agreed"]
    done = conclude(session, key, due(session, key), acting(CASHIER), KEYS)
    assert exclusions_of(session, list(done.people), KEYS) == [(done.people[1], [dental], left_out.words)]
    refused, other = (judged(session, done, person) for person in done.people[1::-1])
    assert (refused["status"], refused["reasons"]) == ("refused", ["excluded"])
    step = refused["steps"][-1]
    assert (step["rule"], step["looked_at"]["agreed"]) == ("UNO-MEM-1", done.effect.isoformat())
    assert "excluded" not in other["reasons"]
    people = session.execute(select(table_of(InsuredPerson)).order_by(table_of(InsuredPerson).c.id)).all()
    assert [one.surcharge for one in people] == [Decimal("0.25"), None, None]
    assert people[1].married_on == date(2025, 7, 1)


def test_handed_in_twice_is_once(session: Session) -> None:
    key = handed_in(session)
    hand_in(session, key, acting(day=DAY + ONE), "Expat Test", "en")
    assert len(events_of(session, [key])[key]) == 1
    assert len(session.execute(select(table_of(ApplicationConsent))).all()) == 4


def test_begun_twice_is_one_application(session: Session) -> None:
    who = applicant(session)
    assert begin(session, who, AT) == begin(session, who, AT)


def test_what_is_missing_is_not_handed_in(session: Session) -> None:
    key = filled(session)
    later = acting(day=DAY + timedelta(days=100))
    with pytest.raises(BadInput) as wrong:
        hand_in(session, key, later, "Expat Test", "en")
    assert wrong.value.where == "health"  # signed more than three months before
    assert stands(session, key) == "draft"


def test_nothing_is_saved_once_it_is_handed_in(session: Session) -> None:
    key = handed_in(session)
    with pytest.raises(Conflict):
        save_step(session, key, "choice", kept_step(Choice("4", "C", "yearly")), AT)


def test_a_question_stops_the_clock_and_the_answer_starts_it_anew(session: Session) -> None:
    """The file is complete on the day of the answer: cover begins on the day after at the earliest."""
    key = handed_in(session)
    asked = Decision("ask", told="Which treatment?", paper="medical_report", person="p1")
    decide(session, key, asked, acting(DOCTOR), KEYS)
    assert waiting_for_medical(session) == []
    later = acting(day=DAY + timedelta(days=10), hour=10)
    with pytest.raises(BadInput):
        answer_question(session, key, "It is over.", later, KEYS)
    bring(session, key, "medical_report", at=later.at)
    for _twice in range(2):
        answer_question(session, key, "It is over.", later, KEYS)
    found = standing_of(session, application(session, key))
    assert (found.word, found.by, found.complete_on) == ("medical", add_working_days(later.day, 5), later.day)
    accept(session, key)
    assert conclude(session, key, due(session, key), acting(CASHIER), KEYS).effect == later.day + ONE


def test_a_refusal_needs_a_reason_which_the_applicant_never_reads(session: Session) -> None:
    key = handed_in(session)
    with pytest.raises(BadInput):
        decide(session, key, Decision("refuse"), acting(DOCTOR), KEYS)
    decide(session, key, Decision("refuse", "a heart of glass"), acting(DOCTOR), KEYS)
    event = events_of(session, [key])[key][-1]
    assert b"glass" not in (event.reason or b"") + (event.told or b"")
    trail = session.execute(select(table_of(AuditEntry).c.detail)).scalars().all()
    assert "glass" not in str(trail)


def test_nobody_decides_on_the_own_application(session: Session) -> None:
    who = open_account(session, "doctor@example.org", "Marie Curie", "en", ["medical", "applicant"], AT, "test")
    key = handed_in(session, account=who)
    for act in (
        lambda: decide(session, key, Decision("accept"), acting(f"account:{who}"), KEYS),
        lambda: conclude(session, key, Decimal(1), acting(f"account:{who}"), KEYS),
    ):
        with pytest.raises(Own):
            act()


def test_an_answer_on_what_was_not_seen_is_refused(session: Session) -> None:
    key = handed_in(session)
    seen = events_of(session, [key])[key][-1].id
    sign(session, key, MEMBER, hospital="In May, for a day.")
    with pytest.raises(Conflict):
        decide(session, key, Decision("accept", seen=seen), acting(DOCTOR), KEYS)


def test_what_changes_after_the_answer_is_looked_at_again(session: Session) -> None:
    key = handed_in(session)
    accept(session, key)
    sign(session, key, MEMBER, hospital="In May, for a day.")
    assert stands(session, key) == "medical"
    assert first_premiums(session) == []


def test_a_declaration_that_is_too_old_on_the_first_day_is_signed_again(session: Session) -> None:
    key = handed_in(session)
    accept(session, key)
    late = acting(CASHIER, date(2025, 11, 5))
    with pytest.raises(Conflict) as wrong:
        conclude(session, key, due(session, key), late, KEYS)
    assert wrong.value.where == "health"


def test_sixty_by_the_first_day_is_too_late(session: Session) -> None:
    key = handed_in(session, MEMBER._replace(born=date(1965, 8, 20)))
    accept(session, key)
    amount = due(session, key)
    with pytest.raises(Conflict) as wrong:
        conclude(session, key, amount, acting(CASHIER, date(2025, 8, 20)), KEYS)
    assert wrong.value.problem == "member_too_old"


def test_declarations_are_sealed_and_each_reading_is_in_the_trail(session: Session) -> None:
    key = filled(session)
    sign(session, key, MEMBER, hospital="An operation of the knee.")
    found = read_declarations(session, key, KEYS, AT, DOCTOR)
    assert found["p1"][-1]["words"] == {"hospital": "An operation of the knee."}
    acts = session.execute(select(table_of(AuditEntry)).where(table_of(AuditEntry).c.actor == DOCTOR)).all()
    assert [one.action for one in acts] == ["application.declarations_read"]
    assert "knee" not in str(acts)


def test_an_explained_no_and_an_unexplained_yes(session: Session) -> None:
    key = filled(session)
    with pytest.raises(BadInput) as wrong:
        sign(session, key, MEMBER, hospital=" ")
    assert wrong.value.where == "hospital"


def test_it_is_signed_with_the_persons_own_name(session: Session) -> None:
    key = filled(session, MEMBER, SPOUSE)
    with pytest.raises(BadInput):
        sign(session, key, SPOUSE._replace(first_name="Marie"))


def test_withdrawn_ends_it_and_another_one_can_begin(session: Session) -> None:
    who = applicant(session)
    key = handed_in(session, account=who)
    for _twice in range(2):
        withdraw(session, key, acting())
    assert stands(session, key) == "withdrawn"
    assert begin(session, who, AT) != key
    ends = session.execute(select(table_of(ApplicationEvent)).where(table_of(ApplicationEvent).c.once == "end")).all()
    assert len(ends) == 1


def test_prior_cover_counts_where_the_medical_department_says_so(session: Session) -> None:
    prior = Prior(("p1",), "Former Mutual", DAY, DAY - timedelta(days=10))
    key = handed_in(session, prior=prior)
    accept(session, key, prior=("p1",))
    done = conclude(session, key, due(session, key), acting(CASHIER), KEYS)
    person = session.get(InsuredPerson, done.people[0])
    assert person is not None
    assert person.prior_cover_attested_on == prior.attested


def test_a_student_s_certificate_covers_the_school_year(session: Session) -> None:
    student = Person("p2", "child", "Ève", "Curie", date(2004, 12, 6), "FR")
    key = handed_in(session, MEMBER, student)
    accept(session, key)
    done = conclude(session, key, due(session, key), acting(CASHIER), KEYS)
    dossier = load(session, [done.membership])[done.membership]
    cover = dossier.cover(done.people[1], plan("expat-uno").on(DAY))
    assert [(one.first, one.last) for one in cover] == [(done.effect, date(2025, 8, 31))]


def test_a_declaration_counts_for_no_other_human_being(session: Session) -> None:
    """A spouse who becomes somebody else signs and sends anew; nobody gets the key of whoever was left out."""
    key = filled(session, MEMBER, SPOUSE)
    other = SPOUSE._replace(first_name="Paul", last_name="Langevin", born=date(1972, 1, 23))
    save_person(session, key, other, AT)
    assert [one.key for one in form_of(application(session, key)).people] == ["p1", "p3"]
    assert lacks(session, key) == {("health", "p3", ""), ("papers", "p3", "passport"), ("papers", "p3", "marriage")}
    remove_person(session, key, "p3", AT)
    for _twice in range(2):
        save_person(session, key, CHILD._replace(key=""), AT)
    assert [one.key for one in form_of(application(session, key)).people] == ["p1", "p4"]
    assert ("health", "p4", "") in lacks(session, key)
    with pytest.raises(BadInput):
        hand_in(session, key, acting(), "Expat Test", "en")


def test_what_was_signed_for_the_member_goes_with_the_member(session: Session) -> None:
    prior = Prior(("p1",), "Former Mutual", DAY, DAY - timedelta(days=10))
    key = filled(session, prior=prior)
    save_person(session, key, MEMBER._replace(first_name="Marié"), AT)  # an accent is nobody else
    assert lacks(session, key) == set()
    born = MEMBER._replace(born=date(1991, 11, 7))
    save_person(session, key, born, AT)
    missing = {("health", "p1", ""), ("prior", "", "")}
    papers = {("papers", "p1", "passport"), ("papers", "p1", "activity_proof")}
    assert lacks(session, key) == missing | papers
    assert read_declarations(session, key, KEYS, AT, DOCTOR) == {}
    save_step(session, key, "prior", kept_step(Prior()), AT)
    sign(session, key, born)
    for kind, digest in (("passport", 0), ("activity_proof", 1)):  # the very same files once more
        add_paper(session, application(session, key), kind, "p1", "again.pdf", f"{digest:064x}", AT, "account:1")
    assert lacks(session, key) == set()
    hand_in(session, key, acting(), "Expat Test", "en")


def lacks(session: Session, key: int) -> set[tuple[str, str, str]]:
    edition, form = plan("expat-uno").on(DAY), form_of(application(session, key))
    signed, came = declarations(session, edition, key), papers_of(session, key)
    return {(one.step, one.person, one.paper) for one in lacking(edition, form, signed, came, form.effect(DAY))}


US = kept_step(Residence("US", "employed", DAY))
SPAIN = kept_step(Residence("ES", "employed", DAY))
DOLLARS = {**PAYMENT, "currency": "USD"}


@pytest.mark.parametrize(
    ("steps", "word"),
    [({"residence": US}, "zone_elsewhere"), ({"residence": SPAIN, "payment": DOLLARS}, "currency_elsewhere")],
)
def test_zone_and_currency_go_with_the_residence(session: Session, steps: dict[str, Any], word: str) -> None:
    """Zone B is not for who lives in the United States, nor the dollar for who lives in Spain."""
    with pytest.raises(BadInput) as wrong:
        hand_in(session, filled(session, **steps), acting(), "Expat Test", "en")
    assert wrong.value.problem == word


def test_what_does_not_go_with_the_residence_is_neither_accepted_nor_concluded(session: Session) -> None:
    key = handed_in(session)
    row = application(session, key)
    accept(session, key)
    amount = due(session, key)
    table = table_of(Application)
    session.execute(table.update().where(table.c.id == key).values(content={**row.content, "residence": US}))
    with pytest.raises(Conflict) as wrong:
        conclude(session, key, amount, acting(CASHIER), KEYS)
    assert wrong.value.problem == "zone_elsewhere"
    sign(session, key, MEMBER)
    with pytest.raises(BadInput, match="zone_elsewhere"):
        accept(session, key)


def test_an_attestation_is_not_of_a_day_to_come(session: Session) -> None:
    key = filled(session, prior=Prior(("p1",), "Former Mutual", DAY, DAY + ONE))
    with pytest.raises(BadInput) as wrong:
        hand_in(session, key, acting(), "Expat Test", "en")
    assert wrong.value.where == "prior"


def test_cover_that_was_not_told_counts_for_nobody(session: Session) -> None:
    key = handed_in(session)
    with pytest.raises(BadInput):
        accept(session, key, prior=("p1",))


def test_cover_counts_from_the_day_of_the_money(session: Session) -> None:
    """Paid on Friday, recorded on Monday: covered from Friday; the days to renounce run from Monday."""
    key = handed_in(session)
    accept(session, key)
    friday, monday = date(2025, 8, 8), date(2025, 8, 11)
    for impossible in (DAY - ONE, monday + ONE):
        with pytest.raises(BadInput) as wrong:
            conclude(session, key, due(session, key), acting(CASHIER, monday), KEYS, impossible)
        assert wrong.value.where == "received_on"
    done = conclude(session, key, due(session, key), acting(CASHIER, monday), KEYS, friday)
    assert (done.effect, done.renounce_until) == (friday, monday + timedelta(days=14))
    membership = session.get(Membership, done.membership)
    assert membership is not None
    assert membership.concluded_on == monday
    assert session.execute(select(table_of(PremiumEvent).c.happened_on)).scalars().all() == [friday]


def test_without_the_express_wish_the_days_to_renounce_run_from_the_conclusion(session: Session) -> None:
    key = handed_in(session, consents={"association": True, "truth": True, "data": True, "early": False})
    accept(session, key)
    monday = date(2025, 8, 11)
    done = conclude(session, key, due(session, key), acting(CASHIER, monday), KEYS, date(2025, 8, 8))
    assert done.effect == done.renounce_until + ONE == monday + timedelta(days=15)


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity"])
def test_no_amount_is_refused(session: Session, amount: str) -> None:
    key = handed_in(session)
    accept(session, key)
    with pytest.raises(BadInput):
        conclude(session, key, Decimal(amount), acting(CASHIER), KEYS)


def test_nobody_decides_on_whom_he_is_himself_by_name(session: Session) -> None:
    """The account is somebody else's; it insures Pierre Curie, and Pierre Curie is of the medical department."""
    key = handed_in(session, MEMBER, SPOUSE)
    pierre = open_account(session, "pierre@example.org", "PIERRE CURIE", "en", ["medical"], AT, "test")
    with pytest.raises(Own):
        decide(session, key, Decision("accept"), acting(f"account:{pierre}"), KEYS)
    [waits] = waiting_for_medical(session)
    assert is_own(holder(session, pierre), waits.account_id, waits.people)
    assert not is_own(holder(session, 901), waits.account_id, waits.people)


def test_nobody_decides_on_whom_the_own_account_insures(session: Session) -> None:
    """The account bears another name than its insured person."""
    first = handed_in(session)
    accept(session, first)
    conclude(session, first, due(session, first), acting(CASHIER), KEYS)
    who = application(session, first).account_id
    table = table_of(Account)
    session.execute(table.update().where(table.c.id == who).values(name="M. Sklodowska"))
    key = handed_in(session, account=applicant(session, "another@example.org"))
    with pytest.raises(Own):
        decide(session, key, Decision("accept"), acting(f"account:{who}"), KEYS)


def test_staff_who_join_stay_staff(session: Session) -> None:
    who = open_account(session, "doc@example.org", "Doctor Who", "en", ["medical", "applicant"], AT, "test")
    key = handed_in(session, account=who)
    accept(session, key)
    conclude(session, key, due(session, key), acting(CASHIER), KEYS)
    assert set(account(session, who).roles.split()) == {"medical", "member"}


def test_the_account_of_an_insured_person_does_not_apply(session: Session) -> None:
    """Said before any money is asked for."""
    draft = filled(session, account=applicant(session, "draft@example.org"))
    key = handed_in(session)
    accept(session, key)
    done = conclude(session, key, due(session, key), acting(CASHIER), KEYS)
    with pytest.raises(Conflict) as wrong:
        begin(session, application(session, key).account_id, AT)
    assert wrong.value.where == "account"
    table, who = table_of(Account), application(session, draft).account_id
    session.execute(table.update().where(table.c.id == who).values(person_id=done.people[0]))
    with pytest.raises(Conflict):
        hand_in(session, draft, acting(), "Expat Test", "en")
    assert stands(session, draft) == "draft"


def test_a_quote_fills_in_what_a_step_left_open(session: Session) -> None:
    who = applicant(session)
    key = begin(session, who, AT)
    save_step(session, key, "choice", kept_step(Choice("4", "C", "yearly")), AT)
    begin(session, who, AT, {"quote": {"code": "Q"}, "choice": {}})
    content = application(session, key).content
    assert (content["choice"]["formula"], content["quote"]) == ("4", {"code": "Q"})


def test_what_arrived_meanwhile_is_looked_at_first(session: Session) -> None:
    key = handed_in(session)
    came = newest(session, application(session, key), acting())
    bring(session, key, "medical_report")
    with pytest.raises(Conflict):
        decide(session, key, Decision("accept", came=came), acting(DOCTOR), KEYS)
    came = newest(session, application(session, key), acting())
    decide(session, key, Decision("accept", came=came), acting(DOCTOR), KEYS)


def test_other_applications_of_the_same_account_or_people(session: Session) -> None:
    refused, draft = handed_in(session), filled(session, account=applicant(session, "draft@example.org"))
    decide(session, refused, Decision("refuse", "a heart of glass"), acting(DOCTOR), KEYS)
    handed_in(session, MEMBER._replace(last_name="Meitner"), account=applicant(session, "lise@example.org"))
    key = handed_in(session, account=applicant(session, "again@example.org"))
    found = others_of(session, application(session, key))
    assert [(one.application, one.word) for one in found] == [(refused, "refused")]
    assert draft not in [one.application for one in found]


def test_the_price_that_was_told_holds_into_the_next_year(session: Session) -> None:
    """Told in December for cover from the day after; paid in January, when the tariff is another one by age."""
    december, january = date(2025, 12, 15), date(2026, 1, 5)
    born = MEMBER._replace(born=date(1995, 12, 20))
    key = begin(session, applicant(session), AT)
    save_person(session, key, born, AT)
    residence = kept_step(Residence("SG", "employed", december))
    steps = {"residence": residence, "choice": kept_step(Choice("3", "B", "yearly")), "prior": kept_step(Prior())}
    for step, values in {**steps, "payment": PAYMENT, "consents": CONSENTS}.items():
        save_step(session, key, step, values, AT)
    sign(session, key, born, acting(day=december))
    bring_papers(session, key)
    hand_in(session, key, acting(day=december), "Expat Test", "en")
    decide(session, key, Decision("accept"), acting(DOCTOR, december), KEYS)
    told = due(session, key)
    done = conclude(session, key, told, acting(CASHIER, january), KEYS)
    assert done.effect == january
    assert session.execute(select(table_of(Premium).c.amount)).scalars().all() == [int(told * 100)]


def test_a_quote_and_a_step_kept_at_the_same_moment_are_both_kept(engine: Engine) -> None:
    with transaction(engine) as session:
        who = applicant(session)
        key = begin(session, who, AT)

    def quote(number: int) -> None:
        with transaction(engine) as session:
            begin(session, who, AT, {f"quote-{number}": 1})

    def step(number: int) -> None:
        with transaction(engine) as session:
            save_step(session, key, f"step-{number}", {"a": 1}, AT)

    with ThreadPoolExecutor(2) as both:
        for number in range(15):
            for done in [both.submit(quote, number), both.submit(step, number)]:
                done.result()
    with transaction(engine) as session:
        content = application(session, key).content
    assert {*(f"step-{n}" for n in range(15)), *(f"quote-{n}" for n in range(15))} <= set(content)
