"""Running stories: each on its own throwaway database, with what it came to and where it differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from expat.errors import BadInput
from expat.scenario import outcome
from expat.scenario.play import Stage, begin, play_due, play_event, timeline
from expat.scenario.reading import BadStory, Table, read


@dataclass
class Run:
    """A story that was run: its result, the differences from what it expects, or why it is no valid story."""

    file: str
    scenario: str = ""
    error: str | None = None
    differences: list[str] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    traces: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.error is None and not self.differences

    def as_json(self) -> dict[str, Any]:
        """The entry of this story in the answer for machines."""
        empty: dict[str, Any] = {
            "lines": {}, "payouts": [], "events": {}, "balances": [], "membership": [], "prevoyance": {},
        }  # fmt: skip
        head = {"file": self.file, "scenario": self.scenario, "passed": self.passed, "error": self.error}
        return {**head, **empty, **self.result}


def run(path: Path) -> Run:
    """Play the story of a file."""
    done = Run(str(path))
    try:
        story = read(path)
        done.scenario = story.text("scenario")
        stage = begin(story)
        try:
            _play(stage, story, done)
        finally:
            stage.close()
    except BadStory as wrong:
        done.error = str(wrong)
    except BadInput as wrong:
        done.error = f"{path}:1: {wrong}"
    return done


def _play(stage: Stage, story: Table, done: Run) -> None:
    expect = story.table("expect", None)
    if expect is not None:
        _check_expectations(expect)
    asked = expect.tables("balances", []) if expect is not None else []
    balances: dict[int, dict[str, Any]] = {}
    for day, event in timeline(story):
        _balances_before(stage, asked, balances, day)
        play_due(stage, day)
        play_event(stage, day, event)
    _balances_before(stage, asked, balances, date.max)
    play_due(stage, date.max)
    story.done()
    done.result = {
        "lines": outcome.lines(stage),
        "payouts": stage.payouts,
        "events": stage.outcomes,
        "balances": [balances[i] for i in range(len(asked))],
        "membership": [outcome.membership(stage, m) for m in (expect.tables("membership", []) if expect else [])],
        "prevoyance": {},
    }
    done.traces = outcome.traces(stage)
    if expect is not None:
        done.differences = outcome.differences(expect, done.result)


def _check_expectations(expect: Table) -> None:
    for key in expect:
        if key not in outcome.EXPECTABLE:
            raise expect.wrong(f"`expect` may hold {', '.join(outcome.EXPECTABLE)}", key)
    if "prevoyance" in expect:
        raise expect.wrong("prévoyance is not yet known", "prevoyance")


def _balances_before(stage: Stage, asked: list[Table], found: dict[int, dict[str, Any]], day: date) -> None:
    """The balances asked for at the end of the days before `day`, once everything of those days has happened."""
    for index in sorted(range(len(asked)), key=lambda i: asked[i].day("on")):
        on = asked[index].day("on")
        if index not in found and on < day:
            play_due(stage, on)
            found[index] = outcome.balance(stage, asked[index])
