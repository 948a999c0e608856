"""The form of a request for prior approval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from moneyed import Currency, Money
from wtforms import BooleanField, RadioField

from expat.approvals.deadlines import earliest_start
from expat.approvals.file import LONGEST_MEDICAL, MOST_DAYS, MOST_SESSIONS, NewFile, Paper
from expat.approvals.request import NewRequest
from expat.claims.dossier import Dossier
from expat.claims.intake import LARGEST
from expat.errors import BadInput
from expat.money import minor_units, to_minor
from expat.portal.forms import (
    AmountField,
    AtMost,
    Choice,
    DayField,
    Form,
    LongTextField,
    Needed,
    TextField,
    UnseenField,
    countries,
    currencies,
)
from expat.portal.member.claim_files import Kept
from expat.portal.member.claim_form import ABOVE_ZERO, DECIMALS, WholeField
from expat.portal.work import language, speaks
from expat.wording import care as care_words
from expat.wording.catalogue import N_

KINDS = {
    "planned": N_("It is planned"),
    "emergency": N_("It is an emergency: the admission has taken place"),
    "extension": N_("A stay that was approved has to go on"),
}
NO_KIND = N_("Please say whether it is planned, an emergency, or a stay that goes on.")
NO_BASE = N_("Please choose the stay that goes on.")
NO_CURRENCY = N_("Please choose the currency of this amount.")
FORGED = N_("Please open the form again: this one has lost its number.")


class ApprovalForm(Form):
    """For whom, what, when, where, what it is expected to cost, and what the doctors need to know."""

    key = UnseenField(validators=[AtMost(40)])
    kind = RadioField(choices=list(KINDS), validate_choice=False)
    person = Choice(validators=[Needed()])
    care = Choice(validators=[Needed()])
    starts_on = DayField(validators=[Needed()])
    extends = Choice()
    provider = TextField(validators=[AtMost(200)])
    country = Choice(choices=countries)
    cost = AmountField()
    currency = Choice(choices=currencies)
    days = WholeField(1, MOST_DAYS)
    sessions = WholeField(1, MOST_SESSIONS)
    files = UnseenField()
    late_known = BooleanField()
    medical = LongTextField(validators=[AtMost(LONGEST_MEDICAL)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Also what the fields say together."""
        right, say = bool(super().validate(extra_validators)), speaks().say
        if self.kind.data not in KINDS:
            right = _wrong(self.kind, say(NO_KIND))
        if self.kind.data == "extension" and not self.extends.data:
            right = _wrong(self.extends, say(NO_BASE))
        if self.cost.data is not None:
            right = self._cost_is_right() and right
        if not 0 < len(self.key.data or "") <= 40:
            self.form_errors.append(say(FORGED))
            right = False
        return right

    def too_late(self, dossier: Dossier, day: date) -> date | None:
        """The first day for which a planned request made that day is in time; None where this one is (UNO-APP-2)."""
        starts, care = self.starts_on.data, self.care.data
        if self.kind.data != "planned" or starts is None or not care:
            return None
        edition = dossier.plan.on(starts)
        earliest = earliest_start(edition, edition.care[care].category, day)
        return earliest if starts < earliest else None

    def keep_files(self, files: Sequence[Kept], account: int) -> None:
        """Carry the files that were taken along with the form, signed, while it is filled in."""
        self.files.data = _signer(account).dumps([list(file) for file in files])

    def files_so_far(self, account: int) -> list[Kept]:
        """The files that came with the form before; a list that was tampered with is none."""
        try:
            return [Kept(*file) for file in _signer(account).loads(self.files.data or "")]
        except BadSignature:
            return []

    def _cost_is_right(self) -> bool:
        if self.cost.data is None or not self.currency.data:
            return _wrong(self.currency, speaks().say(NO_CURRENCY))
        try:
            units = to_minor(self.cost.data, self.currency.data)
        except BadInput:
            return _wrong(self.cost, speaks().say(DECIMALS, most=speaks().whole(minor_units(self.currency.data))))
        return True if 0 < units <= LARGEST else _wrong(self.cost, speaks().say(ABOVE_ZERO))

    def new_file(self, papers: list[Paper]) -> NewFile:
        """The request with its file, once the form is right."""
        assert self.starts_on.data is not None
        extends = int(self.extends.data) if self.kind.data == "extension" else None
        request = NewRequest(
            int(self.person.data), self.care.data, self.starts_on.data, self.kind.data == "emergency", extends
        )
        cost = None if self.cost.data is None else Money(self.cost.data, Currency(self.currency.data))
        return NewFile(
            self.key.data, request, self.provider.data or "", self.country.data or None, cost, self.days.data,
            self.sessions.data, self.medical.data or "", papers,
        )  # fmt: skip


def _signer(account: int) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"papers of account {account}")


def _wrong(field: Any, told: str) -> bool:
    field.errors = [*field.errors, told]
    return False


def care_choices(dossier: Dossier, day: date) -> dict[str, list[tuple[str, str]]]:
    """The care that needs prior approval, by category."""
    edition, spoken = dossier.plan.on(day), language()
    groups: dict[str, list[tuple[str, str]]] = {"": [("", "")]}
    for care in edition.care.values():
        if care.approval.value != "none":
            group = groups.setdefault(care_words.category(care.category, spoken), [])
            group.append((care.code, care_words.care(care.code, spoken)))
    return groups
