"""A premium's reference comes back however it was typed, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expat.bank.reference import (
    check_creditor_reference,
    premium_of,
    premium_reference,
    premiums_named,
    printed,
)
from expat.errors import BadInput

PREMIUMS = st.integers(1, 10**9 - 1)
BREAKS = st.sampled_from(["", "", " ", "  ", "\n", "-", ".", "/", " - ", "\u00a0", "\t"])


@given(PREMIUMS)
def test_a_reference_is_one_of_iso_11649_and_names_its_premium(premium: int) -> None:
    reference = premium_reference(premium)
    assert check_creditor_reference(reference) == reference
    assert len(reference) == 16
    assert premium_of(reference) == premium_of(printed(reference).lower()) == premium


@given(PREMIUMS, st.integers(2, 15), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_no_reference(premium: int, place: int, digit: str) -> None:
    reference = premium_reference(premium)
    wrong = reference[:place] + digit + reference[place + 1 :]
    if wrong != reference:
        assert premium_of(wrong) is None
        assert premiums_named(f"prime {wrong} merci") == ()


@given(PREMIUMS, st.lists(BREAKS, min_size=15, max_size=15), st.booleans())
def test_a_reference_broken_anywhere_is_found(premium: int, breaks: list[str], small: bool) -> None:
    reference = premium_reference(premium)
    broken = reference[0] + "".join(b + c for b, c in zip(breaks, reference[1:], strict=True))
    assert premiums_named(f"Prime Mme Müller: {broken.lower() if small else broken}; merci") == (premium,)


@given(st.lists(PREMIUMS, min_size=1, max_size=5, unique=True), st.sampled_from([" ", ", ", " et ", "\n", "+"]))
def test_every_reference_of_a_text_is_found_in_its_order(premiums: list[int], between: str) -> None:
    text = between.join(map(premium_reference, premiums))
    assert premiums_named(text, text) == tuple(premiums)


def test_a_reference_may_touch_words_but_not_another_digit() -> None:
    reference = premium_reference(1234)
    assert premiums_named(f"REF{reference}MERCI") == (1234,)
    assert premiums_named(f"2026{reference} 2026-11-20") == (1234,)
    assert premiums_named(f"{reference}5") == ()


def test_nothing_is_guessed() -> None:
    reference = premium_reference(1230)
    assert premiums_named(reference.replace("0", "O"), reference[:-1], reference[2:]) == ()


def test_the_references_of_others_are_not_ours() -> None:
    assert check_creditor_reference("RF18 5390 0754 7034") == "RF18539007547034"
    assert premium_of("RF18539007547034") is None
    assert premiums_named("RF18 5390 0754 7034") == ()


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    assert premiums_named(text) == ()


@pytest.mark.parametrize("text", ["", "RF", "RF00PRM000001234", "18RF539007547034", "RF18" + "5" * 30, "RF٣٣123"])
def test_what_is_no_creditor_reference_is_told(text: str) -> None:
    with pytest.raises(BadInput, match="creditor reference"):
        check_creditor_reference(text)


@pytest.mark.parametrize("premium", [0, -1, 10**9])
def test_a_number_that_does_not_fit_is_a_bug(premium: int) -> None:
    with pytest.raises(ValueError, match="at most 9 digits"):
        premium_reference(premium)
