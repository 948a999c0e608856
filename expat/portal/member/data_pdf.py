"""The readable summary of what is kept of somebody, as PDF: what data.json holds in full, in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.letters.operator import Operator
from expat.letters.sheet import sheet
from expat.letters.typeset import typeset
from expat.money import from_minor
from expat.personal_data.kept import KEPT, Circles, rows_of
from expat.personal_data.retention import retention_on
from expat.portal.admin.acts import act
from expat.portal.member import complaints_words, data_words
from expat.portal.work import speaks
from expat.wording import care, clock, names
from expat.wording.catalogue import N_
from expat.wording.voice import Voice

MOST, LONGEST = 300, 400  # rows of a table, letters of a text: data.json has them all
Row = dict[str, Any]


def summary_pdf(session: Session, circles: Circles, operator: Operator, day: date, number: str) -> bytes:
    """The summary, in the reader's language."""
    voice = speaks()
    say = voice.say
    people = {
        row["id"]: f"{row['first_name']} {row['last_name']}".strip()
        for row in _rows(session, "insured_person", circles)
    }
    page = {
        **sheet(operator, voice.language, say("What we keep about you"), number),
        "intro": say(
            "As of {day}. The file data.json beside this letter holds everything, word for word; the folder documents "
            "holds the papers as they were handed in. Here are the newest entries of each kind.",
            day=voice.day(day),
        ),
        "sections": [one for one in _sections(session, circles, people, operator.time_zone, voice) if one["rows"]],
        "kept": {
            "heading": say("How long it is kept"),
            "columns": [say("What"), say("How long"), say("Ground")],
            "rows": [list(one) for one in data_words.told(retention_on(day))],
        },
        "rights": say(
            "You can correct, restrict or have deleted what is kept, object to its use, and leave directives for after "
            "your death: on your own pages, under My data. If you do not agree with our answer, you can complain to "
            "the CNIL: www.cnil.fr, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07."
        ),
    }
    return typeset("data.typ", page, day)


def _sections(
    session: Session, circles: Circles, people: dict[int, str], zone: str, voice: Voice
) -> Iterable[dict[str, Any]]:
    say, language = voice.say, voice.language

    def day(row: Row, name: str) -> str:
        value = row[name]
        return (
            "–" if value is None else voice.day(value if not hasattr(value, "hour") else clock.day_there(value, zone))
        )

    def money(row: Row, name: str, currency: str = "currency") -> str:
        return "–" if row[name] is None else voice.amount(from_minor(row[name], row[currency]), row[currency])

    def table(name: str, heading: str, columns: list[str], cells: Callable[[Row], list[str]]) -> dict[str, Any]:
        rows = [cells(row) for row in _rows(session, name, circles)]
        return {"heading": say(heading), "columns": columns, "rows": rows}

    yield table(
        "insured_person", N_("People"),
        [say("Name"), say("Insured as"), say("Born on"), say("Nationality")],
        lambda row: [people[row["id"]], names.role(row["role"], language), day(row, "born"),
                     names.country(row["nationality"], language) if row["nationality"] else "–"],
    )  # fmt: skip
    yield table(
        "member", N_("Where we write to"), [say("E-mail address"), say("Street"), say("Town"), say("Country")],
        lambda row: [row["email"] or "–", row["street"] or "–", row["town"] or "–",
                     names.country(row["country"], language) if row["country"] else "–"],
    )  # fmt: skip
    yield table(
        "claim_line", N_("Claims"),
        [say("Day"), say("Person"), say("Care"), say("Invoiced"), say("Standing")],
        lambda row: [day(row, "first_day"), people[row["person_id"]], care.care(row["care"], language),
                     money(row, "amount"), names.status(row["status"], language)],
    )  # fmt: skip
    yield table(
        "approval_request", N_("Prior approval"), [say("Asked for on"), say("Person"), say("Care"), say("Starts on")],
        lambda row: [day(row, "requested_on"), people[row["person_id"]], care.care(row["care"], language),
                     day(row, "starts_on")],
    )  # fmt: skip
    yield table(
        "payout",
        N_("Payments to you"),
        [say("Payment"), say("Amount"), say("Confirmed by the bank")],
        lambda row: [str(row["id"]), money(row, "amount"), day(row, "confirmed_on")],
    )
    yield table(
        "premium", N_("Premiums"), [say("Due on"), say("Kept since")],
        lambda row: [day(row, "due_on"), day(row, "recorded_at")],
    )  # fmt: skip
    yield table(
        "message", N_("Messages"), [say("Day"), say("From"), say("Text")],
        lambda row: [day(row, "at"), say("The management unit") if row["from_staff"] else say("You"),
                     row["text"][:LONGEST]],
    )  # fmt: skip
    yield table(
        "complaint",
        N_("Complaints"),
        [say("Sent on"), say("About"), say("Text")],
        lambda row: [day(row, "sent_on"), complaints_words.subject(row["subject"]), row["text"][:LONGEST]],
    )
    yield table(
        "consent", N_("Consents"), [say("Day"), say("What for"), say("Decision")],
        lambda row: [day(row, "decided_on"), data_words.consent(row["purpose"], row["version"]).title,
                     say("given") if row["given"] else say("taken back")],
    )  # fmt: skip
    yield table(
        "data_request",
        N_("Requests about your data"),
        [say("Day"), say("Request"), say("Text")],
        lambda row: [day(row, "asked_on"), data_words.kind(row["kind"]), row["text"][:LONGEST]],
    )
    yield table(
        "account",
        N_("Accounts"),
        [say("E-mail address"), say("Name"), say("Opened on")],
        lambda row: [row["email"], row["name"], day(row, "made_at")],
    )
    yield table(
        "audit_entry",
        N_("Who did and read what"),
        [say("Day"), say("Act"), say("Concerning")],
        lambda row: [day(row, "at"), act(row["action"]), row["subject"]],
    )


def _rows(session: Session, name: str, circles: Circles) -> list[Row]:
    """The newest rows of a table; sealed texts stay sealed here."""
    return list(rows_of(session, name, KEPT[name], circles, newest=MOST))
