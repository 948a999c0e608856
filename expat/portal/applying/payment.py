"""How premiums are paid, and where one is paid."""

from __future__ import annotations

from expat.applications.begin import save_step
from expat.applications.hand_in import mandate_reference
from expat.bank.codes import check_iban
from expat.currency.euro_area import in_euro_area
from expat.errors import BadInput
from expat.money import EUR
from expat.payments.accounts import check_account
from expat.portal.apply_forms import (
    PaymentForm,
    fill,
)
from expat.portal.apply_shown import Shown
from expat.portal.applying.frame import page
from expat.portal.told import operator
from expat.portal.work import db, language, now, speaks, today
from expat.wording.application_texts import mandate


def show(shown: Shown, form: PaymentForm | None = None) -> str:
    """The step, with the payments; empty, as kept, or as it was sent."""
    if form is None:
        form = PaymentForm(formdata=None)
        kept = shown.row.content.get("payment") or {}
        before = {"country": shown.form.residence.country if shown.form.residence else ""}
        fill(form, {**before, **({"currency": shown.known["currency"]} if "currency" in shown.known else {}), **kept})
        fill(form, kept.get("account", {}))
        form.signed.data = kept.get("way") == "debit"
    home = shown.form.residence
    euro = home is not None and in_euro_area(home.country, shown.effect)
    creditor = operator() or speaks().say("Your health plan")
    text = mandate(mandate_reference(shown.row.id), creditor, language()).text
    return page("payment", "payment", shown, form=form, euro=euro, mandate=text)


def keep(shown: Shown) -> str | None:
    """Keep the step; answers its page where something is wrong in it."""
    form, home, say = PaymentForm(), shown.form.residence, speaks().say
    right = form.right()
    iban = form.debit_iban.data or ""
    if form.way.data == "debit" and iban:
        try:
            iban = check_iban(iban)
        except BadInput:
            form.debit_iban.errors = [
                say("This is no IBAN: a digit is missing, or two are swapped. Copy it from your bank's own statement.")
            ]
            right = False
    if form.currency.data:
        if home is not None and in_euro_area(home.country, shown.effect) and form.currency.data != EUR:
            form.currency.errors = [say("Inside the euro area it is the euro.")]
            right = False
        try:
            check_account(form.account(), form.currency.data)
        except BadInput as wrong:
            if not form.tell(wrong.where) and right:
                form.refuse(wrong)
            right = False
    if not right:
        return show(shown, form)
    signed = {"language": language(), "signed_on": today().isoformat()}
    debit = {"debit_holder": form.debit_holder.data, "debit_iban": iban, **signed} if form.way.data == "debit" else {}
    kept = {"way": form.way.data, "currency": form.currency.data, "account": form.account(), **debit}
    save_step(db(), shown.row.id, "payment", kept, now())
    return None
