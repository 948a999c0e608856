"""The explanation of benefits: what it shows adds up to the last digit, and says why in the member's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from expat import terminal
from expat.cli import expat
from expat.db import reading, table_of, transaction
from expat.errors import NotFound
from expat.membership.tables import InsuredPerson, Member
from expat.money import from_minor, minor_units, round_half_up
from expat.payments.statement import Statement, statement, statements
from expat.payments.statement_lines import telescoped
from expat.payments.statement_text import as_text, row
from expat.payments.tables import Payout
from expat.scenario import play
from tests.wording.stories import FOLDER, NAMES, played

NARROW, WIDE = "\u202f", "\u00a0"
Tell = Callable[..., None]

PEOPLE = """
  people:
    - {id: m, role: member, born: 1985-05-02}
    - {id: s, role: spouse, born: 1986-01-01}
"""
SINGAPORE = f"""
scenario: A visit in Singapore, paid in Singapore dollars, with a line of every other standing
plan: expat-uno
rates:
  2025-07-31: {{SGD: "1.4473", USD: "1.0867"}}
membership:
  joined: 2025-01-01
  formula: 3
  zone: B
  residence: SG
  payout: {{currency: SGD}}
{PEOPLE}
events:
  - on: 2025-07-20
    claim:
      id: c
      lines:
        - {{id: visit, person: m, care: ambulatory.gp, on: 2025-07-15, amount: "150.00 SGD", country: SG, invoice: "A 7"}}
        - {{id: dollars, person: s, care: ambulatory.specialist, on: 2025-07-15, amount: "120.00 USD", country: SG}}
        - {{id: no_paper, person: m, care: ambulatory.pharmacy, on: 2025-07-15, amount: "20.00 SGD", country: SG, documents: [invoice]}}
        - {{id: too_early, person: m, care: ambulatory.gp, on: 2025-03-15, amount: "80.00 SGD", country: SG}}
        - {{id: no_rate, person: m, care: ambulatory.gp, on: 2025-07-16, amount: "20.000 TND", country: SG}}
  - {{on: 2025-08-01, settle: {{}}}}
"""  # noqa: E501
STAY = f"""
scenario: Five of ten days approved in Japan, the hospital paid in yen; the member in dinars of three decimals
plan: expat-uno
rates:
  2025-05-05: {{KWD: "0.3373", JPY: "163.27"}}
membership:
  joined: 2023-01-01
  formula: 3
  zone: C
  residence: KW
  payout: {{currency: KWD}}
{PEOPLE}
events:
  - {{on: 2025-04-01, approval: {{id: a, person: m, care: hospital, starts: 2025-04-20, decision: granted, direct: true, days: 5}}}}
  - on: 2025-05-05
    claim:
      id: c
      lines:
        - {{id: stay, person: m, care: hospital.stay, on: 2025-04-20, until: 2025-04-29, amount: "1234567 JPY", country: JP, cause: accident}}
        - {{id: euros, person: m, care: ambulatory.gp, on: 2025-05-01, amount: "50.00", country: KW}}
        - {{id: dinars, person: m, care: ambulatory.gp, on: 2025-05-02, amount: "33.333 KWD", country: KW}}
  - {{on: 2025-05-05, settle: {{}}}}
"""  # noqa: E501
EUROS = f"""
scenario: Everything in euros; one line accepted after the settlement
plan: expat-uno
membership:
  joined: 2024-01-01
  formula: 4
  zone: A
  residence: TN
{PEOPLE}
events:
  - on: 2025-05-05
    claim:
      id: c
      lines:
        - {{id: visit, person: m, care: ambulatory.gp, on: 2025-05-01, amount: "50.00", country: TN}}
        - {{id: paper, person: m, care: ambulatory.laboratory, on: 2025-05-01, amount: "30.00", country: TN, documents: [invoice]}}
  - {{on: 2025-05-06, settle: {{}}}}
  - {{on: 2025-05-07, documents: {{line: c.paper, add: [prescription]}}}}
"""  # noqa: E501


@pytest.fixture
def tell(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Play a story on the test's database; its member is Camille Martin, who reads French."""
    monkeypatch.setattr(play, "open_engine", lambda *_url, **_options: engine)

    def told(story: str) -> None:
        file = tmp_path / "story.yaml"
        file.write_text(story, encoding="utf-8")
        played(file)
        name = {"first_name": "Camille", "last_name": "Martin"}
        member = table_of(InsuredPerson)
        with transaction(engine) as session:
            session.execute(update(table_of(Member)).values(**name, language="fr"))
            session.execute(update(member).where(member.c.role == "member").values(**name))

    return told


def of(engine: Engine, payout: int, language: str | None = None) -> Statement:
    with reading(engine) as session:
        return statement(session, payout, language)


def flat(text: str) -> str:
    """As one line with spaces that break, so that a test can type it."""
    return re.sub(r"\s+", " ", text.replace("’", "'"))


def adds_up(found: Statement) -> None:
    """invoiced − every reduction = counted; the lines make the total; nothing is below zero."""
    for line in found.lines:
        assert line.care.invoiced - sum(r.amount for r in line.reductions) == line.counted
        assert all(r.amount >= 0 for r in line.reductions)
        assert -line.counted.as_tuple().exponent == minor_units(line.care.currency)  # type: ignore[operator]
        if line.paid_in == line.care.currency:
            assert line.paid == line.counted
    assert sum(line.paid for line in found.lines) == found.total
    assert sum(line.eur for line in found.lines) == found.total_eur


def reads_well(text: str) -> None:
    """Narrow enough for a telephone, no placeholder left, no value missing; French spaces do not break."""
    assert max(len(line) for line in text.splitlines()) <= 72
    assert not re.search(r"[{}]|None|Undefined", text)
    assert not re.search(r" [:;!?%»]", text)


def test_a_visit_in_singapore_is_explained_to_the_cent(engine: Engine, tell: Tell) -> None:
    tell(SINGAPORE)
    found = of(engine, 1)
    adds_up(found)
    visit = found.lines[0]
    assert [(r.why.title, r.amount) for r in visit.reductions] == [
        ("Taux de votre formule", Decimal("15.00")),
        ("Plafond de ce soin", Decimal("48.16")),
    ]
    assert (visit.counted, visit.eur, visit.paid) == (Decimal("86.84"), Decimal("60.00"), Decimal("86.84"))
    assert (visit.care.person, visit.care.name) == ("Camille Martin", "Consultation d’un généraliste")
    assert visit.invoice_rate is not None
    assert (visit.invoice_rate.value, visit.invoice_rate.published_on) == (Decimal("1.4473"), date(2025, 7, 31))
    text = as_text(found)
    assert f"Facturé{' ' * 52}150,00{WIDE}SGD" in text
    assert "86,84 SGD ÷ 1,4473 = 60,00 EUR" in flat(text)
    assert "1 EUR = 1,4473 SGD (dollar de Singapour) : scenario, cours publié le 31 juillet 2025." in flat(text)
    assert "Les cours du 1er août 2025 n'étaient pas encore publiés" in flat(text)
    assert f"5{NARROW}940,00{WIDE}EUR sur 6{NARROW}000,00{WIDE}EUR" in text
    assert "Note : certains des chiffres" in flat(text)


def test_a_line_in_a_third_currency_shows_both_rates(engine: Engine, tell: Tell) -> None:
    tell(SINGAPORE)
    line = of(engine, 1, "en").lines[1]
    assert (line.counted, line.eur, line.paid) == (Decimal("97.80"), Decimal("90.00"), Decimal("130.26"))
    text = flat(as_text(of(engine, 1, "en")))
    assert "= Reimbursed, in the invoice's currency 97.80 USD ÷ 1.0867 = in euros 90.00 EUR × 1.4473 = Paid" in text
    assert "rounded once" in text


def test_what_is_not_paid_is_listed_with_why_and_what_to_do(engine: Engine, tell: Tell) -> None:
    tell(SINGAPORE)
    found = of(engine, 1, "en")
    assert [line.status for line in found.unpaid] == ["pending", "refused", "waiting"]
    paper, early, rate = found.unpaid
    assert paper.why is not None and early.why is not None and rate.why is not None
    assert paper.why.sentence == "To settle this line we still need the prescription."
    assert early.why.article == "Délais d'attente"
    assert early.contest_until == date(2027, 7, 20)
    assert "TND (Tunisian Dinar)" in flat(rate.why.sentence)
    text = flat(as_text(found))
    assert "Refused: Waiting period" in text
    assert "Waiting since 20 July 2025." in text
    assert "You can contest this until 20 July 2027." in text


def test_a_partly_approved_stay_in_japan_has_no_decimals(engine: Engine, tell: Tell) -> None:
    tell(STAY)
    found = next(s for s in (of(engine, 1), of(engine, 2)) if s.payee == "hospital")
    adds_up(found)
    stay = found.lines[0]
    assert [(r.why.title, r.amount) for r in stay.reductions] == [
        ("Jours au-delà de l’entente préalable", Decimal(617_283)),
        ("Plafond de ce soin", Decimal(372_379)),
    ]
    assert (stay.paid, stay.taken_off) == (Decimal(244_905), Decimal(989_662))
    text = as_text(found)
    assert f"1{NARROW}234{NARROW}567{WIDE}JPY" in text
    assert "reste à régler par vous à l'hôpital" in flat(text)
    assert [(one.status, one.payee, one.paid_in) for one in found.elsewhere] == [("elsewhere", "member", "KWD")] * 2


def test_dinars_have_three_decimals(engine: Engine, tell: Tell) -> None:
    tell(STAY)
    found = next(s for s in (of(engine, 1), of(engine, 2)) if s.payee == "member")
    adds_up(found)
    euros, dinars = found.lines
    assert (euros.paid, dinars.paid, found.total) == (Decimal("15.179"), Decimal("20.238"), Decimal("35.417"))
    assert euros.invoice_rate is None
    assert f"× 0,3373 = Réglé{' ' * 43}15,179{WIDE}KWD" in as_text(found)


def test_lines_in_euros_show_no_rate_and_what_comes_next(engine: Engine, tell: Tell) -> None:
    tell(EUROS)
    found = of(engine, 1, "en")
    adds_up(found)
    assert found.rates == ()
    text = as_text(found)
    assert "rate" not in text.replace("rates, caps", "").lower()
    assert [line.status for line in found.unpaid] == ["accepted"]
    assert "Accepted: the next settlement pays it" in text
    assert "Accepted on 7 May 2025." in flat(text)


def test_what_was_paid_stays_and_the_ceilings_are_those_of_now(engine: Engine, tell: Tell) -> None:
    tell(EUROS + "  - {on: 2025-05-08, settle: {}}\n")
    first, second = of(engine, 1), of(engine, 2)
    assert [line.status for line in first.elsewhere] == ["elsewhere"]
    assert first.total == Decimal("50.00")
    assert first.ceilings[0].categories[0].left == second.ceilings[0].categories[0].left == Decimal("14920.00")
    assert first.ceilings[0].overall.left == Decimal("999920.00")


def test_without_a_name_the_place_in_the_membership_stands(engine: Engine, tell: Tell) -> None:
    tell(SINGAPORE)
    assert [line.care.person for line in of(engine, 1, "en").lines] == ["Camille Martin", "The spouse or partner"]


def test_the_bank_s_answer_is_told(engine: Engine, tell: Tell) -> None:
    tell(EUROS)
    payout = table_of(Payout)
    for values, told in (
        ({"confirmed_on": date(2025, 5, 9)}, "La banque a confirmé le versement le 9 mai 2025."),
        ({"confirmed_on": None, "returned_on": date(2025, 5, 12)}, "La banque nous a retourné le versement le 12 mai"),
    ):
        with transaction(engine) as session:
            session.execute(update(payout).values(**values))
        assert told in flat(as_text(of(engine, 1)))


def test_many_statements_are_read_by_few_queries(engine: Engine, tell: Tell) -> None:
    tell(STAY)
    with reading(engine) as session:
        ids = sorted(session.execute(select(table_of(Payout).c.id)).scalars())
        together = statements(session, ids)
        assert together == [statement(session, key) for key in ids]
    with reading(engine) as session, pytest.raises(NotFound, match="there is no payout 99"):
        statement(session, 99)


def test_the_commands_show_and_write(
    engine: Engine, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(STAY)
    monkeypatch.setattr(terminal, "database", lambda: engine)
    run = CliRunner()
    shown = run.invoke(expat, ["statement", "show", "1", "--language", "en"])
    assert shown.output == as_text(of(engine, 1, "en"))
    folder = tmp_path / "out" / "statements"
    written = run.invoke(expat, ["statement", "write", "--settlement", "1", "--folder", str(folder)])
    assert written.output == f"2 statements and 0 notices written to {folder}\n"
    files = sorted(folder.iterdir())
    assert [f.name for f in files] == ["statement-00000001-fr.txt", "statement-00000002-fr.txt"]
    assert files[0].read_text(encoding="utf-8") == as_text(of(engine, 1))
    missing = run.invoke(expat, ["statement", "write", "--settlement", "7", "--folder", str(folder)])
    assert isinstance(missing.exception, NotFound)


@pytest.mark.parametrize("name", NAMES)
def test_every_story_reads_well_and_adds_up(name: str) -> None:
    stage = played(FOLDER / f"{name}.yaml")
    with stage.session() as session:
        ids = sorted(session.execute(select(table_of(Payout).c.id)).scalars())
        for language in ("en", "fr"):
            for found in statements(session, ids, language):
                adds_up(found)
                reads_well(as_text(found))
    stage.close()


_SHARES = st.lists(st.fractions(min_value=0, max_value=1), max_size=6)


@given(st.integers(min_value=1, max_value=10**12), _SHARES, st.sampled_from(["JPY", "EUR", "KWD", "CLF"]))
def test_what_is_shown_always_adds_up(units: int, shares: list[Fraction], currency: str) -> None:
    decimals = minor_units(currency)
    invoiced = from_minor(units, currency)
    left, steps = Fraction(invoiced), []
    for share in shares:
        steps.append((left, left * share))
        left *= share
    shown = telescoped(steps, decimals)
    assert invoiced - sum(shown) == round_half_up(left, decimals)
    assert all(amount >= 0 for amount in shown)


def test_a_label_too_long_for_its_row_has_the_value_below() -> None:
    assert row("a", "1") == "a" + " " * 70 + "1"
    assert row("word " * 14, "1").splitlines() == [("word " * 14).strip(), " " * 71 + "1"]


@pytest.mark.parametrize(("language", "said"), [("en", "NOTICE ON CLAIM 2"), ("fr", "AVIS SUR LA DEMANDE 2")])
def test_a_claim_of_which_nothing_is_paid_is_told_with_its_reasons(
    engine: Engine, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    late = """  - {on: 2025-05-06, claim: {id: no, lines: [
      {id: cosmetic, person: m, care: excluded.cosmetic, on: 2025-05-02, amount: "80.00", country: KW},
      {id: pills, person: m, care: ambulatory.pharmacy, on: 2025-05-03, amount: "9.00", country: KW, documents: []}]}}
  - {on: 2025-05-07, settle: {}}
"""
    tell(STAY.rstrip() + "\n" + late)
    monkeypatch.setattr(terminal, "database", lambda: engine)
    shown = CliRunner().invoke(expat, ["statement", "claim", "2", "--language", language]).output
    assert shown.startswith(said)
    assert "Les risques non couverts" in shown
    assert ("contest" in shown) and ("{" not in shown)
    assert max(map(len, shown.splitlines())) <= 72
    written = CliRunner().invoke(expat, ["statement", "write", "--settlement", "2", "--folder", str(tmp_path / "out")])
    assert written.output.startswith("0 statements and 1 notices written to ")
    assert [f.name for f in (tmp_path / "out").iterdir()] == ["notice-00000002-fr.txt"]
