"""Collecting premiums: SEPA direct debits (CORE scheme, EPC016-06) as one pain.008.001.08 file.

Pure: collections in, bytes out. Everything is checked before the first byte is written; the same collections, in
whatever order they come, make the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from expat.bank import pain008
from expat.bank.codes import compact
from expat.bank.collection import LAST_OF_A_MANDATE, SEQUENCES, Collection, Mandate, check_collection
from expat.bank.creditor import Creditor, check_creditor
from expat.bank.pain008 import Group
from expat.currency.calendar import add_working_days
from expat.errors import BadInput

EARLIEST = 14  # calendar days before the collection (EPC016-06)
_MESSAGE = re.compile(r"[A-Za-z0-9\-]{1,29}")


class DirectDebits(NamedTuple):
    """A file for the bank, and what it collects: each group is one entry of the bank's statement."""

    name: str
    content: bytes
    groups: tuple[Group, ...]

    @property
    def cents(self) -> int:
        """The sum, EUR cents."""
        return sum(group.cents for group in self.groups)


def direct_debits(
    collections: Iterable[Collection], creditor: Creditor, made_at: datetime, message_id: str
) -> DirectDebits:
    """The file that asks the bank to collect.

    `made_at` is aware; its day is that of UTC. `message_id` (at most 29 letters, digits and dashes) is new every time:
    banks refuse one that they have seen. Raises BadInput naming the collection's end-to-end id and the field, or the
    creditor's field; ValueError for a naive `made_at`.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at must be aware (UTC)")
    if not _MESSAGE.fullmatch(message_id):
        raise BadInput("message id", f"{message_id!r} is none", "at most 29 letters, digits and dashes")
    check_creditor(creditor)
    checked = _checked(collections, made_at.astimezone(UTC).date())
    groups = _grouped(message_id, checked)
    return DirectDebits(f"{message_id}.xml", pain008.write(message_id, groups, creditor, made_at), groups)


def _checked(collections: Iterable[Collection], made_on: date) -> list[Collection]:
    checked = list(collections)
    if not checked:
        raise BadInput("collections", "are none", "one or more")
    ids = Counter(one.end_to_end_id for one in checked)
    mandates = Counter(one.mandate.reference.upper() for one in checked)
    signed: dict[str, tuple[Mandate, str]] = {}
    for one in checked:
        try:
            check_collection(one)
            _check_days(one, made_on)
            if ids[one.end_to_end_id] > 1:
                raise BadInput("end_to_end_id", "occurs twice", "one for each collection")
            _check_once(one, mandates, signed)
        except BadInput as wrong:
            where = f"collection {one.end_to_end_id}, {wrong.where}"
            raise BadInput(where, wrong.problem, wrong.expected) from wrong
    return checked


def _check_days(one: Collection, made_on: date) -> None:
    first, last = add_working_days(made_on, 1), made_on + timedelta(days=EARLIEST)
    if not first <= one.collect_on <= last:
        raise BadInput("collect_on", f"{one.collect_on} is not what a file of {made_on} asks for", f"{first} to {last}")
    if one.mandate.signed_on > made_on:
        raise BadInput("mandate signed_on", f"{one.mandate.signed_on} is yet to come", f"a day up to {made_on}")


def _check_once(one: Collection, mandates: Counter[str], signed: dict[str, tuple[Mandate, str]]) -> None:
    """One mandate is one signature and one account; nothing more is collected under it after its last time."""
    key = one.mandate.reference.upper()  # banks see no difference between small and capital letters
    said = one.mandate, compact(one.payer.iban)
    if signed.setdefault(key, said) != said:
        raise BadInput("mandate reference", "is also another mandate's, in the same file", "one for each mandate")
    if one.sequence in LAST_OF_A_MANDATE and mandates[key] > 1:
        raise BadInput("sequence", f"{one.sequence} is the last time, but the mandate occurs twice", "RCUR")


def _grouped(message_id: str, collections: Sequence[Collection]) -> tuple[Group, ...]:
    def place(one: Collection) -> tuple[date, int]:
        return one.collect_on, SEQUENCES.index(one.sequence)

    ordered = sorted(collections, key=lambda one: (place(one), one.end_to_end_id))
    groups = (tuple(batch) for _, batch in groupby(ordered, place))
    return tuple(Group(f"{message_id}-{n}", batch) for n, batch in enumerate(groups, 1))
