"""An element of a bank's message: read by its name, whatever the version's namespace, and with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from expat.errors import BadInput
from expat.money import to_minor

_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.,]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?")
_AMOUNT = re.compile(r"\+?(?=\.?[0-9])[0-9]{0,18}(\.[0-9]{0,5})?")
_CURRENCY = re.compile("[A-Z]{3}")
_COUNT = re.compile("[0-9]{1,15}")
_SIGNS = {"CRDT": 1, "DBIT": -1}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class Element:
    """An XML element of the file `file`. Paths are names with slashes between, such as `Acct/Id/IBAN`."""

    __slots__ = ("_alone", "_named", "_parent", "_place", "_xml", "file")

    def __init__(self, file: str, xml: etree._Element, place: str, parent: Element | None = None) -> None:
        self.file, self._xml, self._place, self._parent = file, xml, place, parent
        self._named: dict[str, list[etree._Element]] | None = None  # what is below, looked through once
        self._alone: dict[str, Element] = {}

    @classmethod
    def document(cls, file: str, root: etree._Element) -> Element:
        """The Document, on its own or in the envelope that some banks' channels put around it. Raises BadInput."""
        found = [root] if _name(root) == "Document" else [xml for xml in root.iter() if _name(xml) == "Document"]
        if len(found) != 1:
            raise BadInput(f"{file}, line {root.sourceline}", f"has {len(found) or 'no'} Document", "one")
        return cls(file, found[0], "Document")

    @property
    def namespace(self) -> str:
        """The namespace of the element's name."""
        tag: str = self._xml.tag
        return tag[1:].rpartition("}")[0]

    @property
    def place(self) -> str:
        """The way from the document to the element, such as Document/BkToCstmrStmt/Stmt[2]."""
        return f"{self._parent.place}/{self._place}" if self._parent else self._place

    def where(self, path: str = "") -> str:
        """The file, the line, and the way to the element, or to what it lacks, for the person who looks it up."""
        return f"{self.file}, line {self._xml.sourceline}, {self.place}{'/' if path else ''}{path}"

    def each(self, name: str) -> Iterator[Element]:
        """Every element of that name right below, one after the other: there may be a great many."""
        found = self._below().get(name, [])
        if len(found) == 1:
            if name not in self._alone:
                self._alone[name] = Element(self.file, found[0], name, self)
            yield self._alone[name]
            return
        for n, xml in enumerate(found, 1):
            yield Element(self.file, xml, f"{name}[{n}]", self)

    def number_of(self, name: str) -> int:
        """How many elements of that name are right below."""
        return len(self._below().get(name, []))

    def all(self, path: str) -> list[Element]:
        """Every element at the path."""
        found = [self]
        for name in path.split("/"):
            found = [below for one in found for below in one.each(name)]
        return found

    def _below(self) -> dict[str, list[etree._Element]]:
        if self._named is None:
            self._named = {}
            for xml in self._xml:
                self._named.setdefault(_name(xml), []).append(xml)
        return self._named

    def first(self, path: str) -> Element | None:
        """The one element at the path, or None. Raises BadInput where there are several."""
        found = self.all(path)
        if len(found) > 1:
            raise BadInput(found[1].where(), "occurs twice", "once")
        return found[0] if found else None

    def the(self, path: str) -> Element:
        """The one element at the path. Raises BadInput where it is missing."""
        found = self.first(path)
        if found is None:
            raise BadInput(self.where(path), "is missing", "the message as the bank sent it")
        return found

    def own_text(self) -> str:
        """The text, its blanks and line breaks as single blanks. Raises BadInput for elements in it."""
        if len(self._xml):
            raise BadInput(self.where(), "has elements in it", "a text")
        return " ".join((self._xml.text or "").split())

    def text(self, *paths: str) -> str | None:
        """The text at the first of the paths that has one."""
        for path in paths:
            one = self.first(path)
            if one is not None and (text := one.own_text()):
                return text
        return None

    def needed(self, *paths: str) -> str:
        """The text at the first of the paths that has one. Raises BadInput where none has."""
        text = self.text(*paths)
        if text is None:
            raise BadInput(self.where(paths[0]), "is missing", "the message as the bank sent it")
        return text

    def texts(self, path: str) -> list[str]:
        """The texts of every element at the path, without the empty ones."""
        return [text for one in self.all(path) if (text := one.own_text())]

    def day(self, path: str) -> date | None:
        """The day at the path, of a Dt or of a DtTm (as its own clock has it)."""
        chosen = self.first(f"{path}/Dt") or self.first(f"{path}/DtTm")
        return chosen.as_day() if chosen is not None else None

    def as_day(self) -> date:
        """The day that the text is. Raises BadInput."""
        text = self.own_text()
        found = _DAY.fullmatch(text)
        try:
            return date.fromisoformat(found[1] if found else "")
        except ValueError:
            raise BadInput(self.where(), f"{text[:40]!r} is no day", "one such as 2026-11-20") from None

    def amount(self) -> tuple[int, str]:
        """Minor units and currency of the amount that the text is. Raises BadInput."""
        text, currency = self.own_text(), str(self._xml.get("Ccy", ""))
        if not _CURRENCY.fullmatch(currency):
            raise BadInput(f"{self.where()}, Ccy", f"{currency[:40]!r} is no currency", "an ISO 4217 code such as EUR")
        if not _AMOUNT.fullmatch(text):
            raise BadInput(self.where(), f"{text[:40]!r} is no amount", "a number such as 150.00, not below zero")
        try:
            return to_minor(Decimal(text), currency), currency
        except BadInput as wrong:
            raise BadInput(self.where(), wrong.problem, wrong.expected) from wrong

    def sign(self) -> int:
        """1 for money that came in (CRDT), -1 for money that went out (DBIT). Raises BadInput."""
        return _SIGNS[self.word("CdtDbtInd", _SIGNS)]

    def truth(self, path: str, default: bool) -> bool:
        """What is said at the path: true or false. Raises BadInput for another word."""
        return default if self.first(path) is None else _TRUTH[self.word(path, _TRUTH)]

    def count(self, path: str) -> int | None:
        """The whole number at the path. Raises BadInput."""
        text = self.text(path)
        if text is not None and not _COUNT.fullmatch(text):
            raise BadInput(self.the(path).where(), f"{text[:40]!r} is no count", "a whole number")
        return None if text is None else int(text)

    def word(self, path: str, words: Collection[str]) -> str:
        """The text at the path, one of the words. Raises BadInput."""
        text = self.needed(path)
        if text not in words:
            raise BadInput(self.the(path).where(), f"{text[:40]!r} is not known", f"one of {', '.join(words)}")
        return text


def _name(xml: etree._Element) -> str:
    tag: str = xml.tag
    return tag.rpartition("}")[2]
