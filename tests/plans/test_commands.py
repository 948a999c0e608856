"""`expat plan`, as an operator uses it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from expat.errors import BadInput, NotFound
from expat.places import shipped
from expat.plans.commands import plan
from expat.settings import settings

SHIPPED = shipped("config") / "plans" / "expat-uno"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped plan."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "expat-uno"))


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both languages, as the settings say."""
    monkeypatch.setenv("EXPAT_LANGUAGE", request.param)
    settings.cache_clear()
    yield request.param
    settings.cache_clear()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(plan, [str(a) for a in arguments])


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- check ---


def test_a_plan_that_is_right_is_counted() -> None:
    done = run("check", SHIPPED)
    assert done.exit_code == 0
    assert done.output == f"ok: 300 figures, 39 kinds of care  {SHIPPED}\n"


def test_every_problem_has_its_line(folder: Path) -> None:
    change(folder / "approvals.toml", "2000-01-01 = 30", "2000-01-01 = -30")
    change(folder / "waiting.toml", '"C"', '"D"')
    done = run("check", SHIPPED, folder)

    assert done.exit_code == 2
    assert done.output.splitlines() == [
        f"ok: 300 figures, 39 kinds of care  {SHIPPED}",
        f"{folder}: approvals.toml: approval.stay: the value from 2000-01-01 is not right; "
        "a whole number that is not negative",
        f"{folder}: waiting.toml: waiting.zone: the value from 2000-01-01 is not right; zone: one of A, B, C",
    ]


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = run("check", tmp_path / "none")
    assert done.exit_code == 2
    assert len(done.output.splitlines()) == 1
    assert "plan.toml: the file is missing" in done.output


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("## Prescription\n", "## Prescriptions\n", "contract.md: Prescription: the section is missing; a line"),
        (
            "## Prescription\n",
            "## Prescriptions\n",
            "contract.md: Prescriptions: is no heading of the contract; a line",
        ),
        ("Rules: UNO-DUN-1, UNO-DUN-2", "Rule: UNO-DUN-1, UNO-DUN-2", "conséquences: 0 lines start with Rules:; one,"),
        ("Rules: UNO-DUN-1, UNO-DUN-2", "Rules: DUN1, UNO-DUN-2", "conséquences: 'DUN1' is no rule's name; such as"),
        ("UNO-DUN-1, UNO-DUN-2", "UNO-DUN-1", "conséquences: the rule UNO-DUN-2 is not named; in the section's Rules:"),
        ("Rules: none\n\nNot automated:", "Rules: none\n\nNote:", "Votre contrat: has no rule and does not say who"),
    ],
)
def test_the_contract_has_every_heading_and_every_rule(folder: Path, old: str, new: str, message: str) -> None:
    change(folder / "contract.md", old, new)
    done = run("check", folder)
    assert done.exit_code == 2
    assert message in done.output, done.output


def test_a_rules_heading_is_a_heading_of_the_contract(folder: Path) -> None:
    change(folder / "headings.txt", "Montant des remboursements\n", "")
    assert "headings.txt: Montant des remboursements: the line is missing; the rule UNO-" in run("check", folder).output


def test_a_plan_without_contract(folder: Path) -> None:
    (folder / "contract.md").unlink()
    assert "contract.md: the file is missing; a section for each line of headings.txt" in run("check", folder).output


# --- show ---


def test_every_figure_of_a_day_is_shown_with_its_source(language: str) -> None:
    done = run("show", "expat-uno", "--on", "2026-01-01")
    assert done.exit_code == 0, done.exception
    lines = done.output.splitlines()

    assert max(map(len, lines)) <= 100
    shown = json.loads(run("show", "expat-uno", "--json").output)["figures"]
    for name in shown:
        name = name.rsplit(".", 1)[0].removeprefix("care.") if name.startswith("care.") else name
        assert any(name in line for line in lines), name
    after = lines[lines.index(next(line for line in lines if line.startswith("Montant des remboursements ("))) + 1]
    assert after.startswith("  ceiling.overall") and "1: 200000, 2: 350000" in after and "2000-01-01" in after


def test_samples_are_marked(language: str) -> None:
    lines = run("show", "expat-uno").output.splitlines()
    assert any("recharge.price" in line and "0.4" in line and "*" in line for line in lines)
    assert any("approval.stay" in line and "*" not in line for line in lines)
    assert any("ambulatory.gp" in line and "80 % ≤ 40*" in line and "–" in line for line in lines)
    assert lines[-1].startswith("* ")


def test_a_prefix_picks_figures_and_their_sources(language: str) -> None:
    lines = run("show", "expat-uno", "--figure", "care.dental.crown").output.splitlines()
    assert any(line.startswith("Entente préalable / Actes dentaires (") for line in lines)
    assert [line.split()[0] for line in lines if line.startswith("  care.")] == [
        "care.dental.crown.approval",
        "care.dental.crown.documents",
        "care.dental.crown.benefit",
    ]


def test_the_words_are_in_the_settings_language(language: str) -> None:
    output = run("show", "expat-uno").output
    words = {"en": ("Formula 1", "general conditions", "days"), "fr": ("Formule 1", "conditions générales", "jours")}
    assert all(word in output for word in words[language])


def test_figures_for_machines_are_exact() -> None:
    shown = json.loads(run("show", "expat-uno", "--on", "2026-01-01", "--figure", "recharge.", "--json").output)
    assert (shown["plan"], shown["on"], shown["currency"]) == ("expat-uno", "2026-01-01", "EUR")
    assert shown["figures"]["recharge.price"] == {
        "value": "0.4",
        "unit": "share",
        "since": "2000-01-01",
        "until": None,
        "citation": "Vos garanties / Recharge On Demand",
        "origin": "sample",
    }


def test_what_cannot_be_shown_is_said() -> None:
    unknown = run("show", "expat-duo").exception
    assert isinstance(unknown, NotFound) and "expat-uno" in unknown.expected
    early = run("show", "expat-uno", "--on", "1999-12-31").exception
    assert isinstance(early, NotFound) and early.expected == "its first holds from 2000-01-01"
    none = run("show", "expat-uno", "--figure", "ceilings").exception
    assert isinstance(none, BadInput) and str(none).startswith("--figure: no figure starts with 'ceilings'")
    assert "'31/12/2025' is no date; write it as 2025-08-01" in run("show", "expat-uno", "--on", "31/12/2025").output
