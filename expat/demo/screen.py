"""What the demo shows with: headings with their times, notes, tables; plain and whole where nobody's terminal is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from time import perf_counter_ns

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column, Table
from rich.text import Text

from expat.demo.stages import Progress as Told
from expat.demo.world import read
from expat.money import EUR
from expat.wording.voice import Voice, voice

WIDTH, INDENT = 100, 2
LANGUAGES = ("en", "fr")


class Screen:
    """A console of at most 100 columns, a language, and the times of the stages shown so far."""

    def __init__(self, language: str) -> None:
        plain = Console(highlight=False)
        width = min(WIDTH, plain.width) if plain.is_terminal else WIDTH
        self.console = Console(highlight=False, width=width)
        self.language = language
        self.times: list[tuple[str, str]] = []
        self._started = perf_counter_ns()

    @property
    def voice(self) -> Voice:
        """How dates and amounts are written."""
        return voice(self.language)

    def say(self, key: str, **values: object) -> str:
        """A wording of the demo."""
        return str(read("words")[key][LANGUAGES.index(self.language)]).format(**values)

    def amount(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency."""
        return self.voice.amount(amount, currency)

    def day(self, day: date) -> str:
        """A date in full."""
        return self.voice.day(day)

    def heading(self, key: str, **values: object) -> None:
        """A heading, with a line under it."""
        self.console.print()
        self.console.rule(f"[bold]{escape(self.say(key, **values))}", align="left", style="dim")

    def note(self, key: str, **values: object) -> None:
        """A wording in a paragraph of its own."""
        self.text(self.say(key, **values))

    def figure(self, amount: Decimal, currency: str = EUR) -> str:
        """An amount without its currency, for a table."""
        return self.amount(amount, currency).removesuffix(currency).rstrip()

    def text(self, text: str, style: str = "") -> None:
        """A text, a little to the right, whatever stands in it."""
        self._print(Text(text, style=style))

    def several(self, head: str, parts: Sequence[str]) -> None:
        """A list after its head, broken between its parts alone."""
        line = head
        for part in (*(f"{part}," for part in parts[:-1]), *parts[-1:]):
            if len(line) + 1 + len(part) > self.console.width - INDENT:
                self.text(line)
                line = ""
            line = f"{line} {part}".strip()
        self.text(line)

    def title(self, text: str) -> None:
        """A heading below a heading."""
        self.console.print()
        self._print(Text(text, style="bold"))

    def table(self, *columns: str | Column, rows: Sequence[Sequence[str]], tight: bool = False) -> None:
        """A table without lines."""
        made = Table(*columns, box=None, pad_edge=False, header_style="dim", padding=(0, 1), collapse_padding=tight)
        for row in rows:
            made.add_row(*row)
        self._print(made)

    def _print(self, what: RenderableType) -> None:
        self.console.print(Padding(what, (0, 0, 0, INDENT), expand=False))

    @contextmanager
    def stage(self, key: str) -> Iterator[None]:
        """A stage of the work: its heading at once, its time at the end."""
        self.heading(key)
        began = perf_counter_ns()
        yield
        self.times.append((self.say(key), seconds(began)))
        self.text(f"{self.times[-1][1]} s", "dim")

    @contextmanager
    def bar(self) -> Iterator[Told]:
        """A bar that moves, on a terminal alone."""
        columns = BarColumn(40), MofNCompleteColumn()
        with Progress(
            TextColumn(""), *columns, console=self.console, transient=True, disable=not self.console.is_terminal
        ) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @property
    def elapsed(self) -> str:
        """Seconds since the beginning."""
        return seconds(self._started)


def seconds(since: int) -> str:
    """The seconds since an instant of the clock that counts nanoseconds, with a tenth."""
    tenths = (perf_counter_ns() - since) // 10**8
    return f"{tenths // 10}.{tenths % 10}"


def right(name: str) -> Column:
    """A column of figures."""
    return Column(name, justify="right", no_wrap=True)


def wrapped(name: str) -> Column:
    """A column whose cells may go over several lines."""
    return Column(name, overflow="fold")
