"""The form with which the medical department answers a request."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField
from wtforms.validators import Optional

from expat.approvals.file import PAPERS
from expat.approvals.shown import RequestShown
from expat.portal.forms import AtMost, Choice, Form, LongTextField
from expat.portal.work import language, speaks
from expat.wording import approvals_shown
from expat.wording.catalogue import N_

DECISIONS = {"grant": N_("Grant"), "refuse": N_("Refuse"), "ask": N_("Ask for one paper first")}
NO_NUMBER = N_("Please give a whole number.")


def papers() -> list[tuple[str, str]]:
    """The kinds of papers that can be asked for."""
    return [("", ""), *((kind, approvals_shown.paper(kind, language())) for kind in PAPERS)]


class WholeField(IntegerField):
    """A whole number above zero, or nothing."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
        if text and self.data is None:
            raise ValueError(speaks().say(NO_NUMBER))


class KeyField(HiddenField):
    """A key that the page was made with, or nothing."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class AnswerForm(Form):
    """Grant with its limits, refuse with its reason, or ask for a paper."""

    decision = RadioField(choices=list(DECISIONS), validate_choice=False)
    days = WholeField(validators=[Optional()])
    sessions = WholeField(validators=[Optional()])
    direct = BooleanField()
    late = BooleanField()
    reason = LongTextField(validators=[AtMost(4000)])
    paper = Choice(choices=papers)
    paper_text = LongTextField(validators=[AtMost(1000)])
    seen = KeyField()

    @classmethod
    def of(cls, shown: RequestShown) -> AnswerForm:
        """The form as it is first seen: what was asked for stands in it."""
        asked = shown.file
        seen = shown.answer.id if shown.answer else None
        values = {"days": asked.days if asked else None, "sessions": asked.sessions if asked else None, "seen": seen}
        return cls(formdata=None, **values)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also what the decision needs."""
        right = bool(super().validate(extra_validators))
        say = speaks().say
        if self.decision.data not in DECISIONS:
            self.decision.errors = [say("Please choose what you decide.")]
            return False
        if self.decision.data == "refuse" and not (self.reason.data or "").strip():
            self.reason.errors = [say("A refusal needs its reason, in words for the person.")]
            return False
        if self.decision.data == "ask" and not self.paper.data:
            self.paper.errors = [say("Please choose which paper.")]
            return False
        return right
