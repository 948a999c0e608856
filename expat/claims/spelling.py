"""Names whatever their capitals and accents: how they are compared, and a pattern that finds them in a database."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import cache

_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss"}
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i"}  # accents that Unicode takes for letters
_SCRIPTS = (range(0x41, 0x530), range(0x1E00, 0x2000))  # Latin, Greek, Cyrillic
_MARKS = "[\u0300-\u036f]*"


def folded(text: str) -> str:
    """A name as it is compared: without capitals, accents, ligatures and what stands between its words."""
    letters = "".join(_letter(c) for c in unicodedata.normalize("NFKD", text))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


def _letter(c: str) -> str:
    if unicodedata.combining(c):
        return ""
    plain = c.casefold()
    return _LIGATURES.get(plain) or _LETTERS.get(plain) or plain


@cache
def _forms() -> dict[str, str]:
    """For each letter every way to write it, with accents and capitals."""
    found: dict[str, str] = defaultdict(str)
    for c in (chr(code) for script in _SCRIPTS for code in script):
        if c.isalpha():
            found[folded(c)] += c
    return found


def pattern(word: str) -> str:
    """A regular expression, as both databases read it, for a folded word with whatever accents and capitals.

    >>> import re
    >>> bool(re.search(pattern("zoe"), "ZOË")), bool(re.search(pattern("coeur"), "Cœur"))
    (True, True)
    """
    parts, i = [], 0
    while i < len(word):
        pair = word[i : i + 2]
        apart = "".join(_one(c) for c in pair)
        parts.append(f"(?:{apart}|{_one(pair)})" if pair in _LIGATURES.values() else _one(word[i]))
        i += 2 if pair in _LIGATURES.values() else 1
    return "".join(parts)


def _one(letter: str) -> str:
    return f"[{_forms().get(letter, letter)}]{_MARKS}"
