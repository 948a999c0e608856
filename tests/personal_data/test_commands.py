"""The commands as somebody types them: each in a process of its own, that has imported nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from expat.db import open_engine
from expat.jobs.catalogue import JOBS
from expat.migrate import upgrade


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('alone')}/expat.db"
    upgrade(open_engine(url))
    return url


def typed(database: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What a command says to who typed it, on a terminal of 80 columns."""
    around = os.environ | {"EXPAT_DATABASE_URL": database, **more}
    return subprocess.run(
        [sys.executable, *words], env=around, capture_output=True, text=True, check=False, timeout=120
    )


def test_what_is_past_its_time_is_listed_by_a_process_that_knows_nothing_else(database: str) -> None:
    code = "from expat.personal_data.commands import data; data(['due', '--on', '2040-01-01'])"
    done = typed(database, "-c", code)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 past their time on 2040-01-01" in done.stdout


@pytest.mark.parametrize("where", ["blanks import table", "whose import table_named"])
def test_a_table_is_found_by_its_name_whoever_declares_it(where: str, database: str) -> None:
    name = where.split()[-1]
    done = typed(database, "-c", f"from expat.personal_data.{where}; print({name}('screening_hit').c.name)")
    assert done.stdout.strip() == "screening_hit.name", done.stderr


def test_the_jobs_are_named_whole_on_a_narrow_terminal(database: str) -> None:
    width = {"COLUMNS": "80", "FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm"}
    done = typed(database, "-m", "expat", "jobs", "status", **width)
    first = {re.sub(r"\x1b\[[0-9;]*m", "", line).split()[0] for line in done.stdout.splitlines() if line.strip()}
    assert {job.name for job in JOBS} <= first, done.stdout
