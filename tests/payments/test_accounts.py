"""What a member or an operator may type as a bank account."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expat.errors import BadInput
from expat.payments.accounts import Account, check_account

FRENCH: dict[str, str | None] = {
    "holder": " Zoë  Müller ",
    "iban": "fr76 3000 6000 0112 3456 7890 189",
    "street": "rue de la Paix",
    "building": "3",
    "postcode": "75002",
    "town": "Paris",
    "country": "fr",
}
SINGAPORE: dict[str, str | None] = {
    "holder": "Wang Xiaoming",
    "number": "012-345 678-9",
    "bic": "dbsssgsg",
    "bank_country": "sg",
    "town": "Singapore",
    "country": "SG",
    "iban": "",
    "street": None,
}
AMERICAN: dict[str, str | None] = {
    "holder": "Jane Doe",
    "number": "12345678",
    "clearing_system": "USABA",
    "clearing_member": "021000021",
    "bank_country": "US",
    "town": "Boston",
    "country": "US",
}


def _refused(values: dict[str, str | None], currency: str = "EUR") -> BadInput:
    with pytest.raises(BadInput) as refused:
        check_account(values, currency)
    assert refused.value.expected
    return refused.value


def test_an_iban_may_be_typed_with_blanks_and_small_letters() -> None:
    assert check_account(FRENCH, "EUR") == Account(
        holder="Zoë Müller",
        iban="FR7630006000011234567890189",
        street="rue de la Paix",
        building="3",
        postcode="75002",
        town="Paris",
        country="FR",
    )


def test_an_account_number_is_enough_where_there_is_no_iban() -> None:
    account = check_account(SINGAPORE, "SGD")
    assert (account.number, account.bic, account.bank_country) == ("0123456789", "DBSSSGSG", "SG")
    assert account.iban is None and account.street is None


def test_a_bank_may_be_named_by_its_national_clearing_code() -> None:
    assert check_account(AMERICAN, "USD").clearing == ("USABA", "021000021")


def test_a_bank_may_be_named_by_name_and_country() -> None:
    values = {**SINGAPORE, "bic": None, "bank_name": "Bank of the Islands"}
    assert check_account(values, "SGD").bank_name == "Bank of the Islands"


def test_a_bic_that_no_register_knows_is_taken() -> None:
    assert check_account({**SINGAPORE, "bic": "ZZZZSGZZ"}, "SGD").bic == "ZZZZSGZZ"


def test_an_account_in_kosovo_is_taken() -> None:
    values = {
        **FRENCH,
        "iban": "XK051212012345678906",
        "bic": "NLPRXKPR",
        "country": "XK",
        "town": "Pristina",
    }
    assert check_account(values, "EUR").bic == "NLPRXKPR"


@pytest.mark.parametrize("field", ["holder", "town", "country", "iban"])
def test_what_is_needed_is_asked_for(field: str) -> None:
    for missing in (None, "", "  "):
        assert _refused({**FRENCH, field: missing}).where == field


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"iban": "FR76 3000 6000 0112 3456 7890 188"}, "iban"),
        ({"iban": "FR76"}, "iban"),
        ({"iban": "ZZ7630006000011234567890189"}, "iban"),
        ({"bic": "AGRIFRP"}, "bic"),
        ({"bic": "AGRIZZPP"}, "bic"),
        ({"number": "123"}, "number"),
        ({"country": "France"}, "country"),
        ({"country": "ZZ"}, "country"),
        ({"bank_country": "ZZ"}, "bank_country"),
        ({"holder": "王小明"}, "holder"),
        ({"town": "Москва"}, "town"),
        ({"street": "北京路"}, "street"),
        ({"postcode": "12345678901234567"}, "postcode"),
        ({"building": "12345678901234567"}, "building"),
        ({"clearing_system": "USABA"}, "clearing_member"),
        ({"clearing_member": "021000021"}, "clearing_system"),
        ({"clearing_system": "XXXXX", "clearing_member": "1"}, "clearing_system"),
        ({"clearing_system": "USABA", "clearing_member": "021000022"}, "clearing_member"),
        ({"clearing_system": "INFSC", "clearing_member": "HDFC1000123"}, "clearing_member"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(change: dict[str, str | None], where: str) -> None:
    assert _refused({**FRENCH, **change}).where == where


def test_a_refusal_does_not_repeat_the_whole_iban() -> None:
    assert "11234567890" not in str(_refused({**FRENCH, "iban": "FR7630006000011234567890188"}))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"bic": None}, "bic"),
        ({"bank_country": None}, "bank_country"),
        ({"number": "12 34 $"}, "number"),
        ({"number": "1" * 35}, "number"),
        ({"bank_country": "DE"}, "iban"),
        ({"bank_country": "AE"}, "iban"),
    ],
)
def test_an_account_number_needs_its_bank_and_a_country_without_iban(change: dict[str, str | None], where: str) -> None:
    assert _refused({**SINGAPORE, **change}, "SGD").where == where


def test_an_iban_paid_outside_sepa_needs_a_bic_unless_the_bank_is_known() -> None:
    saudi = {**FRENCH, "iban": "SA0380000000608010167519"}
    assert _refused(saudi, "SAR").where == "bic"
    assert check_account({**saudi, "bic": "RJHISARI"}, "SAR").bic == "RJHISARI"
    assert check_account(FRENCH, "USD").bic is None


@pytest.mark.parametrize("currency", ["", "eur", "XYZ", "BGN"])
def test_a_currency_that_is_not_in_use_is_refused(currency: str) -> None:
    assert _refused(FRENCH, currency).where == "currency"


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*FRENCH, *SINGAPORE, "clearing_system", "clearing_member", "bank_name"]),
        st.one_of(st.none(), st.text("aZ9 é王-/", max_size=40), st.sampled_from(["FR", "USABA", "021000021"])),
    )
)
def test_whatever_is_typed_is_an_account_or_a_clear_refusal(values: dict[str, str | None]) -> None:
    try:
        assert isinstance(check_account({**FRENCH, **values}, "EUR"), Account)
    except BadInput as refused:
        assert refused.where and refused.problem
