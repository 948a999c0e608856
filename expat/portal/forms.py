"""Forms: what was typed is kept, what is wrong is said beside the field, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import pycountry
from babel.numbers import NumberFormatError, parse_decimal
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput, TextInput

from expat.errors import BadInput
from expat.money import minor_units
from expat.periods import plausible
from expat.portal.work import language, speaks
from expat.wording import names
from expat.wording.catalogue import N_, message

NEEDED = N_("Please fill this in.")
WRONG_DAY = N_("Please give a date, such as {example}.")
WRONG_AMOUNT = N_("Please give an amount, such as {example}.")
WRONG_CHOICE = N_("Please choose one of the list.")
TOO_LONG = N_("This is too long: {most} characters at most.")

COMMON = ("EUR", "USD", "GBP", "CHF", "SGD", "CAD", "AED", "AUD", "JPY", "THB", "HKD", "CNY", "BRL", "MXN", "XOF")
# Metals, baskets and tests among the codes of ISO 4217: nobody is paid in them.
NO_MONEY = frozenset({"XAU", "XAG", "XPT", "XPD", "XTS", "XXX", "XDR", "XUA", "XBA", "XBB", "XBC", "XBD", "XSU"})


class Form(FlaskForm):
    """A form of the pages. What a verb refuses is put beside its field with `refuse`."""

    def refuse(self, wrong: BadInput, fields: dict[str, str] | None = None) -> None:
        """Show what a verb refused: beside the field that it names, or at the head of the form.

        `fields` says which field stands for which of the verb's, where the names differ.
        """
        name = wrong.where.rpartition(".")[2]
        field = (fields or {}).get(name, name)
        told = refusal_in_words(wrong)
        if field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, told]
        else:
            self.form_errors.append(told)


def refusal_in_words(wrong: BadInput) -> str:
    """What a verb refused, for a person: our sentence in the reader's language, and the exact words behind it."""
    say = speaks().say
    return say("This was not accepted ({detail}).", detail=f"{wrong.problem}; {wrong.expected}".strip("; "))


class Needed:
    """The field must be filled in; said in the reader's language."""

    field_flags = {"required": True}  # noqa: RUF012

    def __call__(self, _form: Any, field: Field) -> None:
        from wtforms.validators import StopValidation

        if field.errors:
            raise StopValidation
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation(speaks().say(NEEDED))


class AtMost:
    """So many characters at most."""

    def __init__(self, most: int) -> None:
        self.most, self.field_flags = most, {"maxlength": most}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data and len(field.data) > self.most:
            raise ValidationError(speaks().say(TOO_LONG, most=speaks().whole(self.most)))


class Typed(Field):
    """What somebody typed: what is around it is cut off, and no letter that databases refuse gets in."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0]).replace("\x00", "").strip()


class TextField(Typed, StringField):
    """A text of one line."""


class LongTextField(Typed, TextAreaField):
    """A text of several lines."""


class UnseenField(Typed, HiddenField):
    """What a form carries along unseen: anybody can send anything."""


class DayField(Field):
    """A calendar date, as the browser's own control gives it."""

    widget = DateInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        try:
            self.data = date.fromisoformat(str(valuelist[0]).strip())
            plausible(self.data, self.name)
        except (ValueError, BadInput):
            self.data = None
            raise ValueError(speaks().say(WRONG_DAY, example="2026-03-01")) from None


class AmountField(Field):
    """An amount as the reader's language writes it, or with a point; never a float."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        self.data = amount_of(str(valuelist[0]))
        if self.data is None:
            raise ValueError(speaks().say(WRONG_AMOUNT, example=speaks().amount(Decimal("1250.50"), "EUR")[:-4]))


def percent_of(text: str) -> Decimal | None:
    """A share above 0 that was typed in per cent, such as 25 for 0.25; None where it is none."""
    try:
        percent = amount_of(text.rstrip("% "))
    except InvalidOperation:
        return None
    return None if percent is None or not percent.is_finite() or percent <= 0 else percent / 100


def amount_of(text: str) -> Decimal | None:
    """The amount that somebody typed: 1,250.50 in English, 1 250,50 in French, 1250.50 in both; None for no amount."""
    spaceless = "".join(text.split())
    if len(spaceless) > 20 or not spaceless.isascii() or spaceless.strip("0123456789,.'"):
        return None
    plain = spaceless.replace("'", "")
    if plain.count(".") == 1 and "," not in plain and len(plain.partition(".")[2]) != 3:
        return _decimal(plain)
    if plain.count(",") == 1 and "." not in plain and len(plain.partition(",")[2]) != 3:
        return _decimal(plain.replace(",", "."))
    for locale in (speaks().locale, "en_GB", "de_DE"):
        try:
            return parse_decimal(plain, locale=locale, strict=True)
        except NumberFormatError:
            continue
    return None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text.strip(".") else None


class Choice(SelectField):
    """One of a list that follows the reader's language; made anew with each form."""

    def __init__(self, label: str | None = None, choices: Callable[[], Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, choices=choices, validate_choice=True, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return  # whether it is needed is for `Needed` to say
        known = {str(value) for _group, pairs in self._groups() for value, *_ in pairs}
        if str(self.data) not in known:
            raise ValidationError(speaks().say(WRONG_CHOICE))

    def _groups(self) -> Iterable[tuple[str, Sequence[Any]]]:
        if isinstance(self.choices, dict):
            return self.choices.items()
        return [("", self.choices or ())]


def countries() -> list[tuple[str, str]]:
    """Every country, by its name in the reader's language."""
    return list(_countries(language()))


@cache
def _countries(spoken: str) -> tuple[tuple[str, str], ...]:
    codes = [*(c.alpha_2 for c in pycountry.countries), "XK"]
    named = sorted((names.country(code, spoken), code) for code in codes)
    return (("", ""), *((code, name) for name, code in named))


def currencies() -> dict[str, list[tuple[str, str]]]:
    """Every currency that is in use, the usual ones first."""
    return {group: list(pairs) for group, pairs in _currencies(language())}


@cache
def _currencies(spoken: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    def named(code: str) -> tuple[str, str]:
        return code, f"{code} – {names.currency(code, spoken)}"

    others = [c.alpha_3 for c in pycountry.currencies if c.alpha_3 not in COMMON and _has_units(c.alpha_3)]
    usual, rest = message(spoken, N_("Usual")), message(spoken, N_("All others"))
    return ((usual, (("", ""), *map(named, COMMON))), (rest, tuple(map(named, sorted(others)))))


def _has_units(code: str) -> bool:
    try:
        minor_units(code)
    except BadInput:
        return False
    return code not in NO_MONEY
