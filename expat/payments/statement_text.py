"""A statement as plain text, at most 72 columns wide: for a terminal, a telephone, a file."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from expat.money import EUR
from expat.payments.notice import Notice
from expat.payments.statement import Statement
from expat.payments.statement_balances import CeilingLeft
from expat.payments.statement_lines import Care
from expat.payments.statement_parts import Part
from expat.places import shipped
from expat.wording.contract import in_contract
from expat.wording.voice import Voice, voice

WIDTH = 72


def as_text(told: Statement | Notice) -> str:
    """A statement, or the notice of a claim, as text in its language."""
    template = _template("notice.txt" if isinstance(told, Notice) else "statement.txt")
    lines = template.render(s=told, EUR=EUR, **_words(voice(told.language))).splitlines()
    return "\n".join(line.rstrip(" ") for line in lines) + "\n"


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(shipped("templates") / "statement"),
        autoescape=select_autoescape(("html",)),  # this one is text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fill"] = fill
    return environment.get_template(name)


def _words(speaks: Voice) -> dict[str, Callable[..., Any]]:
    def days(care: Care) -> str:
        if care.first_day == care.last_day:
            return speaks.day(care.first_day)
        return speaks.period(care.first_day, care.last_day)

    def left(one: CeilingLeft) -> str:
        if one.ceiling is None or one.left is None:
            return row(one.name, speaks.say("no ceiling of its own"), 3)
        return row(one.name, speaks.say("{left} of {ceiling}", left=speaks.amount(one.left, EUR),
                                        ceiling=speaks.amount(one.ceiling, EUR)), 3)  # fmt: skip

    return {
        "say": speaks.say, "day": speaks.day, "amount": speaks.amount, "number": speaks.rate, "days": days,
        "period": lambda span: speaks.period(*span), "left": left, "row": row, "heading": heading,
        "set_off": lambda one, currency: set_off_in_words(one, currency, speaks),
        "in_contract": lambda article: in_contract(article, speaks.language),
    }  # fmt: skip


def set_off_in_words(one: Part, currency: str, speaks: Voice) -> str:
    """What was set off, against which decision, and what of it is left; in both currencies where they differ."""
    left = speaks.amount(one.remains, one.currency)
    if one.currency == currency:
        return speaks.say("Set off against what we asked back (R{key}); {left} is left", key=one.recovery, left=left)
    return speaks.say(
        "Set off against what we asked back (R{key}), as {amount}; {left} is left", key=one.recovery,
        amount=speaks.amount(one.moved, one.currency), left=left,
    )  # fmt: skip


def heading(text: str) -> str:
    """A section's title, underlined."""
    return f"{text}\n{'-' * WIDTH}"


def fill(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """A paragraph within the width; only plain spaces break."""
    later = " " * (indent if hanging is None else hanging)
    return textwrap.fill(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=later, break_on_hyphens=False,
        break_long_words=False,
    )  # fmt: skip


def row(label: str, value: str, indent: int = 0) -> str:
    """A label and, at the right edge, its value; on a line of its own where both do not fit."""
    space = WIDTH - indent - len(label) - len(value)
    if space >= 2:
        return f"{' ' * indent}{label}{' ' * space}{value}"
    return f"{fill(label, indent, indent + 2)}\n{value:>{WIDTH}}"
