"""Who is told by mail of what concerns an insured person, and the address and the name that such a mail shows."""

from __future__ import annotations

from expat.membership.privacy import adults, private_people
from expat.payments.tell import Reader, members_of, people
from expat.portal.acting import plain
from expat.portal.work import db, house, today


def reader_of(membership_id: int, person_id: int) -> Reader | None:
    """Who is told of a person's claim: the member, and of a private adult nobody but that adult."""
    if person_id in private_people(db(), membership_id, today()):
        return people(db(), [person_id]).get(person_id)
    return members_of(db(), [membership_id]).get(membership_id)


def patient_of(membership_id: int, person_id: int) -> Reader | None:
    """Who is told of a person's request: an adult by an account of his or her own; else as of a claim."""
    own = people(db(), adults(db(), membership_id, today()) & {person_id}).get(person_id)
    return own or reader_of(membership_id, person_id)


def link(path: str) -> str:
    """The whole address of a page, for whoever reads the mail: whether somebody acts for somebody or not."""
    return house().settings.base_url.rstrip("/") + plain(path)


def operator() -> str | None:
    """Who signs the mail."""
    return house().settings.operator_name
