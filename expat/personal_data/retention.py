"""How long what is kept: dated periods with their ground (`config/retention.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from expat.currency.dated import dated, read_entries, refuse_overlaps, text_of
from expat.errors import BadInput, NotFound
from expat.periods import DAY, add_months
from expat.places import shipped

FILE = shipped("config") / "retention.toml"
ANSWER = "answer"
WHAT = (
    ANSWER, "memberships", "medical", "payments", "complaints", "messages", "requests", "consents", "trail",
    "applications", "quotes", "drafts", "mails", "decision_mails", "announcements", "uploads",
    "applicant_checks", "bank_statements", "bank_files", "debit_files", "sign_ins", "tries", "readings",
)  # fmt: skip
LONGEST = 1200
_KEYS = frozenset({"what", "months", "after", "from", "basis"})


@dataclass(frozen=True, slots=True)
class Retention:
    """`what` is kept for `months` after the day that `after` names, on a ground; in force from `since` to `until`."""

    what: str
    months: int
    after: str
    basis: str
    since: date
    until: date | None

    def ends(self, start: date) -> date:
        """The last day on which what began to count on a day is kept."""
        return add_months(start, self.months)


def retention_on(day: date) -> dict[str, Retention]:
    """The periods that hold on a day, in the file's order."""
    return {one.what: one for one in retentions() if one.since <= day and (one.until is None or day <= one.until)}


def last_past(kept: Retention, day: date) -> date:
    """The last day on which something can have begun that is past its time."""
    last = add_months(day, -kept.months) + 3 * DAY  # months differ by three days
    while kept.ends(last) >= day:
        last -= DAY
    return last


def answer_months(day: date) -> int:
    """Within how many months a request about one's data is answered that is made on a day. Raises NotFound."""
    found = retention_on(day).get(ANSWER)
    if found is None:
        raise NotFound("answer", f"{FILE.name} says nothing for {day}", "an entry that holds on that day")
    return found.months


@cache
def retentions() -> tuple[Retention, ...]:
    """The periods that Expat ships with."""
    return load(FILE)


def load(file: Path) -> tuple[Retention, ...]:
    """Periods from a TOML file. Raises BadInput: file, entry, key and what would be right."""
    found = [_retention(where, entry) for where, entry in read_entries(file, "kept", _KEYS, {"until"})]
    for what in WHAT:
        dates = [(one.since, one.until) for one in found if one.what == what]
        if not dates:
            raise BadInput(f"{file}: kept", f"nothing is said of {what}", f"an entry for each of {', '.join(WHAT)}")
        refuse_overlaps(f"{file}: {what}", dates)
    return tuple(found)


def _retention(where: str, entry: dict[str, Any]) -> Retention:
    what, months = text_of(where, entry, "what"), entry["months"]
    if what not in WHAT:
        raise BadInput(f"{where}, what", f"{what!r} is unknown", f"one of {', '.join(WHAT)}")
    if not isinstance(months, int) or isinstance(months, bool) or not 0 < months <= LONGEST:
        raise BadInput(f"{where}, months", f"{months!r} is no period", f"a whole number from 1 to {LONGEST}")
    since, until = dated(where, entry)
    return Retention(what, months, text_of(where, entry, "after"), text_of(where, entry, "basis"), since, until)
