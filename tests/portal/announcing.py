"""What an employer announced, and a name that resembles one of a list, for the tests of pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.documents.keys import Keys
from expat.employers import announce
from expat.employers.tables import AnnouncedChange, AnnouncedJoiner
from expat.screening.lists import import_list
from expat.screening.reading import read
from expat.screening.screen import screen_person
from expat.screening.tables import ScreeningHit
from tests.employers.files import LEAVER, MEMBER, csv_of
from tests.portal.house import AT, TODAY
from tests.screening.lists import xml

JOINER = MEMBER | {"effective": "2025-10-01"}
ENDS = LEAVER | {"membership": "M-1", "effective": "2025-12-01"}


def a_match(session: Session) -> int:
    """The key of a match of somebody who is not insured with a name of a list."""
    listed = xml().replace(b"Ada Lovelace", b"Nemo Nobody")
    import_list(session, read("f.xml", listed), AT, "test")
    assert screen_person(session, "applicant", "1", "Nemo Nobody", None, AT)
    return int(session.execute(select(table_of(ScreeningHit).c.id)).scalar_one())


def announce_file(session: Session, employer: int, keys: Keys, actor: str) -> dict[str, Any]:
    """The keys of the file, its joiner and its leaver, as addresses name them."""
    done = announce.hand_in(session, employer, "people.csv", csv_of([JOINER, ENDS]), keys, TODAY, AT, actor)
    assert done.upload is not None, done.looked.faults
    announce.confirm(session, employer, done.upload, keys, TODAY, AT, actor)
    joiner, change = (session.execute(select(table_of(t).c.id)).scalar() for t in (AnnouncedJoiner, AnnouncedChange))
    return {"upload_id": done.upload, "joiner_id": joiner, "change_id": change}
