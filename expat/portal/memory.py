"""Pages that a process keeps, with what they were made of: the one not asked for longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from time import monotonic
from typing import NamedTuple

from expat.reread import Read

AROUND = 1_000  # bytes that a kept page takes beside its texts, and each of its statements, roughly


class Page(NamedTuple):
    """A page in the pieces between which its form tokens stand, and what was read to make it."""

    pieces: tuple[bytes, ...]
    reads: tuple[Read, ...]

    @property
    def size(self) -> int:
        """Roughly how many bytes it takes."""
        statements = sum(len(one.statement) + AROUND for one in self.reads)
        return sum(map(len, self.pieces)) + statements + AROUND


class Memory:
    """At most `most` bytes of pages, none longer than `idle` seconds after it was last asked for."""

    def __init__(self, most: int, idle: float) -> None:
        self.most, self.idle, self.size = most, idle, 0
        self._pages: OrderedDict[Hashable, tuple[Page, float]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Hashable) -> Page | None:
        """The page that is kept under a key."""
        with self._lock:
            self._sweep()
            if key not in self._pages:
                return None
            page, _asked = self._pages[key]
            self._pages[key] = page, monotonic()
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: Page) -> None:
        """Keep a page instead of the one that was there."""
        with self._lock:
            if key in self._pages:
                self._drop(key)
            if page.size <= self.most:
                self._pages[key] = page, monotonic()
                self.size += page.size
                self._sweep()

    def forget(self, key: Hashable) -> None:
        """Keep nothing under a key."""
        with self._lock:
            if key in self._pages:
                self._drop(key)

    def _sweep(self) -> None:
        while self._pages:
            key, (_page, asked) = next(iter(self._pages.items()))
            if self.size <= self.most and monotonic() - asked <= self.idle:
                return
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        page, _asked = self._pages.pop(key)
        self.size -= page.size
