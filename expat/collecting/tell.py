"""Telling members what the bank gave back, once for each: their premium, or what we paid to them."""

from __future__ import annotations

import textwrap
from datetime import datetime
from typing import Any

from sqlmodel import Session

from expat.bank.reference import grouped, premium_reference, printed
from expat.mail import premium_letters as letters
from expat.mail.letters import WIDTH
from expat.mail.outbox import put
from expat.money import EUR, from_minor
from expat.payments.tell import members_of
from expat.settings import Settings
from expat.wording.returned import why_returned
from expat.wording.voice import Voice, voice


def tell_debit_returned(session: Session, item: Any, code: str | None, at: datetime, chosen: Settings) -> None:
    """A direct debit came back, and why; how to pay stands on the premium's page."""
    reader = members_of(session, [item.membership_id]).get(item.membership_id)
    if reader is None:
        return
    link = f"{chosen.base_url.rstrip('/')}/premiums/{item.premium_id}"
    why = why_returned(code, reader.language).rstrip(".")
    cents = from_minor(item.cents, EUR)
    text = letters.debit_returned(
        reader.language, reader.name, link, cents, why[:1].lower() + why[1:], chosen.operator_name
    )  # fmt: skip
    put(session, f"debit:{item.id}:returned", "premium", reader.to, reader.language, *text, at)


def tell_mandate_ended(
    session: Session, mandate: int, membership: int, premium: int | None, at: datetime, chosen: Settings
) -> None:  # fmt: skip
    """A mandate holds no longer: premiums are paid by transfer until there is a new one."""
    reader = members_of(session, [membership]).get(membership)
    if reader is None:
        return
    speaks = voice(reader.language)
    paragraphs = [
        speaks.say("Hello {name},", name=reader.name) if reader.name.strip() else speaks.say("Hello,"),
        speaks.say("Your direct debit mandate no longer holds. Until you have signed a new one, please pay your "
                   "premiums by transfer."),
        *_account(speaks, premium, chosen),
        f"{chosen.base_url.rstrip('/')}/premiums",
        chosen.operator_name or speaks.say("Your health plan"),
    ]  # fmt: skip
    body = "\n\n".join(textwrap.fill(p, WIDTH, break_on_hyphens=False, break_long_words=False) for p in paragraphs)
    subject = speaks.say("Your direct debit mandate has ended")
    put(session, f"mandate:{mandate}:ended", "premium", reader.to, reader.language, subject, body + "\n", at)


def _account(speaks: Voice, premium: int | None, chosen: Settings) -> list[str]:
    account = chosen.premium_iban or chosen.operator_iban
    if account is None:
        return []
    account = grouped(account)
    if premium is None:
        return [speaks.say("Our account: {account}. Each call says the reference to give.", account=account)]
    reference = printed(premium_reference(premium))
    return [speaks.say("Our account: {account}; reference: {reference}.", account=account, reference=reference)]


def tell_payout_returned(
    session: Session, row: Any, code: str | None, once: str, at: datetime, chosen: Settings
) -> None:  # fmt: skip
    """The bank could not pay a member: why, and where to give another account. `row` is the payout as it was sent,
    `once` tells this return apart."""
    reader = members_of(session, [row.membership_id]).get(row.membership_id)
    if reader is None or row.payee != "member":
        return
    link = f"{chosen.base_url.rstrip('/')}/cover/payout"
    why = why_returned(code, reader.language).rstrip(".")
    amount = from_minor(row.amount - row.set_off, row.currency)
    text = letters.payout_returned(
        reader.language, reader.name, link, amount, row.currency, why[:1].lower() + why[1:], chosen.operator_name
    )  # fmt: skip
    put(session, f"payout:{row.id}:returned:{once}", "payout", reader.to, reader.language, *text, at)
