"""Telling members about their premiums: each call and each step once, in the transaction of what is told."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from expat.bank.reference import grouped, premium_reference, printed
from expat.billing.calls import Called
from expat.billing.dunning import Step
from expat.billing.mandates import mandate_for
from expat.claims.dossier import Dossier
from expat.mail import premium_letters as letters
from expat.mail.outbox import put
from expat.mail.premium_letters import Paying
from expat.money import EUR, from_minor
from expat.payments.tell import members_of
from expat.periods import DAY
from expat.settings import Settings


def tell_call(session: Session, membership_id: int, one: Called, at: datetime, chosen: Settings) -> None:
    """A premium was called: what is due, by when and how; one of nothing is not told."""
    reader = members_of(session, [membership_id]).get(membership_id)
    if reader is None or one.cents == 0:
        return
    text = letters.called(
        reader.language, reader.name, _page(chosen, one.premium), from_minor(one.cents, EUR), one.due_on,
        paying(session, membership_id, one.premium, one.due_on, chosen), chosen.operator_name,
    )  # fmt: skip
    put(session, f"premium:{one.premium}:called", "premium", reader.to, reader.language, *text, at)


def tell_step(session: Session, step: Step, at: datetime, chosen: Settings) -> None:
    """A step of an unpaid premium was taken."""
    reader = members_of(session, [step.membership]).get(step.membership)
    if reader is None:
        return
    said, name, link = reader.language, reader.name, _page(chosen, step.premium)
    cents, operator = from_minor(step.cents, EUR), chosen.operator_name
    if step.kind == "reminder":
        how = paying(session, step.membership, step.premium, None, chosen)
        text = letters.not_yet_paid(said, name, link, cents, step.due_on, step.notice_on, how, operator)
    elif step.kind == "notice" and step.suspension and step.termination:
        text = letters.formal_notice(said, name, link, cents, step.suspension, step.termination, operator)
    elif step.kind == "suspension" and step.termination:
        text = letters.suspended(said, name, link, cents, step.termination, operator)
    elif step.kind == "termination" and step.claims_until:
        text = letters.terminated(said, name, link, cents, step.claims_until, operator)
    else:
        return
    put(session, f"premium:{step.premium}:{step.kind}:{step.due_on}", "premium", reader.to, said, *text, at)


def tell_resumed(
    session: Session, dossier: Dossier, premium: int, paid_on: date, at: datetime, chosen: Settings
) -> None:  # fmt: skip
    """A payment brought the cover back from the day after it."""
    reader = members_of(session, [dossier.id]).get(dossier.id)
    if reader is not None:
        since = paid_on + DAY
        text = letters.resumed(reader.language, reader.name, _page(chosen, premium), since, chosen.operator_name)
        put(session, f"premium:{premium}:resumed:{paid_on}", "premium", reader.to, reader.language, *text, at)


def paying(
    session: Session, membership_id: int, premium: int, due_on: date | None, chosen: Settings
) -> Paying | None:  # fmt: skip
    """How a premium is paid: by direct debit where a mandate stands and it was not tried yet, else by transfer; None
    where the operator's account is not known."""
    mandate = mandate_for(session, membership_id) if due_on is not None else None
    if mandate is not None:
        return Paying(mandate.shown, "", mandate.reference)
    account = chosen.premium_iban or chosen.operator_iban
    return Paying(grouped(account), printed(premium_reference(premium))) if account else None


def _page(chosen: Settings, premium: int) -> str:
    return f"{chosen.base_url.rstrip('/')}/premiums/{premium}"
