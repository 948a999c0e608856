"""The details of an entry: one payment each, with who paid, what for, and why it came back."""

from __future__ import annotations

from expat.bank.codes import compact
from expat.bank.element import Element
from expat.bank.statements import Party, Payment, Returned
from expat.errors import BadInput

_NOT_GIVEN = "NOTPROVIDED"
# Where the booked amount stands: the version's own place first; what was ordered is the last resort.
_BOOKED = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt")


def payment(
    one: Element, batch: Element, account: str, currency: str, entry: int, alone: int | None, reversal: bool
) -> Payment:
    """A payment of an entry of `entry` minor units; `alone` where it is the entry's only one. Raises BadInput."""
    sign = one.sign() if one.first("CdtDbtInd") else (-1 if entry < 0 else 1)
    returned = _returned(one)
    instructed = _in_own(one, ("AmtDtls/InstdAmt/Amt",), currency)
    return Payment(
        amount=_amount(one, currency, sign, alone),
        instructed=None if instructed is None else sign * instructed,
        charges=charged(one, currency),
        end_to_end_id=_reference(one, "EndToEndId"),
        mandate=_reference(one, "MndtId"),
        message_id=_reference(one, "MsgId") or batch.text("Btch/MsgId"),
        payment_id=_reference(one, "PmtInfId") or batch.text("Btch/PmtInfId"),
        instruction_id=_reference(one, "InstrId"),
        bank_reference=_reference(one, "AcctSvcrRef"),
        remittance=_remittance(one),
        references=tuple(dict.fromkeys(one.texts("RmtInf/Strd/CdtrRefInf/Ref"))),
        counterparty=_counterparty(one, account, sign, back=returned is not None or reversal),
        returned=returned,
        where=one.where(),
    )


def charged(one: Element, currency: str) -> int:
    """What the bank says that it charges, in minor units of the account's currency: above zero a cost."""
    total = 0
    for charges in one.all("Chrgs"):
        records = charges.all("Rcrd")
        for record in records or [charges]:
            found = _in_own(record, ("Amt", "TtlChrgsAndTaxAmt"), currency) or 0
            total += -record.sign() * found if record.first("CdtDbtInd") else found
    return total


def _amount(one: Element, currency: str, sign: int, alone: int | None) -> int:
    found = _in_own(one, _BOOKED, currency)
    if found is not None:
        return sign * found
    if alone is not None:
        return alone
    raise BadInput(one.where("Amt"), "is missing", f"what of the entry is this payment's, in {currency}")


def _in_own(one: Element, paths: tuple[str, ...], currency: str) -> int | None:
    """The first amount that is in the account's currency."""
    for path in paths:
        found = one.first(path)
        if found is not None:
            amount, own = found.amount()
            if own == currency:
                return amount
    return None


def _reference(one: Element, name: str) -> str | None:
    text = one.text(f"Refs/{name}")
    return None if text == _NOT_GIVEN else text


def _remittance(one: Element) -> str:
    parts = [*one.texts("RmtInf/Ustrd"), *one.texts("RmtInf/Strd/AddtlRmtInf")]
    return " ".join(parts) or one.text("AddtlTxInf") or ""


def _returned(one: Element) -> Returned | None:
    told = one.first("RtrInf")
    if told is None:
        return None
    return Returned(told.text("Rsn/Cd", "Rsn/Prtry"), " ".join(told.texts("AddtlInf")))


def _counterparty(one: Element, account: str, sign: int, back: bool) -> Party:
    """The other side: whose account is not this one; else who paid, or was paid. A return keeps its first roles."""
    debtor, creditor = (_party(one, role) for role in ("Dbtr", "Cdtr"))
    if account in (debtor.iban, creditor.iban) and debtor.iban != creditor.iban:
        return creditor if debtor.iban == account else debtor
    return debtor if (sign > 0) != back else creditor


def _party(one: Element, role: str) -> Party:
    name = one.text(f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm", f"RltdPties/{role}/Agt/FinInstnId/Nm")
    number = one.text(f"RltdPties/{role}Acct/Id/IBAN", f"RltdPties/{role}Acct/Id/Othr/Id")
    bic = one.text(f"RltdAgts/{role}Agt/FinInstnId/BICFI", f"RltdAgts/{role}Agt/FinInstnId/BIC")
    return Party(name, compact(number) if number else None, bic)
