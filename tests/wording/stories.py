"""The stories whose decisions give every reason by every rule, and what tests want from them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from expat.adjudication.decide import decide
from expat.adjudication.facts import Asked, History, Reviewed
from expat.claims.records import trace_json
from expat.scenario.play import Stage, begin, play_due, play_event, timeline
from expat.scenario.reading import read
from expat.scenario.run import run
from tests import facts

FOLDER = Path(__file__).parent.parent / "scenarios"
NAMES = (
    "app-emergency-within-two-days", "app-extensions-of-a-stay", "app-guarantee-letter", "app-series-approved",
    "ben-formula-2", "ben-unreasonable-cost", "doc-refused-before-any-paper", "dun-paid-on-the-day-of-termination",
    "dup-first-line-not-accepted", "excl-every-excluded-code", "fx-dinars-and-forints", "fx-euro-needs-no-rate",
    "fx-rate-too-old", "lim-convalescence", "lim-health-check", "rech-eighty-percent", "terr-zone-b",
    "up-former-overall-ceiling", "wait-change-to-zone-c",
)  # fmt: skip


def played(path: Path) -> Stage:
    """A story played to its end, on a database in memory; `close` it."""
    story = read(path)
    stage = begin(story)
    for day, event in timeline(story):
        play_due(stage, day)
        play_event(stage, day, event)
    return stage


@cache
def steps() -> tuple[dict[str, Any], ...]:
    """Every step of those stories, as traces keep it."""
    return tuple(_steps())


# What a person finds of a line, or asks for: stories have no verb for it.
FOUND = (
    facts.facts(history=History(reviewed=Reviewed("suspected", "12/3", "The same hour."))),
    facts.facts(history=History(reviewed=Reviewed("duplicate", "12/3", "The same hour."))),
    facts.facts(line=facts.line(asked=(Asked("other", "The boarding pass.", facts.DAY),))),
    facts.facts(line=facts.line(country="US", stay_days=95, stay_why="Two tickets.")),
)


def _steps() -> Iterator[dict[str, Any]]:
    for one in FOUND:
        yield from trace_json(decide(one, facts.edition()))["steps"]
    for name in NAMES:
        for trace in run(FOLDER / f"{name}.yaml").traces.values():
            yield from trace["steps"]


def with_reason(reason: str, rule: str | None = None) -> dict[str, Any]:
    """A step that has the reason, by that rule where one is named."""
    return next(s for s in steps() if s["reason"] == reason and rule in (None, s["rule"]))
