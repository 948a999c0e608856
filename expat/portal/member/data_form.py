"""The forms of the pages on personal data."""

from __future__ import annotations

from typing import Any

from wtforms import TextAreaField

from expat.claims.written import LONGEST
from expat.complaints.complain import Paper
from expat.personal_data.requests import MEDICAL, RECTIFICATION, NewDataRequest
from expat.portal.desk.claim_forms import Kept
from expat.portal.forms import NEEDED, AtMost, Choice, DayField, Form, Needed, TextField, UnseenField, countries
from expat.portal.member import data_words
from expat.portal.member.claim_files import Kept as KeptFile
from expat.portal.member.data_papers import carried, carried_so_far
from expat.portal.work import speaks
from expat.wording.catalogue import N_

PURPOSE = "papers of a request about data"
FORGED = N_("Please open the form again: this one has lost its number.")
NO_PAPER = N_("Please add a paper that shows it, such as an identity card.")


class DataRequestForm(Form):
    """A request about one's data: whose, what is right where something is corrected, and why."""

    key = UnseenField(validators=[AtMost(40)])
    files = UnseenField()
    person = Choice(validators=[Needed()])
    field = Choice(choices=data_words.fields)
    name = TextField(validators=[AtMost(100)])
    born = DayField()
    nationality = Choice(choices=countries)
    text = TextAreaField(validators=[AtMost(LONGEST), Kept()])

    def right(self, kind: str, files: list[KeptFile]) -> bool:
        """Whether the form can be sent, for a kind of request; says beside each field what is missing."""
        right = bool(self.validate())
        if not 0 < len(self.key.data or "") <= 40:
            self.form_errors.append(speaks().say(FORGED))
            right = False
        if kind == RECTIFICATION:
            return self._corrected() and self._shown(files) and right
        if kind != MEDICAL and not (self.text.data or "").strip():
            return _wrong(self.text, speaks().say(NEEDED))
        return right

    def keep_files(self, files: list[KeptFile]) -> None:
        """Carry the files that were taken along with the form."""
        self.files.data = carried(files, PURPOSE)

    def files_so_far(self) -> list[KeptFile]:
        """The files that came with the form before."""
        return carried_so_far(self.files.data, PURPOSE)

    def new(self, kind: str, files: list[KeptFile]) -> NewDataRequest:
        """The request, once the form is right."""
        field = (self.field.data or None) if kind == RECTIFICATION else None
        papers = [Paper(file.name, file.sha256) for file in files]
        value = self._value() if field else None
        return NewDataRequest(self.key.data, int(self.person.data), kind, self.text.data or "", field, value, papers)

    def _value(self) -> str:
        if self.field.data == "born":
            return self.born.data.isoformat() if self.born.data else ""
        return str((self.nationality if self.field.data == "nationality" else self.name).data or "")

    def _corrected(self) -> bool:
        if not self.field.data:
            return _wrong(self.field, speaks().say(NEEDED))
        if not self._value():
            shown = {"born": self.born, "nationality": self.nationality}.get(self.field.data, self.name)
            return _wrong(shown, speaks().say(NEEDED))
        return True

    def _shown(self, files: list[KeptFile]) -> bool:
        return True if files else _wrong(self.files, speaks().say(NO_PAPER))


def _wrong(field: Any, told: str) -> bool:
    if not field.errors:
        field.errors = [told]
    return False
