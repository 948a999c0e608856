"""Appointing somebody who acts: the member does so on the web, or the management unit records a paper that came.

Nothing is opened by it before it is confirmed; a broker alone acts at once, with the rights that the member gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.accounts.open import email_of
from expat.accounts.own import refuse_own
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.privacy import ADULT
from expat.membership.tables import InsuredPerson, Membership
from expat.periods import add_years, plausible
from expat.representatives.standing import BROKER, CLAIMS, CONFIRMED, LEGAL, RIGHTS
from expat.representatives.tables import Mandate, MandatePaper, MandateRight, MandateStep
from expat.wording.catalogue import known

LOCK = 7_041
WEB, POST = "web", "post"
LONGEST = {"name": 140, "street": 140, "postcode": 16, "town": 70}
MOST_PAPERS = 10
MOST_WAITING = 10  # appointments of a membership that nobody looked at yet

_MANDATE: Any = table_of(Mandate)
_RIGHT: Any = table_of(MandateRight)
_STEP: Any = table_of(MandateStep)
_PAPER: Any = table_of(MandatePaper)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)


@dataclass(frozen=True, kw_only=True)
class NewMandate:
    """Somebody who is to act, as a form says it. `form_key` is the form's own: sent twice, it is one.

    `born` is None for a firm, `person` the insured person whom a legal representative represents. `papers` are hashes
    of kept documents with their names.
    """

    form_key: str
    kind: str
    name: str
    language: str
    from_day: date
    until: date | None = None
    firm: bool = False
    born: date | None = None
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""
    email: str = ""
    rights: Sequence[str] = ()
    person: int | None = None
    papers: Sequence[tuple[str, str]] = field(default=())


def appoint(
    session: Session, membership_id: int, new: NewMandate, at: datetime, actor: str, channel: str = WEB
) -> tuple[int, bool]:
    """Keep an appointment; answers its key, and whether it had come before.

    Raises BadInput naming the field, NotFound for the membership or the person, Conflict where too many wait.
    """
    if channel == POST:
        refuse_own(session, membership_id, actor)
    values = _checked(session, membership_id, new, channel)
    advisory_lock(session, LOCK)
    same = (_MANDATE.c.membership_id == membership_id) & (_MANDATE.c.form_key == new.form_key)
    before = session.execute(select(_MANDATE.c.id).where(same)).scalar()
    if before is not None:
        return int(before), True
    if new.kind != BROKER and len(_waiting(session, membership_id)) >= MOST_WAITING:
        raise Conflict("kind", "too many appointments wait", "wait for their answer, or take one back")
    values |= {"membership_id": membership_id, "channel": channel, "entered_by": actor, "entered_at": at}
    key = int(session.execute(_MANDATE.insert().values(values).returning(_MANDATE.c.id)).scalar_one())
    _keep_parts(session, key, new, at, actor)
    audit.record(session, at, actor, "mandate.appointed", f"mandate:{key}", kind=new.kind, rights=sorted(new.rights))
    audit.record(session, at, actor, "membership.mandate", f"membership:{membership_id}", mandate=key, kind=new.kind)
    if new.kind == BROKER and channel == WEB:
        note_step(session, key, CONFIRMED, "", at, actor)  # the member's own word: it opens no medical detail
    return key, False


def note_step(session: Session, mandate_id: int, kind: str, why: str, at: datetime, actor: str) -> None:
    """Keep what became of a mandate."""
    step = {"mandate_id": mandate_id, "kind": kind, "why": why, "noted_on": at.date(), "noted_by": actor}
    session.execute(_STEP.insert().values(step | {"noted_at": at}))
    audit.record(session, at, actor, f"mandate.{kind}", f"mandate:{mandate_id}")


def mandate_of(session: Session, mandate_id: int) -> Row[Any]:
    """A mandate. Raises NotFound."""
    row = session.execute(select(_MANDATE).where(_MANDATE.c.id == mandate_id)).first()
    if row is None:
        raise NotFound("mandate", f"there is no mandate {mandate_id}")
    return row


def _keep_parts(session: Session, key: int, new: NewMandate, at: datetime, actor: str) -> None:
    by = {"recorded_by": actor, "recorded_at": at}
    for what in dict.fromkeys(new.rights):
        session.execute(_RIGHT.insert().values(mandate_id=key, what=what, given=True, **by))
    for digest, name in dict(new.papers).items():
        paper = {"mandate_id": key, "sha256": digest, "name": name, "sent_by": actor, "recorded_at": at}
        session.execute(_PAPER.insert().values(paper))


def _waiting(session: Session, membership_id: int) -> list[int]:
    step = select(_STEP.c.id).where(_STEP.c.mandate_id == _MANDATE.c.id)
    query = select(_MANDATE.c.id).where(_MANDATE.c.membership_id == membership_id, ~step.exists())
    return list(session.execute(query).scalars())


def _checked(session: Session, membership_id: int, new: NewMandate, channel: str) -> dict[str, Any]:
    if new.kind not in RIGHTS or (new.kind == LEGAL and channel != POST):
        raise BadInput("kind", f"{new.kind!r} cannot be appointed so", "agent or broker; legal by the management unit")
    if session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id == membership_id)).first() is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    if not 0 < len(new.form_key) <= 40:
        raise BadInput("form_key", "is empty or too long", "the form's own key")
    _check_rights(new)
    _check_papers(new, channel)
    person = _person(session, membership_id, new.person) if new.kind == LEGAL else None
    return {
        **_who(new), **_where(new), "person_id": person.id if person else None, "kind": new.kind,
        "language": known(new.language), "form_key": new.form_key, "from_day": plausible(new.from_day, "from_day"),
        "until": _until(new, person),
    }  # fmt: skip


def _check_rights(new: NewMandate) -> None:
    may = RIGHTS[new.kind]
    if not set(new.rights) <= set(may) or (may and not new.rights):
        raise BadInput("rights", "none, or one that cannot be given", f"of {', '.join(may) or 'none'}")


def _check_papers(new: NewMandate, channel: str) -> None:
    if not new.papers and (new.kind != BROKER or channel == POST):
        raise BadInput("papers", "are missing", "the signed paper, or the court's or authority's")
    if len(new.papers) > MOST_PAPERS:
        raise BadInput("papers", f"are more than {MOST_PAPERS}", f"{MOST_PAPERS} files at most")


def _who(new: NewMandate) -> dict[str, Any]:
    if new.firm != (new.born is None):
        raise BadInput("born", "is missing, or given for a firm", "the birth date of a person")
    if new.born is not None:
        plausible(new.born, "born")
        if add_years(new.born, ADULT) > new.from_day:
            raise BadInput("born", f"makes them younger than {ADULT}", "an adult")
    return {"name": _text("name", new.name, needed=True), "firm": new.firm, "born": new.born}


def _where(new: NewMandate) -> dict[str, Any]:
    """The address: a broker needs a mail address alone; who sends claims needs one too, to sign in."""
    by_post = new.kind != BROKER
    if (new.kind == BROKER or CLAIMS in new.rights) and not new.email.strip():
        raise BadInput("email", "is missing", "the address with which he or she signs in")
    country = new.country.strip().upper()
    if (country or by_post) and not (len(country) == 2 and country.isalpha()):
        raise BadInput("country", f"{new.country!r} is no country", "a code of two letters, such as FR")
    return {
        "street": _text("street", new.street, by_post), "postcode": _text("postcode", new.postcode, needed=False),
        "town": _text("town", new.town, by_post), "country": country or None,
        "email": email_of(new.email) if new.email.strip() else None,
    }  # fmt: skip


def _text(where: str, text: str, needed: bool) -> str | None:
    said = " ".join(text.replace("\x00", "").split())
    if (needed and not said) or len(said) > LONGEST[where]:
        raise BadInput(where, "is empty or too long", f"1 to {LONGEST[where]} characters")
    return said or None


def _person(session: Session, membership_id: int, person_id: int | None) -> Row[Any]:
    query = select(_PERSON).where(_PERSON.c.id == person_id, _PERSON.c.membership_id == membership_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFound("person", f"nobody {person_id} is insured in membership {membership_id}", "who is represented")
    return row


def _until(new: NewMandate, person: Row[Any] | None) -> date | None:
    """The last day; a minor is represented to the eve of the 18th birthday at most."""
    until = plausible(new.until, "until") if new.until else None
    if until is not None and until < new.from_day:
        raise BadInput("until", f"{until} lies before {new.from_day}", "the same day or a later one")
    grown = add_years(person.born, ADULT) if person is not None else None
    if grown is None or grown <= new.from_day:
        return until
    eve = grown - timedelta(days=1)
    return min(until, eve) if until else eve
