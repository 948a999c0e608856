"""What was known on a day, in words: for the management unit and, of those whom they may see, for the insured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from flask import request
from wtforms.validators import ValidationError

from expat.claims.known import Held, Known, LineHeld, PersonHeld, Stood
from expat.claims.learnt import Learnt
from expat.money import from_minor
from expat.periods import FOREVER, Period
from expat.portal.forms import DayField, Form, Needed
from expat.portal.work import house, language, speaks, today
from expat.wording import care, clock, names
from expat.wording.catalogue import N_
from expat.wording.reasons import title

KINDS = {
    "status": N_("Membership"),
    "formula": N_("Formula"),
    "zone": N_("Zone"),
    "residence": N_("Country of residence"),
    "payout_currency": N_("Currency"),
}
STATUSES = {
    "active": N_("active"),
    "suspended": N_("suspended"),
    "terminated": N_("ended"),
    "not_started": N_("not begun yet"),
}
PREMIUMS = {
    "": N_("nothing noted"),
    "paid": N_("paid"),
    "contested": N_("contested"),
    "upheld": N_("contested, stands"),
    "granted": N_("given up after a contest"),
}
ANSWERS = {True: N_("granted"), False: N_("refused"), None: N_("not answered")}
LEARNT = {
    "formula": N_("Formula {value}"),
    "zone": N_("Zone {value}"),
    "residence": N_("Residence: {value}"),
    "payout_currency": N_("Paid in {value}"),
    "termination": N_("The end of the membership"),
    "termination_withdrawn": N_("An end of the membership was taken back"),
    "left": N_("No longer insured: {person}"),
    "left_withdrawn": N_("Insured again, as if without a break: {person}"),
    "death": N_("A death in the family"),
    "returned": N_("The return to France"),
    "whole_premium": N_("The whole premium stays due"),
    "rights_reopened": N_("Rights in France again"),
    "school_year": N_("School certificate {value}: {person}"),
    "working": N_("Proof of work: {person}"),
    "proof_withdrawn": N_("A proof no longer counts: {person}"),
    "derogation": N_("Care allowed in {value}: {person}"),
    "person": N_("Insured more: {person}"),
    "premium_due": N_("A premium falls due"),
    "premium_paid": N_("The premium due on {value} was paid"),
    "premium_contested": N_("The premium due on {value} was contested"),
    "premium_upheld": N_("The premium due on {value} stands"),
    "premium_granted": N_("The premium due on {value} was given up"),
    "approval_granted": N_("Prior approval granted: {value}, {person}"),
    "approval_refused": N_("Prior approval refused: {value}, {person}"),
    "recharge": N_("Recharge of {value}: {person}"),
}
OTHER = N_("Something else was noted")
NOT_COME = N_("This day has not come yet.")
NOT_KNOWN = N_("not known yet")


class Row(NamedTuple):
    """Something as it was known then, and as it is known today where that differs."""

    name: str
    then: str
    now: str


class AsOfForm(Form):
    """The day that is asked for."""

    class Meta:
        csrf = False  # it changes nothing

    as_of = DayField(validators=[Needed()])

    def validate_as_of(self, field: DayField) -> None:
        """A day that has come."""
        if field.data is not None and field.data > today():
            raise ValidationError(speaks().say(NOT_COME))


def asked_day() -> tuple[AsOfForm, date | None]:
    """The form, and the day that the address names; yesterday's end is no different from today where it names none."""
    if "as_of" not in request.args:
        return AsOfForm(formdata=None, data={"as_of": today()}), today()
    form = AsOfForm(formdata=request.args)
    return form, form.as_of.data if form.validate() else None


class HistoryTold:
    """What was known on a day, row by row; `by` says who entered something, in the reader's words."""

    def __init__(self, found: Known, by: Callable[[str | None], str], premiums: bool = True) -> None:
        self.found, self._by, self._premiums = found, by, premiums
        self.names = {key: _name(row) for key, row in found.now.people.items()}

    def held(self) -> list[Row]:
        """What held for the membership."""
        return [
            _row(speaks().say(KINDS[one.kind]), _value(one, one.then), _value(one, one.now)) for one in self.found.held
        ]

    def people(self) -> list[Row]:
        """Who was covered."""
        return [
            _row(_name(one.person), _covered_then(one), _covered(one.now, one.days_now)) for one in self.found.people
        ]

    def premiums(self) -> list[Row]:
        """What had become of the premiums."""
        say = speaks().say
        return [
            _row(
                say("Premium due on {day}", day=speaks().day(one.due_on)),
                say(PREMIUMS.get(one.then or "", OTHER)), say(PREMIUMS.get(one.now or "", OTHER)),
            )
            for one in self.found.premiums
        ]  # fmt: skip

    def approvals(self) -> list[Row]:
        """What had been answered to requests for prior approval; never why."""
        return [
            _row(
                f"{care.care(one.care, language())}, {self.names[one.person]}, {speaks().day(one.starts_on)}",
                speaks().say(ANSWERS[one.then]), speaks().say(ANSWERS[one.now]),
            )
            for one in self.found.approvals
        ]  # fmt: skip

    def lines(self) -> list[tuple[Any, Row, str]]:
        """The lines by the decisions that held then, each with the days on which it came and was keyed."""
        return [
            (
                one.row,
                _row(
                    f"{care.care(one.row.care, language())}, {self.names[one.row.person_id]}, "
                    f"{speaks().day(one.row.first_day)}",
                    _stood(one.then), _stood(one.now),
                ),
                _came(one),
            )
            for one in self.found.lines
        ]  # fmt: skip

    def learnt(self) -> list[tuple[Learnt, str, str]]:
        """What was learnt since, in words, and who entered it."""
        found = [one for one in self.found.learnt if self._premiums or not one.kind.startswith("premium_")]
        return [(one, self._learnt(one), self._by(one.by)) for one in found]

    def _learnt(self, one: Learnt) -> str:
        person = self.names.get(one.person or 0, "")
        return speaks().say(LEARNT.get(one.kind, OTHER), value=_learnt_value(one), person=person)


def _row(name: str, then: str, now: str) -> Row:
    return Row(name, then, "" if then == now else now)


def _came(one: LineHeld) -> str:
    """When a line came, and when it was keyed where that was another day: it is known since then."""
    received, keyed = one.row.received_on, clock.day_there(one.keyed_at, house().settings.time_zone)
    if keyed == received:
        return speaks().say("received on {day}", day=speaks().day(received))
    return speaks().say("received on {day}, keyed on {keyed}", day=speaks().day(received), keyed=speaks().day(keyed))


def _value(one: Held, value: str | None) -> str:
    if value is None:
        return speaks().say(NOT_KNOWN)
    if one.kind == "status":
        return speaks().say(STATUSES[value])
    if one.kind == "residence":
        return names.country(value, language())
    return f"{value} – {names.currency(value, language())}" if one.kind == "payout_currency" else value


def _covered_then(one: PersonHeld) -> str:
    return speaks().say(NOT_KNOWN) if one.then is None else _covered(one.then, one.days_then)


def _covered(covered: bool, days: tuple[Period, ...]) -> str:
    say, day = speaks().say, speaks().day
    told = [
        say("from {day} on", day=day(d.first)) if d.last == FOREVER else speaks().period(d.first, d.last) for d in days
    ]
    head = say("covered") if covered else say("not covered")
    return f"{head} ({', '.join(told)})" if told else head


def _stood(stood: Stood) -> str:
    told = names.status(stood.status, language(), stood.reasons)
    if stood.amount is not None and stood.currency:
        told += f", {speaks().amount(from_minor(stood.amount, stood.currency), stood.currency)}"
    whys = [title(word, language()) for word in stood.reasons.split()]
    return f"{told} ({', '.join(whys)})" if whys and stood.status in ("refused", "pending") else told


def _learnt_value(one: Learnt) -> str:
    if one.kind in ("residence", "derogation"):
        return names.country(one.value, language())
    if one.kind.startswith("premium_") and one.value:
        return speaks().day(date.fromisoformat(one.value))
    if one.kind.startswith("approval_"):
        return care.care(one.value, language())
    return care.category(one.value, language()) if one.kind == "recharge" else one.value


def _name(row: Any) -> str:
    return f"{row.first_name} {row.last_name}".strip()
