"""The form with which a settlement is prepared."""

from __future__ import annotations

from datetime import date

from expat.payments import listing
from expat.portal.forms import DayField, Form, Needed
from expat.portal.work import db, speaks, today


class PrepareForm(Form):
    """The day whose rates are used."""

    day = DayField(validators=[Needed()])

    def check(self) -> bool:
        """Whether a settlement of the day can be prepared; else the field says why not."""
        if self.validate() and self.day.data is not None and (told := why_not(self.day.data)):
            self.day.errors = [told]
        return not self.errors


def why_not(day: date) -> str:
    """Why a day cannot be settled, for the reader; nothing where it can."""
    spoken = speaks()
    if day > today():
        return spoken.say("This day has not come yet: its rates are not known.")
    last = listing.last_settled(db())
    if last is not None and day < last:
        return spoken.say("{day} is settled already: choose that day or a later one.", day=spoken.day(last))
    open_one = listing.open_settlement(db())
    if open_one is not None and open_one.day != day:
        return spoken.say("The settlement of {day} has not ended: it comes first.", day=spoken.day(open_one.day))
    return ""
