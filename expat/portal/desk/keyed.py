"""An invoice as it stands in the keying form: the draft's papers with what was read of them, and its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from expat.claims.drafts import Draft
from expat.claims.intake import NewLine
from expat.claims.load import load
from expat.claims.simulate import Simulated, simulate
from expat.documents.reading.queue import readings_of
from expat.errors import BadInput
from expat.portal.desk.people import numbers_of
from expat.portal.forms import DayField, Form, Needed, refusal_in_words
from expat.portal.member.claim_draft import MOST_LINES, first_line, lines_of, papers_of_line
from expat.portal.member.claim_form import FUTURE, LinePart
from expat.portal.member.claim_reading import Proposed, beside, filled, proposed
from expat.portal.member.claim_told import Told, told
from expat.portal.work import db, house, speaks, today
from expat.wording.catalogue import N_

WHOSE = N_("These lines are for several persons: say for each paper to which line it belongs, or that it is for all.")
NO_PAPER = N_("No paper belongs to line {line}: add the scan of its invoice, or say which one it is.")
AFTER = N_("The care lies after the day of receipt.")


class ReceivedForm(Form):
    """The day on which the invoice came."""

    received = DayField(validators=[Needed()])


class CheckedLine(NamedTuple):
    """A line as it would be judged, in words."""

    judged: Simulated
    told: Told


class Keyed:
    """A draft of the management unit, what its form holds, and what is wrong with that."""

    def __init__(
        self, found: Draft, at: datetime, content: Mapping[str, Any] | None = None, person: int | None = None
    ) -> None:
        self.draft = found
        self.content = dict(found.content if content is None else content)
        self.dossier = load(db(), [found.membership_id])[found.membership_id]
        rows = readings_of(db(), [paper.sha256 for paper in found.documents])
        self.papers = [proposed(paper, rows.get(paper.sha256), at) for paper in found.documents]
        whom = person if person in self.dossier.people else self.dossier.member.id
        lines = lines_of(self.content) or [first_line(self.dossier, whom, today())]
        self.content["lines"] = filled(lines, self.papers)
        self.parts = [LinePart(i, line, self.dossier, self.people()) for i, line in enumerate(self.content["lines"])]
        self.received = ReceivedForm(data={"received": self._received()})
        self.faults: list[str] = []

    def _received(self) -> date | str:
        """The day as it was typed; today where none was."""
        text = str(self.content.get("received", ""))
        try:
            return date.fromisoformat(text) if text else today()
        except ValueError:
            return today()

    def people(self) -> list[tuple[str, str]]:
        """The insured persons, the member first."""
        rows = sorted(self.dossier.people.values(), key=lambda row: (row.role != "member", row.id))
        return [(str(row.id), f"{row.first_name} {row.last_name}".strip()) for row in rows]

    def whose(self) -> str:
        """The membership and its member."""
        return numbers_of(db(), [self.draft.membership_id]).get(self.draft.membership_id, "")

    @property
    def can_add(self) -> bool:
        """Whether there is room for another line."""
        return len(self.parts) < MOST_LINES

    def belongs(self, paper: Any) -> str:
        """To which line a paper belongs, counted from 1; nothing where it was not said."""
        return str(self.content.get("papers", {}).get(str(paper.id), ""))

    def beside(self, part: LinePart) -> dict[str, str]:
        """What was read for a line and is not what stands in it."""
        return beside(part.line, self.papers)

    def unread(self) -> list[Proposed]:
        """The papers whose reading is under way."""
        return [one for one in self.papers if one.state == "asked"]

    # --- checking --------------------------------------------------------------------------------------------------

    def valid(self, received: ReceivedForm) -> bool:
        """Whether it can be handed in; what is wrong stands beside the fields, and in `faults`."""
        self.received, say = received, speaks().say
        right = [received.validate(), *(part.valid() for part in self.parts)]
        day = received.received.data
        if day is not None and day > today():
            received.received.errors = [*received.received.errors, say(FUTURE)]
        elif day is not None and any(self._late(part, day) for part in self.parts):
            received.received.errors = [*received.received.errors, say(AFTER)]
        self.faults = self._faults()
        return all(right) and not received.received.errors and not self.faults

    def _late(self, part: LinePart, day: date) -> bool:
        return any(d is not None and d > day for d in (part.form.first_day.data, part.form.last_day.data))

    def _faults(self) -> list[str]:
        if not self.papers or len(self.parts) == 1:
            return []
        say = speaks().say
        several = len({part.form.person.data for part in self.parts}) > 1
        if several and any(not self.belongs(one.paper) for one in self.papers):
            return [say(WHOSE)]
        return [say(NO_PAPER, line=part.place + 1) for part in self.parts if not self._papers_of(part)]

    def _papers_of(self, part: LinePart) -> Sequence[Any]:
        return papers_of_line(self.content, self.draft.documents, part.place)

    def new_lines(self) -> list[NewLine]:
        """The lines as they are handed in, each with its papers; only once they are valid."""
        return [self._new_line(part) for part in self.parts]

    def _new_line(self, part: LinePart) -> NewLine:
        files: dict[str, tuple[str, ...]] = {}
        for paper in self._papers_of(part):
            files[paper.kind] = (*files.get(paper.kind, ()), paper.sha256)
        return replace(part.new_line(), files=files)

    def checked(self) -> tuple[list[CheckedLine], dict[str, Decimal]]:
        """What would become of each line if it were handed in now, and what would be paid, by currency: estimates."""
        judged = simulate(db(), self.draft.membership_id, self.new_lines(), today(), house().preference)
        paid: dict[str, Decimal] = {}
        for one in judged:
            if one.paid:
                paid[one.paid_in] = paid.get(one.paid_in, Decimal(0)) + one.paid
        return [CheckedLine(one, _told(one)) for one in judged], paid

    def refuse(self, wrong: BadInput) -> None:
        """Show what handing in refused: beside the field of the line that it names, or at the head."""
        place, _, _name = wrong.where.removeprefix("lines[").partition("]")
        if wrong.where.startswith("lines[") and place.isdecimal() and int(place) < len(self.parts):
            self.parts[int(place)].refuse(wrong)
        else:
            self.faults.append(refusal_in_words(wrong))


def _told(one: Simulated) -> Told:
    rates = [one.invoice_rate, one.payout_rate]
    return told(one.trace, one.flags, one.edition, one.invoiced, one.currency, rates)
