"""The operator as letters show it: name, address, and how to reach it. What is not set is left out."""

from __future__ import annotations

from dataclasses import dataclass

from expat.settings import TIME_ZONE, Settings
from expat.wording import names


@dataclass(frozen=True, slots=True)
class Operator:
    """Who writes. `country` is an ISO 3166-1 code, `base_url` the address of the web pages, without a last slash.

    Instants turn into the days of letters by the clock of `time_zone`.
    """

    base_url: str
    name: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    time_zone: str = TIME_ZONE

    def address(self, language: str) -> list[str]:
        """The postal address, line by line."""
        country = names.country(self.country, language) if self.country else ""
        lines = [self.street, f"{self.postcode} {self.town}".strip(), country]
        return [line for line in lines if line]


def from_settings(settings: Settings) -> Operator:
    """The operator of the settings."""
    fields = ("name", "street", "postcode", "town", "country", "email", "phone")
    known = {field: getattr(settings, f"operator_{field}") or "" for field in fields}
    return Operator(settings.base_url.rstrip("/"), **known, time_zone=settings.time_zone)
