"""A language's voice: messages with their values, and dates, amounts, rates and lists as the language writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from expat.money import minor_units
from expat.periods import FOREVER
from expat.wording.catalogue import NARROW, WIDE, counted, known, message

_LOCALES = {"en": "en_GB", "fr": "fr_FR"}
_BEFORE_NAME = re.compile(r"\b([Dd]|[Qq]u)e (\{(?:name|who|holder|person|member)\})")
# Not before an H, which may be aspirated, nor before a Y that is a consonant, as in Yasmine.
_VOWEL = re.compile(r"[AEIOU]|Y(?![AEIOU])")


@lru_cache(maxsize=4096)  # a page says the same days and amounts again and again
def _day(day: date, language: str) -> str:
    text = format_date(day, "long", locale=_LOCALES[language])
    if language == "fr" and day.day == 1:
        text = text.replace("1", "1er", 1)
    return text.replace(" ", WIDE)


@lru_cache(maxsize=4096)
def _number(value: Decimal, decimals: int, language: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, pattern, locale=_LOCALES[language]))


class Voice:
    """What is said in one language. Values are put into messages as given: dates and amounts are formatted before."""

    def __init__(self, language: str) -> None:
        self.language = known(language)
        self.locale = Locale.parse(_LOCALES[language])

    def say(self, text: str, /, **values: object) -> str:
        """A message with its values; in French, `de` and `que` lose their e before a name with a vowel: d’Ève."""
        said = message(self.language, text)
        if self.language == "fr":
            said = _BEFORE_NAME.sub(lambda found: _elided(found, values), said)
        return said.format(**values)

    def plural(self, one: str, many: str, n: int) -> str:
        """A message that counts, such as `{n} days`."""
        return counted(self.language, one, many, n).format(n=self.whole(n))

    def day(self, day: date) -> str:
        """A date in full: 1 September 2026, 1er septembre 2026."""
        return _day(day, self.language)

    def period(self, first: date, last: date) -> str:
        """Days from the first to the last, both included, or from the first on."""
        if last == FOREVER:
            return self.say("from {first} on", first=self.day(first))
        return self.say("from {first} to {last}", first=self.day(first), last=self.day(last))

    def whole(self, n: int) -> str:
        """A whole number."""
        return str(format_decimal(n, "#,##0", locale=self.locale))

    def amount(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency's own number of decimals (ISO 4217's, UNO-FX-6) and its code."""
        return f"{self._decimal(amount, minor_units(currency))}{WIDE}{currency}"

    def rate(self, value: Decimal) -> str:
        """An exchange rate with all its digits."""
        return self._decimal(value, _decimals(value))

    def percent(self, share: Decimal) -> str:
        """A share of one as a percentage."""
        value = share * 100
        space = NARROW if self.language == "fr" else ""
        return self._decimal(value, _decimals(value.normalize())) + space + "%"

    def several(self, items: Iterable[str], style: str = "standard") -> str:
        """A list in words, with `and`, or with `or` where the style is that."""
        found: Sequence[str] = list(items)
        return str(format_list(found, style=style, locale=self.locale))  # type: ignore[arg-type]

    def _decimal(self, value: Decimal, decimals: int) -> str:
        return _number(value, decimals, self.language)


def _elided(found: re.Match[str], values: Mapping[str, object]) -> str:
    name = unicodedata.normalize("NFD", str(values.get(found[2][1:-1], ""))).upper()
    plain = "".join(sign for sign in name if not unicodedata.combining(sign)).replace("Œ", "OE").replace("Æ", "AE")
    return f"{found[1]}’{found[2]}" if _VOWEL.match(plain) else found[0]


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@cache
def voice(language: str) -> Voice:
    """The voice of a language. Raises BadInput for one that Expat does not speak."""
    return Voice(language)


def inside(name: str) -> str:
    """A name as it stands inside a sentence: without its capital, unless it is an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
