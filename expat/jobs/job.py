"""What a job is: when it runs, how its items of a day are found, and how one of them is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from expat.documents.keys import Keys
from expat.membership.changes import Acting
from expat.settings import Settings
from expat.wording.clock import day_there

ACTOR = "jobs"
PAGE = 500


class Item(NamedTuple):
    """One thing to do: `row` is the database's key of what it concerns, `key` names it once and for all days.

    The key holds the day that it is for, where it comes again: `membership:17:2026-04-01`, at most 80 characters.
    """

    row: int
    key: str


@dataclass(frozen=True)
class Doing:
    """What an item is done with: the job's day, the instant, and the settings of whoever runs it."""

    day: date
    at: datetime
    settings: Settings
    keys: Callable[[], Keys]

    @property
    def acting(self) -> Acting:
        """Who acts: the jobs, on the day that they work through."""
        return Acting(self.day, self.at, self.settings.rate_sources, ACTOR)

    @property
    def today(self) -> date:
        """The day on which it is done, where the operator is: later than `day` where that is made good afterwards.

        What is sent to somebody is dated so, and days that count from its sending count from here.
        """
        return max(self.day, day_there(self.at, self.settings.time_zone))


Find = Callable[[Session, date, int], Sequence[Item]]
Do = Callable[[Session, Item, Doing], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Job:
    """A job of every day. `find` answers its items of a day whose row is above the one given, in order, `PAGE` of them
    at most, and none when it is through; it only reads. `do` does one of them and answers what came of it.

    `catch_up` is how missed days are made good: `each` in order, or only the `last` where an older one has no meaning
    any more: what failed and holds its day in its key is dropped once a newer day has work of its own. `when` is the
    time of day it waits for: that of the `day`'s jobs, or of the `rates`.
    The items of `rounds` each do so much of what is left, and find it themselves: one that failed ends the day's.
    """

    name: str
    find: Find
    do: Do
    catch_up: str = "each"
    when: str = "day"
    rounds: bool = False


def once(key: str) -> Find:
    """For a job that has one thing to do in a day; `key` is completed by the day."""

    def find(session: Session, day: date, after: int) -> Sequence[Item]:
        return [Item(1, f"{key}:{day}")] if after < 1 else []

    return find
