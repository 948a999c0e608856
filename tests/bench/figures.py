"""A measured figure, and how a run of them is printed and kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """A figure: `ratio` is to what `against` says, measured in the same run; `wanted` what it is held to."""

    name: str
    value: str
    unit: str
    ratio: str = ""
    against: str = ""
    wanted: str = ""


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The median time of a few rounds, after one that is not counted."""
    work()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return median(times)


def show(figures: list[Figure], file: Path) -> None:
    """Print the table and write the file."""
    table = Table("figure", "value", "unit", "ratio", "against", "wanted", title="make bench")
    for f in figures:
        table.add_row(f.name, f.value, f.unit, f.ratio, f.against, f.wanted)
    Console(width=150).print(table)
    file.write_text(json.dumps([asdict(f) for f in figures], indent=2) + "\n", encoding="utf-8")
