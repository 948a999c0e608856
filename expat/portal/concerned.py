"""Whose data an address of the staff's pages names, and whose of these is restricted."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from sqlalchemy import select
from sqlmodel import SQLModel

from expat.claims.readers import uses_of
from expat.portal.work import db, today
from expat.restrictions.standing import Standing, restricted_in, restrictions_of

# What an address names, and where its people or its membership stand: table, the column that it names, the column read.
# Where one word means several things, the group of pages stands before it.
PEOPLE = {
    "claim_id": ("claim_line", "claim_id", "person_id"),
    "complaint_id": ("complaint", "id", "person_id"),
    "request_id": ("approval_request", "id", "person_id"),
    "person_id": ("insured_person", "id", "id"),
}
MEMBERSHIPS = {
    "membership_id": ("membership", "id", "id"),
    "amendment_id": ("amendment", "id", "membership_id"),
    "application_id": ("application", "id", "membership_id"),
    "letter_id": ("postal_letter", "id", "membership_id"),
    "mandate_id": ("mandate", "id", "membership_id"),
    "premium_id": ("premium", "id", "membership_id"),
    "recovery_id": ("recovery", "id", "membership_id"),
    "refund_id": ("premium_refund", "id", "membership_id"),
    "desk_employers.change_id": ("announced_change", "id", "membership_id"),
    "desk_keying.key": ("claim_draft", "key", "membership_id"),
    "money_settlements_payouts.key": ("payout", "id", "membership_id"),
    # after the question mark
    "desk_representatives.number": ("membership", "number", "id"),
}
AFTER_THE_QUESTION_MARK = ("number", "person")
ASKED_PEOPLE = {"desk_complaints.person": ("insured_person", "id", "id")}
_HASH = re.compile("[0-9a-f]{64}")


def concerned() -> list[Standing]:
    """The restrictions that stand today of the people whom the address names."""
    day, people = today(), _people()
    found = [one for one in restrictions_of(db(), people) if one.holds(day)] if people else []
    return found or restricted_in(db(), _read(MEMBERSHIPS), day)


def _people() -> set[int]:
    named, found = request.view_args or {}, _read(PEOPLE) | _read(ASKED_PEOPLE)
    if _HASH.fullmatch(str(named.get("sha256", ""))):
        uses = uses_of(db(), [named["sha256"]])[named["sha256"]]
        found |= {use.person for use in uses if use.person is not None}
    if request.blueprint == "medical_memberships_papers" and "paper_id" in named:
        paper, message = SQLModel.metadata.tables["message_paper"], SQLModel.metadata.tables["message"]
        query = select(message.c.person_id).join(paper, paper.c.message_id == message.c.id)
        found |= set(db().execute(query.where(paper.c.id == named["paper_id"])).scalars())
    return found


def _read(places: dict[str, tuple[str, str, str]]) -> set[int]:
    found: set[int] = set()
    for argument, (name, column, wanted) in places.items():
        value = _named(argument)
        if value is not None:
            table = SQLModel.metadata.tables[name]
            query = select(table.c[wanted]).where(table.c[column] == value, table.c[wanted].is_not(None))
            found |= set(db().execute(query.distinct()).scalars())
    return found


def _named(argument: str) -> Any:
    """What the address has for a word, before or after the question mark; None: nothing."""
    group, _, word = argument.rpartition(".")
    if group and group != request.blueprint:
        return None
    named = (request.view_args or {}).get(word)
    if named is not None or word not in AFTER_THE_QUESTION_MARK:
        return named.replace("\x00", "") if isinstance(named, str) else named
    asked = request.args.get(word, "").replace("\x00", "").strip()[:40]
    if word == "person":
        return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 16 else None
    return asked or None
