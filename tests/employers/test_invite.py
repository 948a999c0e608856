"""An announced joiner is invited by mail, applies, and the employer sees how far it is and nothing of health."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from expat.accounts.open import account_of, open_account
from expat.applications.begin import application, save_step
from expat.applications.conclude import conclude
from expat.applications.decide import Decision, decide
from expat.applications.hand_in import hand_in as apply
from expat.applications.hand_in import withdraw
from expat.db import table_of, transaction
from expat.employers.announce import confirm, hand_in
from expat.employers.deal import step_joiner
from expat.employers.invite import application_of, invite, note_concluded, to_invite
from expat.employers.listing import announced, covered_by, open_joiners, payer_of
from expat.errors import BadInput, Conflict
from expat.mail.tables import OutgoingMail
from tests.applications.applying import CHILD, acting, filled, sign
from tests.applications.applying import KEYS as SEALS
from tests.applications.applying import MEMBER as MARIE
from tests.applications.test_path import CASHIER, DOCTOR, due
from tests.employers.files import AT, KEYS, MEMBER, SPOUSE, TODAY, csv_of, employ

BASE = "https://expat.example"
LEA = MEMBER | {"first_name": "Marie", "last_name": "Curie", "born": "1990-11-07"}
MAX = SPOUSE | {"last_name": "Curie"}


def announce(session: Session, employer: int, *rows: dict[str, Any]) -> tuple[int, list[int]]:
    """The file's key, and those of its joiners."""
    upload = hand_in(session, employer, "people.csv", csv_of(rows), KEYS, TODAY, AT, "account:1").upload
    assert upload is not None
    confirm(session, employer, upload, KEYS, TODAY, AT, "account:1")
    return upload, [row.id for row in announced(session, [upload])[0]]


def states(session: Session, upload: int) -> list[str]:
    return [row.state for row in announced(session, [upload])[0]]


def test_an_invitation_opens_an_application_that_knows_what_the_employer_gave(engine: Engine) -> None:
    employer = employ(engine)
    with transaction(engine) as session:
        upload, (lea, _max) = announce(session, employer, LEA, MAX)
        assert to_invite(session) == [lea] and states(session, upload) == ["announced", "announced"]
        assert [invite(session, lea, acting(), BASE) for _twice in range(2)] == [True, False]
        assert to_invite(session) == [] and states(session, upload) == ["invited", "invited"]
        mail = session.execute(select(table_of(OutgoingMail))).one()
        assert mail.to_address == "lea.martin@corp.example" and f"{BASE}/password/" in mail.body
        assert "CORP" in mail.body
        row = application(session, application_of(session, lea) or 0)
        known = row.content["announced"]
        assert (known["country"], known["formula"], known["desired"]) == ("SG", "3", "2026-04-01")
        assert [(one["role"], one["first_name"]) for one in known["people"]] == [("member", "Marie"), ("spouse", "Max")]
        account = account_of(session, "lea.martin@corp.example")
        assert account is not None and account.roles == "applicant" and account.password_hash is None


def test_the_employer_sees_applying_then_insured_and_pays_from_the_first_day(engine: Engine) -> None:
    employer = employ(engine)
    with transaction(engine) as session:
        upload, (lea,) = announce(session, employer, LEA)
        invite(session, lea, acting(), BASE)
        account = account_of(session, "lea.martin@corp.example")
        assert account is not None
        key = filled(session, MARIE, CHILD._replace(key="p2"), account=account.id)
        assert key == application_of(session, lea)
        assert states(session, upload) == ["applying"]
        sign(session, key, MARIE, hospital="An operation.")
        apply(session, key, acting(), "Expat Test", "en")
        decide(session, key, Decision("accept", "seen"), acting(DOCTOR), SEALS)
        assert states(session, upload) == ["applying"]
        done = conclude(session, key, due(session, key), acting(CASHIER), SEALS)
        note_concluded(session, key, done.membership, done.number, done.effect, acting(CASHIER))
        assert states(session, upload) == ["joined"] and open_joiners(session, employer) == []
        assert payer_of(session, done.membership).id == employer  # type: ignore[union-attr]
        assert covered_by(session, employer)[done.membership].since == done.effect


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_who_is_refused_and_who_withdraws_look_alike_to_the_employer(engine: Engine, end: str) -> None:
    employer = employ(engine)
    with transaction(engine) as session:
        upload, (lea,) = announce(session, employer, LEA)
        invite(session, lea, acting(), BASE)
        account = account_of(session, "lea.martin@corp.example")
        assert account is not None
        key = filled(session, account=account.id)
        if end == "withdrawn":
            withdraw(session, key, acting())
        else:
            apply(session, key, acting(), "Expat Test", "en")
            decide(session, key, Decision("refuse", "a heart of glass"), acting(DOCTOR), SEALS)
        assert states(session, upload) == ["declined"]
        assert open_joiners(session, employer) == []
        row = announced(session, [upload])[0][0]
        assert "glass" not in str(row)


def test_who_is_insured_or_has_another_account_is_left_to_the_management_unit(engine: Engine) -> None:
    employer = employ(engine)
    ada = LEA | {"first_name": "Ada", "last_name": "Lovelace E-200", "born": "1985-05-02", "family": "2"}
    boss = LEA | {"first_name": "Zoé", "email": "boss@corp.example", "family": "3"}
    with transaction(engine) as session:
        open_account(session, "boss@corp.example", "Zoé Curie", "fr", ["employer"], AT, "test")
        _upload, (insured, other, child) = announce(
            session, employer, ada, boss, LEA | {"family": "4", "first_name": "Ève"}
        )
        for key, where in ((insured, "insured"), (other, "account")):
            with pytest.raises(Conflict) as wrong:
                invite(session, key, acting(), BASE)
            assert wrong.value.where == where
        step_joiner(session, child, "withdrawn", "she stays in France", acting())
        with pytest.raises(BadInput):
            invite(session, child, acting(), BASE)


def test_what_the_joiner_says_counts_and_what_the_employer_gave_stays_as_it_was(engine: Engine) -> None:
    employer = employ(engine)
    with transaction(engine) as session:
        upload, (lea,) = announce(session, employer, LEA)
        invite(session, lea, acting(), BASE)
        key = application_of(session, lea) or 0
        before = application(session, key).content["announced"]
        save_step(session, key, "choice", {"formula": "4", "zone": "C", "frequency": "yearly"}, AT)
        row = application(session, key)
        assert row.content["announced"] == before and row.content["choice"]["formula"] == "4"
        assert states(session, upload) == ["applying"]
