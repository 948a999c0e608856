"""How alike two names are: folded to plain small letters, words in any order. Pure but for its figures.

Letters are brought to Latin ones by taking accents away; names that are written in another script are compared only
with names of that script. The lists give nearly every name in Latin letters too.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from expat.screening.likeness import likeness

PERSON = "person"
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "'": None, "’": None}
)
_WORD = re.compile(r"[^\W_]+")


class Listed(NamedTuple):
    """A name of a list: whose it is (`entity`), person or enterprise, folded, and what is known of the births."""

    entity: str
    subject: str
    name: str
    folded: str
    births: tuple[str, ...] = ()


class Match(NamedTuple):
    """A listed name that resembles another, and how much, of 100."""

    listed: Listed
    score: int


def folded(name: str) -> str:
    """A name as it is compared: small letters without accents or signs, its words in order of the alphabet."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(sorted(_WORD.findall(bare)))


class Index:
    """The names of the lists, found by any of their words."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._by_word: dict[str, list[Listed]] = defaultdict(list)
        for one in listed:
            for word in set(one.folded.split()):
                self._by_word[word].append(one)
        self._words: Sequence[str] = list(self._by_word)
        self._near = lru_cache(maxsize=50_000)(self._near_words)

    def matches(self, name: str, born: date | None, persons_alone: bool = True) -> list[Match]:
        """The listed people (or enterprises) whose name is near, one name of each, but for whom the birth rules out."""
        asked, best, near = folded(name), dict[str, Match](), likeness().near
        words = asked.split()
        if not words:
            return []
        for one in self._candidates(words):
            if (persons_alone and one.subject != PERSON) or not can_be(born, one.births):
                continue
            score = alike(asked, one.folded)
            if score >= near and (one.entity not in best or score > best[one.entity].score):
                best[one.entity] = Match(one, score)
        return sorted(best.values(), key=lambda match: (-match.score, match.listed.entity))

    def _candidates(self, words: Sequence[str]) -> set[Listed]:
        """Names that share near words: two of them, or the only one that either has."""
        shared: dict[Listed, int] = defaultdict(int)
        for word in words:
            for listed in {one for near in self._near(word) for one in self._by_word[near]}:
                shared[listed] += 1
        return {one for one, n in shared.items() if n >= min(2, len(words), len(one.folded.split()))}

    def _near_words(self, word: str) -> tuple[str, ...]:
        cutoff = likeness().near_word
        found = process.extract(word, self._words, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
        return tuple(one for one, _score, _place in found)


def alike(one: str, other: str) -> int:
    """How alike two folded names are, of 100. One that has every word of the other, and two at least, is wholly alike:
    a middle name more or less makes nobody another person."""
    words, others = set(one.split()), set(other.split())
    if min(len(words), len(others)) >= 2 and (words <= others or others <= words):
        return 100
    if (len(words) == 1) != (len(others) == 1):
        return 0
    return int(fuzz.ratio(one, other))


def can_be(born: date | None, births: Sequence[Any]) -> bool:
    """Whether somebody born on a day can be one of whom these births are known; where nothing is known, yes.

    Of a year that is known alone, or near, the next ones count too; a day with day and month changed over counts.
    """
    return born is None or not births or any(_birth(born, str(one)) for one in births)


def _birth(born: date, known: str) -> bool:
    first, _, last = known.partition("-")
    apart = likeness().years_apart
    if len(known) == 9 and len(last) == 4:  # a span of years
        return int(first) - apart <= born.year <= int(last) + apart
    if len(known) == 4:
        return abs(int(known) - born.year) <= apart
    return known in {born.isoformat(), f"{born.year:04}-{born.day:02}-{born.month:02}"}
