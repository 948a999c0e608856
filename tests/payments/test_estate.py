"""The estate of a member who died is paid once two people agree on its account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from expat.db import transaction
from expat.documents.tables import Document
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.membership.death import NewReport, report_death
from expat.payments.account_records import accounts_of, versions_of
from expat.payments.accounts import Account
from expat.payments.estate import (
    NewEstateAccount,
    confirm_estate,
    estates_of,
    record_estate,
    reject_estate,
    waiting_estates,
)
from expat.payments.tables import Payout
from expat.screening.holds import held_since
from expat.screening.lists import import_list
from expat.screening.reading import read
from tests.payments.insured import AT, FRENCH, SINGAPORE, insure
from tests.screening.lists import xml

PAPER = "a" * 64
LATER = AT + timedelta(days=1)
NOTARY = {"holder": "Maître Dubois", "iban": FRENCH.iban, "town": "Lyon", "country": "FR"}


def acting(who: str = "ines") -> Acting:
    return Acting(LATER.date(), LATER, ("ecb",), who)


@pytest.fixture
def bereaved(engine: Engine) -> int:
    """A membership whose member has died, with an account that was known before, and a notary's paper."""
    membership = insure(engine, "M-1", account=SINGAPORE)
    with transaction(engine) as session:
        session.add(Document(sha256=PAPER, media_type="application/pdf", size=1, stored_at=AT, key_id="k"))
        told = NewReport(AT.date(), "Charles, the husband", "Charles", "1 High Street", "en")
        report_death(session, membership, told, Acting(AT.date(), AT, ("ecb",), "ines"))
    return membership


def record(engine: Engine, membership: int, who: str = "ines", **more: str) -> int:
    new = NewEstateAccount({**NOTARY, **more}, "EUR", "notary", "deed.pdf", PAPER)
    with transaction(engine) as session:
        return record_estate(session, membership, new, acting(who))


def paid_to(engine: Engine, membership: int) -> Account | None:
    """Where a payout to the member would go."""
    with transaction(engine) as session:
        found = accounts_of(session, [Payout(id=1, membership_id=membership, payee="member", provider="")])
        return found[1].account if found else None


def test_coming_payouts_go_to_the_estate_once_a_second_person_confirms(engine: Engine, bereaved: int) -> None:
    key = record(engine, bereaved)
    assert paid_to(engine, bereaved) is None  # the member's own account holds no more, and this one not yet
    with pytest.raises(BadInput, match="recorded by you"), transaction(engine) as session:
        confirm_estate(session, key, acting())
    with transaction(engine) as session:
        done = confirm_estate(session, key, acting("luc"))
        assert confirm_estate(session, key, acting("luc")) == done  # pressed twice
        assert versions_of(session, bereaved)[0].id == done
        assert waiting_estates(session) == []
    found = paid_to(engine, bereaved)
    assert found is not None and found.holder == "Maître Dubois"


def test_the_account_that_the_member_had_can_be_the_estates(engine: Engine) -> None:
    membership = insure(engine, "M-2", account=Account(holder="Ada", iban=FRENCH.iban, town="Lyon", country="FR"))
    with transaction(engine) as session:
        session.add(Document(sha256=PAPER, media_type="application/pdf", size=1, stored_at=AT, key_id="k"))
        told = NewReport(AT.date(), "Charles", "Charles", "1 High Street", "en")
        report_death(session, membership, told, Acting(AT.date(), AT, ("ecb",), "ines"))
    key = record(engine, membership, holder="Ada")
    with transaction(engine) as session:
        confirm_estate(session, key, acting("luc"))
    assert paid_to(engine, membership) is not None


def test_what_is_rejected_is_not_paid_and_can_be_recorded_again(engine: Engine, bereaved: int) -> None:
    key = record(engine, bereaved)
    assert record(engine, bereaved) == key  # the form was sent twice
    with pytest.raises(Conflict, match="waits"):
        record(engine, bereaved, holder="Somebody Else")
    with pytest.raises(BadInput, match="missing"), transaction(engine) as session:
        reject_estate(session, key, " ", acting("luc"))
    with transaction(engine) as session:
        assert reject_estate(session, key, "the deed names another bank", acting("luc"))
        assert not reject_estate(session, key, "again", acting("luc"))
    with pytest.raises(Conflict, match="rejected"), transaction(engine) as session:
        confirm_estate(session, key, acting("luc"))
    again = record(engine, bereaved)
    with transaction(engine) as session:
        assert [one.id for one in estates_of(session, bereaved)] == [again, key]
    assert paid_to(engine, bereaved) is None


@pytest.mark.parametrize(
    ("values", "field"),
    [({"iban": "FR7630006000011234567890188"}, "iban"), ({"holder": ""}, "holder"), ({"country": "ZZ"}, "country")],
)
def test_the_account_is_checked_as_any_other(engine: Engine, bereaved: int, values: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as wrong:
        record(engine, bereaved, **values)
    assert wrong.value.where == field


def test_without_a_death_or_without_the_paper_there_is_nothing_to_record(engine: Engine, bereaved: int) -> None:
    alive = insure(engine, "M-3")
    with pytest.raises(BadInput, match="no death"):
        record(engine, alive)
    new = NewEstateAccount(NOTARY, "EUR", "notary", "deed.pdf", "b" * 64)
    with pytest.raises(BadInput, match="missing"), transaction(engine) as session:
        record_estate(session, bereaved, new, acting())
    with pytest.raises(NotFound), transaction(engine) as session:
        confirm_estate(session, 99, acting())


def test_a_holder_on_a_list_stops_the_payments_before_anything_is_confirmed(engine: Engine, bereaved: int) -> None:
    with transaction(engine) as session:
        import_list(session, read("eu.xml", xml()), AT, "ines")
    record(engine, bereaved, holder="Mount Doom Hospital")
    with transaction(engine) as session:
        assert held_since(session, [bereaved]) == {bereaved: LATER.date()}
