"""What is wrong in an employer's file: each fault by its row and column, all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from time import process_time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import Engine, func, select

from expat.db import reading, table_of, transaction
from expat.employers.announce import hand_in
from expat.employers.check import insured_as, look
from expat.employers.columns import NAMES
from expat.employers.reading import MOST_ROWS, Fault, read
from expat.employers.tables import EmployerUpload
from expat.employers.template import csv_template, xlsx_template
from tests.employers.files import AT, CHANGE, KEYS, LEAVER, MEMBER, SPOUSE, TODAY, csv_of, employ, xlsx_of

GOOD = [MEMBER, SPOUSE, LEAVER, CHANGE]


def faults(engine: Engine, employer: int, content: bytes) -> list[Fault]:
    with reading(engine) as session:
        return look(session, employer, content, TODAY).faults


def told(found: list[Fault]) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.what) for fault in found]


@pytest.mark.parametrize("made", [csv_of, xlsx_of])
def test_a_file_without_a_fault_is_read(engine: Engine, made: Any) -> None:
    employer = employ(engine)
    with reading(engine) as session:
        looked = look(session, employer, made(GOOD), TODAY)
    assert looked.faults == []
    assert [len(looked.of(action)) for action in ("joiner", "leaver", "change")] == [2, 1, 1]
    assert looked.rows[0].day["effective"] == date(2026, 4, 1)


def test_french_titles_words_dates_and_names_of_countries_are_read(engine: Engine) -> None:
    titles = ["Action", "Adhésion", "Famille", "Rôle", "Prénom", "Nom", "Naissance", "Nationalité", "Effet",
              "Courriel", "Résidence", "Formule", "Zone", "Rue", "Ville"]  # fmt: skip
    cells = ["Arrivée", "", "F1", "Adhérent", "Léa", "Martin", "04/05/1990", "France", "01/04/2026",
             "lea@corp.example", "Singapour", "Formule 3", "zone b", "", ""]  # fmt: skip
    content = ("\n".join("\t".join(line) for line in (titles, cells))).encode("utf-8-sig")
    with reading(engine) as session:
        looked = look(session, employ(engine), content, TODAY)
    assert looked.faults == []
    (row,) = looked.rows
    assert row.text["residence"] == "SG" and row.text["nationality"] == "FR" and row.text["zone"] == "B"
    assert row.day["born"] == date(1990, 5, 4)


BY_CELL = [
    (MEMBER, "action", "", "empty"),
    (MEMBER, "action", "hire", "unknown_action"),
    (MEMBER, "born", "4 May 1990", "wrong_date"),
    (MEMBER, "born", "1990-02-30", "impossible_date"),
    (MEMBER, "born", "1890-02-03", "born_out_of_range"),
    (MEMBER, "effective", "2027-04-01", "date_out_of_range"),
    (MEMBER, "effective", "2026-03-02", "too_early"),
    (MEMBER, "residence", "ZZ", "unknown_country"),
    (MEMBER, "residence", "Réunion", "lives_in_france"),
    (MEMBER, "role", "cousin", "unknown_role"),
    (MEMBER, "formula", "9", "unknown_formula"),
    (MEMBER, "zone", "D", "unknown_zone"),
    (MEMBER, "zone", "A", "zone_mismatch"),
    (MEMBER, "currency", "EUROS", "unknown_currency"),
    (MEMBER | {"residence": "PT"}, "currency", "USD", "euro_area"),
    (MEMBER, "email", "lea(at)corp", "malformed_email"),
    (MEMBER, "email", "", "empty"),
    (MEMBER, "nationality", "DE", "nationality"),
    (MEMBER, "born", "1966-04-01", "age"),
    (MEMBER, "born", "2008-04-02", "age"),
    (MEMBER, "first_name", "", "empty_name"),
    (MEMBER, "last_name", "M" * 71, "name_too_long"),
    (MEMBER, "last_name", '=HYPERLINK("x")', "formula_cell"),
    (MEMBER, "last_name", "Mar\x01tin", "bad_characters"),
    (MEMBER, "language", "de", "unknown_language"),
    (MEMBER, "membership", "E-100", "has_member"),
    (LEAVER, "membership", "E-999", "unknown_membership"),
    (LEAVER, "membership", "E-200", "unknown_membership"),
    (LEAVER, "membership", "", "empty"),
    (LEAVER, "effective", "2023-12-31", "before_joining"),
    (LEAVER, "reason", "fired", "unknown_reason"),
    (CHANGE, "town", "", "empty"),
]


@pytest.mark.parametrize(("row", "column", "cell", "what"), BY_CELL, ids=[f"{c}-{w}" for _r, c, _x, w in BY_CELL])
def test_each_fault_is_named_by_row_and_column(
    engine: Engine, row: dict[str, Any], column: str, cell: str, what: str
) -> None:
    content = csv_of([row | {column: cell.replace('"', "'")}])
    assert told(faults(engine, employ(engine), content)) == [(2, column, what)]


def test_the_ages_are_those_on_the_day_of_effect(engine: Engine) -> None:
    employer = employ(engine)
    for born in ("1966-04-02", "2008-04-01"):  # the eve of 60, the day of 18
        assert faults(engine, employer, csv_of([MEMBER | {"born": born}])) == []


def test_families_and_doubles_are_told_across_rows(engine: Engine) -> None:
    rows = [
        MEMBER, SPOUSE, SPOUSE | {"first_name": "Tim"}, MEMBER | {"first_name": "Zoé", "last_name": "Roux"},
        MEMBER | {"family": "2", "first_name": "LEA", "last_name": "martin"},
        SPOUSE | {"family": "9", "first_name": "Ann"}, LEAVER, LEAVER | {"effective": "2026-07-31"},
    ]  # fmt: skip
    assert told(faults(engine, employ(engine), csv_of(rows))) == [
        (4, "role", "two_spouses"),
        (5, "role", "two_members"),
        (6, "last_name", "twice"),
        (7, "family", "without_member"),
        (9, "membership", "twice"),
    ]


def test_nobody_joins_who_is_insured_already(engine: Engine) -> None:
    ada = MEMBER | {"first_name": "ADA", "last_name": "Lovelace  E-100", "born": "1985-05-02"}
    assert told(faults(engine, employ(engine), csv_of([ada]))) == [(2, "last_name", "already_insured")]


TITLES = list(NAMES)
BY_FILE = [
    (csv_of([MEMBER], [t for t in TITLES if t != "born"]), [(1, "born", "missing_column")]),
    (csv_of([MEMBER], [*TITLES, "salary"]), [(1, "T", "unknown_column")]),
    (csv_of([MEMBER], [*TITLES, "Nom"]), [(1, "T", "doubled_column")]),
    (csv_of([MEMBER], delimiter="|"), [(1, "A", "wrong_delimiter")]),
    (csv_of([MEMBER]) + b"\r\njoiner;" + b";" * 30 + b"x", [(3, "T", "too_many_cells")]),
    (csv_of([MEMBER, SPOUSE | {"first_name": "René"}]).replace("é".encode(), b"\xe9", 1), [(2, "E", "bad_encoding")]),
    (csv_of([MEMBER]).replace("é".encode(), b"\x81"), [(2, "E", "bad_encoding")]),
    (b'action;"membership', [(1, "", "broken_csv")]),
    (b"", [(0, "", "empty_file")]),
    (csv_of([]), [(0, "", "no_rows")]),
    (b"PK\x03\x04 nothing of the kind", [(0, "", "no_workbook")]),
    (b"\xd0\xcf\x11\xe0 an old workbook", [(0, "", "old_office")]),
    (b" " * (5 * 1024**2 + 1), [(0, "", "file_too_large")]),
]


@pytest.mark.parametrize(
    ("content", "meant"), BY_FILE, ids=[f"{n}-{meant[0][2]}" for n, (_c, meant) in enumerate(BY_FILE)]
)
def test_what_is_wrong_with_the_file_itself_is_told(
    engine: Engine, content: bytes, meant: list[tuple[int, str, str]]
) -> None:
    assert told(faults(engine, employ(engine), content)) == meant


def test_too_many_rows_are_told(engine: Engine) -> None:
    assert told(faults(engine, employ(engine), csv_of([LEAVER] * (MOST_ROWS + 1)))) == [
        (MOST_ROWS + 2, "", "too_many_rows")
    ]


@pytest.mark.parametrize("made", [csv_of, xlsx_of])
def test_five_thousand_people_with_fifty_faults_are_looked_at_within_seconds(engine: Engine, made: Any) -> None:
    employer = employ(engine)
    day = date(1970, 1, 1)
    rows = [
        MEMBER | {"family": str(n), "last_name": f"Martin {n}", "born": (day + timedelta(days=n)).isoformat()}
        for n in range(5000)
    ]
    kinds = {w: (c, x, w) for r, c, x, w in BY_CELL if r == MEMBER and w not in ("bad_characters", "formula_cell")}
    spoilt = list(kinds.values())[:20]
    meant = []
    for place in range(50):
        column, cell, what = spoilt[place % len(spoilt)]
        rows[place * 97] = rows[place * 97] | {column: cell}
        meant.append((place * 97 + 2, column, what))
    content = made(rows)
    started = process_time()
    assert told(faults(engine, employer, content)) == meant
    assert len({what for _row, _column, what in meant}) == 20
    assert process_time() - started < 20


def test_nothing_of_a_file_with_faults_is_kept_until_it_is_mended(engine: Engine) -> None:
    employer = employ(engine)
    rows = [MEMBER | {"family": str(n), "last_name": f"Martin {n}"} for n in range(40)]
    spoilt = [row | {"email": "nobody"} if n == 20 else row for n, row in enumerate(rows)]
    for content, faults_told in ((csv_of(spoilt), 1), (csv_of(rows), 0)):
        with transaction(engine) as session:
            done = hand_in(session, employer, "people.csv", content, KEYS, TODAY, AT, "account:1")
            assert len(done.looked.faults) == faults_told and (done.upload is None) == bool(faults_told)
            kept = session.execute(select(func.count()).select_from(table_of(EmployerUpload))).scalar_one()
            assert kept == 1 - faults_told


def test_a_file_as_a_french_excel_saves_it_is_read(engine: Engine) -> None:
    """Windows-1252, semicolons, and the values of the French template."""
    titles = ["Action", "Adhésion", "Rôle", "Prénom", "Nom", "Naissance", "Nationalité", "Effet", "Courriel", "Langue",
              "Résidence", "Formule", "Zone", "Rue", "Ville"]  # fmt: skip
    cells = ["arrivée", "", "adhérent", "Chloé", "Œuvrard", "04/05/1990", "France", "01/04/2026", "chloe@corp.example",
             "français", "Singapour", "3", "B", "", ""]  # fmt: skip
    content = "\r\n".join(";".join(line) for line in (titles, cells)).encode("cp1252")
    with reading(engine) as session:
        looked = look(session, employ(engine), content, TODAY)
    assert looked.faults == []
    text = looked.rows[0].text
    assert (text["first_name"], text["last_name"]) == ("Chloé", "Œuvrard")
    assert (text["action"], text["role"], text["language"]) == ("joiner", "member", "fr")


@pytest.mark.parametrize("french", [True, False])
def test_the_template_is_understood_in_either_language(engine: Engine, french: bool) -> None:
    """Its examples say the same in both, whatever encoding it is saved in; only their memberships do not exist."""
    made = csv_template(french, TODAY)
    for content in (made, made.decode("utf-8-sig").encode("cp1252"), xlsx_template(french, TODAY)):
        with reading(engine) as session:
            looked = look(session, 0, content, TODAY)
        assert {fault.what for fault in looked.faults} == {"unknown_membership"}
        assert [row.action for row in looked.rows] == ["joiner", "joiner", "leaver", "change"]
        assert looked.rows[0].day["born"] == date(1990, 5, 4)
    assert ("arrivée" in made.decode("utf-8-sig")) == french


def test_an_employer_does_not_learn_who_is_insured_elsewhere(engine: Engine) -> None:
    hers = {"first_name": "Ada", "last_name": "Lovelace E-200", "born": "1985-05-02"}
    assert faults(engine, employ(engine), csv_of([MEMBER | hers])) == []
    with transaction(engine) as session:  # the management unit finds it
        assert insured_as(session, "ADA", "lovelace e-200", date(1985, 5, 2)) == ["E-200"]
        assert insured_as(session, "Ada", "Lovelace E-200", date(1985, 5, 3)) == []


def patched(change: Callable[[bytes], bytes]) -> bytes:
    """A workbook whose sheet was changed by hand."""
    made = BytesIO()
    with ZipFile(BytesIO(xlsx_of([MEMBER]))) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry.filename == "xl/worksheets/sheet1.xml" else content)
    return made.getvalue()


@pytest.mark.parametrize("row", [11_001, 3_000_000, 10**12])
def test_a_small_workbook_of_many_empty_rows_stops_nobody(row: int) -> None:
    content = patched(lambda sheet: sheet.replace(b'<row r="2"', b'<row r="%d"' % row, 1))
    started = process_time()
    table = read(content)
    assert process_time() - started < 5 and table.rows == []
    assert [fault.what for fault in table.faults] == ["too_many_rows"]


def test_empty_rows_between_others_are_no_fault() -> None:
    content = patched(lambda sheet: sheet.replace(b'<row r="2"', b'<row r="9000"', 1))
    table = read(content)
    assert [number for number, _cells in table.rows] == [9000] and table.faults == []
