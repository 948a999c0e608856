"""Finding anyone and any invoice: by name, membership number, claim, invoice number, amount.

Names are found whatever their capitals and accents. The databases do not agree on these, so that a pattern with every
form of each letter narrows the choice there, and what it gives is compared here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, or_, select
from sqlmodel import Session

from expat.claims.find_amounts import NEWEST, FoundSum, of_amount, sums
from expat.claims.lines import MOST_LINES, line_key
from expat.claims.spelling import folded, pattern
from expat.claims.tables import Claim, ClaimLine
from expat.claims.written import storable
from expat.db import table_of
from expat.errors import BadInput
from expat.membership.tables import InsuredPerson, Member, Membership

LONGEST = 200
SHORTEST_NAME = 2
MOST_CANDIDATES = 2000

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)

_REF = re.compile(r"([0-9]{1,12})(?:/([0-9]{1,3}))?")


class FoundPerson(NamedTuple):
    """An insured person, or a member who is none."""

    person: int | None
    membership: int
    number: str
    name: str
    role: str
    born: date | None


class FoundMembership(NamedTuple):
    """A membership by its number."""

    membership: int
    number: str
    member: str
    joined: date


class FoundClaim(NamedTuple):
    """A claim by its number."""

    claim: int
    membership: int
    number: str
    received_on: date


class FoundLine(NamedTuple):
    """A line, by its number, its invoice's or its amount (in minor units of `currency`)."""

    line: int
    claim: int
    position: int
    membership: int
    number: str
    person: int
    name: str
    care: str
    first_day: date
    amount: int
    currency: str
    invoice: str | None
    status: str

    @property
    def ref(self) -> str:
        """How people name the line: `207/1`."""
        return f"{self.claim}/{self.position}"


class Found(NamedTuple):
    """What a text names, at most `limit` of each; `more` says that there is more of one.

    `older` says that the sums of older claims were not looked at.
    """

    people: tuple[FoundPerson, ...]
    memberships: tuple[FoundMembership, ...]
    claims: tuple[FoundClaim, ...]
    lines: tuple[FoundLine, ...]
    more: bool
    sums: tuple[FoundSum, ...] = ()
    older: bool = False


def find(session: Session, text: str, language: str, limit: int = 20, everything: bool = False) -> Found:
    """Everything that a text can name; an amount is read as the language writes it, with a currency or without.

    An amount is a line's, or the sum of a claim's or an invoice's lines: of the newest claims, or with `everything` of
    all, which takes seconds where there are millions (see `sums`).
    A membership number may be given in part, an invoice number whole. Raises BadInput for no text, or too much.
    """
    said = " ".join(text.split())
    if not said or len(said) > LONGEST or not storable(said):
        raise BadInput("text", "is empty or cannot be looked for", f"1 to {LONGEST} characters")
    people = _people(session, said, limit + 1)
    memberships = _memberships(session, said, limit + 1)
    claims = _claims(session, said)
    lines = _lines(session, said, language, limit + 1)
    totals, older = sums(session, said, language, limit + 1, None if everything else NEWEST)
    more = any(len(found) > limit for found in (people, memberships, lines, totals))
    return Found(
        tuple(people[:limit]), tuple(memberships[:limit]), tuple(claims), tuple(lines[:limit]), more,
        tuple(totals[:limit]), older,
    )  # fmt: skip


# --- names --------------------------------------------------------------------------------------------------------


def _people(session: Session, text: str, count: int) -> list[FoundPerson]:
    """Who has every word of the text in his or her name."""
    words = folded(text).split()
    if len("".join(words)) < SHORTEST_NAME or not any(c.isalpha() for c in text):
        return []
    found = [_person(row) for row in session.execute(_candidates(_PERSON, words))]
    found += [_person(row) for row in session.execute(_members(words))]
    fitting = [one for one in found if all(word in folded(one.name) for word in words)]
    return sorted(fitting, key=lambda one: (folded(one.name), one.number))[:count]


def _candidates(table: Any, words: Sequence[str]) -> Select[Any]:
    """Those whose name may hold the words."""
    whole = table.c.first_name + " " + table.c.last_name
    query = select(
        _PERSON.c.id.label("person"), _PERSON.c.membership_id, _MEMBERSHIP.c.number, table.c.first_name,
        table.c.last_name, _PERSON.c.role, _PERSON.c.born,
    ).join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)  # fmt: skip
    fitting = [whole.regexp_match(pattern(word)) for word in words]
    return query.where(*fitting).order_by(_PERSON.c.id).limit(MOST_CANDIDATES)


def _members(words: Sequence[str]) -> Select[Any]:
    """Members whose name stands with the membership and not with the insured person."""
    member = _PERSON.c.role == "member"
    differs = or_(_PERSON.c.first_name != _MEMBER.c.first_name, _PERSON.c.last_name != _MEMBER.c.last_name)
    return _candidates(_MEMBER, words).join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id).where(member, differs)


def _person(row: Row[Any]) -> FoundPerson:
    name = f"{row.first_name} {row.last_name}".strip()
    return FoundPerson(row.person, row.membership_id, row.number, name, row.role, row.born)


# --- numbers ------------------------------------------------------------------------------------------------------


def _memberships(session: Session, text: str, count: int) -> list[FoundMembership]:
    if len(text) < SHORTEST_NAME:
        return []
    query = select(_MEMBERSHIP, _MEMBER.c.first_name, _MEMBER.c.last_name)
    query = query.join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
    query = query.where(_MEMBERSHIP.c.number.icontains(text, autoescape=True)).order_by(_MEMBERSHIP.c.number)
    return [
        FoundMembership(row.id, row.number, f"{row.first_name} {row.last_name}".strip(), row.joined)
        for row in session.execute(query.limit(count))
    ]


def _claims(session: Session, text: str) -> list[FoundClaim]:
    """The claim of the number, of a line's number too."""
    said = _REF.fullmatch(text)
    if said is None:
        return []
    query = select(_CLAIM.c.id, _CLAIM.c.membership_id, _MEMBERSHIP.c.number, _CLAIM.c.received_on)
    query = query.join(_MEMBERSHIP, _MEMBERSHIP.c.id == _CLAIM.c.membership_id).where(_CLAIM.c.id == int(said[1]))
    return [FoundClaim(*row) for row in session.execute(query)]


def _lines(session: Session, text: str, language: str, count: int) -> list[FoundLine]:
    """The line of the number, and the lines of the invoice or of the amount, the newest first."""
    said = _REF.fullmatch(text)
    if said is not None and said[2] is not None:
        wanted = [_LINE.c.id == line_key(int(said[1]), min(int(said[2]), MOST_LINES))]
    else:
        amount = of_amount(text, language, _LINE.c.amount)
        wanted = [_LINE.c.invoice.in_({text, text.upper(), text.lower()}), *([] if amount is None else [amount])]
    query = (
        select(_LINE, _MEMBERSHIP.c.number, _PERSON.c.first_name, _PERSON.c.last_name)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _LINE.c.membership_id)
        .join(_PERSON, _PERSON.c.id == _LINE.c.person_id)
        .where(or_(*wanted))
        .order_by(_LINE.c.id.desc())
    )
    return [_line(row) for row in session.execute(query.limit(count))]


def _line(row: Row[Any]) -> FoundLine:
    return FoundLine(
        row.id, row.claim_id, row.position, row.membership_id, row.number, row.person_id,
        f"{row.first_name} {row.last_name}".strip(), row.care, row.first_day, row.amount, row.currency, row.invoice,
        row.status,
    )  # fmt: skip
