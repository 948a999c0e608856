"""The words that stand beside the figures of an invoice, in many languages, found whatever their case and accents."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent

# Where a word is of two kinds, the first one named here holds.
SUMS = ("due", "sub", "discount", "insurer", "balance", "paid", "tax", "total", "including", "amount")
DAYS = ("birth", "payable", "printed", "other", "care", "issued")
NUMBERS = ("paper", "other_number", "number")
NAMES = ("place", "issuer", "patient", "nobody")

_WORD = re.compile(r"[^\W\d_]+|\d+")
# Scripts that are written without spaces between words, and Korean, whose words take endings: sign by sign.
_SIGN_BY_SIGN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "KATAKANA-HIRAGANA")
_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "°": "o"})


class Label(NamedTuple):
    """Words of a kind, and where they stand in the text."""

    kind: str
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


class _Token(NamedTuple):
    key: str
    start: int
    end: int


class Lexicon:
    """Words by kind, which are looked for in a text: the longest that fits holds."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._kinds: dict[str, str] = {}
        for kind, entries in words.items():
            for entry in entries:
                self._kinds.setdefault("".join(token.key for token in _tokens(entry)), kind)
        self._starts = {key[:size] for key in self._kinds for size in range(1, len(key) + 1)}

    def find(self, text: str) -> list[Label]:
        """Every word of the lexicon in the text, from left to right, none inside another."""
        tokens, found, place = _tokens(text), [], 0
        while place < len(tokens):
            last = self._longest(tokens, place)
            if last is None:
                place += 1
                continue
            kind, after = last
            found.append(Label(kind, tokens[place].start, _whole(text, tokens[after - 1].end)))
            place = after
        return found

    def _longest(self, tokens: Sequence[_Token], place: int) -> tuple[str, int] | None:
        key, found = "", None
        for after in range(place, len(tokens)):
            key += tokens[after].key
            if key not in self._starts:
                break
            if key in self._kinds:
                found = self._kinds[key], after + 1
        return found


def _whole(text: str, end: int) -> int:
    """The end of a word with the marks over its last letter."""
    while end < len(text) and unicodedata.category(text[end]) == "Mn":
        end += 1
    return end


@cache
def lexicon(kinds: tuple[str, ...]) -> Lexicon:
    """The words of these kinds, of all languages."""
    languages = [words for name, words in data("words").items() if name != "within"]
    return Lexicon({kind: [word for words in languages for word in words.get(kind, ())] for kind in kinds})


@cache
def within_words(kind: str) -> tuple[str, ...]:
    """Parts of words that tell the kind, in languages that write several words as one."""
    return tuple(_bare(part) for part in data("words")["within"][kind])


@cache
def data(name: str) -> dict[str, Any]:
    """One of this folder's tables."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def folded(text: str) -> str:
    """A text as words are compared: small letters without accents or punctuation, one space between words."""
    return " ".join(token.key for token in _tokens(text))


def _tokens(text: str) -> list[_Token]:
    return list(_split(text))


def _split(text: str) -> Iterator[_Token]:
    for word in _WORD.finditer(text.replace("°", "o")):
        if word[0].isascii():
            yield _Token(word[0].lower(), word.start(), word.end())
        elif any(unicodedata.name(sign, "").startswith(_SIGN_BY_SIGN) for sign in word[0]):
            yield from (_Token(_bare(sign), word.start() + i, word.start() + i + 1) for i, sign in enumerate(word[0]))
        else:
            yield _Token(_bare(word[0]), word.start(), word.end())


@cache
def _bare(word: str) -> str:
    """Without accents, in small letters."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(c for c in parts if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", letters).translate(_LETTERS)
