"""Who did something, by name: the trail and notes know accounts by their number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from expat.accounts.listing import names_of
from expat.portal.work import db, me, speaks
from expat.wording.catalogue import N_

_ACCOUNT = re.compile(r"account:[0-9]+")
PROGRAMS = {
    "command": N_("the command line"),
    "settle": N_("a settlement"),
    "sign-in": N_("the sign-in page"),
    "demo": N_("the demo"),
    "bank": N_("the bank"),
    "management": N_("the management unit"),
}


class Actors:
    """The names of actors, read at once."""

    def __init__(self, actors: Iterable[str | None]) -> None:
        self._names = names_of(db(), [actor for actor in actors if actor])

    def name(self, actor: str | None) -> str:
        """Who an actor is; one that is neither an account nor a program of ours stays the word."""
        word = actor or ""
        return self._names.get(word) or (speaks().say(PROGRAMS[word]) if word in PROGRAMS else word)

    def is_me(self, actor: str | None) -> bool:
        """Whether it is who is signed in: four eyes are two accounts."""
        return (actor or "").casefold() == me().actor


def accounts_in(text: str) -> list[str]:
    """The accounts that a note names by number."""
    return _ACCOUNT.findall(text)


def with_names(text: str, actors: Actors) -> str:
    """A note with names in the place of the accounts' numbers."""
    return _ACCOUNT.sub(lambda found: actors.name(found[0]), text)
