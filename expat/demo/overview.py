"""What came of everything: lines by outcome, payouts by currency, the ledger, the bank files, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from rich.table import Column
from sqlalchemy import func, select
from sqlmodel import Session

from expat.claims.tables import ClaimLine
from expat.currency.rates import PARITY, Rate, rates_on
from expat.db import table_of
from expat.demo.happenings import PREFERENCE
from expat.demo.screen import Screen, right, wrapped
from expat.demo.stages import Demo
from expat.ledger.post import ACCOUNTS, balances
from expat.money import EUR, from_minor
from expat.payments.payouts import HandedOut
from expat.payments.tables import Payout
from expat.payments.totals import totals_of
from expat.wording import names
from expat.wording.reasons import title

_LINE: Any = table_of(ClaimLine)
_PAYOUT: Any = table_of(Payout)


def outcomes(screen: Screen, session: Session) -> None:
    """Lines by status and reasons, the most frequent first."""
    screen.heading("outcomes")
    query = select(_LINE.c.status, _LINE.c.reasons, func.count(), func.sum(_LINE.c.cents))
    found = session.execute(query.group_by(_LINE.c.status, _LINE.c.reasons)).all()
    order = ("paid", "accepted", "pending", "refused")
    rows = [
        (
            names.status(status, screen.language),
            _reasons(screen, status, reasons),
            str(count),
            _euros(screen, status, cents),
        )
        for status, reasons, count, cents in sorted(found, key=lambda r: (order.index(r[0]), -r[2], r[1]))
    ]
    heads = [screen.say(f"column_{name}") for name in ("outcome", "reason", "lines")]
    screen.table(heads[0], wrapped(heads[1]), right(heads[2]), right(EUR), rows=rows)


def _reasons(screen: Screen, status: str, reasons: str) -> str:
    said = ", ".join(title(reason, screen.language) for reason in reasons.split())
    return said or (screen.say("in_full") if status == "paid" else "")


def _euros(screen: Screen, status: str, cents: int | None) -> str:
    return screen.figure(from_minor(int(cents), EUR)) if status == "paid" and cents is not None else ""


def payouts(screen: Screen, session: Session, demo: Demo) -> None:
    """The payouts of the settlement by currency, with the rate of the day and where it comes from."""
    screen.heading("payouts")
    totals = totals_of(session, demo.outcome.settlement_id)
    rates = rates_on(session, [t.currency for t in totals], demo.on, PREFERENCE)
    rows: list[tuple[str, ...]] = []
    for t in totals:
        known = ("", "", "") if t.currency == EUR else _known(screen, rates[t.currency])
        amount = screen.figure(from_minor(t.amount, t.currency), t.currency)
        figures = (str(t.payouts), str(t.lines), amount, screen.figure(from_minor(t.eur_cents, EUR)))
        rows.append((t.currency, *figures, *known))
    every = sum(t.payouts for t in totals), sum(t.lines for t in totals)
    euros = screen.figure(from_minor(sum(t.eur_cents for t in totals), EUR))
    rows.append(("=", *(str(n) for n in every), "", euros, "", "", ""))
    heads = [screen.say(f"column_{name}") for name in ("currency", "payouts", "lines", "sum", "rate", "source", "date")]
    figures_heads = (right(h) for h in (*heads[1:4], EUR, heads[4]))
    whole = (Column(h, no_wrap=True) for h in (heads[0], heads[6]))
    screen.table(next(whole), *figures_heads, wrapped(heads[5]), next(whole), rows=rows, tight=True)


def _known(screen: Screen, rate: Rate) -> tuple[str, str, str]:
    """A rate, its source and its day; a product of a parity without the noughts at its end."""
    value = rate.value.normalize() if rate.source == PARITY else rate.value
    source = names.rate_source(rate.source, screen.language)
    return screen.voice.rate(value), source, rate.published_on.isoformat()


def ledger(screen: Screen, session: Session) -> None:
    """The balance of each account by currency: debit above zero, credit below; each currency sums to zero."""
    screen.heading("ledger")
    by_currency: dict[str, dict[str, int]] = defaultdict(dict)
    for (account, currency), amount in balances(session).items():
        by_currency[currency][account] = amount
    used = [a for a in ACCOUNTS if any(a in found for found in by_currency.values())]
    rows = []
    for currency, found in sorted(by_currency.items()):
        cells = [screen.figure(from_minor(found[a], currency), currency) if a in found else "" for a in used]
        rows.append((currency, *cells, screen.figure(from_minor(sum(found.values()), currency), currency)))
    heads = [right(screen.say(f"account_{account}")) for account in used]
    screen.table(screen.say("column_currency"), *heads, right(screen.say("column_zero")), rows=rows)


def bank(screen: Screen, demo: Demo, handed_out: HandedOut) -> None:
    """The bank files, with what each holds, and the payouts that are in none."""
    screen.heading("bank")
    for file in handed_out.files:
        screen.text(str(demo.places.bank / file.name), "bold")
        totals = [screen.amount(amount, currency) for currency, amount in file.totals.items()]
        screen.several(screen.say("bank_file", count=file.count), totals)
    for left in handed_out.left:
        screen.note("bank_left", payout=left.payout, membership=left.membership, reason=left.reason)


def waits(screen: Screen, session: Session, demo: Demo, handed_out: HandedOut) -> None:
    """What is not finished, and whose turn it is."""
    screen.heading("waits")
    counted = select(_LINE.c.status, func.count()).group_by(_LINE.c.status)
    lines: dict[str, int] = {status: count for status, count in session.execute(counted)}  # noqa: C416
    missing = sorted({code for _line, codes in demo.outcome.waiting for code in codes.split()})
    sent = select(func.count()).select_from(_PAYOUT).where(_PAYOUT.c.bank_file_id.is_not(None))
    unconfirmed = session.execute(sent.where(_PAYOUT.c.confirmed_on.is_(None))).scalar_one()
    every = [
        (lines.get("pending", 0), "papers", {}),
        (lines.get("accepted", 0), "rate", {"currencies": ", ".join(missing)}),
        (unconfirmed, "bank", {}),
        (len(handed_out.left), "account", {}),
        (lines.get("refused", 0), "refused", {}),
    ]
    rows: Sequence[Sequence[str]] = [
        (str(count), screen.say(f"waits_{what}", **values), screen.say(f"who_{what}"))
        for count, what, values in every
        if count
    ]
    heads = [screen.say(f"column_{name}") for name in ("count", "what", "who")]
    screen.table(right(heads[0]), wrapped(heads[1]), wrapped(heads[2]), rows=rows)
