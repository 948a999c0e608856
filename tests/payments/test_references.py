"""The reference of a payout at the bank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expat.payments.references import end_to_end_id, payout_of


@given(st.integers(1, 2**63 - 1))
def test_a_reference_finds_its_payout(payout: int) -> None:
    reference = end_to_end_id(payout)
    assert payout_of(f" {reference.lower()} ") == payout
    assert len(reference) <= 35


@given(st.integers(1, 10**12), st.data())
def test_a_mistyped_reference_finds_no_payout(payout: int, data: st.DataObject) -> None:
    reference = end_to_end_id(payout)
    place = data.draw(st.integers(0, len(reference) - 1))
    mistyped = reference[:place] + data.draw(st.sampled_from("0123456789-AO")) + reference[place + 1 :]
    swapped = _swap(reference, max(place - 1, 0))
    assert all(payout_of(other) is None for other in (mistyped, swapped) if other != reference)


def _swap(text: str, place: int) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


@pytest.mark.parametrize("reference", ["", "EXP", "EXP1-01", "NOTPROVIDED", "EXP0000000000-98", "EXP٠٠٠٠٠٠١٢٣٤-82"])
def test_a_reference_of_others_finds_no_payout(reference: str) -> None:
    assert payout_of(reference) is None


def test_a_payout_without_number_has_no_reference() -> None:
    with pytest.raises(ValueError, match="above zero"):
        end_to_end_id(0)
