"""What an operator installs: the wheel alone, without the checkout, does the work."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
Expat = Callable[..., str]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, as an installer lays them out."""
    built, there = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("there")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(there)
    return there


@pytest.fixture
def expat(unpacked: Path, tmp_path: Path) -> Expat:
    """Runs `expat ...` from the wheel's files, in an empty folder."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("EXPAT_")}

    def run(*arguments: object) -> str:
        command = [sys.executable, "-c", "from expat.cli import main; main()", *map(str, arguments)]
        environment = {**ours, "PYTHONPATH": str(unpacked)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_it_is_the_wheel_that_runs(expat: Expat, unpacked: Path) -> None:
    assert sorted(path.name for path in (unpacked / "expat" / "_shipped").iterdir()) == [
        "config",
        "migrations",
        "templates",
    ]
    assert not list(unpacked.rglob("tests"))
    code = "import expat.places as p, sys; assert p.shipped('config').is_relative_to(sys.argv[1]), p.shipped('config')"
    subprocess.run([sys.executable, "-c", code, unpacked], check=True, cwd="/", env={"PYTHONPATH": str(unpacked)})
    assert "version 0." in expat("--version")


def test_the_shipped_plan_is_right(expat: Expat, unpacked: Path) -> None:
    assert expat("plan", "check", unpacked / "expat/_shipped/config/plans/expat-uno").startswith("ok: ")
    assert "ceiling.overall" in expat("plan", "show", "expat-uno")


def test_a_fresh_database_is_made(expat: Expat, tmp_path: Path) -> None:
    assert "added  0001 tables" in expat("db", "upgrade")
    assert (tmp_path / "var" / "expat.sqlite3").is_file()
    assert expat("db", "status").endswith("The database is up to date.\n")


def test_a_story_is_played(expat: Expat) -> None:
    story = ROOT / "tests" / "scenarios" / "fx-rate-of-the-settlement.yaml"
    assert expat("scenario", "run", story).endswith("1 passed, 0 failed\n")


def test_the_pages_are_served_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    code = """
from expat.app import create_app
from expat.db import open_engine
from expat.migrate import upgrade
from expat.settings import Settings
engine = open_engine("sqlite:///pages.sqlite3")
upgrade(engine)
browser = create_app(engine, Settings(secret_key="x" * 40)).test_client()
assert browser.get("/sign-in").status_code == 200
assert browser.get("/static/vendor/htmx-2.0.11.min.js").status_code == 200
assert browser.get("/static/vendor/htmx.LICENSE").status_code == 200
"""
    environment = {"PYTHONPATH": str(unpacked), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
