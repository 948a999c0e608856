"""Keyed invoices go in claim by claim: a bad row is named and keeps its own claim out, no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from expat.claims.keyed import Imported, Intake, import_keyed
from expat.claims.tables import Claim, ClaimLine, LineDocument
from expat.db import table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.documents.store import problems
from expat.errors import BadInput
from tests.documents.samples import locked_pdf, pdf, picture
from tests.payments.insured import AT, SOURCES, insure, publish

HEADER = "claim,membership,first_name,born,care,on,amount,currency,country,document,kinds,invoice"
GOOD = "c1,M1,Ada,1985-05-02,ambulatory.gp,2025-07-01,45.00,EUR,SN,invoice.pdf,,F1"
KEYS = Keys.read(new_key())
CLAIM, LINE, PAPER = (table_of(t) for t in (Claim, ClaimLine, LineDocument))
Import = Callable[..., Imported]


@pytest.fixture
def keyed(engine: Engine, tmp_path: Path) -> Import:
    """Imports the rows given, under the usual header unless another is named."""
    publish(engine)
    insure(engine, "M1")
    insure(engine, "M2")
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "invoice.pdf").write_bytes(pdf())
    (folder / "prescription.jpg").write_bytes(picture("JPEG"))
    (folder / "locked.pdf").write_bytes(locked_pdf())
    (tmp_path / "secret.pdf").write_bytes(pdf())
    intake = Intake(folder, tmp_path / "kept", lambda: KEYS, date(2025, 8, 1), lambda: AT, SOURCES)

    def run(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> Imported:
        file = tmp_path / "keyed.csv"
        file.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
        return import_keyed(engine, file, intake)

    return run


def lines(engine: Engine) -> list[Any]:
    with transaction(engine) as session:
        return list(session.execute(select(LINE).order_by(LINE.c.claim_id, LINE.c.position)))


def told(done: Imported) -> list[str]:
    return [str(wrong) for wrong in done.wrong]


def test_a_claim_of_two_lines_goes_in_with_its_scans(engine: Engine, keyed: Import, tmp_path: Path) -> None:
    second = "c1,M1,ada ,1985-05-02,ambulatory.specialist,2025-07-02,80.50,sgd,sn,prescription.jpg,prescription,F2"
    done = keyed(GOOD, second)
    assert (done.claims, done.lines, done.again, done.refused, done.wrong) == (1, 2, 0, 0, [])
    assert [(one.care, one.amount, one.currency, one.status) for one in lines(engine)] == [
        ("ambulatory.gp", 4500, "EUR", "accepted"),
        ("ambulatory.specialist", 8050, "SGD", "pending"),  # its invoice is missing
    ]
    with transaction(engine) as session:
        assert list(session.execute(select(PAPER.c.kind)).scalars()) == ["invoice", "prescription"]
        assert list(problems(session, tmp_path / "kept", KEYS)) == []


def test_every_column_reaches_the_line(engine: Engine, keyed: Import) -> None:
    header = (
        "claim,membership,person,care,on,until,amount,currency,country,quantity,cause,stay_days,invoice,provider,"
        "series,started,received,kinds,document,prescription,cause_proof"
    )
    row = (
        "c1,M1,1,ambulatory.auxiliary,2025-07-01,2025-07-09,120,EUR,SN,4,accident,12,F7,Dr House,S1,2025-06-30,"
        "2025-07-20,invoice prescription,invoice.pdf,prescription.jpg,invoice.pdf"
    )
    assert told(keyed(row, header=header)) == []
    found = lines(engine)[0]
    assert (found.first_day, found.last_day, found.quantity) == (date(2025, 7, 1), date(2025, 7, 9), 4)
    assert (found.cause, found.stay_days, found.invoice, found.provider) == ("accident", 12, "F7", "Dr House")
    assert (found.series, found.treatment_started) == ("S1", date(2025, 6, 30))
    assert (found.received_on, found.documents) == (date(2025, 7, 20), "cause_proof invoice prescription")
    with transaction(engine) as session:
        kept = {row.kind: row.sha256 for row in session.execute(select(PAPER))}
    assert kept["cause_proof"] == kept["invoice"] != kept["prescription"]


def test_the_same_file_twice_hands_in_nothing_twice(engine: Engine, keyed: Import) -> None:
    rows = (GOOD, "c2,M2,Ada,1985-05-02,ambulatory.gp,2025-07-01,45.00,EUR,SN,,invoice,F1")
    assert keyed(*rows).claims == 2
    again = keyed(*rows)
    assert (again.claims, again.lines, again.again, again.refused) == (0, 0, 2, 0)
    assert len(lines(engine)) == 2


def test_a_claim_key_that_comes_again_with_something_else_is_refused(engine: Engine, keyed: Import) -> None:
    keyed(GOOD)
    done = keyed(GOOD.replace("45.00", "46.00"))
    assert told(done) == ["row 2, claim: 'c1' was used for another claim; a new key for a new claim"]


def test_papers_that_came_without_a_scan_count_and_none_at_all_are_waited_for(engine: Engine, keyed: Import) -> None:
    keyed(
        "c1,M1,Ada,1985-05-02,ambulatory.gp,2025-07-01,45.00,EUR,SN,,invoice,F1",
        "c2,M1,Ada,1985-05-02,ambulatory.gp,2025-07-03,45.00,EUR,SN,,,F2",
    )
    assert [one.status for one in lines(engine)] == ["accepted", "pending"]


def test_a_bad_row_keeps_its_claim_out_whole_and_lets_the_others_in(engine: Engine, keyed: Import) -> None:
    done = keyed(
        GOOD,
        "c2,M1,Ada,1985-05-02,ambulatory.gp,2025-07-02,45.00,EUR,SN,invoice.pdf,,F2",
        "c2,M1,Ada,1985-05-02,ambulatory.gp,2025-07-03,45.00,XYZ,SN,invoice.pdf,,F3",
        "c3,M2,Ada,1985-05-02,ambulatory.gp,2025-07-03,45.00,EUR,SN,invoice.pdf,,F4",
    )
    assert (done.claims, done.lines, done.refused) == (2, 2, 1)
    assert told(done) == ["row 4, currency: 'XYZ' is no currency; an ISO 4217 code such as SGD"]
    with transaction(engine) as session:
        assert list(session.execute(select(CLAIM.c.idempotency_key)).scalars()) == ["c1", "c3"]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (("M1", "M9"), "membership: there is no membership 'M9'"),
        (("M1", ""), "membership: is empty"),
        (("Ada", "Eve"), "first_name: Eve 1985-05-02 is not insured by this membership; one of Ada 1985-05-02"),
        (("1985-05-02", ""), "born: is empty"),
        (("1985-05-02", "02/05/1985"), "born: '02/05/1985' is no date; written as 2025-08-01"),
        (("ambulatory.gp", "ambulatory.magic"), "care: 'ambulatory.magic' is no care of the plan"),
        (("2025-07-01", "2025-07-32"), "on: '2025-07-32' is no date"),
        (("2025-07-01", "20250701"), "on: '20250701' is no date"),
        (("2025-07-01", ""), "on: is empty"),
        (("2025-07-01", "1912-07-01"), ""),
        (("45.00", "45,00"), "row: has 13 cells; 12, as the header"),
        (("45.00", '"45,00"'), "amount: '45,00' is no amount; digits with a point, such as 1234.50"),
        (("45.00", "-45.00"), "amount: '-45.00' is no amount"),
        (("45.00", "1e3"), "amount: '1e3' is no amount"),
        (("45.00", "NaN"), "amount: 'NaN' is no amount"),
        (("45.00", "٤٥"), "amount: '٤٥' is no amount"),
        (("45.00", "45.001"), "amount: 45.001 EUR has too many decimals; at most 2"),
        (("45.00", "0"), "amount: 0 EUR"),
        (("45.00", ""), "amount: is empty"),
        (("EUR", ""), "currency: is empty"),
        (("SN", "XX"), "country: 'XX' is no country"),
        (("invoice.pdf", "missing.pdf"), "document: missing.pdf cannot be read (No such file or directory)"),
        (("invoice.pdf", "../secret.pdf"), "document: ../secret.pdf lies outside the folder"),
        (("invoice.pdf", "/etc/passwd"), "document: /etc/passwd lies outside the folder"),
        (("invoice.pdf", "."), "document: . cannot be read (Is a directory)"),
        (("invoice.pdf", "locked.pdf"), "document: locked.pdf is a PDF protected by a password"),
        (("pdf,,", "pdf,selfie,"), "kinds: 'selfie' is unknown; of cause_proof, invoice, medical_report, original,"),
        (("c1", ""), "claim: is empty"),
        (("c1", "c" * 101), "claim: is empty or too long; 1 to 100 characters"),
        (("F1", "F\x001"), "invoice: holds a character that cannot be printed"),
    ],
)
def test_what_is_wrong_is_named_with_row_and_column(
    engine: Engine, keyed: Import, bad: tuple[str, str], words: str
) -> None:
    done = keyed(GOOD.replace(*bad))
    assert [line.startswith(f"row 2, {words}") for line in told(done)] == [True], told(done)
    assert (done.claims, done.refused, lines(engine)) == (0, 1, [])


def test_everything_that_is_wrong_is_told_at_once(keyed: Import) -> None:
    done = keyed(
        "c1,M1,Ada,1985-05-02,ambulatory.gp,2025-07-32,x,EUR,SN,invoice.pdf,,F1",
        "",
        "c1,M1,Ada,1985-05-02,ambulatory.gp,2025-07-01,45.00,EUR,SN,locked.pdf,,F2",
        "c2,M1,Eve,1985-05-02,ambulatory.gp,2025-07-01,45.00,EUR,SN,missing.pdf,,F3",
    )
    assert [(wrong.row, wrong.column) for wrong in done.wrong] == [
        (2, "amount"),
        (2, "on"),
        (4, "document"),
        (5, "document"),
        (5, "first_name"),
    ]
    assert done.refused == 2


def test_a_claim_is_of_one_membership_and_one_day_of_receipt(engine: Engine, keyed: Import) -> None:
    done = keyed(GOOD, GOOD.replace("M1", "M2").replace("F1", "F2"))
    assert told(done) == ["row 3, membership: row 2 of the same claim says M1; the same in every row"]
    assert lines(engine) == []


def test_semicolons_and_a_byte_order_mark_are_read(engine: Engine, keyed: Import) -> None:
    assert keyed(GOOD.replace(",", ";"), header=HEADER.replace(",", ";"), encoding="utf-8-sig").claims == 1


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (HEADER.replace("currency", "devise"), "row 1: has no column currency"),
        (HEADER.replace("born", "series"), "no column for the person"),
        (HEADER.replace("kinds", "colour"), "the column 'colour' is unknown"),
        (HEADER.replace("kinds", "claim"), "the column 'claim' stands twice"),
        ("", "has no column claim"),
    ],
)
def test_a_file_without_the_right_columns_is_refused(keyed: Import, header: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        keyed(GOOD, header=header)


def test_a_file_that_is_no_csv_in_utf_8_is_refused(keyed: Import, engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not in UTF-8"):
        keyed(GOOD.replace("Ada", "Zoé"), encoding="latin-1")
    with pytest.raises(BadInput, match=r"keyed.csv:2: is no CSV"):
        keyed('c1,"M1')
    with pytest.raises(BadInput, match="cannot be read"):
        import_keyed(engine, tmp_path / "none.csv", Intake(tmp_path, tmp_path, lambda: KEYS, date.max, lambda: AT, ()))


def test_a_missing_key_is_told_before_anything_goes_in(engine: Engine, keyed: Import, tmp_path: Path) -> None:
    keyed()

    def none() -> Keys:
        return Keys.read(None)

    (tmp_path / "keyed.csv").write_text(f"{HEADER}\n{GOOD}\n")
    with pytest.raises(BadInput, match="EXPAT_DOCUMENT_KEY"):
        import_keyed(
            engine, tmp_path / "keyed.csv", Intake(tmp_path, tmp_path, none, date(2025, 8, 1), lambda: AT, SOURCES)
        )
    assert lines(engine) == []
