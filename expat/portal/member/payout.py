"""Where a member is paid and in which currency: two short forms, of which the account's asks for the password again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Field, PasswordField

from expat.amendments.address import address_of
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.currency.euro_area import in_euro_area
from expat.db import table_of
from expat.errors import BadInput
from expat.letters.statement import masked
from expat.mail.account_letters import account_changed
from expat.mail.outbox import put
from expat.membership.changes import Acting
from expat.membership.tables import Member, Membership
from expat.money import EUR
from expat.payments.account_records import Version, versions_of
from expat.payments.accounts import check_account
from expat.payments.clearing import SYSTEMS
from expat.payments.paid_to import pay_in, pay_to
from expat.payments.tell import members_of
from expat.portal.access import MEMBER, allow
from expat.portal.acting import acting
from expat.portal.forms import AtMost, Choice, Form, Needed, TextField, countries, currencies
from expat.portal.told import link
from expat.portal.trying import own_password_wrong
from expat.portal.work import db, house, language, me, membership, now, speaks, today, undo
from expat.wording import names
from expat.wording.catalogue import N_
from expat.wording.reasons import explain_event

pages = Blueprint("member_payout", __name__, url_prefix="/cover/payout")
Answer = str | tuple[str, int] | AnyResponse

FIELDS = (
    "holder", "iban", "bic", "number", "bank_country", "clearing_system", "clearing_member", "bank_name", "bank_town",
    "street", "building", "postcode", "town", "country",
)  # fmt: skip
ELSEWHERE = ("number", "bank_country", "clearing_system", "clearing_member", "bank_name", "bank_town")

LATIN = N_("Banks take Latin letters only: please spell it as your bank does.")
# What is wrong with a field that was filled in, and with one that was left empty.
WRONG = {
    "holder": LATIN,
    "town": LATIN,
    "street": LATIN,
    "bank_name": LATIN,
    "bank_town": LATIN,
    "iban": N_("This is no IBAN: a digit is missing, or two are swapped. Copy it from your bank's own statement."),
    "number": N_("An account number has at most 34 letters and digits. Beside an IBAN none is needed."),
    "bic": N_("A BIC has 8 or 11 letters and digits, such as AGRIFRPP."),
    "clearing_member": N_("This cannot be a code of that kind. Copy it from your bank's own statement."),
}
MISSING = {
    "iban": N_("Please give the IBAN. Only where the bank's country has none, an account number takes its place."),
    "bic": N_("For this currency and this bank we need the bank's BIC (SWIFT code), its national code or its name."),
    "bank_country": N_("Please say in which country the bank is."),
    "clearing_system": N_("Please say which kind of code this is."),
    "clearing_member": N_("Please give the bank's code of this kind."),
}
CLEARING = {
    "AUBSB": N_("Australia: BSB, 6 digits"),
    "CACPA": N_("Canada: routing number, 9 digits"),
    "CNAPS": N_("China: CNAPS code, 12 digits"),
    "GBDSC": N_("United Kingdom: sort code, 6 digits"),
    "HKNCC": N_("Hong Kong: bank code, 3 digits"),
    "INFSC": N_("India: IFSC, such as HDFC0000123"),
    "JPZGN": N_("Japan: bank and branch, 7 digits"),
    "NZNCC": N_("New Zealand: bank and branch, 6 digits"),
    "SGIBG": N_("Singapore: bank code, 4 digits, or 7 with the branch"),
    "THCBC": N_("Thailand: bank code, 3 digits"),
    "TWNCC": N_("Taiwan: bank and branch, 7 digits"),
    "USABA": N_("United States: ABA routing number, 9 digits"),
    "ZANCC": N_("South Africa: branch code, 6 digits"),
}


def clearing_systems() -> list[tuple[str, str]]:
    """The kinds of national codes of banks, by country."""
    named = [(code, speaks().say(CLEARING[code]) if code in CLEARING else code) for code in SYSTEMS]
    return [("", ""), *sorted(named, key=lambda pair: pair[1])]


class CurrencyForm(Form):
    """The currency to be paid in."""

    paid_in = Choice(choices=currencies, validators=[Needed()])


class AccountFields(Form):
    """An account to be paid to, its holder and the currency."""

    currency = Choice(choices=currencies, validators=[Needed()])
    holder = TextField(validators=[Needed(), AtMost(140)])
    iban = TextField(validators=[AtMost(50)])
    bic = TextField(validators=[AtMost(15)])
    number = TextField(validators=[AtMost(50)])
    bank_country = Choice(choices=countries)
    clearing_system = Choice(choices=clearing_systems)
    clearing_member = TextField(validators=[AtMost(35)])
    bank_name = TextField(validators=[AtMost(140)])
    bank_town = TextField(validators=[AtMost(35)])
    street = TextField(validators=[AtMost(70)])
    building = TextField(validators=[AtMost(16)])
    postcode = TextField(validators=[AtMost(16)])
    town = TextField(validators=[Needed(), AtMost(35)])
    country = Choice(choices=countries, validators=[Needed()])


class AccountForm(AccountFields):
    """The same, and the password."""

    password = PasswordField(validators=[Needed(), AtMost(200)])

    @property
    def elsewhere(self) -> bool:
        """Whether something was filled in, or is wrong, of what only banks without IBAN need."""
        return any(self[name].data or self[name].errors for name in ELSEWHERE)

    def tell(self, wrong: BadInput) -> None:
        """Say what the account lacks, in the reader's words, beside the field that it is about."""
        found: Field | None = self._fields.get(wrong.where)
        text = (WRONG if found is not None and found.data else MISSING).get(wrong.where)
        if found is None or text is None:
            self.refuse(wrong)
        else:
            found.errors = [*found.errors, speaks().say(text)]


@pages.get("")
@allow(MEMBER)
def payout() -> Answer:
    """The currency and the account as they are, and the forms to change them."""
    if me().person_role != "member":
        return _for_the_member()
    return _shown(*_blank())


@pages.post("/currency")
@allow(MEMBER)
def currency() -> Answer:
    """Be paid in another currency, to the same account."""
    if me().person_role != "member":
        return _for_the_member()
    form, other = _blank(submitted="currency")
    if not form.validate():
        return _shown(form, other), 422
    try:
        done = pay_in(db(), membership(), form.paid_in.data, _acting())
    except BadInput:
        undo()
        told = speaks().say(
            "The account that we know cannot be paid in this currency. Enter another one below, with its BIC."
        )
        form.paid_in.errors = [told]
        return _shown(form, other), 422
    if done.refused is not None:
        form.paid_in.errors = [_refused(done.refused)]
        return _shown(form, other), 422
    flash(speaks().say("From the next settlement on you are paid in {currency}.", currency=_named(form.paid_in.data)))
    return redirect(url_for("member_cover.cover"), 303)


@pages.post("/account")
@allow(MEMBER)
def account() -> Answer:
    """Be paid to another account: the password is asked for, and a mail tells of it."""
    if me().person_role != "member":
        return _for_the_member()
    other, form = _blank(submitted="account")
    if not form.validate():
        return _shown(other, form), 422
    values = {name: form[name].data for name in FIELDS}
    if (wrong := _account_wrong(form, values) or _password_wrong(form)) is not None:
        return _shown(other, form), wrong
    done = pay_to(db(), membership(), values, form.currency.data, _acting())
    if done.refused is not None:
        form.currency.errors = [_refused(done.refused)]
        return _shown(other, form), 422
    _tell(done.account)
    flash(speaks().say("You are paid to this account from now on. A mail confirms it."))
    return redirect(url_for("member_cover.cover"), 303)


def _for_the_member() -> AnyResponse:
    """Others on the membership read where benefits go, and change nothing."""
    flash(speaks().say("Benefits go to the member, who alone can change this."))
    return redirect(url_for("member_cover.cover"), 303)


def _blank(submitted: str = "") -> tuple[CurrencyForm, AccountForm]:
    """Both forms: the one that was sent with what was typed, the other with what is known."""
    dossier = _dossier()
    known = {"paid_in": dossier.on("payout_currency", today()), "currency": dossier.on("payout_currency", today())}
    if submitted != "account":
        known |= _address()
    first = CurrencyForm(data=known) if submitted == "currency" else CurrencyForm(formdata=None, data=known)
    second = AccountForm(data=known) if submitted == "account" else AccountForm(formdata=None, data=known)
    return first, second


def _shown(currency_form: CurrencyForm, account_form: AccountForm) -> str:
    dossier, held = _dossier(), versions_of(db(), membership())
    home = dossier.on("residence", today())
    euro = in_euro_area(home, today())
    if euro:
        account_form.currency.choices = [(EUR, _named(EUR))]
    return render_template(
        "portal/member/cover/payout.html", form=currency_form, account=account_form, euro=euro, residence=home,
        paid_in=EUR if euro else dossier.on("payout_currency", today()), held=held[0] if held else None,
        number=shown_number(held[0]) if held else "",
    )  # fmt: skip


def shown_number(version: Version) -> str:
    """An account's number, masked."""
    return masked(version.account.iban, version.account.number)


def _account_wrong(form: AccountForm, values: dict[str, str | None]) -> int | None:
    """The status to answer with where no bank could pay this account; None where one can."""
    try:
        check_account(values, form.currency.data)
    except BadInput as wrong:
        form.tell(wrong)
        return 422
    return None


def _password_wrong(form: AccountForm) -> int | None:
    """The status to answer with where the password is not right, or was wrong too often; None where it is right."""
    wrong = own_password_wrong(form.password.data)
    if wrong is None:
        return None
    told, status = wrong
    form.password.errors = [speaks().say(told)]
    return status


def _tell(account_id: int | None) -> None:
    """Mail the member about a new account; one that was known already is told nothing of."""
    if account_id is None:
        return
    held, at, settings = versions_of(db(), membership())[0], now(), house().settings
    address = link(url_for("member_payout.payout"))
    told = (shown_number(held), at, settings.time_zone, address, settings.operator_name)
    text = account_changed(language(), me().name, *told)
    put(db(), f"payout_account:{account_id}", "payout_account", me().email, language(), *text, at)
    member = members_of(db(), [membership()]).get(membership()) if acting() else None
    if member is not None:  # whoever acts for the member, he or she is told as well
        text = account_changed(member.language, member.name, *told)
        put(db(), f"payout_account:{account_id}:m", "payout_account", member.to, member.language, *text, at)


def _refused(reason: str) -> str:
    return explain_event(reason, language(), _dossier().plan.on(today())).text


def _named(code: str) -> str:
    return f"{code} – {names.currency(code, language())}"


def _dossier() -> Dossier:
    return load(db(), [membership()])[membership()]


def _address() -> dict[str, Any]:
    """The member's name and address, to begin with."""
    member, mine = table_of(Member), table_of(Membership)
    query = select(member).join(mine, mine.c.member_id == member.c.id).where(mine.c.id == membership())
    row = db().execute(query).one()
    return {"holder": f"{row.first_name} {row.last_name}".strip(), **address_of(db(), membership())}


def _acting() -> Acting:
    at: datetime = now()
    return Acting(today(), at, house().preference, me().actor)
