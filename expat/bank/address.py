"""Where somebody lives, as bank files carry it: structured, in the characters that every bank takes."""

from __future__ import annotations

from typing import Protocol

from expat.bank.codes import check_country
from expat.bank.latin import latin, latin_needed
from expat.errors import BadInput

LETTERS = 16  # of a building's number, and of a postcode


class Address(Protocol):
    """Town and country are needed; the country is an ISO 3166 code of two letters, or XK."""

    @property
    def town(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def street(self) -> str | None: ...
    @property
    def building(self) -> str | None: ...
    @property
    def postcode(self) -> str | None: ...


def check_address(address: Address) -> None:
    """Raise BadInput naming the part of the address that no bank would take."""
    latin_needed(address.town, "town", "the town that the holder lives in")
    check_country("country", address.country)
    latin(address.street or "", "street")
    for field, text in (("building", address.building), ("postcode", address.postcode)):
        written = latin(text or "", field)
        if len(written) > LETTERS:
            raise BadInput(
                field, f"{written!r} is too long", f"at most {LETTERS} characters; the street has its own field"
            )
