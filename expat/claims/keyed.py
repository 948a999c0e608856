"""Invoices that a back office keyed into a CSV file, with their scans in a folder: each claim whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.intake import NewClaim, NewLine, check
from expat.claims.keyed_rows import SCANS, Row, Wrong, read_rows
from expat.claims.load import load
from expat.claims.submit import Submitted, submit
from expat.db import table_of, transaction
from expat.documents.keys import Keys
from expat.documents.kinds import ACCEPTED, MOST_BYTES, media_type
from expat.documents.store import keep
from expat.errors import BadInput
from expat.membership.tables import Membership

_MEMBERSHIP: Any = table_of(Membership)
_COLUMN = {"documents": "kinds", "key": "claim", "lines": "claim"}  # where a check's name is not the column's


class Intake(NamedTuple):
    """What every claim of an import shares: scans come from `scans` and are kept, encrypted, in `kept_in`."""

    scans: Path
    kept_in: Path
    keys: Callable[[], Keys]
    received_on: date
    clock: Callable[[], datetime]
    preference: Sequence[str]
    actor: str = "back-office"


@dataclass
class Imported:
    """What an import came to: claims and lines that went in, claims that were in before, those with a bad row."""

    claims: int = 0
    lines: int = 0
    again: int = 0
    refused: int = 0
    wrong: list[Wrong] = field(default_factory=list)


class _Refused(Exception):
    """Ends the transaction of a claim that has a bad row: the rows tell what is wrong."""


def import_keyed(engine: Engine, file: Path, intake: Intake) -> Imported:
    """Hand in the claims of a file, each in a transaction of its own, in the order in which they first stand there.

    A claim that went in before is not kept twice. Raises BadInput where the file itself cannot be used.
    """
    claims: dict[str, list[Row]] = {}
    for row in read_rows(file):
        claims.setdefault(row.needed("claim"), []).append(row)
    if any(row.text(column) for rows in claims.values() for row in rows for column in SCANS):
        intake.keys()  # a missing one is told before anything goes in
    done = Imported()
    for key, rows in claims.items():
        try:
            with transaction(engine) as session:
                submitted = _hand_in(session, key, rows, intake)
        except _Refused:
            done.refused += 1
            done.wrong += [wrong for row in rows for wrong in row.wrong]
        else:
            done.again += submitted.again
            done.claims += not submitted.again
            done.lines += 0 if submitted.again else len(submitted.line_ids)
    done.wrong.sort()
    return done


def _hand_in(session: Session, key: str, rows: list[Row], intake: Intake) -> Submitted:
    received = _same_in_all(rows, intake)
    lines = [row.line() for row in rows]
    dossier = _dossier(session, rows)
    if dossier is not None:
        lines = [_checked(row, line, received, key, dossier) for row, line in zip(rows, lines, strict=True)]
    lines = [_with_files(session, row, line, intake) for row, line in zip(rows, lines, strict=True)]
    if dossier is None or any(row.wrong for row in rows):
        for row in rows:
            _look_at_scans(row, intake)
        raise _Refused
    try:
        claim = NewClaim(lines, received, key, intake.actor)
        return submit(session, dossier.id, claim, intake.clock(), intake.preference)
    except BadInput as wrong:
        rows[0].note(_column(wrong), wrong.problem, wrong.expected)
        raise _Refused from wrong


def _same_in_all(rows: list[Row], intake: Intake) -> date:
    """The day of receipt; it and the membership are the same in every row of a claim."""
    first = rows[0]
    for row in rows[1:]:
        for column in ("membership", "received"):
            if row.text(column) != first.text(column):
                said = first.text(column) or "nothing"
                row.note(column, f"row {first.number} of the same claim says {said}", "the same in every row")
    return first.day("received") or intake.received_on


def _dossier(session: Session, rows: list[Row]) -> Dossier | None:
    number = rows[0].needed("membership")
    key = session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.number == number)).scalar()
    if key is None:
        if number:
            rows[0].note("membership", f"there is no membership {number!r}", "a number of `expat member list`")
        return None
    return load(session, [key])[key]


def _checked(row: Row, line: NewLine, received: date, key: str, dossier: Dossier) -> NewLine:
    """The line with its person, held against the plan as `submit` will do; what is wrong is noted in the row."""
    line = replace(line, person=_person(row, dossier))
    if line.first_day > received:
        row.note("on", f"{line.first_day} lies after the day of receipt, {received}", "a day of care already given")
    if not row.wrong:
        try:
            check(NewClaim([line], received, key), dossier)
        except BadInput as wrong:
            row.note(_column(wrong), wrong.problem, wrong.expected)
    return line


def _person(row: Row, dossier: Dossier) -> int:
    if row.text("person"):
        return row.whole("person") or 0
    name, born = row.needed("first_name").casefold(), row.day("born")
    if not row.text("born"):
        row.note("born", "is empty", "the date of birth, such as 1990-05-31")
    found = [p.id for p in dossier.people.values() if p.first_name.casefold() == name and p.born == born]
    if len(found) != 1 and name and born:
        insured = ", ".join(f"{p.first_name} {p.born}" for p in dossier.people.values())
        problem = "is not insured by this membership" if not found else "fits more than one person"
        row.note("first_name", f"{row.text('first_name')} {born} {problem}", f"one of {insured}")
    return int(found[0]) if len(found) == 1 else 0


def _with_files(session: Session, row: Row, line: NewLine, intake: Intake) -> NewLine:
    """The line with its scans kept; nothing is kept for a row in which something else is wrong."""
    files: dict[str, str] = {}
    for kind, column in row.scans().items() if not row.wrong else ():
        if not column:
            continue
        try:
            content = _content(row.needed(column), intake.scans)
            files[kind] = keep(session, content, intake.kept_in, intake.keys(), intake.clock())
        except BadInput as wrong:
            if wrong.where not in ("document", ""):
                raise
            row.note(column, f"{row.text(column)} {wrong.problem}", wrong.expected)
    return replace(line, files=files)


def _look_at_scans(row: Row, intake: Intake) -> None:
    """In a claim that is refused anyway: the scans that could not be kept either."""
    noted = {wrong.column for wrong in row.wrong}
    for column in {c for c in row.scans().values() if c} - noted:
        try:
            media_type(_content(row.needed(column), intake.scans))
        except BadInput as wrong:
            row.note(column, f"{row.text(column)} {wrong.problem}", wrong.expected)


def _content(name: str, folder: Path) -> bytes:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BadInput("document", "lies outside the folder", "a file of the folder")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput("document", f"is too large ({path.stat().st_size} bytes)", ACCEPTED)
        return path.read_bytes()
    except OSError as wrong:
        raise BadInput("document", f"cannot be read ({wrong.strerror})", f"a file in {folder}") from wrong


def _column(wrong: BadInput) -> str:
    """`lines[0].care` is the column `care`."""
    name = wrong.where.rpartition(".")[2]
    return _COLUMN.get(name, name)
