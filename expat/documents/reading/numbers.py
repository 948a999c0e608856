"""Numbers as the world writes them, read by rule: 1,234.56; 1.234,56; 1 234,56; 1'234.50; 1,23,456; 120.000; 45,-."""

from __future__ import annotations

import re
from decimal import Decimal

from expat.money import minor_units

MOST_DIGITS = 12
WRITTEN = r"""
    \d{1,3} (?P<group>[ .,'·]) \d{3} (?: (?P=group)\d{3} )* (?: [.,] \d{1,3} (?!\d) )?   # in threes
  | \d{1,2} (?: ,\d{2} )+ ,\d{3} (?: \.\d{1,2} )?                                        # lakhs and crores
  | \d+ (?: [.,] \d{1,3} (?!\d) )?
"""
"""A number in a verbose pattern; what comes before and after is for who uses it to say."""

_SEPARATORS = re.compile(r"[ .,'·]")


def readings(written: str, currency: str | None = None) -> tuple[Decimal, ...]:
    """What a written number may mean, the likeliest first, with no more decimals than the currency has.

    Nothing where it can be no sum of that currency. A point or comma before three digits parts thousands, unless the
    currency has thousandths.
    """
    text = written.strip()
    if sum(c.isdigit() for c in text) > MOST_DIGITS:
        return ()
    found = [Decimal(plain) for plain in _plain(text, currency)]
    return tuple(dict.fromkeys(value for value in found if _fits(value, currency)))


def at_scale(value: Decimal, currency: str) -> Decimal:
    """The sum with the currency's own number of decimals."""
    return value.quantize(Decimal(1).scaleb(-minor_units(currency)))


def _plain(text: str, currency: str | None) -> list[str]:
    """The number with a point before its decimals and nothing else."""
    marks = _SEPARATORS.findall(text)
    if not marks:
        return [text]
    head, mark, tail = _last(text)
    digits = _SEPARATORS.sub("", head)
    whole, parted = digits + tail, f"{digits}.{tail}"
    if mark in " '·" or (len(marks) > 1 and set(marks) == {mark}):
        return [whole]
    if len(tail) != 3:
        return [parted]
    if len(marks) > 1 and set(marks[:-1]) != {mark}:  # 1 234,500 or 1.234,500
        return [parted, whole] if _decimals(currency) in (None, 3) else [whole]
    if head.lstrip("0") == "":
        return [parted]
    return [parted, whole] if _decimals(currency) == 3 else [whole, parted] if currency is None else [whole]


def _last(text: str) -> tuple[str, str, str]:
    place = max(text.rfind(mark) for mark in " .,'·")
    return text[:place], text[place], text[place + 1 :]


def _decimals(currency: str | None) -> int | None:
    return None if currency is None else minor_units(currency)


def _fits(value: Decimal, currency: str | None) -> bool:
    most = 3 if currency is None else minor_units(currency)
    return value == value.quantize(Decimal(1).scaleb(-most))
