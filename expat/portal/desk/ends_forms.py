"""The forms by which the management unit records ends, and answers proofs."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, RadioField

from expat.portal.forms import AtMost, Choice, DayField, Form, LongTextField, Needed, TextField
from expat.portal.work import speaks
from expat.wording.catalogue import LANGUAGES, N_

# Who ends a membership, and why; what the member may and what the insurer may.
REASONS = {
    "member": N_("The member: at the anniversary"),
    "return_to_france": N_("The member: return to France for good"),
    "lost_status": N_("The member: no longer works"),
    "renunciation": N_("The member: renunciation"),
    "omission": N_("The insurer: omission in the health declaration"),
    "false_declaration": N_("The insurer: false declaration or forged papers"),
    "insurer_contract": N_("The insurer: its contract ends"),
}
LEAVING = {
    "removed": N_("The member asks for it"),
    "occupation": N_("The spouse has taken up work"),
    "separated": N_("Separation or divorce"),
    "moved_out": N_("The child has left home"),
    "death": N_("Death"),
}
SPOKEN = {"fr": N_("French"), "en": N_("English")}


class TerminationForm(Form):
    """The end of the membership, and the letter that asks for it or the notice that tells of it."""

    reason = Choice(choices=lambda: [("", ""), *((w, speaks().say(t)) for w, t in REASONS.items())],
                    validators=[Needed()])  # fmt: skip
    arrived = DayField(validators=[Needed()])
    sent = DayField()
    effective = DayField()
    returned = DayField()
    unknown_claim = BooleanField()


class LeavingForm(Form):
    """Somebody who is no longer insured."""

    person = Choice(validators=[Needed()])
    reason = Choice(choices=lambda: [("", ""), *((w, speaks().say(t)) for w, t in LEAVING.items())],
                    validators=[Needed()])  # fmt: skip
    effective = DayField(validators=[Needed()])
    arrived = DayField(validators=[Needed()])


class DeathForm(Form):
    """The member's death: when, who told us, and to whom of the family we write."""

    died_on = DayField(validators=[Needed()])
    told_by = TextField(validators=[Needed(), AtMost(200)])
    contact_name = TextField(validators=[Needed(), AtMost(200)])
    contact_address = LongTextField(validators=[Needed(), AtMost(500)])
    contact_email = TextField(validators=[AtMost(254)])
    language = Choice(choices=lambda: [(word, speaks().say(SPOKEN[word])) for word in LANGUAGES], validators=[Needed()])


class RightsForm(Form):
    """The first day of French rights."""

    first = DayField(validators=[Needed()])


class ProofForm(Form):
    """What became of a proof, and why where it is not enough."""

    proof = IntegerField()
    answer = RadioField(choices=["accept", "refuse"], validators=[Needed()])
    why = TextField(validators=[AtMost(300)])


class EnoughForm(Form):
    """Whether the proof of an end is enough, and what is wrong with it where it is not."""

    enough = RadioField(choices=["yes", "no"], validators=[Needed()])
    why = TextField(validators=[AtMost(300)])
