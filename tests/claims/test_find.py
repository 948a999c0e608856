"""Anyone and any invoice is found by name, number or amount."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from expat.claims.find import Found, find
from expat.claims.find_amounts import sums
from expat.claims.spelling import folded
from expat.db import transaction
from expat.errors import BadInput
from expat.membership.join import NewMembership, NewPerson, join
from tests.claims.household import Household, at_home, household, send
from tests.payments.insured import AT, JOINED, RECEIVED, visit


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def several(engine: Engine, home: Household, count: int, person: int | None = None) -> list[int]:
    lines = [visit(person or home.member, "10.00 EUR", invoice=f"{person}-{n}") for n in range(count)]
    return [send(engine, home.membership, f"{person}-{n}", line).claim_id for n, line in enumerate(lines)]


def look(engine: Engine, text: str, language: str = "en", **options: Any) -> Found:
    with transaction(engine) as session:
        return find(session, text, language, **options)


def names(engine: Engine, text: str) -> list[str]:
    return [one.name for one in look(engine, text).people]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("zoe muller", "Zoë Müller"),
        ("MÜLLER", "Zoë Müller"),
        ("müll", "Zoë Müller"),
        ("ines lov", "Inès Lovelace"),
        ("coeur", "Cœur d'Œuf"),
        ("CŒUR DOEUF", ""),
        ("d oeuf", "Cœur d'Œuf"),
        ("strasse", "Straße"),
        ("иван", "Иван Ёлкин"),
        ("елкин", "Иван Ёлкин"),
        ("王", ""),
        ("王伟", "王伟"),
        ("zo_", "Zoë Müller"),
        ("%%", ""),
        ("[ab", ""),
    ],
)
def test_people_are_found_whatever_capitals_and_accents(engine: Engine, home: Household, text: str, name: str) -> None:
    strange = ("Cœur d'Œuf", "Straße", "Иван Ёлкин", "王伟")
    people = (NewPerson("member", date(1985, 5, 2)), *(NewPerson("child", date(2015, 1, 1), n) for n in strange))
    with transaction(engine) as session:
        join(session, NewMembership("M2", "expat-uno", JOINED, "4", "A", "SN", people), AT)
    assert names(engine, text) == ([name] if name else [])


def test_a_name_that_was_kept_in_two_signs_for_a_letter_is_found(engine: Engine, home: Household) -> None:
    people = (NewPerson("member", date(1985, 5, 2), "Ele\N{COMBINING ACUTE ACCENT}onore", "Dupre"),)
    with transaction(engine) as session:
        join(session, NewMembership("M2", "expat-uno", JOINED, "4", "A", "SN", people), AT)
    assert len(names(engine, "éléonore")) == len(names(engine, "eleonore dupré")) == 1


def test_a_membership_is_found_by_a_part_of_its_number(engine: Engine, home: Household) -> None:
    household(engine, "EXP-2025-77")
    assert [one.number for one in look(engine, "exp-2025").memberships] == ["EXP-2025-77"]


def test_a_claim_and_a_line_are_found_by_their_numbers(engine: Engine, home: Household) -> None:
    several(engine, home, 2)
    found = look(engine, "2")
    assert [one.claim for one in found.claims] == [2]
    found = look(engine, "2/1")
    assert ([one.claim for one in found.claims], [one.ref for one in found.lines]) == ([2], ["2/1"])
    assert look(engine, "999999999999/999") == Found((), (), (), (), False)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("INV-77", "en", [1]),
        ("inv-77", "en", [1]),
        ("1234.50", "en", [1]),
        ("1,234.50", "en", [1]),
        ("1 234,50", "fr", [1]),
        ("1\N{NARROW NO-BREAK SPACE}234,50 EUR", "fr", [1]),
        ("EUR 1234.5", "en", [1]),
        ("1234.50 SGD", "en", []),
        ("1500", "en", [3, 2]),
        ("1500 JPY", "en", [2]),
        ("1500 jpy", "fr", [2]),
        ("1500.00", "en", [3, 2]),
        ("1500.5", "en", []),
        ("15", "en", []),
        ("1500 XYZ", "en", []),
        ("0", "en", []),
    ],
)
def test_an_invoice_is_found_by_its_number_and_by_its_amount(
    engine: Engine, home: Household, text: str, language: str, found: list[int]
) -> None:
    lines = (
        visit(home.member, "1234.50 EUR", invoice="INV-77"),
        visit(home.member, "1500 JPY"),
        visit(home.member, "1500.00 SGD"),
    )
    send(engine, home.membership, "k", *lines)
    assert [line.position for line in look(engine, text, language).lines] == found


def on_one_invoice(engine: Engine, home: Household) -> None:
    """A claim of 70 EUR whose 50 EUR are one invoice, and another claim with the rest of that invoice, 12.50 EUR."""
    lines = (
        visit(home.member, "20.00 EUR", invoice="F-9"),
        visit(home.member, "30.00 EUR", invoice="F-9"),
        visit(home.child, "20.00 EUR", invoice="G-1"),
        visit(home.child, "1500 JPY", invoice="G-2"),
        visit(home.child, "300 JPY", invoice="G-2"),
    )
    send(engine, home.membership, "a", *lines)
    send(engine, home.membership, "b", visit(home.spouse, "12.50 EUR", invoice="F-9"))


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("70", "en", [(1, None, 3, 7000, "EUR")]),
        ("70,00 EUR", "fr", [(1, None, 3, 7000, "EUR")]),
        ("70.00 SGD", "en", []),
        ("62.50", "en", [(2, "F-9", 3, 6250, "EUR")]),
        ("EUR 62.5", "en", [(2, "F-9", 3, 6250, "EUR")]),
        ("50", "en", []),
        ("1 800", "fr", [(1, None, 2, 1800, "JPY")]),
        ("1800 JPY", "en", [(1, None, 2, 1800, "JPY")]),
        ("12.50", "en", []),
        ("F-9", "en", []),
    ],
)
def test_a_claim_and_an_invoice_are_found_by_what_their_lines_come_to(
    engine: Engine, home: Household, text: str, language: str, found: list[Any]
) -> None:
    on_one_invoice(engine, home)
    sums = look(engine, text, language).sums
    assert [(one.claim, one.invoice, one.lines, one.amount, one.currency) for one in sums] == found
    assert {(one.number, one.received_on) for one in sums} <= {("M1", RECEIVED)}


def test_invoices_of_two_memberships_with_one_number_are_two(engine: Engine, home: Household) -> None:
    other = household(engine, "M2")
    for one in (home, other):
        lines = (visit(one.member, "20.00 EUR", invoice="F-9"), visit(one.spouse, "30.00 EUR", invoice="F-9"))
        send(engine, one.membership, "a", *lines)
    assert look(engine, "100").sums == ()
    assert [one.number for one in look(engine, "50").sums] == ["M2", "M1"]


def test_sums_are_looked_for_among_the_newest_claims_and_on_demand_among_all(engine: Engine, home: Household) -> None:
    on_one_invoice(engine, home)
    with transaction(engine) as session:
        assert [len(sums(session, "70", "en", 5, newest).found) for newest in (1, 2, None)] == [0, 1, 1]
        assert [sums(session, "70", "en", 5, newest).older for newest in (1, 2, None)] == [True, False, False]
        assert not sums(session, "F-9", "en", 5, 1).older, "no amount was asked for"


def test_an_invoice_that_older_lines_go_on_comes_to_all_of_them(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "a", visit(home.member, "20.00 EUR", invoice="F-9"))
    rest = (visit(home.member, "30.00 EUR", invoice="F-9"), visit(home.child, "12.50 EUR", invoice="F-9"))
    send(engine, home.membership, "b", *rest, visit(home.child, "1.00 EUR"))
    with transaction(engine) as session:
        found = {
            newest: [sums(session, text, "en", 5, newest).found for text in ("42.50", "62.50")] for newest in (1, 2)
        }
    assert found[1] == [[], []] and [len(one) for one in found[2]] == [0, 1]


def test_what_is_more_than_a_page_is_said(engine: Engine, home: Household) -> None:
    several(engine, home, 3)
    found = look(engine, "10.00", limit=2)
    assert (len(found.lines), found.more) == (2, True)


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, "a\x00b"])
def test_nothing_is_not_looked_for(engine: Engine, text: str) -> None:
    with pytest.raises(BadInput, match="text"):
        look(engine, text)


def test_names_are_compared_without_what_stands_between_words() -> None:
    assert folded("  Marie-Thérèse O’Brien ") == "marie therese o brien"


@pytest.mark.parametrize(
    "text",
    [
        "9" * 200, "999999999999999", "0.00001", "1e5", "-5", "1/", "/1", "1/0", "1/9999", "NaN", "EUR", "EUR 5 SGD",
        "(", "\\", "a*", "ﬁ", "ŉ", "ǅ", "İ", "é" * 200, "'; --", "\N{ARABIC-INDIC DIGIT THREE}", "²", "१०",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "fr"])
def test_whatever_is_typed_is_looked_for(engine: Engine, home: Household, text: str, language: str) -> None:
    several(engine, home, 1)
    assert look(engine, text, language).more is False
