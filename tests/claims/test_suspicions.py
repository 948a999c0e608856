"""What is odd about a claim: kept with its facts, held for a person's look, never decided and never told to members."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from expat.claims.look_over import Odd, Store, is_round, look_over, to_look_over
from expat.claims.next_step import known_of, next_step
from expat.claims.suspicions import answer_suspicion, held_lines, suspicions_of
from expat.claims.tables import ClaimLine
from expat.claims.timeline import timeline
from expat.claims.worklist import worklist
from expat.db import table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.documents.prints import prints_of, take_prints
from expat.documents.store import keep
from expat.errors import Conflict
from expat.wording.suspicions import TITLES, suspicion_title, suspicion_told
from tests.claims.household import PROMISES, Household, at_home, household, send
from tests.payments.insured import AT, DAY, RECEIVED, pay, statuses, visit

LINE: Any = table_of(ClaimLine)
TEXT = (
    "Cabinet du Docteur Diop", "12 avenue Pasteur, Dakar", "Facture F-2025-118", "Consultation de medecine generale",
    "Patient : Paul Lovelace", "Date des soins : 1 juillet 2025", "Montant paye : 45,00 EUR",
    "Reglement comptant, merci de votre visite et a bientot au cabinet",
)  # fmt: skip


def a_pdf(*lines: str, info: str = "") -> bytes:
    """A PDF of a page with these lines of text; `info` is what it says of its making."""
    shown = "\n".join(f"BT /F1 11 Tf 40 {760 - 18 * n} Td ({line}) Tj ET" for n, line in enumerate(lines))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", f"<< {info} >>",
    ]  # fmt: skip
    text, places = "%PDF-1.4\n", []
    for i, body in enumerate(bodies, 1):
        places.append(len(text))
        text += f"{i} 0 obj\n{body}\nendobj\n"
    table = "0000000000 65535 f \n" + "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return (text + f"xref\n0 7\n{table}trailer\n{end}").encode()


def altered(**changed: str) -> tuple[str, ...]:
    """The invoice with a line or two otherwise."""
    return tuple(next((new for old, new in changed.items() if line.startswith(old)), line) for line in TEXT)


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, Keys.read(new_key()))


def kept(engine: Engine, store: Store, content: bytes) -> str:
    with transaction(engine) as session:
        return keep(session, content, store.folder, store.keys, AT)


def claimed(
    engine: Engine, home: Household, store: Store, key: str, amount: str = "45.00 EUR", **changed: Any
) -> tuple[int, list[Odd]]:
    """A claim of a visit of the child's, looked over; answers its line and what is odd."""
    values = {"provider": "Dr Diop", **changed}
    done = send(engine, home.membership, key, visit(values.pop("person", home.child), amount, **values))
    with transaction(engine) as session:
        return done.line_ids[0], look_over(session, done.claim_id, store, AT)


def kinds(found: list[Odd]) -> list[str]:
    return sorted(one.kind for one in found)


def lift(engine: Engine, line: int, outcome: str = "lifted") -> None:
    with transaction(engine) as session:
        for one in suspicions_of(session, [line])[line]:
            answer_suspicion(session, one.row.id, outcome, "Looked at.", DAY, AT, "account:7")


def test_an_ordinary_claim_has_nothing_odd_and_is_looked_over_once(
    engine: Engine, home: Household, store: Store
) -> None:
    file = kept(engine, store, a_pdf(*TEXT))
    line, found = claimed(engine, home, store, "a", files={"invoice": file}, invoice="F-2025-118")
    assert found == []
    with transaction(engine) as session:
        assert to_look_over(session) == []
        assert look_over(session, line // 1000, store, AT) == []


def test_the_same_file_for_two_claims_waits_for_a_look(engine: Engine, home: Household, store: Store) -> None:
    file = kept(engine, store, a_pdf(*TEXT))
    claimed(engine, home, store, "a", files={"invoice": file}, invoice="F1")
    line, found = claimed(
        engine, home, store, "b", "60.00 EUR", files={"invoice": file}, invoice="F2", first_day=date(2025, 7, 9)
    )
    assert kinds(found) == ["same_document"]
    pay(engine)
    assert statuses(engine) == ["paid", "accepted"]
    with transaction(engine) as session:
        assert held_lines(session, [home.membership]) == {line}
    lift(engine, line)
    pay(engine, DAY)
    assert statuses(engine) == ["paid", "paid"]


def test_the_same_file_on_two_memberships_says_nothing_of_the_one_to_the_other(
    engine: Engine, home: Household, store: Store
) -> None:
    other = household(engine, "M2")
    file = kept(engine, store, a_pdf(*TEXT))
    claimed(engine, home, store, "a", files={"invoice": file}, invoice="F1")
    line, found = claimed(engine, other, store, "b", files={"invoice": file}, invoice="F1")
    assert kinds(found) == ["same_document"]
    with transaction(engine) as session:
        row = session.execute(select(LINE).where(LINE.c.id == line)).one()
        step = next_step(row, known_of(session, [row], PROMISES)[line], PROMISES)
        told = timeline(session, row.claim_id)
    assert (step.what, step.who) == ("look_first", "unit")
    assert step.by == PROMISES.look_by(max(RECEIVED, AT.date()))
    assert [(one.what, one.words, one.text) for one in told if one.what.startswith("look")] == [("look_began", (), "")]


def test_an_invoice_altered_but_for_its_number_waits_for_a_look(engine: Engine, home: Household, store: Store) -> None:
    whole, changed = a_pdf(*TEXT), a_pdf(*altered(Montant="Montant paye : 145,00 EUR"))
    claimed(engine, home, store, "a", files={"invoice": kept(engine, store, whole)}, invoice="F-2025-118")
    line, found = claimed(
        engine, home, store, "b", "145.00 EUR", files={"invoice": kept(engine, store, changed)}, invoice="f-2025-118"
    )
    assert kinds(found) == ["altered_copy"]
    assert found[0].facts["changed"] == ["amount"]
    assert found[0].facts["percent"] >= 85
    with transaction(engine) as session:
        assert held_lines(session, [home.membership]) == {line}


def test_the_next_invoice_of_the_same_doctor_is_nothing_odd(engine: Engine, home: Household, store: Store) -> None:
    first = a_pdf(*TEXT)
    second = a_pdf(*altered(Facture="Facture F-2025-131", Date="Date des soins : 8 juillet 2025"))
    claimed(engine, home, store, "a", files={"invoice": kept(engine, store, first)}, invoice="F-2025-118")
    _line, found = claimed(
        engine, home, store, "b", files={"invoice": kept(engine, store, second)}, invoice="F-2025-131",
        first_day=date(2025, 7, 8),
    )  # fmt: skip
    assert found == []


def test_a_file_that_a_picture_program_wrote_is_grave_and_one_changed_later_is_not(
    engine: Engine, home: Household, store: Store
) -> None:
    edited = a_pdf(*TEXT, info="/Producer (Adobe Photoshop 25.0)")
    line, found = claimed(engine, home, store, "a", files={"invoice": kept(engine, store, edited)}, invoice="F1")
    assert [(one.kind, one.facts) for one in found] == [("image_editor", {"program": "Photoshop"})]
    later = a_pdf(*TEXT, info="/CreationDate (D:20250701090000Z) /ModDate (D:20250711090000Z) /Producer (Word)")
    other, found = claimed(
        engine, home, store, "b", "46.00 EUR", files={"invoice": kept(engine, store, later)}, invoice="F9",
        first_day=date(2025, 7, 3),
    )  # fmt: skip
    assert kinds(found) == ["edited_later"]
    with transaction(engine) as session:
        assert held_lines(session, [home.membership]) == {line}
        held = worklist(session, DAY, PROMISES, "suspicion")
    assert {one.claim for one in held.claims} == {line // 1000, other // 1000}


def test_care_of_a_day_after_the_claim_came_waits_for_a_look(engine: Engine, home: Household, store: Store) -> None:
    _line, found = claimed(engine, home, store, "a", invoice="F1", first_day=RECEIVED + timedelta(days=3))
    assert kinds(found) == ["dated_after"]


def test_many_claims_of_one_provider_and_round_sums_are_shown_and_hold_nothing(
    engine: Engine, home: Household, store: Store
) -> None:
    for n in range(11):
        line, found = claimed(
            engine, home, store, f"c{n}", "50.00 EUR", invoice=f"F{n}", first_day=date(2025, 7, 1) + timedelta(days=n)
        )
    assert kinds(found) == ["often", "round_sums"]
    with transaction(engine) as session:
        assert held_lines(session, [home.membership]) == frozenset()
        assert line // 1000 in {one.claim for one in worklist(session, DAY, PROMISES, "suspicion").claims}


def test_kept_goes_on_waiting_and_lifted_is_lifted_once(engine: Engine, home: Household, store: Store) -> None:
    edited = a_pdf(*TEXT, info="/Producer (GIMP 2.10)")
    line, _found = claimed(engine, home, store, "a", files={"invoice": kept(engine, store, edited)}, invoice="F1")
    lift(engine, line, "kept")
    pay(engine)
    assert statuses(engine) == ["accepted"]
    lift(engine, line)
    with pytest.raises(Conflict, match="lifted already"):
        lift(engine, line)
    with transaction(engine) as session:
        what = [one.what for one in timeline(session, line // 1000)]
    assert [one for one in what if one.startswith("look")] == ["look_began", "look_goes_on", "look_ended"]


def test_what_resembles_another_line_is_looked_at_before_it_is_paid(
    engine: Engine, home: Household, store: Store
) -> None:
    claimed(engine, home, store, "a")
    line, found = claimed(engine, home, store, "b")
    assert kinds(found) == ["resembles"]
    with transaction(engine) as session:
        assert held_lines(session, [home.membership]) == {line}


def test_the_words_of_a_document_are_not_kept(engine: Engine, store: Store) -> None:
    file = kept(engine, store, a_pdf(*TEXT))
    with transaction(engine) as session:
        take_prints(session, [file], store.folder, store.keys, AT)
        one = prints_of(session, [file])[file]
    assert len(one.words) > 20
    assert all(isinstance(word, int) for word in one.words)
    assert one.like(one) == 100


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_kind_is_told_with_its_facts(language: str) -> None:
    facts = {
        "other": 1001, "elsewhere": True, "percent": 97, "changed": ["amount", "day"], "program": "GIMP",
        "dated": "2025-08-09", "came": "2025-08-01", "claims": 12, "lines": 7, "days": 30, "provider": "Dr Diop",
    }  # fmt: skip
    for kind in TITLES:
        mine = facts | ({"made": "2025-07-01", "changed": "2025-07-11"} if kind == "edited_later" else {})
        told = suspicion_told(kind, mine, "1/1", language)
        assert "{" not in told
        assert suspicion_title(kind, language)


def test_round_sums_depend_on_the_currency() -> None:
    assert is_round(5000, "EUR")
    assert is_round(500, "JPY")
    assert not is_round(4500, "EUR")
    assert not is_round(500, "EUR")
