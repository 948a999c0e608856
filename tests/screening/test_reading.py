"""Lists as they are published: read whole, or refused with the place and what would be right."""

from __future__ import annotations

from datetime import date

import pytest

from expat.errors import BadInput
from expat.screening.reading import read
from tests.screening.lists import CSV, JSON, xml


def test_the_european_union_s_xml_is_read() -> None:
    found = read("f.xml", xml())
    assert (found.source, found.published_on) == ("eu", date(2026, 2, 27))
    assert [(one.entity, one.subject, one.name, one.births) for one in found.names] == [
        ("EU.27.28", "person", "Ada Lovelace", ("1985-05-02",)),
        ("EU.27.28", "person", "Ада Лавлейс", ("1985-05-02",)),
        ("EU.1.1", "enterprise", "Mount Doom Hospital", ()),
        ("EU.2.2", "person", "José María Øster-Núñez", ("1957",)),
    ]


def test_the_csv_says_the_same_as_the_xml() -> None:
    found = read("f.csv", b"\xef\xbb\xbf" + CSV.encode())
    assert (found.source, found.published_on) == ("eu", date(2026, 2, 27))
    assert [(one.entity, one.subject, one.name, one.births) for one in found.names] == [
        ("EU.27.28", "person", "Ada Lovelace", ("1985-05-02",)),
        ("EU.27.28", "person", "Lovelace; Ada", ("1985-05-02",)),
        ("EU.1.1", "enterprise", "Mount Doom Hospital", ()),
    ]


def test_the_french_register_is_read() -> None:
    found = read("f.json", JSON.encode())
    assert (found.source, found.published_on) == ("fr", date(2026, 2, 20))
    assert [(one.entity, one.subject, one.name, one.births) for one in found.names] == [
        ("FR.7", "person", "Ada LOVELACE", ("1985-05-02",)),
        ("FR.7", "person", "La Comtesse Noire", ("1985-05-02",)),
        ("FR.8", "enterprise", "MOUNT DOOM", ()),
    ]


@pytest.mark.parametrize(("content", "told"), [
    (xml()[:900], "is no XML that ends as it should"),
    (xml().replace(b"fpi/fsd/export", b"other"), "version 1.1"),
    (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "has a DOCTYPE"),
    (xml().replace(b"2026-02-27", b"yesterday.."), "is no date"),
    (xml().replace(b'euReferenceNumber="EU.27.28" logicalId="13"', b""), "has no reference"),
    (b"a;b;c\n1;2;3\n", "has no column fileGenerationDate"),
    (CSV.splitlines()[0].encode(), "holds no name"),
    (b'{"Publications": {}}', "is not the national register"),
    (b"{", "is not the national register"),
    (b"", "has no column"),
    (b"\xff\xfe\x00", "is not in UTF-8"),
])  # fmt: skip
def test_a_file_that_is_none_is_refused_by_name(content: bytes, told: str) -> None:
    with pytest.raises(BadInput, match=told) as refusal:
        read("list.xml", content)
    assert refusal.value.where.startswith("list.xml")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16", "utf-7", "utf-8"])
def test_a_list_with_a_doctype_is_refused_in_whatever_letters_it_is_written(encoding: str) -> None:
    named = "UTF-16" if encoding.startswith("utf-16") else encoding.upper()
    text = xml().decode().replace('encoding="UTF-8"', f'encoding="{named}"')
    head, rest = text.split("<export", 1)
    doctype = '<!DOCTYPE export [<!ENTITY e "Evil Name">]>'
    rest = "<export" + rest.replace("Mount Doom Hospital", "&e; Hospital")
    if encoding == "utf-7":
        content = head.encode() + doctype.replace("<", "+ADw-").encode() + rest.encode("utf-7")
    else:
        content = (head + doctype + rest).encode(encoding)
    with pytest.raises(BadInput):
        read("f.xml", content)
