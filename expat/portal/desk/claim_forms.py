"""What a reviewer can do to a line, each with the reason that the member reads."""

from __future__ import annotations

from flask import request
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from expat.claims.duplicates import OUTCOMES
from expat.claims.findings import ORIGINAL
from expat.claims.long_stay import LONGEST as LONGEST_STAY
from expat.claims.review import LONGEST_REASON
from expat.claims.suspicions import OUTCOMES as LOOKED
from expat.claims.written import LONGEST, storable
from expat.portal.forms import AmountField, AtMost, Choice, Form, Needed, TextField
from expat.portal.member.claim_files import KINDS
from expat.portal.member.claim_form import WholeField
from expat.portal.work import language, speaks
from expat.wording import names
from expat.wording.catalogue import N_

ODD = {
    "lifted": N_("There is nothing in it: the line is paid as it was judged"),
    "kept": N_("It stands: the line waits until I have decided on it"),
}
CONTROL = N_("Some characters here cannot be kept. Please type the text again.")
FOUND = {
    "suspected": N_("It waits: somebody has to look further"),
    "duplicate": N_("It is the same care, claimed twice: refuse it"),
    "distinct": N_("It is another care: judge it on its own"),
}
STAYS = {"one": N_("One stay, of so many days in a row"), "several": N_("Several stays, none of them long")}
ANSWERS = {
    "upheld": N_("The decision stands"),
    "changed": N_("The decision was changed, as the line shows now"),
}


class Kept:
    """The text can be kept by both databases."""

    def __call__(self, _form: object, field: TextAreaField) -> None:
        if field.data and not storable(field.data.replace("\r", "")):
            raise ValidationError(speaks().say(CONTROL))


def _papers() -> list[tuple[str, str]]:
    return [("", ""), *((kind, _capital(names.document(kind, language()))) for kind in (*KINDS, ORIGINAL))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class SeenForm(Form):
    """A form that knows which decision its reviewer was looking at."""

    seen = HiddenField()


class ReasonForm(SeenForm):
    """A form with the reason that the member reads."""

    why = TextAreaField(validators=[Needed(), AtMost(LONGEST_REASON), Kept()])


class PartForm(ReasonForm):
    """What is accepted of an unreasonable cost, in the invoice's currency."""

    amount = AmountField(validators=[Needed()])


class PaperForm(ReasonForm):
    """A paper that is asked for."""

    kind = Choice(choices=_papers, validators=[Needed()])


class CameForm(SeenForm):
    """A paper that came by post, with its scan or without."""

    kind = Choice(choices=_papers, validators=[Needed()])
    confidential = BooleanField()


class DuplicateForm(ReasonForm):
    """What a comparison with another line found."""

    outcome = Choice(choices=lambda: [(word, speaks().say(FOUND[word])) for word in OUTCOMES], validators=[Needed()])
    same_as = TextField(validators=[AtMost(20)])


class StayForm(ReasonForm):
    """What was found of a stay that claims show as a long one."""

    found = Choice(choices=lambda: [(word, speaks().say(STAYS[word])) for word in STAYS], validators=[Needed()])
    days = WholeField(1, LONGEST_STAY)


class OriginalsForm(ReasonForm):
    """Why the originals of a claim's invoices are asked for."""


class OddForm(ReasonForm):
    """What a person makes of something odd about a line."""

    outcome = Choice(choices=lambda: [(word, speaks().say(ODD[word])) for word in LOOKED], validators=[Needed()])


class ContestForm(SeenForm):
    """A person's answer to a contest; `due` is what a paid line is due instead, in the currency that was paid."""

    outcome = Choice(choices=lambda: [(word, speaks().say(ANSWERS[word])) for word in ANSWERS], validators=[Needed()])
    answer = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])
    due = AmountField()


LINE_FORMS: dict[str, type[SeenForm]] = {
    "part": PartForm, "ask": PaperForm, "came": CameForm, "duplicate": DuplicateForm, "stay": StayForm,
}  # fmt: skip


def form_of(name: str, place: int, sent: bool = False) -> SeenForm:
    """The form of an action on the line of a place (of a contest, by its key), filled from the request or empty."""
    others = {"originals": OriginalsForm, "contest": ContestForm, "odd": OddForm}
    kind = LINE_FORMS.get(name) or others[name]
    return kind(request.form if sent else None, prefix=f"{name}-{place}-")
