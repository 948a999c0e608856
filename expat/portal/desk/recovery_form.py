"""The forms with which differences are decided on, and decisions released or answered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import request
from wtforms import TextAreaField

from expat.claims.written import LONGEST
from expat.money import minor_units, to_minor
from expat.periods import add_months
from expat.portal.desk.claim_forms import Kept
from expat.portal.forms import WRONG_AMOUNT, AtMost, Choice, DayField, Form, Needed, UnseenField, amount_of
from expat.portal.member.claim_form import WholeField
from expat.portal.work import speaks
from expat.recoveries.decide import KINDS, MOST_INSTALMENTS, New
from expat.recoveries.set_off import WHOLE
from expat.recoveries.standing import RECOVER, Instalment
from expat.wording.catalogue import N_

WORDS = {
    "recover": N_("Ask the member to pay it back"),
    "complement": N_("Pay the member what is missing"),
    "waive": N_("Leave it as it was paid"),
}
NONE_CHOSEN = N_("Please choose one line at least.")
DECIMALS = N_("This currency has {n} decimals.")
_KEY = re.compile(r"[0-9a-f]{32}")


class DecideForm(Form):
    """What a person decides on the differences that are ticked, with the reason that the member reads."""

    form_key = UnseenField()
    kind = Choice(choices=lambda: [(word, speaks().say(WORDS[word])) for word in KINDS], validators=[Needed()])
    why = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])
    due_on = DayField()
    parts = WholeField(1, MOST_INSTALMENTS)

    @property
    def key(self) -> str:
        """The form's own key: what is sent twice is done once."""
        sent = str(self.form_key.data or "")
        return sent if _KEY.fullmatch(sent) else secrets.token_hex(16)

    def chosen(self, rows: Iterable[Any]) -> dict[int, int | None] | None:
        """The differences that are ticked, with the minor units typed for each; None where that cannot be used."""
        ticked = set(request.form.getlist("difference"))
        found: dict[int, int | None] = {}
        for row in rows:
            if str(row.id) in ticked:
                typed = request.form.get(f"amount-{row.id}", "").strip()
                units = self._units(typed, row.currency) if typed else None
                if typed and units is None:
                    return None
                found[row.id] = units
        if not found:
            self.form_errors.append(speaks().say(NONE_CHOSEN))
            return None
        return found

    def _units(self, typed: str, currency: str) -> int | None:
        amount = amount_of(typed)
        if amount is None:
            self.form_errors.append(speaks().say(WRONG_AMOUNT, example="45.00"))
            return None
        decimals = minor_units(currency)
        if -int(amount.as_tuple().exponent) > decimals:
            self.form_errors.append(speaks().say(DECIMALS, n=decimals))
            return None
        return to_minor(amount, currency)

    def new(self, total: int) -> New:
        """The decision as the verb takes it; in parts, one for each month from the first day on."""
        first, parts = self.due_on.data, self.parts.data or 1
        if self.kind.data != RECOVER or parts == 1 or first is None:
            return New(self.key, str(self.kind.data), str(self.why.data), due_on=first)
        return New(self.key, RECOVER, str(self.why.data), instalments=monthly(total, first, parts))


def monthly(total: int, first: date, parts: int) -> tuple[Instalment, ...]:
    """A sum in equal parts, one a month from a day on; the last one takes what does not divide."""
    share = total // parts
    last = total - share * (parts - 1)
    return tuple(Instalment(add_months(first, n), last if n == parts - 1 else share) for n in range(parts))


class ReasonForm(Form):
    """Why a decision is not released."""

    why = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


class SetOffForm(Form):
    """How much of each payout is kept back, and why."""

    form_key = UnseenField()
    share = WholeField(1, WHOLE, validators=[Needed()])
    why = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


class EndForm(ReasonForm):
    """Why nothing more is set off."""


class AnswerForm(Form):
    """What came of a contest of what is asked back."""

    outcome = Choice(
        choices=lambda: [
            ("upheld", speaks().say(N_("It stands: the money is to come back"))),
            ("withdrawn", speaks().say(N_("It is withdrawn: nothing is asked back"))),
        ],
        validators=[Needed()],
    )
    text = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])
