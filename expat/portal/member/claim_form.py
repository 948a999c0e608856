"""The form of a claim: one part for each line, with the questions that its care and its place ask for.

What is typed is kept in the draft as it was typed; it becomes lines of a claim once it is checked.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from moneyed import Currency, Money
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField
from wtforms.widgets import TextInput

from expat.claims.dossier import Dossier
from expat.claims.intake import LARGEST, MOST_UNITS, NewLine
from expat.claims.long_stay import LONGEST as LONGEST_STAY
from expat.claims.stays import away
from expat.errors import BadInput
from expat.money import minor_units, to_minor
from expat.plans.edition import Care
from expat.portal.forms import (
    NEEDED,
    AmountField,
    AtMost,
    Choice,
    DayField,
    Form,
    Needed,
    TextField,
    UnseenField,
    countries,
    currencies,
)
from expat.portal.member.claim_draft import Line
from expat.portal.work import language, speaks, today
from expat.wording import care as care_words
from expat.wording import names
from expat.wording.catalogue import N_

HOSPITAL, AMBULATORY = "hospitalisation", "ambulatory"
ASKED_FOR = ("last_day", "quantity", "stay_days", "series", "started")
CAUSES = {
    "illness": N_("An illness, a check-up or ordinary care"),
    "accident": N_("An accident"),
    "unexpected_illness": N_("A sudden illness, without a link to an earlier one"),
    "complication": N_("A complication of pregnancy or birth"),
    "force_majeure": N_("An event that nobody could foresee or prevent (force majeure)"),
}
FUTURE = N_("This day has not come yet: a claim is for care that was given.")
BEFORE_FIRST = N_("This day lies before the first day.")
SHORT_STAY = N_("A stay of 24 hours or less counts as outpatient care: choose below what was done.")
WHOLE = N_("Please give a whole number from {least} to {most}.")
DECIMALS = N_("This currency has fewer decimals: {most} at most.")
ABOVE_ZERO = N_("Please give an amount above zero, as invoiced.")
UNCHECKED = N_("Please compare these figures with your invoice, then tick this.")


class WholeField(IntegerField):
    """A whole number between two others, or nothing."""

    def __init__(self, least: int, most: int, **more: Any) -> None:
        super().__init__(**more)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
        if text and (self.data is None or not self.least <= self.data <= self.most):
            self.data = None
            whole = speaks().whole
            raise ValueError(speaks().say(WHOLE, least=whole(self.least), most=whole(self.most)))


class LineForm(Form):
    """One line of a claim: for whom, what, when, where, and what it cost."""

    person = Choice(validators=[Needed()])
    care = Choice(validators=[Needed()])
    hours = Choice(choices=lambda: [("yes", ""), ("no", "")])
    first_day = DayField(validators=[Needed()], widget=TextInput())
    last_day = DayField(widget=TextInput())
    quantity = WholeField(1, MOST_UNITS)
    amount = AmountField(validators=[Needed()], widget=TextInput())
    currency = Choice(choices=currencies, validators=[Needed()])
    provider = TextField(validators=[AtMost(200)])
    invoice = TextField(validators=[AtMost(100)])
    country = Choice(choices=countries, validators=[Needed()])
    cause = Choice(choices=lambda: [(word, speaks().say(name)) for word, name in CAUSES.items()], validators=[Needed()])
    stay_days = WholeField(0, LONGEST_STAY)
    series = TextField(validators=[AtMost(100)])
    started = DayField(widget=TextInput())
    paper = UnseenField()
    read = UnseenField()
    checked = BooleanField()


class LinePart:
    """A line's part of the page: its place, its form, what it asks beyond what every line asks."""

    def __init__(self, place: int, line: Line, dossier: Dossier, people: list[tuple[str, str]]) -> None:
        self.place, self.line, self.dossier = place, {"quantity": "1", **line}, dossier
        prefix = f"lines-{place}-"
        given = MultiDict({f"{prefix}{name}": text for name, text in self.line.items()})
        self.form = LineForm(given, prefix=prefix, meta={"csrf": False})
        self.form.person.choices = people
        self.form.care.choices = care_choices(dossier, self.day)
        self.asks = frozenset(self._asks())

    @property
    def day(self) -> date:
        """The day on which the care began; today, where none is given yet."""
        return self.form.first_day.data or today()

    @property
    def care(self) -> Care | None:
        """The plan's entry of the care that was chosen."""
        return self.dossier.plan.on(self.day).care.get(self.form.care.data or "")

    @property
    def unit(self) -> str:
        """What the quantity counts."""
        return self.care.unit if self.care is not None else "act"

    @property
    def read(self) -> frozenset[str]:
        """The fields that hold what was read from a paper."""
        return frozenset(self.line.get("read", "").split())

    @property
    def short_stay(self) -> bool:
        """UNO-HOSP-1: hospital care that took no more than 24 hours."""
        return "hours" in self.asks and self.form.hours.data == "no"

    @property
    def free_acts(self) -> str:
        """UNO-APP-1: how many acts of a series need no approval, in words."""
        return care_words.span("acts", self.dossier.plan.on(self.day)["approval.series_free"].value, language())

    def instead(self) -> list[str]:
        """The care that a short stay in hospital can be."""
        cares = self.dossier.plan.on(self.day).care.values()
        return [care.code for care in cares if care.category == AMBULATORY]

    def _asks(self) -> list[str]:
        care, country = self.care, self.form.country.data
        found = []
        if care is not None:
            stay = care.category == HOSPITAL and care.admission
            found += ["hours"] if stay else []
            if not (stay and self.form.hours.data == "no"):
                found.append("last_day" if care.counted_in_days else "quantity")
            found += ["series"] if care.approval.value == "series" else []
            found += ["started"] if care.started_before_age is not None else []
        if country and away(self.dossier, country, self.day):
            found.append("stay_days")
        return found

    # --- checking --------------------------------------------------------------------------------------------------

    def valid(self) -> bool:
        """Whether the line can be judged; what is wrong stands beside its fields."""
        form, say = self.form, speaks().say
        form.validate()
        for name in ("hours", "last_day", "stay_days", "started"):
            if name in self.asks and form[name].data in (None, "") and not form[name].errors:
                _wrong(form[name], say(NEEDED))
        self._check_days()
        self._check_amount()
        if self.short_stay and not form.care.errors:
            _wrong(form.care, say(SHORT_STAY))
        if self.read and not form.checked.data:
            _wrong(form.checked, say(UNCHECKED))
        return not any(field.errors for field in form)

    def _check_days(self) -> None:
        form, say = self.form, speaks().say
        for field in (form.first_day, form.last_day, form.started):
            if field.data is not None and field.data > today():
                _wrong(field, say(FUTURE))
        first, last = form.first_day.data, form.last_day.data
        if "last_day" in self.asks and first is not None and last is not None and last < first:
            _wrong(form.last_day, say(BEFORE_FIRST))

    def _check_amount(self) -> None:
        form, say = self.form, speaks().say
        if form.amount.errors or form.currency.errors or form.amount.data is None or not form.currency.data:
            return
        try:
            units = to_minor(form.amount.data, form.currency.data)
        except BadInput:
            _wrong(form.amount, say(DECIMALS, most=speaks().whole(minor_units(form.currency.data))))
            return
        if not 0 < units <= LARGEST:
            _wrong(form.amount, say(ABOVE_ZERO))

    def new_line(self) -> NewLine:
        """The line as it is handed in; only of a valid one. What is not asked for is left out."""
        data = self.form.data
        asked: dict[str, Any] = {name: data[name] if name in self.asks else None for name in ASKED_FOR}
        return NewLine(
            person=int(data["person"]),
            care=data["care"],
            first_day=data["first_day"],
            amount=Money(data["amount"], Currency(data["currency"])),
            country=data["country"],
            cause=data["cause"],
            last_day=asked["last_day"],
            quantity=asked["quantity"],
            stay_days=asked["stay_days"],
            documents=frozenset(),
            invoice=data["invoice"] or None,
            series=asked["series"] or None,
            treatment_started=asked["started"],
            provider=data["provider"] or None,
        )

    def refuse(self, wrong: BadInput) -> None:
        """Show what handing in refused beside its field."""
        self.form.refuse(wrong, {"on": "first_day", "until": "last_day"})


def _wrong(field: Any, told: str) -> None:
    field.errors = [*field.errors, told]


def care_choices(dossier: Dossier, day: date) -> dict[str, list[tuple[str, str]]]:
    """The care of the plan by category, in everyday words, and after it what the contract excludes."""
    edition, spoken = dossier.plan.on(day), language()
    groups: dict[str, list[tuple[str, str]]] = {}
    for care in edition.care.values():
        group = groups.setdefault(care_words.category(care.category, spoken), [])
        group.append((care.code, care_words.care(care.code, spoken)))
    excluded = [(code, care_words.care(code, spoken)) for code in edition.excluded]
    groups[speaks().say("Something else (not covered by the contract)")] = sorted(excluded, key=lambda one: one[1])
    first = next(iter(groups.values()))
    first.insert(0, ("", ""))
    return groups


def cause_name(word: str) -> str:
    """What brought the care about, in everyday words."""
    return speaks().say(CAUSES[word]) if word in CAUSES else names.cause(word, language())
