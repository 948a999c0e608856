"""A claim as a reviewer works on it: the lines and why, the papers beside them, what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from expat.claims.lines import ref_of
from expat.claims.suspicions import Suspected
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_facts import DeskClaim, DeskLine, desk_claim
from expat.portal.desk.claim_forms import SeenForm, form_of
from expat.portal.desk.claim_group import KEY, claim_desk
from expat.portal.member.claim_form import cause_name
from expat.portal.member.claim_pages import promises
from expat.portal.money.actors import Actors
from expat.portal.work import language, today
from expat.wording import names
from expat.wording.next_steps import event, next_step, who
from expat.wording.suspicions import suspicion_title, suspicion_told

Place = tuple[str, int]  # an action, and the line's place or the contest's key


@claim_desk.get(f"/claims/<{KEY}:claim_id>")
@allow(MANAGER)
def claim(claim_id: int) -> str:
    """The claim as it stands."""
    return shown(claim_id)


def shown(claim_id: int, sent: Mapping[Place, SeenForm] | None = None, notice: str = "") -> str:
    """The claim's page; `sent` are forms that were refused, with what was typed."""
    found = desk_claim(claim_id)
    return render_template(
        "portal/desk/claim.html", claim=found, forms=_Forms(found, sent or {}), notice=notice, sent=sent or {},
        actors=_actors(found), sender=_sender(found), step_words=_step_words,
        who_acts=lambda word: who(word, language(), staff=True),
        event=lambda word: event(word, language()), paper=lambda kind: names.document(kind, language()),
        asked_why=lambda why: names.asked_why(why, language()), answer_by=promises().answer_by, cause_name=cause_name,
        odd_told=_odd_told, look_by=promises().look_by,
        status_of=lambda row: names.status(row.status, language(), row.reasons),
    )  # fmt: skip


class _Forms:
    """The forms of the page: those that were sent as they were, the others empty with what can be filled in."""

    def __init__(self, found: DeskClaim, sent: Mapping[Place, SeenForm]) -> None:
        self.found, self.sent = found, sent

    def of(self, name: str, line: DeskLine) -> SeenForm:
        """The form of an action on a line."""
        form = self.sent.get((name, line.row.position)) or form_of(name, line.row.position)
        form.seen.data = line.seen
        if name == "duplicate" and (name, line.row.position) not in self.sent:
            form["same_as"].data = _repeated(line)
        return form

    def contest(self, key: int, line: DeskLine) -> SeenForm:
        """The answer to a contest of a line."""
        form = self.sent.get(("contest", key)) or form_of("contest", key)
        form.seen.data = line.seen
        return form

    def odd(self, key: int, line: DeskLine) -> SeenForm:
        """What a person makes of something odd about a line."""
        form = self.sent.get(("odd", key)) or form_of("odd", key)
        form.seen.data = line.seen
        return form

    def originals(self) -> SeenForm:
        """The form that asks for the originals."""
        form = self.sent.get(("originals", 0)) or form_of("originals", 0)
        form.seen.data = self.found.seen
        return form


def _repeated(line: DeskLine) -> str:
    """The line that this one seems to repeat, of its person or else of another membership."""
    if line.other is not None:
        return f"{line.other.claim_id}/{line.other.position}"
    return next((one.ref for one in line.elsewhere if one.open), "")


def _odd_told(one: Suspected) -> tuple[str, str]:
    """What is odd about a line: a heading, and the facts."""
    row = one.row
    other = ref_of(row.facts["other"]) if "other" in row.facts else ""
    return suspicion_title(row.kind, language()), suspicion_told(row.kind, row.facts, other, language())


def _step_words(step: Any) -> str:
    return next_step(step.what, language(), step.by, step.papers, step.currencies, today(), staff=True)


def _actors(found: DeskClaim) -> Actors:
    asked = [one.asked_by for line in found.lines for one in line.asked]
    contests = [one for line in found.lines for one in line.contests]
    looks = [answer.answered_by for line in found.lines for one in line.odd for answer in one.answers]
    return Actors(
        [
            found.row.submitted_by,
            *asked,
            *looks,
            *(c.contested_by for c in contests),
            *(c.answered_by for c in contests),
        ]
    )


def _sender(found: DeskClaim) -> str:
    """Who handed the claim in: by name, or as one of those who act."""
    sent_by = found.row.submitted_by
    role = {"member": "member", "back-office": "unit"}.get(sent_by)
    return who(role, language(), staff=True) if role else Actors([sent_by]).name(sent_by)
