"""The demo on which the browser tests work: made once in a run, signed in to once, then copied for who needs one."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from expat.demo.places import Places

DAY = date(2026, 10, 30)
MEMBERSHIPS = 20
DATABASE = "expat.sqlite3"
SIGNED_IN = "signed_in"


@dataclass(frozen=True)
class Made:
    """A demo's folder, and in it the cookies of everybody who is signed in."""

    folder: Path

    @property
    def places(self) -> Places:
        """Where the demo keeps its things."""
        return Places(self.folder)

    @property
    def environment(self) -> dict[str, str]:
        """With which `expat` works on it; a run of all tests may take longer than a sign-in may lie idle."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("EXPAT_")}
        return {**outside, **self.places.settings(DAY), **self.places.secrets(), "EXPAT_IDLE_MINUTES": "600"}

    def cookies(self, email: str) -> Any:
        """The browser's state of somebody who is signed in; cookies do not know ports, so it is good on every copy."""
        return json.loads((self.folder / SIGNED_IN / f"{email}.json").read_text(encoding="utf-8"))

    def keep_cookies(self, email: str, state: Any) -> None:
        """Keep the browser's state of somebody who has signed in."""
        (self.folder / SIGNED_IN).mkdir(exist_ok=True)
        (self.folder / SIGNED_IN / f"{email}.json").write_text(json.dumps(state), encoding="utf-8")

    def run(self, *words: str) -> str:
        """`expat` on it, from the command line; answers what it said."""
        command = [sys.executable, "-m", "expat", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def copy(self, to: Path, language: str) -> Made:
        """A copy in which everybody is spoken to in a language."""
        for name in ("documents", "bank", "invoices", SIGNED_IN):
            shutil.copytree(self.folder / name, to / name)
        shutil.copy(self.folder / "document.key", to)
        (to / "mail").mkdir()
        kept, copied = sqlite3.connect(self.folder / DATABASE), sqlite3.connect(to / DATABASE)
        with kept, copied:
            kept.backup(copied)
            copied.execute("UPDATE account SET language = ?", (language,))
        kept.close()
        copied.close()
        return Made(to)

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Look something up in the database: what the browser cannot know."""
        opened = sqlite3.connect(self.folder / DATABASE)
        try:
            return opened.execute(sql, values).fetchall()
        finally:
            opened.close()

    def change(self, sql: str, *values: Any) -> None:
        """Change the database beside the pages."""
        with sqlite3.connect(self.folder / DATABASE, timeout=30) as opened:
            opened.execute(sql, values)
        opened.close()


def make(folder: Path) -> Made:
    """Make the demo, in a process of its own."""
    made = Made(folder)
    command = [sys.executable, "-m", "expat", "demo", "--folder", str(folder), "--memberships", str(MEMBERSHIPS)]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("EXPAT_")}
    done = subprocess.run([*command, "--on", str(DAY)], env=outside, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return made


class OnlyOnce:
    """A folder that is filled by whichever of several processes comes first; the others wait."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.done = folder, folder / "done"

    def __enter__(self) -> bool:
        """Answers whether it is to be filled."""
        self.lock = (self.folder / "lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        return not self.done.exists()

    def __exit__(self, kind: object, *_more: object) -> None:
        if kind is None:
            self.done.touch()
        self.lock.close()
