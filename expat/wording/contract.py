"""How the contract is quoted. Its headings are French, and stay so in whatever language is spoken around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expat.wording.voice import voice

_BY_CARE = ("UNO-APP-2", "UNO-APP-3")  # the contract has a heading of its own for each kind of care


def in_contract(heading: str, language: str) -> str:
    """A heading, and that it is the contract's."""
    return heading.join(around_heading(language))


def as_set(text: str) -> str:
    """What the contract's figures say in French, with the apostrophes that it is set with."""
    return text.replace("'", "’")


def around_heading(language: str) -> tuple[str, str]:
    """What is said before a heading and after it, for who marks the heading as French."""
    before, after = voice(language).say('In the French contract: "{article}"', article="\0").split("\0")
    return before, after


def heading_of(step: Mapping[str, Any]) -> str:
    """The contract's heading for a step of a kept trace; of a missing approval the one on that kind of care."""
    if step["rule"] in _BY_CARE:
        for name, _value, *cited in step["figures"]:
            if name.startswith("care.") and name.endswith(".approval") and len(cited) > 1:
                return str(cited[1])
    return str(step["heading"])
