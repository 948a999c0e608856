"""Gate 10: prior approval, entente préalable (UNO-APP-1 to 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from expat.adjudication.facts import Approval
from expat.adjudication.judging import Judging
from expat.periods import DAY, add_months
from expat.plans.edition import Care, Edition

GATE = "approval"
Verdict = Literal["valid", "approval_late", "approval_refused"]


class Candidate(NamedTuple):
    """A request for approval that concerns the line, and what it is worth for it."""

    approval: Approval
    verdict: Verdict


def names(approval: Approval, care: str) -> bool:
    """Whether the request names the care: its code, or its family (`hospital` covers `hospital.*`)."""
    return care == approval.care or care.startswith(approval.care + ".")


def last_start(edition: Edition, approval: Approval) -> date:
    """The last day on which care can begin under an approval (UNO-APP-3)."""
    return add_months(approval.starts_on, edition["approval.valid"].value)


def asked_in_time(edition: Edition, approval: Approval, category: str, purchase: date) -> bool:
    """UNO-APP-2: 10 days before, 48 hours after an emergency, by the day of an appliance's purchase, or expressly."""
    if approval.override:
        return True
    if approval.emergency:
        latest = approval.starts_on + timedelta(days=edition["approval.emergency_notice"].value)
    elif category in edition["approval.no_notice"].value:
        latest = purchase
    else:
        latest = approval.starts_on - timedelta(days=edition["approval.planned_notice"].value)
    return approval.requested_on <= latest


def period_days(edition: Edition, approval: Approval) -> int:
    """How many days of a stay an approval covers (UNO-APP-4)."""
    most = int(edition["approval.stay"].value)
    return most if approval.days is None else min(approval.days, most)


def extension_in_time(edition: Edition, extension: Approval, period_ends: date) -> bool:
    """UNO-APP-4: an extension is asked for at most 48 hours after the end of the period that it prolongs."""
    latest = period_ends + timedelta(days=edition["approval.extension_notice"].value)
    return bool(extension.override) or extension.requested_on <= latest


def covered_until(edition: Edition, care: str, stay_first_day: date, base: Approval, all_: Sequence[Approval]) -> date:
    """The last day of a stay that an approval and its extensions cover."""
    days = timedelta(days=period_days(edition, base))
    last = base.starts_on + days - DAY
    if stay_first_day > last:
        last = stay_first_day + days - DAY
    chain = {base.id}
    while extension := _next_extension(edition, care, all_, chain, last):
        last += timedelta(days=period_days(edition, extension))
        chain.add(extension.id)
    return last


def _next_extension(
    edition: Edition, care: str, all_: Sequence[Approval], chain: set[int], last: date
) -> Approval | None:
    """The next extension of the base or of what prolongs it already, asked for in time for the end so far."""
    fitting = (a for a in all_ if a.extends in chain and a.id not in chain and a.granted and names(a, care))
    return next((a for a in fitting if extension_in_time(edition, a, last)), None)


def approved(j: Judging) -> None:
    """Care marked `always` has an approval; care marked `series` has one from the sixth act on."""
    care = j.known_care
    if care.approval.value == "none":
        j.passed(GATE, "UNO-APP-1", {"needed": "none"}, care.approval)
    elif care.approval.value == "series":
        _series(j, care)
    elif care.counted_in_days:
        _stay(j, care)
    else:
        _act(j, care)


def _candidates(j: Judging, care: Care) -> list[Candidate]:
    found = []
    for one in j.facts.approvals:
        begins = one.starts_on <= j.day <= last_start(j.edition, one)
        if one.extends is not None or not names(one, care.code) or not begins:
            continue
        verdict: Verdict = "valid"
        if not one.granted:
            verdict = "approval_refused"
        elif not asked_in_time(j.edition, one, care.category, j.day):
            verdict = "approval_late"
        found.append(Candidate(one, verdict))
    return found


def _valid(candidates: list[Candidate]) -> list[Approval]:
    """The valid ones, one with a guarantee letter first: the hospital that holds it is paid."""
    return sorted((c.approval for c in candidates if c.verdict == "valid"), key=lambda a: not a.direct)


def _reason(candidates: list[Candidate]) -> str:
    """One that is late comes before one that was refused, that before none."""
    verdicts = {c.verdict for c in candidates}
    return next((v for v in ("approval_late", "approval_refused") if v in verdicts), "approval_missing")


def _seen(candidates: list[Candidate], **more: Any) -> dict[str, Any]:
    return {"requests": [(c.approval.id, c.verdict) for c in candidates], **more}


def _pay_directly(j: Judging, approval: Approval) -> None:
    """UNO-APP-5: a guarantee letter has the hospital paid."""
    if approval.direct:
        j.payee = "hospital"


def _refuse(j: Judging, candidates: list[Candidate], care: Care, **more: Any) -> None:
    reason = _reason(candidates)
    rule = "UNO-APP-2" if reason == "approval_late" else "UNO-APP-3"
    j.refused(GATE, rule, reason, _seen(candidates, **more), care.approval, j.edition["approval.planned_notice"])


def _act(j: Judging, care: Care) -> None:
    candidates = _candidates(j, care)
    if valid := _valid(candidates):
        _pay_directly(j, valid[0])
        j.passed(GATE, "UNO-APP-3", _seen(candidates, used=valid[0].id), care.approval, j.edition["approval.valid"])
    else:
        _refuse(j, candidates, care)


def _stay(j: Judging, care: Care) -> None:
    candidates, line = _candidates(j, care), j.line
    stay_first_day = j.facts.history.stay_first_day or line.first_day
    valid = _valid(candidates)
    if not valid:
        _refuse(j, candidates, care)
        return
    ends = {a.id: covered_until(j.edition, care.code, stay_first_day, a, j.facts.approvals) for a in valid}
    best = max(valid, key=lambda a: (min(ends[a.id], line.first_day + timedelta(days=line.quantity)), a.direct))
    until = ends[best.id]
    covered = max(0, min(line.quantity, (until - line.first_day).days + 1))
    _pay_directly(j, best)
    looked_at = _seen(candidates, used=best.id, covered_until=until, days=line.quantity, covered=covered)
    if covered == line.quantity:
        j.passed(GATE, "UNO-APP-4", looked_at, care.approval, j.edition["approval.stay"])
    else:
        j.cut(GATE, "UNO-APP-4", "approval_missing", covered, looked_at, j.edition["approval.stay"])


def _series(j: Judging, care: Care) -> None:
    free, before, line = j.edition["approval.series_free"], j.facts.history.series_acts, j.line
    looked_at = {"acts_before": before, "acts": line.quantity, "series": line.series}
    if before + line.quantity <= free.value:
        j.passed(GATE, "UNO-APP-1", looked_at, free)
        return
    candidates = _candidates(j, care)
    valid = _valid(candidates)
    allowed = max([free.value, *(before + line.quantity if a.sessions is None else a.sessions for a in valid)])
    covered = max(0, min(line.quantity, allowed - before))
    reason = "approval_missing" if valid else _reason(candidates)
    seen = _seen(candidates, **looked_at, allowed=allowed, covered=covered)
    if valid:
        _pay_directly(j, valid[0])
    if covered == line.quantity:
        j.passed(GATE, "UNO-APP-6", seen, free)
    else:
        j.cut(GATE, "UNO-APP-6" if valid else "UNO-APP-1", reason, covered, seen, free)
