"""Settings: each says what it means and has a default; a wrong value stops the start with one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from expat.cli import settings as settings_command
from expat.settings import Settings, read_settings

EXPAT = [sys.executable, "-c", "from expat.cli import main; main()"]


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """`expat db status` in a process of its own: it needs the settings before anything else."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("EXPAT_")}
    return subprocess.run(
        [*EXPAT, "db", "status"], env={**ours, **variables}, cwd=folder, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_has_a_meaning_and_a_default(name: str) -> None:
    field = Settings.model_fields[name]
    assert field.description and not field.description.endswith(".")
    assert not field.is_required()


def test_the_defaults_are_right_by_their_own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"EXPAT_{name.upper()}", raising=False)
    given = read_settings().model_dump()
    assert Settings.model_validate(given).model_dump() == given


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("EXPAT_DATABASE_URL", "mysql://localhost/expat", "use sqlite:///path or postgresql://user@host/database"),
        ("EXPAT_LANGUAGE", "de", "'en' or 'fr'"),
        ("EXPAT_TIME_ZONE", "Paris", "name a time zone"),
        ("EXPAT_TIME_ZONE", "../etc/localtime", "name a time zone"),
        ("EXPAT_TIME_ZONE", "Europe", "name a time zone"),
        ("EXPAT_SETTLE_BATCH", "0", "greater than or equal to 1"),
        ("EXPAT_SETTLE_BATCH", "many", "valid integer"),
        ("EXPAT_OPERATOR_COUNTRY", "France", "pattern"),
        ("EXPAT_FOREX_TIMEOUT", "0", "greater than 0"),
        ("EXPAT_RATE_SOURCES", '["ecb", "mine"]', "'operator', 'ecb', 'parity' or 'forex-python'"),
        ("EXPAT_RATE_SOURCES", "ecb,mine", "'operator', 'ecb', 'parity' or 'forex-python'"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line(tmp_path: Path, variable: str, value: str, says: str) -> None:
    done = start(tmp_path, **{variable: value})

    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("Expat cannot start: ")
    assert says in line and variable.removeprefix("EXPAT_").lower() in line.lower(), line


def test_without_any_variable_it_starts(tmp_path: Path) -> None:
    done = start(tmp_path)
    assert done.stderr == ""
    assert done.stdout.startswith("current  none")
    assert (tmp_path / "var").is_dir()


def test_every_setting_is_listed_with_its_default() -> None:
    head, rule, *rows = CliRunner().invoke(settings_command).output.splitlines()

    assert (head, rule) == ("| variable | default | meaning |", "| --- | --- | --- |")
    assert [row.split("`")[1] for row in rows] == [f"EXPAT_{name.upper()}" for name in Settings.model_fields]
    assert "| `EXPAT_LANGUAGE` | `en` | language of what the commands print for people |" in rows
    assert any(row.startswith("| `EXPAT_RATE_SOURCES` | `operator,ecb,parity") for row in rows)
    assert any(row.startswith("| `EXPAT_DOCUMENT_KEY` | none |") for row in rows)


def test_the_readme_lists_every_setting_as_it_is() -> None:
    table = CliRunner().invoke(settings_command).output.strip()
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert table in readme
