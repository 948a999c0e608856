"""Why a bank sent a payment back, and what that means for the mandate, in words: own wording of ISO 20022's codes."""

from __future__ import annotations

from expat.wording.catalogue import N_, message

WHY: dict[str, str] = {
    "AC01": N_("The account number is wrong."),
    "AC03": N_("The payee's account number is wrong."),
    "AC04": N_("The account is closed."),
    "AC06": N_("The account is blocked."),
    "AC13": N_("This kind of account cannot be used for this payment."),
    "AG01": N_("The bank does not allow this kind of payment on the account."),
    "AG02": N_("The bank did not accept the type or the sequence of the payment."),
    "AM04": N_("There was not enough money on the account."),
    "AM05": N_("The same payment had already been presented."),
    "AM09": N_("The amount is not the one that was agreed."),
    "BE01": N_("The name does not go with the account."),
    "BE04": N_("The payee's address is missing or incomplete."),
    "BE05": N_("The bank does not recognise who is collecting."),
    "BE06": N_("The bank does not know this customer."),
    "BE07": N_("The payer's address is missing or incomplete."),
    "CNOR": N_("The payee's bank is not listed under this code."),
    "CUST": N_("A customer asked for the payment to be cancelled."),
    "DNOR": N_("The payer's bank is not listed under this code."),
    "DT01": N_("The day asked for is not possible."),
    "DUPL": N_("The payment was sent twice."),
    "ED05": N_("The banks could not settle the payment between them."),
    "FF01": N_("The bank could not read the order."),
    "FF05": N_("The kind of direct debit is not the right one."),
    "FOCR": N_("The payment came back because its cancellation was requested."),
    "FRAD": N_("The bank suspects a fraud."),
    "LEGL": N_("A legal decision stands in the way of the payment."),
    "MD01": N_("The bank knows of no valid mandate."),
    "MD02": N_("Something in the mandate is missing or wrong."),
    "MD05": N_("The amount should not have been collected."),
    "MD06": N_("The payer asked the bank for the money back."),
    "MD07": N_("The account holder has died."),
    "MS02": N_("The customer refused the payment, without a reason."),
    "MS03": N_("The bank gives no reason."),
    "NARR": N_("The bank explains it in its own words."),
    "RC01": N_("The bank's code (BIC) is wrong."),
    "RR01": N_("The payer's account or identity is missing, which the law asks for."),
    "RR02": N_("The payer's name or address is missing, which the law asks for."),
    "RR03": N_("The payee's name or address is missing, which the law asks for."),
    "RR04": N_("The bank may not carry out the payment, for a legal reason."),
    "SL01": N_("The customer has limited or blocked such payments at the bank."),
    "TECH": N_("A technical problem made the payment go wrong."),
    "TM01": N_("The order reached the bank too late."),
}
_NOTHING = N_("The bank gives no reason.")
_UNKNOWN = N_("The bank gives the code {code}.")

MANDATE: dict[str, str] = {
    "usable": N_("The mandate still holds."),
    "correct": N_("The mandate holds again once the details are corrected."),
    "ended": N_("The mandate no longer holds: a new one has to be signed."),
    "ask": N_("Ask the payer before anything is collected again."),
}
OWED: dict[bool | None, str] = {
    True: N_("The amount is due again."),
    None: N_("Check first whether the amount has already been paid."),
}


def why_returned(code: str | None, language: str) -> str:
    """Why a payment came back, by its code; a code that is not known is told as it is."""
    if code in WHY:
        return message(language, WHY[code])
    return message(language, _UNKNOWN).format(code=code) if code else message(language, _NOTHING)


def mandate_after(mandate: str, language: str) -> str:
    """What the mandate is worth after a return: usable, correct, ended or ask, in words."""
    return message(language, MANDATE[mandate])


def owed_after(owed: bool | None, language: str) -> str:
    """Whether what came back is owed again, in words."""
    return message(language, OWED[owed])
