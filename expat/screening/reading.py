"""A list of sanctions as its source publishes it: the European Union's XML or CSV (version 1.1), France's JSON."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any

import orjson
from lxml import etree

from expat.errors import BadInput
from expat.screening.names import PERSON, Listed, folded

SPACE = "{http://eu.europa.ec/fpi/fsd/export}"
EU, FR = "eu", "fr"
MOST_BYTES = 300 * 1024**2
LONGEST_ENTITY = 40
CSV_COLUMNS = ("Entity_LogicalId", "Entity_SubjectType", "NameAlias_WholeName", "BirthDate_BirthDate", "BirthDate_Year")


@dataclass
class Published:
    """A list that was read: its source, the day of its publication, the hash of the file, and its names."""

    source: str
    published_on: date
    sha256: str
    names: list[Listed]


@dataclass
class _Entity:
    """Somebody of a list, as the file's parts tell it."""

    key: str
    subject: str = PERSON
    names: dict[str, None] = field(default_factory=dict)
    births: dict[str, None] = field(default_factory=dict)

    def listed(self) -> Iterator[Listed]:
        for name in self.names:
            if plain := folded(name):
                yield Listed(self.key[:LONGEST_ENTITY], self.subject, name, plain, tuple(self.births))


def read(file: str, content: bytes) -> Published:
    """What a file holds. Raises BadInput naming the file and the place, and what would be right."""
    if len(content) > MOST_BYTES:
        raise BadInput(file, "is too large", f"at most {MOST_BYTES // 1024**2} MB")
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        source, day, found = EU, *_xml(file, content)
    elif start.startswith(b"{"):
        source, day, found = FR, *_json(file, content)
    else:
        source, day, found = EU, *_csv(file, content)
    names = [listed for entity in found for listed in entity.listed()]
    if not names:
        raise BadInput(file, "holds no name", "a whole list: an empty one would lift every check")
    return Published(source, day, sha256(content).hexdigest(), names)


# --- the European Union's XML ---


def _xml(file: str, content: bytes) -> tuple[date, list[_Entity]]:
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise _has_doctype(file)
    if b"\0" in content[:200]:
        raise BadInput(f"{file}, line 1", "is not written in UTF-8", "the file as the European Union publishes it")
    day: date | None = None
    found: list[_Entity] = []
    events = etree.iterparse(
        BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for event, element in events:
            if event == "start" and day is None:
                if element.getroottree().docinfo.internalDTD is not None:  # in whatever letters it is written
                    raise _has_doctype(file)
                day = _generated(file, element)
            if event == "end" and element.tag == f"{SPACE}sanctionEntity":
                found.append(_entity(file, element))
                element.clear()
                while element.getprevious() is not None:  # what was read is let go
                    del element.getparent()[0]
    except etree.XMLSyntaxError as wrong:
        raise BadInput(f"{file}, line {wrong.lineno}", "is no XML that ends as it should", "a whole file") from wrong
    assert day is not None
    return day, found


def _has_doctype(file: str) -> BadInput:
    expected = "the file as the European Union publishes it, which has none"
    return BadInput(f"{file}, line 1", "has a DOCTYPE", expected)


def _generated(file: str, element: etree._Element) -> date:
    if element.tag != f"{SPACE}export":
        raise BadInput(
            f"{file}, line 1", f"begins with {element.tag!r}", f"<export xmlns={SPACE[1:-1]!r}>, version 1.1"
        )
    return _day(f"{file}, generationDate", str(element.get("generationDate", "")))


def _day(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as wrong:
        raise BadInput(where, f"{text[:40]!r} is no date", "the day of publication, such as 2026-02-27") from wrong


def _entity(file: str, element: etree._Element) -> _Entity:
    key = element.get("euReferenceNumber") or element.get("logicalId")
    if not key:
        raise BadInput(f"{file}, line {element.sourceline}", "an entity has no reference", "euReferenceNumber=")
    found = _Entity(str(key))
    kind = element.find(f"{SPACE}subjectType")
    found.subject = str(kind.get("code", PERSON)) if kind is not None else PERSON
    for alias in element.iterfind(f"{SPACE}nameAlias"):
        parts = (alias.get("firstName"), alias.get("middleName"), alias.get("lastName"))
        whole = alias.get("wholeName") or " ".join(str(part) for part in parts if part)
        if str(whole).strip():
            found.names[" ".join(str(whole).split())] = None
    for birth in element.iterfind(f"{SPACE}birthdate"):
        values = (str(birth.get(name, "")) for name in ("birthdate", "year", "yearRangeFrom", "yearRangeTo", "circa"))
        _add_birth(found, *values)
    return found


def _add_birth(found: _Entity, day: str, year: str, first: str, last: str, circa: str) -> None:
    """A day is one only where it is not `circa`."""
    near = circa.strip().casefold() in ("true", "1")
    if len(day) >= 10 and not near:
        found.births[day[:10]] = None
    elif len(year) == 4 and year.isdecimal() and year != "0000":
        found.births[year] = None
    elif len(first) == 4 == len(last) and (first + last).isdecimal():
        found.births[f"{first}-{last}"] = None


# --- the European Union's CSV ---


def _csv(file: str, content: bytes) -> tuple[date, list[_Entity]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadInput(file, "is not in UTF-8", "the file as it is published") from wrong
    rows = csv.reader(StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        head = next(rows, [])
        missing = [name for name in ("fileGenerationDate", *CSV_COLUMNS) if name not in head]
        if missing:
            raise BadInput(f"{file}, row 1", f"has no column {missing[0]}", "the European Union's CSV, version 1.1")
        return _csv_rows(file, rows, {name: place for place, name in enumerate(head)})
    except csv.Error as wrong:
        raise BadInput(
            f"{file}, row {rows.line_num}", "is no CSV", "a whole file, its columns separated by ;"
        ) from wrong


def _csv_rows(file: str, rows: Any, places: dict[str, int]) -> tuple[date, list[_Entity]]:
    day: date | None = None
    found: dict[str, _Entity] = {}
    for row in rows:
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        key = cells.get("Entity_EU_ReferenceNumber") or cells["Entity_LogicalId"]
        if not key:
            continue
        day = day or _csv_day(f"{file}, row {rows.line_num}", cells["fileGenerationDate"])
        entity = found.setdefault(cells["Entity_LogicalId"] or key, _Entity(key))
        if kind := cells["Entity_SubjectType"]:
            entity.subject = {"P": PERSON, "E": "enterprise"}.get(kind, kind)
        if cells["NameAlias_WholeName"]:
            entity.names[" ".join(cells["NameAlias_WholeName"].split())] = None
        values = ("BirthDate_BirthDate", "BirthDate_Year", "BirthDate_YearRangeFrom", "BirthDate_YearRangeTo")
        _add_birth(entity, *(cells.get(name, "") for name in (*values, "BirthDate_Circa")))
    if day is None:
        raise BadInput(file, "holds no name", "a whole list")
    return day, list(found.values())


def _csv_day(where: str, text: str) -> date:
    """The CSV writes 27/02/2026."""
    if text[2:3] == "/":
        text = f"{text[6:10]}-{text[3:5]}-{text[:2]}"
    return _day(where, text)


# --- France's register ---


def _json(file: str, content: bytes) -> tuple[date, list[_Entity]]:
    try:
        published = orjson.loads(content)["Publications"]
        day = _day(f"{file}, DatePublication", str(published["DatePublication"]))
        return day, [_registered(one) for one in published["PublicationDetail"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as wrong:
        raise BadInput(file, "is not the national register", "JSON with Publications and PublicationDetail") from wrong


def _registered(one: dict[str, Any]) -> _Entity:
    person = "physique" in str(one["Nature"]).casefold()
    found = _Entity(f"FR.{one['IdRegistre']}", PERSON if person else "enterprise")
    details = {str(part["TypeChamp"]): part["Valeur"] for part in one["RegistreDetail"]}
    first = " ".join(_values(details.get("PRENOM", ()), "Prenom"))
    found.names[f"{first} {one['Nom']}".strip()] = None
    found.names |= dict.fromkeys(_values(details.get("ALIAS", ()), "Alias"))
    for birth in details.get("DATE_DE_NAISSANCE", ()):
        year, month, day = (str(birth.get(name) or "").zfill(size) for name, size in _PARTS)
        whole = month != "00" and day != "00"
        _add_birth(found, f"{year}-{month}-{day}" if whole else "", year, "", "", "")
    return found


_PARTS = (("Annee", 4), ("Mois", 2), ("Jour", 2))


def _values(parts: Iterable[Any], name: str) -> list[str]:
    return [str(part[name]).strip() for part in parts if isinstance(part, dict) and part.get(name)]
