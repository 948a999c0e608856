"""`expat plan`: check a plan before it is used, and show its figures as they hold on a day."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from expat.adjudication.rules import RULES
from expat.db import now
from expat.errors import BadInput
from expat.plans import contract
from expat.plans.loader import Plan, read
from expat.plans.loader import plan as shipped_plan
from expat.plans.reading import read_headings
from expat.plans.show import as_json, print_plan
from expat.settings import settings
from expat.terminal import DAY


@click.group()
def plan() -> None:
    """Plans: check one before it is used, show its figures on a day."""


@plan.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
def check(paths: tuple[Path, ...]) -> None:
    """Check the plans in folders: a line for every problem, with what would be right. Ends with 2 if any."""
    wrong = False
    for path in paths:
        found, problems = checked(path)
        for problem in problems:
            click.echo(f"{path}: {problem}")
        if found is not None and not problems:
            click.echo(f"ok: {len(found.figures)} figures, {len(found.care)} kinds of care  {path}")
        wrong = wrong or bool(problems)
    sys.exit(2 if wrong else 0)


def checked(folder: Path) -> tuple[Plan | None, list[BadInput]]:
    """The plan in a folder, and everything that is wrong with it and its contract.md."""
    found, problems = read(folder)
    if not (folder / "headings.txt").is_file():
        return found, problems
    return found, [*problems, *contract.problems(folder, read_headings(folder), RULES)]


@plan.command()
@click.argument("name")
@click.option("--on", "day", type=DAY, help="the day on which the figures hold; today where none is named")
@click.option("--figure", "prefix", default="", metavar="PREFIX", help="only figures whose name starts so")
@click.option("--json", "json", is_flag=True, help="one JSON object on standard output and nothing else")
def show(name: str, day: date | None, prefix: str, json: bool) -> None:
    """Show the figures of the plan NAME as they hold on a day: value, unit, since when, and where each comes from."""
    found, on = shipped_plan(name), day or now().date()
    found.on(on)
    if prefix and not any(figure.startswith(prefix) for figure in found.figures):
        raise BadInput("--figure", f"no figure starts with {prefix!r}", "such as ceiling or care.dental")
    if json:
        sys.stdout.buffer.write(as_json(found, on, prefix))
        click.echo()
    else:
        print_plan(found, on, prefix, settings().language)
