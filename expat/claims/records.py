"""Keeping decisions: append-only rows with facts, edition and trace; and reading them back to be replayed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat.adjudication.decide import decide
from expat.adjudication.decision import Decision
from expat.adjudication.facts import Facts
from expat.claims.judge import Judged
from expat.claims.lines import kept
from expat.claims.tables import ClaimLine, LineDecision, PlanEdition
from expat.db import is_postgresql, table_of
from expat.errors import NotFound
from expat.plans.edition import Edition, revived

_FACTS = TypeAdapter(Facts)
_revived: dict[str, Edition] = {}
_kept_editions: WeakKeyDictionary[Engine, set[str]] = WeakKeyDictionary()


def plain(value: Any) -> Any:
    """What JSON has no word for: exact fractions as n/d, decimals as text, sets and named tuples as lists."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(type(value).__name__)


def facts_json(facts: Facts) -> Any:
    """The facts as they are kept."""
    return orjson.loads(orjson.dumps(facts, default=plain))


def _trace(decision: Decision) -> dict[str, Any]:
    steps = [
        {
            "gate": s.gate, "rule": s.rule, "heading": s.heading, "result": s.result, "looked_at": s.looked_at,
            "figures": [[u.name, u.value, u.unit, *u.citation] for u in s.figures], "reason": s.reason,
            "before": s.before, "after": s.after,
        }
        for s in decision.steps
    ]  # fmt: skip
    return {
        "status": decision.status, "reasons": decision.reasons, "covered": decision.covered,
        "formula": decision.formula, "payee": decision.payee, "benefit": decision.benefit, "cents": decision.cents,
        "payout": decision.payout, "payout_currency": decision.payout_currency, "split": decision.split,
        "flags": decision.flags, "steps": steps,
    }  # fmt: skip


def trace_json(decision: Decision) -> dict[str, Any]:
    """A decision as it is kept: outcome, amounts and every step with what it looked at."""
    result: dict[str, Any] = orjson.loads(orjson.dumps(_trace(decision), default=plain))
    return result


def _fragment(value: Any) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(value, default=plain))


def standing(j: Judged) -> dict[str, Any]:
    """The columns that follow the newest decision."""
    d = j.decision
    return {
        "status": d.status, "reasons": kept(d.reasons), "flags": kept(d.flags), "covered": d.covered,
        "payee": d.payee, "cents": d.cents,
    }  # fmt: skip


def keep_decisions(
    session: Session,
    judged: Sequence[tuple[int, Judged]],
    day: date,
    at: datetime,
    settlement: int | None = None,
) -> None:
    """Append the decisions on lines (by their keys), and the editions that they used."""
    if not judged:
        return
    keep_editions(session, {j.edition.key: j.edition for _, j in judged})
    rows = [
        {
            "line_id": line_id, "settlement_id": settlement, "judged_on": day, "recorded_at": at,
            "status": j.decision.status, "reasons": kept(j.decision.reasons), "edition": j.edition.key,
            "facts": _fragment(j.facts), "trace": _fragment(_trace(j.decision)),
        }
        for line_id, j in judged
    ]  # fmt: skip
    session.execute(table_of(LineDecision).insert(), rows)


def keep_editions(session: Session, editions: dict[str, Edition]) -> None:
    """Keep plan editions by their content; those that this process kept before are not sent again."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    known = _kept_editions.setdefault(engine, set())
    new = {key: edition for key, edition in editions.items() if key not in known}
    if not new:
        return
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    rows = [{"key": k, "plan": e.plan, "content": e.content.decode()} for k, e in new.items()]
    session.execute(dialect.insert(PlanEdition).on_conflict_do_nothing(), rows)

    @event.listens_for(session, "after_commit", once=True)
    def remember(_session: Session) -> None:
        known.update(new)


def editions_of(session: Session, keys: Collection[str]) -> dict[str, Edition]:
    """The plan's editions that decisions used, by the hash of their content; each is revived once in a process."""
    if new := set(keys) - _revived.keys():
        table = table_of(PlanEdition)
        for row in session.execute(select(table).where(table.c.key.in_(new))):
            _revived[row.key] = revived(row.content.encode())
    return {key: _revived[key] for key in keys}


def decisions_of(session: Session, claim_id: int) -> list[tuple[int, int]]:
    """The lines' and the decisions' keys of a claim, in the order decided. Raises NotFound."""
    decision, line = table_of(LineDecision), table_of(ClaimLine)
    query = select(decision.c.line_id, decision.c.id).join(line, line.c.id == decision.c.line_id)
    found = session.execute(query.where(line.c.claim_id == claim_id).order_by(decision.c.id)).all()
    if not found:
        raise NotFound("claim", f"there is no claim {claim_id}")
    return [(row.line_id, row.id) for row in found]


def replayed(session: Session, decision_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A kept decision, and the same facts judged again on the edition that it used: both as kept."""
    row = session.get(LineDecision, decision_id)
    if row is None:
        raise NotFound("decision", f"there is no decision {decision_id}")
    edition = editions_of(session, {row.edition})[row.edition]
    return row.trace, trace_json(decide(_FACTS.validate_python(row.facts), edition))
