"""The stories of this folder: what the plan must pay, played through the verbs that everything else calls."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from expat.scenario.reading import story_files
from expat.scenario.run import run

HERE = Path(__file__).parent / "scenarios"
STORY = HERE / "ben-formula-2.yaml"


@pytest.mark.parametrize("path", story_files([HERE]), ids=lambda path: path.stem)
def test_the_story_pays_what_it_says(path: Path) -> None:
    done = run(path)
    assert done.error is None
    assert done.differences == []


def _expat(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "expat", "scenario", "run", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = STORY.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "story.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_story_that_differs_ends_with_1_and_says_where(tmp_path: Path) -> None:
    path = _changed(tmp_path, "status: paid", "status: refused")
    done = _expat(path)
    assert done.returncode == 1
    assert "status is paid, expected refused" in done.stdout
    assert "0 passed, 1 failed" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("formula: 2", "formula: 9", "formula"),
        ("plan: expat-uno", "plan: expat-duo", "there is no plan"),
        ("care: ambulatory.gp", "care: ambulatory.barber", "is no care of the plan"),
        ("settle: {}", "settle_all: {}", "an event is `on` and one of"),
        ("status: paid", "state: paid", "`state` is not known here"),
        ("residence: ", "home: ", "needs `residence`"),
    ],
)
def test_what_is_no_story_ends_with_2_and_names_file_and_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = _changed(tmp_path, old, new)
    done = _expat(path)
    assert done.returncode == 2
    assert f"{path}:" in done.stdout
    assert said in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_json_is_one_object_and_nothing_else() -> None:
    done = _expat("--json", STORY)
    found = json.loads(done.stdout)["scenarios"]
    assert [s["passed"] for s in found] == [True]
    assert set(found[0]) == {
        "file", "scenario", "passed", "error", "lines", "payouts", "events", "balances", "membership", "prevoyance",
    }  # fmt: skip


def test_explain_shows_every_gate_with_its_article() -> None:
    done = _expat("--explain", STORY)
    assert "UNO-WAIT-1" in done.stdout
    assert "« Délais d'attente »" in done.stdout


def test_a_story_of_prevoyance_is_not_yet_known(tmp_path: Path) -> None:
    path = _changed(tmp_path, "settle: {}", "incapacity: {id: i, from: 2025-06-01, until: 2025-07-30}")
    done = _expat(path)
    assert done.returncode == 2
    assert "not yet known" in done.stdout
