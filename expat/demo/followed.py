"""One invoice followed from paper to payout: what it says, what was keyed, each gate, the arithmetic, the payout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rich.markup import escape
from rich.table import Column
from sqlalchemy import select
from sqlmodel import Session

from expat.claims.records import editions_of
from expat.claims.tables import Claim, ClaimLine, LineDecision
from expat.db import table_of
from expat.demo.desk import Sheet
from expat.demo.paper import amount_text
from expat.demo.screen import Screen, right, wrapped
from expat.demo.stages import Demo
from expat.money import from_minor, minor_units, round_half_up
from expat.payments.statement import Statement
from expat.payments.statement import statement as statement_of
from expat.payments.statement_lines import PaidLine
from expat.payments.statement_rates import RateShown
from expat.payments.statement_text import as_text
from expat.plans.edition import Edition
from expat.wording import names
from expat.wording.reasons import explain, title

_LINE: Any = table_of(ClaimLine)
_CLAIM: Any = table_of(Claim)
_DECISION: Any = table_of(LineDecision)

MARKS = {"passed": "✓", "reduced": "−", "refused": "✗", "pending": "…", "waits": "…"}


@dataclass(frozen=True)
class Followed:
    """The claim that is followed: its paper, its lines, the line that the most rules touched."""

    sheet: Sheet
    claim: int
    lines: Sequence[Any]
    line: Any

    @property
    def payout(self) -> int:
        """The payout of the line that is shown gate by gate."""
        return int(self.line.payout_id)


def choose(session: Session, demo: Demo) -> Followed | None:
    """The claim of the settlement with the most to explain: reasons, and currencies that differ."""
    sheets = {sheet.claim: sheet for sheet in demo.sheets}
    query = select(_LINE, _CLAIM.c.idempotency_key).join(_CLAIM, _CLAIM.c.id == _LINE.c.claim_id)
    claims: dict[int, list[Any]] = {}
    for row in session.execute(query.order_by(_LINE.c.claim_id, _LINE.c.position)):
        if row.idempotency_key in sheets:
            claims.setdefault(row.claim_id, []).append(row)
    best = max(claims, key=lambda key: (_worth(claims[key]), -key), default=None)
    if best is None or not any(row.payout_id for row in claims[best]):
        return None
    rows = claims[best]
    line = max((r for r in rows if r.payout_id), key=lambda r: (len(r.reasons.split()), -r.position))
    return Followed(sheets[rows[0].idempotency_key], best, rows, line)


def _worth(rows: Sequence[Any]) -> int:
    paid = [row for row in rows if row.payout_id is not None]
    if not paid:
        return -1
    reasons = {reason for row in rows for reason in row.reasons.split()}
    abroad = sum(row.currency not in (row.payout_currency, "EUR") for row in paid[:1])
    changed = sum("EUR" not in (row.currency, row.payout_currency) for row in paid[:1])
    return 3 * max(len(row.reasons.split()) for row in paid) + len(reasons) + 2 * abroad + 2 * changed


def show(screen: Screen, session: Session, demo: Demo, followed: Followed) -> None:
    """The whole way of the invoice."""
    screen.heading("followed")
    _on_paper(screen, demo, followed)
    _gates(screen, session, followed)
    _arithmetic(screen, followed, statement_of(session, followed.payout, screen.language))
    _paid(screen, demo, statement_of(session, followed.payout))


def _on_paper(screen: Screen, demo: Demo, followed: Followed) -> None:
    sheet = followed.sheet
    invoice = sheet.invoice
    screen.title(screen.say("paper", file=demo.places.invoices / sheet.file))
    total = amount_text(invoice.total, invoice.currency, invoice.language)
    screen.note(
        "paper_said", provider=invoice.provider, town=invoice.town, number=invoice.number, total=total,
        day=screen.day(invoice.day), patient=sheet.household.name(invoice.person),
    )  # fmt: skip
    screen.note(
        "keyed", claim=followed.claim, day=screen.day(invoice.received), membership=sheet.household.number
    )  # fmt: skip
    columns = [screen.say(f"column_{name}") for name in ("wording", "care", "quantity", "amount", "outcome")]
    rows = [
        (
            item.label, row.care, str(row.quantity),
            screen.amount(from_minor(row.amount, row.currency), row.currency), _outcome(screen, row),
        )
        for item, row in zip(invoice.items, followed.lines, strict=True)
    ]  # fmt: skip
    wording, care, quantity, amount, outcome = columns
    screen.table(wrapped(wording), wrapped(care), right(quantity), right(amount), wrapped(outcome), rows=rows)


def _outcome(screen: Screen, row: Any) -> str:
    said = [title(reason, screen.language) for reason in row.reasons.split()]
    status = names.status(row.status, screen.language)
    return screen.say("because", status=status, reasons=", ".join(said)) if said else status


def _gates(screen: Screen, session: Session, followed: Followed) -> None:
    """Every gate that the line went through: its rule, the contract's heading, the figures, what was left."""
    line = followed.line
    newest = select(_DECISION).where(_DECISION.c.line_id == line.id).order_by(_DECISION.c.id.desc()).limit(1)
    decision = session.execute(newest).one()
    edition = editions_of(session, {decision.edition})[decision.edition]
    screen.title(screen.say("gates", line=f"{line.claim_id}/{line.position}"))
    left = screen.figure(from_minor(line.amount, line.currency), line.currency)
    rows: list[tuple[str, ...]] = [("", screen.say("invoiced"), "", "", left)]
    rows += [row for step in decision.trace["steps"] for row in _step(screen, step, edition, line.currency)]
    heads = [screen.say(f"column_{name}") for name in ("gate", "rule", "article")]
    screen.table(
        "", Column(heads[0], no_wrap=True), Column(heads[1], no_wrap=True), wrapped(heads[2]),
        right(screen.say("column_left", currency=line.currency)), rows=rows,
    )  # fmt: skip


def _step(screen: Screen, step: Mapping[str, Any], edition: Edition, currency: str) -> list[tuple[str, ...]]:
    figures = ", ".join(_figure(screen, figure) for figure in step["figures"])
    article = escape(step["heading"] + (f" · {figures}" if figures else ""))
    left = ""
    if step["after"] is not None:
        decimals = minor_units(currency)
        left = screen.figure(round_half_up(Fraction(step["after"]), decimals), currency)
    mark = MARKS[step["result"]]
    rows: list[tuple[str, ...]] = [(mark, names.gate(step["gate"], screen.language), step["rule"], article, left)]
    if step["reason"]:
        told = explain(step, screen.language, edition, currency)
        rows.append(("", "", "", f"[yellow]{escape(told.sentence)}[/]", ""))
    return rows


def _figure(screen: Screen, figure: Sequence[Any]) -> str:
    """A figure as the trace keeps it: its value, its unit and, where it is not the contract's, whose it is."""
    name, value, unit, _heading, origin = figure
    shown = ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)
    if name.endswith(".rate"):
        shown, unit = screen.voice.percent(Decimal(shown)), ""
    elif unit == "document":
        shown, unit = ", ".join(names.document(kind, screen.language) for kind in value), ""
    unit = names.figure_unit(unit, screen.language) if unit in names.FIGURE_UNITS else unit or ""
    whose = "" if origin == "contract" else f" ({names.origin(origin, screen.language)})"
    return f"{shown} {unit}".strip() + whose


def _arithmetic(screen: Screen, followed: Followed, statement: Statement) -> None:
    """Invoiced − reductions = reimbursed; ÷ the rate of the invoice's currency × that of the payout's = paid."""
    mine = [line for line in statement.lines if line.care.claim == followed.claim]
    screen.title(screen.say("arithmetic"))
    heads = [screen.say(f"column_{name}") for name in ("line", "reductions", "counted")]
    paid = screen.say("column_paid", currency=statement.currency)
    columns = (right(screen.say("invoiced")), wrapped(heads[1]), right(f"= {heads[2]}"), right("EUR"), right(paid))
    screen.table(heads[0], *columns, rows=[_computed(screen, line) for line in mine])
    for rate in _rates(mine):
        source = rate.source + (f" ({rate.note})" if rate.note else "")
        value, day = screen.voice.rate(rate.value), screen.day(rate.published_on)
        screen.note("rate_used", value=value, currency=rate.currency, source=source, day=day)


def _computed(screen: Screen, line: PaidLine) -> tuple[str, ...]:
    care = line.care
    off = "\n".join(f"− {screen.figure(r.amount, care.currency)} {r.why.title}" for r in line.reductions)
    counted = screen.figure(line.counted, care.currency)
    return (
        f"{care.claim}/{care.position}", screen.amount(care.invoiced, care.currency), escape(off), counted,
        screen.figure(line.eur), screen.figure(line.paid, line.paid_in),
    )  # fmt: skip


def _rates(lines: Sequence[PaidLine]) -> list[RateShown]:
    used = [rate for line in lines for rate in (line.invoice_rate, line.payout_rate) if rate is not None]
    return list({rate.currency: rate for rate in used}.values())


def _paid(screen: Screen, demo: Demo, statement: Statement) -> None:
    amount = screen.amount(Decimal(statement.total), statement.currency)
    screen.title(screen.say(
        "payout", payout=statement.payout, amount=amount, payee=statement.payee_name, reference=statement.reference
    ))  # fmt: skip
    file = next(demo.places.statements.glob(f"statement-{statement.payout:08d}-*.txt"))
    screen.note("statement", file=file)
    lines = as_text(statement).splitlines()
    end = next((place for place, line in enumerate(lines) if line.startswith("2. ")), len(lines))
    for line in lines[:end]:
        screen.text(f"│ {line}", "dim")
    if end < len(lines):
        screen.note("statement_rest", lines=len(lines) - end)
