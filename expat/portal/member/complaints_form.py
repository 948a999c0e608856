"""The forms of a complaint: written, replied to; and what it can be about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from wtforms import TextAreaField

from expat.approvals.tables import ApprovalRequest
from expat.claims.tables import Claim, ClaimLine
from expat.claims.written import LONGEST
from expat.complaints.complain import NewComplaint, Paper
from expat.db import table_of
from expat.portal.desk.claim_forms import Kept
from expat.portal.forms import AtMost, Choice, DayField, Form, Needed, UnseenField
from expat.portal.member import complaints_words
from expat.portal.member.claim_files import Kept as KeptFile
from expat.portal.member.data_papers import carried, carried_so_far
from expat.portal.work import db, speaks
from expat.wording.catalogue import N_

MOST, LONGEST_KEY = 50, 15  # claims and requests to choose from, the newest; digits of a key
PURPOSE = "papers of a complaint"
FORGED = N_("Please open the form again: this one has lost its number.")

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_REQUEST: Any = table_of(ApprovalRequest)


class ComplaintForm(Form):
    """What a complaint is about, and what went wrong."""

    key = UnseenField(validators=[AtMost(40)])
    reopens = UnseenField(validators=[AtMost(18)])
    files = UnseenField()
    subject = Choice(choices=complaints_words.subjects, validators=[Needed()])
    about = Choice()
    text = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that the form still has its number."""
        right = bool(super().validate(extra_validators))
        if not 0 < len(self.key.data or "") <= 40:
            self.form_errors.append(speaks().say(FORGED))
            return False
        return right

    def keep_files(self, files: list[KeptFile]) -> None:
        """Carry the files that were taken along with the form."""
        self.files.data = carried(files, PURPOSE)

    def files_so_far(self) -> list[KeptFile]:
        """The files that came with the form before."""
        return carried_so_far(self.files.data, PURPOSE)

    def new(self, person: int, files: list[KeptFile], **more: Any) -> NewComplaint:
        """The complaint, once the form is right."""
        about = self.about.data or ""
        reopens = int(self.reopens.data) if (self.reopens.data or "").isdecimal() else None
        return NewComplaint(
            self.key.data, person, self.subject.data, self.text.data,
            claim=key_of(about, "claim"), request=key_of(about, "request"), reopens=reopens,
            papers=[Paper(file.name, file.sha256) for file in files], **more,
        )  # fmt: skip


class KeyedForm(ComplaintForm):
    """A complaint that came by another way: how, and the day on which it was sent."""

    channel = Choice(choices=complaints_words.channels, validators=[Needed()])
    sent_on = DayField(validators=[Needed()])


class ReplyForm(Form):
    """What a person adds to a complaint."""

    files = UnseenField()
    text = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


def about_choices(membership: int, persons: Collection[int], chosen: str = "") -> dict[str, list[tuple[str, str]]]:
    """The claims and requests of persons, the newest first; `chosen` is among them however old it is."""
    speaking = speaks()
    claims = (
        select(_CLAIM.c.id, _CLAIM.c.received_on)
        .join(_LINE, _LINE.c.claim_id == _CLAIM.c.id)
        .where(_CLAIM.c.membership_id == membership, _LINE.c.person_id.in_(list(persons)))
        .distinct()
    )
    requests = select(_REQUEST.c.id, _REQUEST.c.requested_on).where(
        _REQUEST.c.membership_id == membership, _REQUEST.c.person_id.in_(list(persons))
    )
    found: dict[str, list[tuple[str, str]]] = {"": [("", "")]}
    claim_name = N_("Claim {number}, received on {day}")
    request_name = N_("Prior approval {number}, asked for on {day}")
    for kind, group, name, query, key in (
        ("claim", speaking.say(N_("Claims")), claim_name, claims, _CLAIM.c.id),
        ("request", speaking.say(N_("Prior approval")), request_name, requests, _REQUEST.c.id),
    ):
        rows = list(db().execute(query.order_by(key.desc()).limit(MOST)))
        if (wanted := key_of(chosen, kind)) is not None and wanted not in {row[0] for row in rows}:
            rows += db().execute(query.where(key == wanted))
        if rows:
            found[group] = [
                (f"{kind}:{number}", speaking.say(name, number=number, day=speaking.day(day))) for number, day in rows
            ]
    return found


def key_of(chosen: str, kind: str) -> int | None:
    """The key that a choice such as `claim:12` names, where it is one of the kind."""
    of, _, number = chosen.partition(":")
    return int(number) if of == kind and number.isdecimal() and len(number) <= LONGEST_KEY else None
