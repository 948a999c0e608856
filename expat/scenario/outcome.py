"""What a played story came to, and where that differs from what it expects."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from expat.claims.balances import balance_on
from expat.claims.load import load
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import table_of
from expat.errors import BadInput
from expat.membership.status import covered_on, status_on
from expat.money import from_minor, number, parse_amount, written
from expat.scenario.play import Stage
from expat.scenario.reading import Table

EXPECTABLE = ("lines", "payouts", "events", "balances", "membership", "prevoyance")

_LINE: Any = table_of(ClaimLine)
_DECISION: Any = table_of(LineDecision)


def lines(stage: Stage) -> dict[str, dict[str, Any]]:
    """Every line as it stands: status, EUR, payout and reasons."""
    with stage.session() as session:
        rows = {row.id: row for row in session.execute(select(_LINE))}
    return {name: _standing(rows[key]) for name, key in stage.lines.items()}


def _standing(row: Any) -> dict[str, Any]:
    eur, payout = None, None
    if row.status == "paid":
        eur = number(Decimal(row.cents).scaleb(-2))
        payout = written(from_minor(row.payout, row.payout_currency), row.payout_currency)
    elif row.status == "refused":
        eur = "0.00"
    return {"status": row.status, "eur": eur, "payout": payout, "reasons": row.reasons.split()}


def traces(stage: Stage) -> dict[str, dict[str, Any]]:
    """The newest decision's trace of every line."""
    with stage.session() as session:
        rows = session.execute(select(_DECISION.c.line_id, _DECISION.c.trace).order_by(_DECISION.c.id))
        newest = {row.line_id: row.trace for row in rows}
    return {name: newest[key] for name, key in stage.lines.items() if key in newest}


def balance(stage: Stage, asked: Table) -> dict[str, Any]:
    """A balance at the end of a day."""
    day, category = asked.day("on"), asked.text("category")
    person = stage.person(asked)
    with stage.session() as session:
        dossier = load(session, [stage.membership])[stage.membership]
        if category not in dossier.plan.words.categories:
            raise asked.wrong(f"`category` is one of {', '.join(dossier.plan.words.categories)}", "category")
        found = balance_on(dossier, person, category, day)
    return {
        "on": day.isoformat(),
        "person": asked.text("person"),
        "category": category,
        "ceiling": None if found.ceiling is None else number(found.ceiling),
        "used": number(found.used),
        "left": None if found.left is None else number(found.left),
    }


def membership(stage: Stage, asked: Table) -> dict[str, Any]:
    """The membership, or a person's cover, on a day, as the whole story tells it."""
    day: date = asked.day("on")
    person = stage.person(asked) if "person" in asked else None
    with stage.session() as session:
        dossier = load(session, [stage.membership])[stage.membership]
        if person is None:
            return {"on": day.isoformat(), "status": status_on(dossier, day)}
        covered = covered_on(dossier, person, day)
    return {"on": day.isoformat(), "person": asked.text("person"), "covered": covered}


def differences(expect: Table, result: dict[str, Any]) -> list[str]:
    """What the story expects and did not get, one text each. Only what it names is compared."""
    found: list[str] = []
    for kind in ("lines", "events"):
        wanted = expect.table(kind, None)
        for name in wanted or ():
            entry = wanted.table(name)
            if name not in result[kind]:
                raise wanted.wrong(f"{name!r} is no {kind[:-1]} of the story", name)
            found += _entry(f"{kind[:-1]} {name}", entry, result[kind][name])
    for kind in ("balances", "membership"):
        for entry, got in zip(expect.tables(kind, []), result[kind], strict=True):
            found += _entry(f"{kind} on {got['on']}", entry, got)
    found += _payouts(expect.tables("payouts", []), result["payouts"])
    return found


def _entry(what: str, wanted: Table, got: dict[str, Any]) -> list[str]:
    found = []
    for key in wanted:
        value = wanted.texts(key, None) if key == "reasons" else wanted.take(key, None)
        if key not in got and not (key == "reason" and "status" in got):
            raise wanted.wrong(f"`{key}` is not known here", key)
        if not _same(key, value, got):
            found.append(f"{what}: {key} is {_shown(got.get(key))}, expected {_shown(value)}")
    return found


def _same(key: str, wanted: Any, got: dict[str, Any]) -> bool:
    actual: Any = got.get(key)
    if key == "reasons":
        if got["status"] == "accepted":
            return bool(("rate_unavailable" in wanted) == ("rate_unavailable" in actual))
        return bool(set(wanted) == set(actual))
    if key in ("eur", "payout", "amount", "ceiling", "used", "left") and wanted is not None:
        return actual is not None and _same_amount(str(wanted), str(actual))
    if isinstance(wanted, date):
        return bool(wanted.isoformat() == actual)
    return bool(wanted == actual)


def _same_amount(wanted: str, actual: str) -> bool:
    """Amounts are equal as numbers; the currency counts where the expectation names it."""
    (value, currency), (there, paid_in) = _amount(wanted), _amount(actual)
    return value == there and (" " not in wanted.strip() or currency == paid_in)


def _amount(value: Any) -> tuple[Decimal, str]:
    try:
        money = parse_amount(str(value))
    except BadInput:
        return Decimal("NaN"), str(value)
    return money.amount, money.currency.code


def _payouts(wanted: list[Table], got: list[dict[str, str]]) -> list[str]:
    left, found = list(got), []
    for entry in wanted:
        on, payee, amount = entry.day("on").isoformat(), entry.text("payee", "member"), entry.text("amount")
        entry.done()
        match = next((p for p in left if (p["on"], p["payee"]) == (on, payee) and _same("amount", amount, p)), None)
        if match is None:
            there = [p["amount"] for p in left if (p["on"], p["payee"]) == (on, payee)]
            found.append(f"payout on {on} to {payee}: {', '.join(there) or 'none'}, expected {amount}")
        else:
            left.remove(match)
    return found


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(str(v) for v in value) + "]"
    return "nothing" if value is None else str(value)
