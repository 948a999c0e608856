"""An invoice as it stands in the keying form: the draft's papers with what was read of them, and its lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from expat.claims.drafts import Draft
from expat.claims.load import load
from expat.claims.simulate import simulate
from expat.portal.desk.people import numbers_of
from expat.portal.forms import DayField, Form, Needed
from expat.portal.member.claim_filled import InForm
from expat.portal.member.claim_form import FUTURE, LinePart
from expat.portal.member.claim_later import Later, later
from expat.portal.work import db, house, speaks, today
from expat.wording.catalogue import N_

AFTER = N_("The care lies after the day of receipt.")


class ReceivedForm(Form):
    """The day on which the invoice came."""

    received = DayField(validators=[Needed()])


class Keyed(InForm):
    """A draft of the management unit: an invoice that is keyed for an insured person."""

    whose_papers = N_(
        "These lines are for several persons: say for each paper to which line it belongs, or that it is for all."
    )
    no_paper = N_("No paper belongs to line {line}: add the scan of its invoice, or say which one it is.")

    def __init__(
        self, found: Draft, at: datetime, content: Mapping[str, Any] | None = None, person: int | None = None
    ) -> None:
        known = load(db(), [found.membership_id])[found.membership_id]
        rows = sorted(known.people.values(), key=lambda row: (row.role != "member", row.id))
        people = [(str(row.id), f"{row.first_name} {row.last_name}".strip()) for row in rows]
        whom = person if person in known.people else known.member.id
        super().__init__(found, at, content, known, people, whom)
        self.received = ReceivedForm(data={"received": self._received()})

    def _received(self) -> date | str:
        """The day as it was typed; today where none was."""
        text = str(self.content.get("received", ""))
        try:
            return date.fromisoformat(text) if text else today()
        except ValueError:
            return today()

    def whose(self) -> str:
        """The membership and its member."""
        return numbers_of(db(), [self.draft.membership_id]).get(self.draft.membership_id, "")

    def valid(self, received: ReceivedForm) -> bool:
        """Whether it can be handed in; what is wrong stands beside the fields, and in `faults`."""
        self.received, say = received, speaks().say
        right = [received.validate(), *(part.valid() for part in self.parts)]
        day = received.received.data
        if day is not None and day > today():
            received.received.errors = [*received.received.errors, say(FUTURE)]
        elif day is not None and any(self._late(part, day) for part in self.parts):
            received.received.errors = [*received.received.errors, say(AFTER)]
        self.faults = self.faults_of_papers()
        return all(right) and not received.received.errors and not self.faults

    def _late(self, part: LinePart, day: date) -> bool:
        return any(d is not None and d > day for d in (part.form.first_day.data, part.form.last_day.data))

    def checked(self) -> tuple[list[Later], dict[str, Decimal]]:
        """What would become of each line if it were handed in now, and what would be paid, by currency: estimates."""
        judged = simulate(db(), self.draft.membership_id, self.new_lines(), today(), house().preference)
        paid: dict[str, Decimal] = {}
        for one in judged:
            if one.paid:
                paid[one.paid_in] = paid.get(one.paid_in, Decimal(0)) + one.paid
        return [later(one) for one in judged], paid
