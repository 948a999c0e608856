"""The form by which somebody is appointed: the member's, and that of the management unit for a paper that came."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from wtforms import BooleanField, Field, PasswordField, SelectMultipleField

from expat.errors import BadInput
from expat.payments.accounts import check_account
from expat.portal.forms import AtMost, Choice, DayField, Form, Needed, TextField, UnseenField, countries
from expat.portal.member.claim_files import Kept
from expat.portal.member.data_papers import carried, carried_so_far
from expat.portal.member.payout import AccountForm, clearing_systems
from expat.portal.representing import words
from expat.portal.work import language, speaks
from expat.representatives.appoint import NewMandate
from expat.representatives.standing import BROKER, CLAIMS, LEGAL, PAYOUTS, RIGHTS
from expat.wording.catalogue import N_

PURPOSE = "mandate"
ACCOUNT = (
    "iban", "bic", "number", "bank_country", "clearing_system", "clearing_member", "bank_name", "bank_town", "street",
    "building", "postcode", "town", "country",
)  # fmt: skip
SAID = {
    "born": N_("Please give the date of birth of an adult; a firm has none."),
    "email": N_("Please give an address, such as name@example.org: it is what this person signs in with."),
    "country": N_("Please choose the country."),
    "street": N_("Please fill this in."),
    "town": N_("Please fill this in."),
    "until": N_("The last day lies before the first."),
    "rights": N_("Please tick at least one."),
    "kept": N_("Please add the paper, signed."),
    "person": N_("Please choose who is represented."),
}


class MandateForm(Form):
    """Who is to act, for what and from when; for an agent who is paid, with the account."""

    key = UnseenField(validators=[AtMost(40)])
    kept = UnseenField()
    person = Choice(choices=list)
    name = TextField(validators=[Needed(), AtMost(140)])
    firm = BooleanField()
    born = DayField()
    street = TextField(validators=[AtMost(70)])
    building = TextField(validators=[AtMost(16)])
    postcode = TextField(validators=[AtMost(16)])
    town = TextField(validators=[AtMost(35)])
    country = Choice(choices=countries)
    email = TextField(validators=[AtMost(254)])
    from_day = DayField(validators=[Needed()])
    until = DayField()
    rights = SelectMultipleField(choices=(), validate_choice=False)
    iban = TextField(validators=[AtMost(50)])
    bic = TextField(validators=[AtMost(15)])
    number = TextField(validators=[AtMost(50)])
    bank_country = Choice(choices=countries)
    clearing_system = Choice(choices=clearing_systems)
    clearing_member = TextField(validators=[AtMost(35)])
    bank_name = TextField(validators=[AtMost(140)])
    bank_town = TextField(validators=[AtMost(35)])
    password = PasswordField(validators=[AtMost(200)])

    tell = AccountForm.tell
    elsewhere = AccountForm.elsewhere
    kind = ""
    currency = "EUR"

    def prepare(self, kind: str, currency: str, people: list[tuple[str, str]], day: date) -> MandateForm:
        """For a kind of mandate; `currency` is what the membership is paid in, `people` who can be represented."""
        self.kind, self.currency = kind, currency
        self.person.choices = [("", ""), *people] if kind == LEGAL else [("", "")]
        self.rights.choices = [(word, words.right(word)) for word in RIGHTS[kind]]
        if not self.is_submitted():
            self.key.data, self.from_day.data = uuid4().hex, day
        return self

    @property
    def chosen(self) -> tuple[str, ...]:
        """The rights that are ticked, in their order."""
        return tuple(word for word in RIGHTS[self.kind] if word in (self.rights.data or ()))

    @property
    def pays(self) -> bool:
        """Whether payments are to go to whom it names."""
        return PAYOUTS in self.chosen

    def files_so_far(self) -> list[Kept]:
        """The files that came with the form before."""
        return carried_so_far(self.kept.data, PURPOSE)

    def keep_files(self, files: list[Kept]) -> None:
        """Carry the files that were taken along with the form."""
        self.kept.data = carried(files, PURPOSE)

    def right(self, files: list[Kept], by_post: bool) -> bool:
        """Whether it can be sent; says beside each field what is missing."""
        good = bool(self.validate())
        for name, missing in self._missing(files, by_post):
            if missing:
                good = _wrong(self[name], speaks().say(SAID[name]))
        if good and self.pays:
            try:
                check_account(self.account(), self.currency)
            except BadInput as wrong:
                self.tell(wrong)
                return False
        return good

    def _missing(self, files: list[Kept], by_post: bool) -> list[tuple[str, bool]]:
        addressed, known = self.kind != BROKER, not self.firm.data
        return [
            ("born", known and self.kind != BROKER and self.born.data is None),
            ("street", addressed and not self.street.data),
            ("town", addressed and not self.town.data),
            ("country", addressed and not self.country.data),
            ("email", (self.kind == BROKER or CLAIMS in self.chosen) and not self.email.data),
            ("rights", bool(RIGHTS[self.kind]) and not self.chosen),
            ("person", self.kind == LEGAL and not self.person.data),
            ("until", bool(self.until.data and self.from_day.data and self.until.data < self.from_day.data)),
            ("kept", not files and (by_post or self.kind != BROKER)),
        ]  # fmt: skip

    def account(self) -> dict[str, str | None]:
        """The account as it was typed: its holder is who is appointed."""
        return {"holder": self.name.data, **{name: self[name].data for name in ACCOUNT}}

    def new(self, files: list[Kept]) -> NewMandate:
        """The appointment, once the form is right."""
        assert self.from_day.data is not None
        firm = bool(self.firm.data) or (self.kind == BROKER and self.born.data is None)
        street = " ".join(part for part in (self.building.data, self.street.data) if part)
        return NewMandate(
            form_key=self.key.data or "", kind=self.kind, name=self.name.data or "", language=language(),
            from_day=self.from_day.data, until=self.until.data, firm=firm, born=None if firm else self.born.data,
            street=street, postcode=self.postcode.data or "", town=self.town.data or "",
            country=self.country.data or "", email=self.email.data or "", rights=self.chosen,
            person=int(self.person.data) if self.person.data else None,
            papers=[(file.sha256, file.name) for file in files],
        )  # fmt: skip

    def told(self, wrong: BadInput) -> None:
        """What the verb refused, beside its field."""
        name = {"papers": "kept"}.get(wrong.where, wrong.where.rpartition(".")[2])
        if name in SAID and name in self._fields:
            _wrong(self[name], speaks().say(SAID[name]))
        else:
            self.refuse(wrong)


def _wrong(field: Field, told: Any) -> bool:
    field.errors = [*field.errors, told]
    return False
