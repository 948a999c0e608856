"""Whatever is done to a story's file, it is played or refused with file and line, never a trace."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from expat.scenario.run import run

STORIES = Path(__file__).parents[1] / "scenarios"
NAMES = (
    "ben-unreasonable-cost",
    "app-extensions-of-a-stay",
    "rech-twelve-months",
    "mem-return-to-france",
    "dun-two-premiums",
)
JUNK = st.sampled_from(
    [None, True, -1, 0, 10**30, 1.5, "", " ", "x", "NaN", "-5.00 SGD", "1e99", "9" * 40, "50.00 ZZZ", "0.001 JPY",
     "2025-02-30", "0001-01-01", "9999-12-31", [], [None], {}, {"a": 1}, "ü", "hospital", "FR", "fr"]
)  # fmt: skip


def _places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value of a story."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [p for key, value in items for p in ((*path, key), *_places(value, (*path, key)))]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_story_is_played_or_refused(name: str, tmp_path: Path, data: st.DataObject) -> None:
    yaml = YAML(typ="rt")
    yaml.version = (1, 2)
    story = yaml.load((STORIES / f"{name}.yaml").read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 2))):
        *path, last = data.draw(st.sampled_from(_places(story)))
        node = story
        for key in path:
            node = node[key]
        change = data.draw(st.sampled_from(["replace", "remove", "rename"]))
        if change == "remove" or (change == "rename" and isinstance(node, list)):
            del node[last]
        elif change == "rename":
            node["somehow"] = node.pop(last)
        else:
            node[last] = data.draw(JUNK)
    text = StringIO()
    yaml.dump(story, text)
    file = tmp_path / "story.yaml"
    file.write_text(text.getvalue(), encoding="utf-8")
    done = run(file)
    assert done.error is None or str(file) in done.error
