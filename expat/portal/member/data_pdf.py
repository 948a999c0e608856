"""The readable summary of what is kept of somebody, as PDF: what data.json holds in full, in words and tables."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from expat.letters.operator import Operator
from expat.letters.sheet import sheet
from expat.letters.typeset import typeset
from expat.personal_data.retention import retention_on
from expat.personal_data.whose import Circles
from expat.portal.member import data_words
from expat.portal.member.data_sections import sections
from expat.portal.work import speaks


def summary_pdf(session: Session, circles: Circles, operator: Operator, day: date, number: str) -> bytes:
    """The summary, in the reader's language."""
    voice = speaks()
    say = voice.say
    page = {
        **sheet(operator, voice.language, say("What we keep about you"), number),
        "intro": say(
            "As of {day}. The file data.json beside this letter holds everything, word for word; the folder documents "
            "holds the papers as they were handed in. Here are the newest entries of each kind.",
            day=voice.day(day),
        ),
        "sections": list(sections(session, circles, operator.time_zone, voice)),
        "kept": {
            "heading": say("How long it is kept"),
            "columns": [say("What"), say("How long"), say("Ground")],
            "rows": [list(one) for one in data_words.told(retention_on(day))],
        },
        "rights": say(
            "You can correct, restrict or have deleted what is kept, object to its use, and leave directives for after "
            "your death: on your own pages, under My data. If you do not agree with our answer, you can complain to "
            "the CNIL: www.cnil.fr, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07."
        ),
    }
    return typeset("data.typ", page, day)
