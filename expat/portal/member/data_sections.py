"""The tables of the summary of one's data: which rows, under which heads, and what a row says in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import Session

from expat.money import from_minor
from expat.personal_data.kept import KEPT, rows_of
from expat.personal_data.whose import Circles
from expat.portal.admin.acts import ACTS, act
from expat.portal.member import complaints_words, data_words
from expat.wording import care, clock, names
from expat.wording.catalogue import N_
from expat.wording.voice import Voice

MOST, LONGEST = 300, 400  # rows of a table, letters of a text: data.json has them all
NOTHING = "–"
Row = dict[str, Any]
# What the trail calls what it concerns, in words.
CONCERNED = {
    "claim": N_("Claim {number}"), "line": N_("A line of a claim"), "approval": N_("Prior approval {number}"),
    "message": N_("A message"), "complaint": N_("Complaint {number}"), "data_request": N_("Request {number}"),
    "account": N_("An account"), "membership": N_("The membership"), "payout": N_("Payment {number}"),
    "premium": N_("A premium"), "recharge": N_("A recharge"), "application": N_("The application to join"),
    "amendment": N_("A change of the membership"), "recovery": N_("Something that was paid and not due"),
    "cover_proof": N_("A proof of school or of work"),
}  # fmt: skip
SOMETHING = N_("Something about your membership")


@dataclass(frozen=True)
class Teller:
    """Says what a row holds, to a reader of a language; `people` are names by key."""

    voice: Voice
    zone: str
    people: dict[int, str]

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.voice.language

    def day(self, row: Row, name: str) -> str:
        """A day, or the day of an instant where the reader is."""
        value = row[name]
        if value is None:
            return NOTHING
        return self.voice.day(clock.day_there(value, self.zone) if hasattr(value, "hour") else value)

    def money(self, row: Row, name: str, currency: str = "currency") -> str:
        """An amount in minor units, with its currency."""
        if row[name] is None:
            return NOTHING
        return self.voice.amount(from_minor(row[name], row[currency]), row[currency])

    def country(self, code: str | None) -> str:
        """A country by its name."""
        return names.country(code, self.language) if code else NOTHING

    def concerned(self, subject: str) -> str:
        """What an act of the trail concerns, in words: a code says nothing to a reader."""
        word, _, key = subject.partition(":")
        if word == "insured_person" and key.isdecimal() and int(key) in self.people:
            return self.people[int(key)]
        return self.voice.say(CONCERNED.get(word, SOMETHING), number=key)

    def act(self, word: str) -> str:
        """What was done, in words."""
        return act(word) if word in ACTS else self.voice.say(N_("Something was done"))


Cell = Callable[[Teller, Row], str]


class Column(NamedTuple):
    """A column: its head, what a row says in it, and its share of the width."""

    head: str
    cell: Cell
    width: int = 10


class Section(NamedTuple):
    """A table of the summary."""

    table: str
    heading: str
    columns: tuple[Column, ...]


def _day(name: str) -> Cell:
    return lambda tell, row: tell.day(row, name)


def _text(name: str) -> Cell:
    return lambda _tell, row: (row[name] or NOTHING)[:LONGEST]


def _person(name: str) -> Cell:
    return lambda tell, row: tell.people[row[name]]


def _care(tell: Teller, row: Row) -> str:
    return care.care(row["care"], tell.language)


def _from(tell: Teller, row: Row) -> str:
    return tell.voice.say(N_("The management unit")) if row["from_staff"] else tell.voice.say(N_("You"))


def _decision(tell: Teller, row: Row) -> str:
    return tell.voice.say(N_("given")) if row["given"] else tell.voice.say(N_("taken back"))


DAY = N_("Day")
SECTIONS = (
    Section("insured_person", N_("People"), (
        Column(N_("Name"), _person("id"), 13),
        Column(N_("Insured as"), lambda tell, row: names.role(row["role"], tell.language)),
        Column(N_("Born on"), _day("born")),
        Column(N_("Nationality"), lambda tell, row: tell.country(row["nationality"])),
    )),
    Section("member", N_("Where we write to"), (
        Column(N_("E-mail address"), _text("email"), 15), Column(N_("Street"), _text("street")),
        Column(N_("Town"), _text("town")), Column(N_("Country"), lambda tell, row: tell.country(row["country"])),
    )),
    Section("claim_line", N_("Claims"), (
        Column(DAY, _day("first_day"), 12), Column(N_("Person"), _person("person_id")), Column(N_("Care"), _care, 14),
        Column(N_("Invoiced"), lambda tell, row: tell.money(row, "amount")),
        Column(N_("Standing"), lambda tell, row: names.status(row["status"], tell.language)),
    )),
    Section("approval_request", N_("Prior approval"), (
        Column(N_("Asked for on"), _day("requested_on")), Column(N_("Person"), _person("person_id")),
        Column(N_("Care"), _care, 14), Column(N_("Starts on"), _day("starts_on")),
    )),
    Section("payout", N_("Payments to you"), (
        Column(N_("Payment"), lambda _tell, row: str(row["id"])),
        Column(N_("Amount"), lambda tell, row: tell.money(row, "amount")),
        Column(N_("Confirmed by the bank"), _day("confirmed_on")),
    )),
    Section("premium", N_("Premiums"), (
        Column(N_("Due on"), _day("due_on")), Column(N_("Kept since"), _day("recorded_at")),
    )),
    Section("message", N_("Messages"), (
        Column(DAY, _day("at")), Column(N_("From"), _from), Column(N_("Text"), _text("text"), 30),
    )),
    Section("complaint", N_("Complaints"), (
        Column(N_("Sent on"), _day("sent_on")),
        Column(N_("About"), lambda _tell, row: complaints_words.subject(row["subject"])),
        Column(N_("Text"), _text("text"), 30),
    )),
    Section("consent", N_("Consents"), (
        Column(DAY, _day("decided_on")),
        Column(N_("What for"), lambda _tell, row: data_words.consent(row["purpose"], row["version"]).title, 20),
        Column(N_("Decision"), _decision),
    )),
    Section("data_request", N_("Requests about your data"), (
        Column(DAY, _day("asked_on")), Column(N_("Request"), lambda _tell, row: data_words.kind(row["kind"])),
        Column(N_("Text"), _text("text"), 30),
    )),
    Section("account", N_("Accounts"), (
        Column(N_("E-mail address"), _text("email"), 15), Column(N_("Name"), _text("name")),
        Column(N_("Opened on"), _day("made_at")),
    )),
    Section("audit_entry", N_("Who did and read what"), (
        Column(DAY, _day("at")), Column(N_("Act"), lambda tell, row: tell.act(row["action"]), 16),
        Column(N_("Concerning"), lambda tell, row: tell.concerned(row["subject"]), 12),
    )),
)  # fmt: skip


def sections(session: Session, circles: Circles, zone: str, voice: Voice) -> Iterator[dict[str, Any]]:
    """The tables in which there is something, as the letter sets them."""
    people = {
        row["id"]: f"{row['first_name']} {row['last_name']}".strip() or NOTHING
        for row in rows_of(session, "insured_person", KEPT["insured_person"], circles)
    }
    tell = Teller(voice, zone, people)
    for one in SECTIONS:
        rows = rows_of(session, one.table, KEPT[one.table], circles, newest=MOST)
        found = [[column.cell(tell, row) for column in one.columns] for row in rows]
        if found:
            yield {
                "heading": voice.say(one.heading), "columns": [voice.say(column.head) for column in one.columns],
                "widths": [column.width for column in one.columns], "rows": found,
            }  # fmt: skip
