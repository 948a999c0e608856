"""What one would get back, asked before the care: judged as a claim would be, nothing saved.

It is sent as a form, not as an address with a query: what somebody thinks of having treated belongs in no log.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from moneyed import Currency, Money
from wtforms import BooleanField

from expat.claims.intake import LARGEST, MOST_UNITS, NewLine
from expat.claims.simulate import Simulated
from expat.claims.simulate import simulate as simulated
from expat.errors import BadInput
from expat.money import minor_units, to_minor
from expat.portal.access import MEMBER, allow
from expat.portal.forms import AmountField, Choice, DayField, Form, Needed, countries, currencies
from expat.portal.member.claim_form import ABOVE_ZERO, CAUSES, DECIMALS, WholeField, care_choices
from expat.portal.member.claim_pages import dossier, people
from expat.portal.member.simulated import Told, told
from expat.portal.work import db, house, membership, person, speaks, today, undo

pages = Blueprint("member_simulate", __name__, url_prefix="/simulate")


class SimulateForm(Form):
    """A care that is thought of."""

    person = Choice(validators=[Needed()])
    care = Choice(validators=[Needed()])
    amount = AmountField(validators=[Needed()])
    currency = Choice(choices=currencies, validators=[Needed()])
    first_day = DayField(validators=[Needed()])
    country = Choice(choices=countries, validators=[Needed()])
    quantity = WholeField(1, MOST_UNITS)
    cause = Choice(choices=lambda: [(word, speaks().say(name)) for word, name in CAUSES.items()], validators=[Needed()])
    approved = BooleanField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that the amount fits its currency."""
        right = bool(super().validate(extra_validators))
        if right and self.amount.data is not None:
            say = speaks().say
            try:
                units = to_minor(self.amount.data, self.currency.data)
            except BadInput:
                self.amount.errors = [say(DECIMALS, most=speaks().whole(minor_units(self.currency.data)))]
                return False
            if not 0 < units <= LARGEST:
                self.amount.errors = [say(ABOVE_ZERO)]
                return False
        return right


@pages.route("", methods=["GET", "POST"])
@allow(MEMBER)
def simulate() -> str | tuple[str, int]:
    """Ask, and see the answer above the question."""
    form = SimulateForm()
    form.person.choices, form.care.choices = people(), care_choices(dossier(), today())
    if not form.is_submitted():
        _begin(form)
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        return _page(form, _result(form, form.approved.data), _result(form, True, assume_stay=True))
    except BadInput as wrong:
        undo()
        form.refuse(wrong, {"on": "first_day"})
        return _page(form), 422


def _begin(form: SimulateForm) -> None:
    """What most people would choose."""
    form.person.data, form.cause.data = str(person()), "illness"
    form.first_day.data = today() + timedelta(days=14)
    form.country.data = dossier().on("residence", today())


def _result(form: SimulateForm, approved: bool, assume_stay: bool = False) -> Told:
    assert form.first_day.data is not None and form.amount.data is not None
    line = NewLine(
        person=int(form.person.data), care=form.care.data, first_day=form.first_day.data,
        amount=Money(form.amount.data, Currency(form.currency.data)), country=form.country.data,
        quantity=form.quantity.data, cause=form.cause.data,
    )  # fmt: skip
    found: list[Simulated] = simulated(
        db(), membership(), [line], today(), house().preference,
        assume_approved=approved, papers_complete=True, assume_stay=assume_stay,
    )  # fmt: skip
    return told(found[0])


def _page(form: SimulateForm, result: Told | None = None, helped: Told | None = None) -> str:
    """The question, and above it the answer; with `helped`, what an approval or a known stay would change."""
    better = helped if result is not None and (result.needs_approval or result.needs_stay) else None
    shown = [one for one in (result, better) if one is not None]
    rates = list(dict.fromkeys(rate for one in shown if one.line.paid for rate in one.rates))
    return render_template("portal/member/simulate/simulate.html", form=form, result=result, better=better, rates=rates)
