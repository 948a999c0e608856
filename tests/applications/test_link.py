"""Another adult signs the own declaration by a link: once, for some days, and nobody else signs over it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from expat.applications.begin import application, remove_person
from expat.applications.declare import Declared, declarations, questions, read_declarations
from expat.applications.hand_in import withdraw
from expat.applications.link import GOOD_FOR, make_link, opened, sign_alone
from expat.errors import BadInput, NotFound
from expat.plans.loader import plan
from tests.applications.applying import AT, CHILD, DAY, KEYS, MEMBER, SPOUSE, acting, filled, handed_in

EDITION = plan("expat-uno").on(DAY)


def said(signed_by: str = "Pierre Curie", **yes: str) -> Declared:
    return Declared("", {q: q in yes for q in questions(EDITION)}, yes, signed_by)


def test_a_spouse_signs_alone_and_the_medical_department_reads_it(session: Session) -> None:
    key = filled(session, MEMBER, SPOUSE)
    token = make_link(session, key, "p2", acting())
    assert opened(session, token, AT).person.name == "Pierre Curie"
    sign_alone(session, token, said(mental="Since 2020."), acting("link", hour=10), KEYS)
    assert declarations(session, EDITION, key)["p2"].alone
    assert not declarations(session, EDITION, key)["p1"].alone
    newest = read_declarations(session, key, KEYS, AT, "account:901")["p2"][-1]
    assert (newest["words"], newest["signed_by"]) == ({"mental": "Since 2020."}, "Pierre Curie")
    with pytest.raises(NotFound):  # it was used
        sign_alone(session, token, said(), acting("link", hour=11), KEYS)


def test_a_link_is_good_for_some_days_and_the_newest_alone(session: Session) -> None:
    key = filled(session, MEMBER, SPOUSE)
    first = make_link(session, key, "p2", acting())
    with pytest.raises(NotFound):
        opened(session, first, AT + GOOD_FOR)
    second = make_link(session, key, "p2", acting(hour=10))
    with pytest.raises(NotFound):
        opened(session, first, AT + timedelta(hours=2))
    assert opened(session, second, AT + timedelta(hours=2)).person.key == "p2"
    with pytest.raises(NotFound):
        opened(session, "guessed", AT)


@pytest.mark.parametrize("gone", ["person", "application"])
def test_a_link_to_who_is_no_longer_there_opens_nothing(session: Session, gone: str) -> None:
    key = filled(session, MEMBER, SPOUSE)
    token = make_link(session, key, "p2", acting())
    if gone == "person":
        remove_person(session, key, "p2", AT)
    else:
        withdraw(session, key, acting())
    with pytest.raises(NotFound):
        opened(session, token, AT)


def test_only_another_adult_gets_a_link_and_signs_with_the_own_name(session: Session) -> None:
    key = filled(session, MEMBER, SPOUSE, CHILD)
    for person in ("p1", "p3"):
        with pytest.raises(BadInput):
            make_link(session, key, person, acting())
    token = make_link(session, key, "p2", acting())
    with pytest.raises(BadInput) as wrong:
        sign_alone(session, token, said("Marie Curie"), acting("link", hour=10), KEYS)
    assert wrong.value.where == "signed_by"


def test_signed_again_after_it_was_handed_in_the_medical_department_looks_again(session: Session) -> None:
    key: Any = handed_in(session, MEMBER, SPOUSE)
    token = make_link(session, key, "p2", acting())
    sign_alone(session, token, said(), acting("link", hour=10), KEYS)
    assert application(session, key).id == key
    assert declarations(session, EDITION, key)["p2"].alone
