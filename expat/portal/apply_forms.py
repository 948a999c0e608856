"""The forms of an application, one for each step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from expat.applications.form import ACTIVITIES, MEMBER, RELATIONS, WAYS, Person, Prior, Residence
from expat.money import EUR
from expat.options.chosen import Chosen
from expat.plans.edition import Edition
from expat.portal.forms import AtMost, Choice, DayField, Form, LongTextField, Needed, TextField, UnseenField, countries
from expat.portal.member.payout import FIELDS, MISSING, WRONG, AccountFields
from expat.portal.work import language, speaks
from expat.wording import applications as words
from expat.wording.catalogue import LANGUAGES, N_
from expat.wording.options import EXTENTS

CHOOSE = N_("Please choose one.")
YES, NO = "yes", "no"


class SignUpForm(Form):
    """Who wants to apply: name, address, language. A link to choose a password with comes by mail."""

    name = TextField(validators=[Needed(), AtMost(120)])
    email = TextField(validators=[Needed(), AtMost(254)])
    language = RadioField(choices=list(LANGUAGES), validate_choice=False)
    quote = UnseenField(validators=[AtMost(40)])


class PersonForm(Form):
    """One person, as the passport has it."""

    first_name = TextField(validators=[Needed(), AtMost(80)])
    last_name = TextField(validators=[Needed(), AtMost(80)])
    born = DayField(validators=[Needed()])
    nationality = Choice(choices=countries, validators=[Needed()])
    relation = RadioField(choices=list(RELATIONS), validate_choice=False)
    since = DayField()
    occupied = RadioField(choices=[YES, NO], validate_choice=False)
    dependent = RadioField(choices=[YES, NO], validate_choice=False)
    at_home = RadioField(choices=[YES, NO], validate_choice=False)

    @classmethod
    def of(cls, person: Person) -> PersonForm:
        """The form with what is kept of somebody."""
        values = person._asdict()
        values |= {name: _said(values[name]) for name in ("occupied", "dependent", "at_home")}
        return cls(formdata=None, data=values)

    def right(self, role: str) -> bool:
        """Also what is asked of a spouse or a child alone."""
        right = bool(self.validate())
        if role == "spouse":
            right = _one_of(self.relation, RELATIONS) and right
            right = _one_of(self.occupied, (YES, NO)) and right
            if self.since.data is None and not self.since.errors:
                self.since.errors = [speaks().say("Please fill this in.")]
                right = False
            if self.relation.data == "civil_partner":
                right = _one_of(self.dependent, (YES, NO)) and right
        if role == "child":
            right = _one_of(self.at_home, (YES, NO)) and right
        return right

    def person(self, role: str, key: str | None) -> Person:
        """The person, once the form is right; somebody more has no key yet."""
        assert self.born.data is not None
        spouse = role == "spouse"
        return Person(
            key or (MEMBER if role == "member" else ""), role, self.first_name.data or "",
            self.last_name.data or "", self.born.data, self.nationality.data,
            self.relation.data if spouse else "", self.since.data if spouse else None,
            spouse and self.occupied.data == YES, spouse and self.dependent.data == YES,
            role != "child" or self.at_home.data == YES,
        )  # fmt: skip


class ResidenceForm(Form):
    """Where the member lives and works, and from when cover is wished for."""

    country = Choice(choices=countries, validators=[Needed()])
    activity = RadioField(choices=list(ACTIVITIES), validate_choice=False)
    desired = DayField(validators=[Needed()])
    street = TextField(validators=[Needed(), AtMost(70)])
    building = TextField(validators=[AtMost(16)])
    postcode = TextField(validators=[AtMost(16)])
    town = TextField(validators=[Needed(), AtMost(35)])

    def right(self) -> bool:
        """Also that the work is said."""
        right = bool(self.validate())
        return _one_of(self.activity, ACTIVITIES) and right

    def residence(self) -> Residence:
        """The step, once the form is right."""
        assert self.desired.data is not None
        return Residence(
            self.country.data, self.activity.data, self.desired.data, self.street.data or "", self.building.data or "",
            self.postcode.data or "", self.town.data or "",
        )  # fmt: skip


class ChoiceForm(Form):
    """Formula, zone, and how often premiums are paid."""

    formula = Choice(validators=[Needed()])
    zone = Choice(validators=[Needed()])
    frequency = Choice(validators=[Needed()])


class OptionsForm(Form):
    """The options; a capital or an allowance of 0 is none."""

    assistance = BooleanField()
    liability = Choice()
    death = Choice()
    education = BooleanField()
    accident = Choice()
    allowance = Choice()
    deductible = Choice()

    def prepare(self, edition: Edition) -> None:
        """Offer what the plan has."""
        spoken, none = speaks(), ("", speaks().say("None"))
        self.liability.choices = [none, *((extent, spoken.say(text)) for extent, text in EXTENTS.items())]
        for field, figure in ((self.death, "death_capital"), (self.accident, "accident_capital"),
                              (self.allowance, "daily_allowance")):  # fmt: skip
            sums = edition[f"prevoyance.{figure}_choices"].value
            field.choices = [none, *((str(one), spoken.amount(Decimal(one), EUR)) for one in sums)]
        days = edition["prevoyance.deductible_choices"].value
        self.deductible.choices = [
            ("", ""), *((str(one), spoken.plural("after {n} day", "after {n} days", one)) for one in days)
        ]  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that an allowance has its deductible."""
        right = bool(super().validate(extra_validators))
        if self.allowance.data and not self.deductible.data:
            self.deductible.errors = [speaks().say(CHOOSE)]
            right = False
        return right

    def chosen(self) -> Chosen:
        """What is chosen, once the form is right."""
        allowance = int(self.allowance.data or 0)
        return Chosen(
            bool(self.assistance.data), self.liability.data or "", int(self.death.data or 0),
            bool(self.education.data), int(self.accident.data or 0), allowance,
            int(self.deductible.data or 0) if allowance else 0,
        )  # fmt: skip


class People(SelectMultipleField):
    """Some of the people, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PriorForm(Form):
    """Whether cover ends immediately before, whose, and its attestation."""

    had = RadioField(choices=[YES, NO], validate_choice=False)
    people = People(choices=[])
    insurer = TextField(validators=[AtMost(120)])
    ended = DayField()
    attested = DayField()

    def right(self) -> bool:
        """Also what a yes needs."""
        right, say = bool(self.validate()), speaks().say
        right = _one_of(self.had, (YES, NO)) and right
        if self.had.data != YES:
            return right
        for name in ("people", "insurer", "ended", "attested"):
            if not self[name].data and not self[name].errors:
                self[name].errors = [say("Please fill this in.")]
                right = False
        return right

    def prior(self) -> Prior:
        """The step, once the form is right."""
        if self.had.data != YES:
            return Prior()
        return Prior(tuple(self.people.data or ()), self.insurer.data or "", self.ended.data, self.attested.data)


class PaymentForm(AccountFields):
    """How premiums are paid, and where and in which currency one is paid."""

    way = RadioField(choices=list(WAYS), validate_choice=False)
    debit_holder = TextField(validators=[AtMost(140)])
    debit_iban = TextField(validators=[AtMost(50)])
    signed = BooleanField()

    def right(self) -> bool:
        """Also what a direct debit needs."""
        right, say = bool(self.validate()), speaks().say
        right = _one_of(self.way, WAYS) and right
        if self.way.data == "debit":
            for name in ("debit_holder", "debit_iban"):
                if not self[name].data:
                    self[name].errors = [*self[name].errors, say("Please fill this in.")]
                    right = False
            if not self.signed.data:
                self.signed.errors = [say("Please sign the mandate by ticking it, or choose the transfer.")]
                right = False
        return right

    def tell(self, where: str) -> bool:
        """Say what the account lacks beside its field; whether there is such a field."""
        text = (WRONG if where in self and self[where].data else MISSING).get(where)
        if text is None:
            return False
        self[where].errors = [*self[where].errors, speaks().say(text)]
        return True

    def account(self) -> dict[str, str]:
        """What is filled in of the account."""
        return {name: self[name].data for name in FIELDS if self[name].data}


class ConsentsForm(Form):
    """What is agreed to."""

    association = BooleanField()
    truth = BooleanField()
    data = BooleanField()
    early = BooleanField()


class LinkForm(Form):
    """Where the link to a declaration goes."""

    email = TextField(validators=[Needed(), AtMost(254)])


class PaperForm(Form):
    """Which paper it is, of whom."""

    paper = Choice(validators=[Needed()])


class AnswerForm(Form):
    """An answer to a question."""

    text = LongTextField(validators=[AtMost(4000)])


def health_answers(sent: Mapping[str, Any], asked: list[str]) -> tuple[dict[str, bool], dict[str, str]]:
    """The answers that were ticked, and the words beside a yes."""
    answers = {q: sent[f"q-{q}"] == YES for q in asked if sent.get(f"q-{q}") in (YES, NO)}
    return answers, {q: str(sent.get(f"w-{q}", "")).replace("\x00", "")[:5000] for q in asked}


def fill(form: Any, values: Mapping[str, Any]) -> None:
    """Put what is kept into a form that was not sent."""
    for name, value in values.items():
        if name in form:
            kept = isinstance(form[name], DayField) and isinstance(value, str)
            form[name].data = date.fromisoformat(value) if kept else value


def papers_to_choose(kinds: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Papers to choose from: kind and person in one word, and what it is called."""
    return [(f"{kind}|{person}", f"{words.paper(kind, language())} – {name}") for kind, person, name in kinds]


def _said(value: bool) -> str:
    return YES if value else NO


def _one_of(field: Any, known: Any) -> bool:
    if field.data in known:
        return True
    field.errors = [speaks().say(CHOOSE)]
    return False
