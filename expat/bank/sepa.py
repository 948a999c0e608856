"""Where a payment in euros goes through the SEPA schemes.

schwifty's registry of IBANs says which countries belong to the area, with two corrections of ours after the
European Payments Council's list of countries (EPC409-09): those that joined of late, and the Pacific
territories, whose IBANs start with FR although they are outside the area.
"""

from __future__ import annotations

from datetime import date

from schwifty.registry import get_iban_spec

# First day on which their banks could take part: Serbia, National Bank of Serbia, 2026-05-05; the others, the
# European Payments Council's operational readiness of October 2025.
JOINED = {
    "AL": date(2025, 10, 7),
    "MD": date(2025, 10, 6),
    "ME": date(2025, 10, 6),
    "MK": date(2025, 10, 7),
    "RS": date(2026, 5, 5),
}
PACIFIC = {"NC", "PF", "WF"}
# In SEPA, but outside the European Economic Area: there a direct debit names the bank and the payer's address.
OUTSIDE_EEA = {"AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"}


def in_sepa(iban: str, bank_country: str | None, on: date) -> bool:
    """Whether an IBAN (no blanks; the bank's country if known) can take a payment through SEPA that day."""
    if bank_country in PACIFIC:
        return False
    country = iban[:2]
    joined = JOINED.get(country)
    return get_iban_spec(country).in_sepa_zone or (joined is not None and joined <= on)
