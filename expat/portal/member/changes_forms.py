"""The forms with which a change is asked for, one for each kind; the management unit fills in the same for a letter."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import BooleanField

from expat.amendments.ask import LONGEST_MEDICAL
from expat.amendments.kinds import Address, Change, Derogation, Formula, Joins, Leaves, Move, Stay
from expat.claims.dossier import Dossier
from expat.periods import DAY
from expat.portal.forms import AtMost, Choice, DayField, Form, LongTextField, Needed, TextField, UnseenField, countries
from expat.portal.member.changes_words import LEAVING, TIES
from expat.portal.work import speaks, today
from expat.wording.catalogue import N_

FORGED = N_("Please open the form again: this one has lost its number.")


def _translated(words: dict[str, str]) -> list[tuple[str, str]]:
    return [("", ""), *((word, speaks().say(text)) for word, text in words.items())]


class ChangeForm(Form):
    """What every request has: its number, and what the medical department is to know."""

    key = UnseenField(validators=[AtMost(40)])
    medical = LongTextField(validators=[AtMost(LONGEST_MEDICAL)])

    def prepare(self, dossier: Dossier) -> None:
        """Offer what this membership can choose from."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that the form has its number."""
        right = bool(super().validate(extra_validators))
        if not 0 < len(self.key.data or "") <= 40:
            self.form_errors.append(speaks().say(FORGED))
            return False
        return right

    def change(self) -> Change:
        """What is asked for, once the form is right."""
        raise NotImplementedError


class FormulaForm(ChangeForm):
    """Another formula."""

    to = Choice(validators=[Needed()])

    def prepare(self, dossier: Dossier) -> None:
        """Every formula."""
        say = speaks().say
        self.to.choices = [("", ""), *((f, say("Formula {formula}", formula=f)) for f in dossier.plan.words.formulas)]

    def change(self) -> Change:
        """The formula that was chosen."""
        return Formula(self.to.data)


class AddressForm(ChangeForm):
    """Where one is written to."""

    street = TextField(validators=[Needed(), AtMost(70)])
    building = TextField(validators=[AtMost(16)])
    postcode = TextField(validators=[AtMost(16)])
    town = TextField(validators=[Needed(), AtMost(70)])
    country = Choice(choices=countries, validators=[Needed()])

    def address(self) -> Address:
        """The address that was typed."""
        return Address(
            self.street.data or "", self.town.data or "", self.country.data, self.building.data or None,
            self.postcode.data or None,
        )  # fmt: skip

    def change(self) -> Change:
        """The address alone."""
        return self.address()


class MoveForm(AddressForm):
    """Another country of residence, with the address there."""

    keep_zone = BooleanField()
    first = DayField(validators=[Needed()])

    def change(self) -> Change:
        """The move."""
        return Move(self.address(), bool(self.keep_zone.data), _day(self.first))


class StayForm(ChangeForm):
    """A long stay outside the zone."""

    country = Choice(choices=countries, validators=[Needed()])
    first = DayField(validators=[Needed()])
    last = DayField(validators=[Needed()])

    def change(self) -> Change:
        """The stay."""
        return Stay(self.country.data, _day(self.first), _day(self.last))


class DerogationForm(StayForm):
    """Care of somebody in another country of the zone."""

    person = Choice(validators=[Needed()])

    def prepare(self, dossier: Dossier) -> None:
        """Everybody who is insured."""
        named = [(str(key), f"{row.first_name} {row.last_name}".strip()) for key, row in dossier.people.items()]
        self.person.choices = [("", ""), *named]

    def change(self) -> Change:
        """The care that is planned."""
        return Derogation(int(self.person.data), self.country.data, _day(self.first), _day(self.last))


class ChildForm(ChangeForm):
    """A child to insure."""

    first_name = TextField(validators=[Needed(), AtMost(70)])
    last_name = TextField(validators=[Needed(), AtMost(70)])
    born = DayField(validators=[Needed()])
    nationality = Choice(choices=countries)
    prior_cover_attested_on = DayField()

    def change(self) -> Change:
        """The child."""
        return Joins("child", **self.said())

    def said(self) -> dict[str, Any]:
        """What is asked of everybody who joins."""
        return {
            "first_name": self.first_name.data or "", "last_name": self.last_name.data or "", "born": _day(self.born),
            "nationality": self.nationality.data or None, "prior_cover_attested_on": self.prior_cover_attested_on.data,
        }  # fmt: skip


class SpouseForm(ChildForm):
    """A spouse or partner to insure."""

    tie = Choice(choices=lambda: _translated(TIES), validators=[Needed()])
    married_on = DayField()
    no_occupation = BooleanField()

    def change(self) -> Change:
        """The spouse or partner."""
        married = self.married_on.data if self.tie.data == "marriage" else None
        return Joins(
            "spouse", **self.said(), tie=self.tie.data, married_on=married, no_occupation=bool(self.no_occupation.data)
        )  # fmt: skip


class LeavesForm(ChangeForm):
    """Somebody who is no longer to be insured."""

    person = Choice(validators=[Needed()])
    reason = Choice(choices=lambda: _translated(LEAVING), validators=[Needed()])
    last_day = DayField(validators=[Needed()])

    def prepare(self, dossier: Dossier) -> None:
        """Everybody who is insured with the member."""
        edition = dossier.plan.on(today())
        others = [
            (str(key), f"{row.first_name} {row.last_name}".strip())
            for key, row in dossier.people.items()
            if row.role != "member" and any(days.last >= today() for days in dossier.cover(key, edition))
        ]
        self.person.choices = [("", ""), *others]

    def change(self) -> Change:
        """Who leaves, from the day after the last one."""
        return Leaves(int(self.person.data), self.reason.data, _day(self.last_day) + DAY)


FORMS: dict[str, type[ChangeForm]] = {
    "formula": FormulaForm, "move": MoveForm, "stay": StayForm, "spouse": SpouseForm, "child": ChildForm,
    "leaves": LeavesForm, "derogation": DerogationForm, "address": AddressForm,
}  # fmt: skip
# Which field of a form stands for which of the verb's.
FIELDS = {"first": "last_day", "role": "tie", "surcharge": "born"}
# Where the medical department selects, it needs to be told something.
HEALTH_NEEDED = frozenset({"formula", "spouse", "child", "derogation"})


def _day(field: DayField) -> date:
    assert isinstance(field.data, date)
    return field.data
