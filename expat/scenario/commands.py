"""`expat scenario`: play stories and say where they differ."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from expat.scenario.reading import story_files
from expat.scenario.run import Run, run


@click.group()
def scenario() -> None:
    """Stories of memberships: what must be paid."""


@scenario.command("run")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Add each line's trace.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output and nothing else.")
def run_command(paths: tuple[Path, ...], explain: bool, as_json: bool) -> None:
    """Play the stories of files and folders. Exits 1 when one fails, 2 when a file is no valid scenario."""
    runs = []
    for path in story_files(list(paths)):
        runs.append(run(path))
        if not as_json:
            _print(runs[-1], explain)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps({"scenarios": [r.as_json() for r in runs]}, option=orjson.OPT_INDENT_2))
        click.echo()
    else:
        passed = sum(r.passed for r in runs)
        click.echo(f"{passed} passed, {len(runs) - passed} failed")
    if any(r.error for r in runs):
        sys.exit(2)
    sys.exit(0 if all(r.passed for r in runs) else 1)


def _print(done: Run, explain: bool) -> None:
    if done.error:
        click.echo(f"INVALID {done.error}")
        return
    click.echo(f"{'passed' if done.passed else 'FAILED'}  {done.file}: {done.scenario}")
    for difference in done.differences:
        click.echo(f"        {difference}")
    if explain:
        for name, trace in done.traces.items():
            click.echo(f"    {name}: {trace['status']} {' '.join(trace['reasons'])}")
            for step in trace["steps"]:
                click.echo(f"      {_step(step)}")


def _step(step: dict[str, object]) -> str:
    figures = step["figures"]
    assert isinstance(figures, list)
    used = "; ".join(f"{name} = {value} {unit}" for name, value, unit, *_ in figures)
    seen = ", ".join(f"{k}={v}" for k, v in dict(step["looked_at"]).items())  # type: ignore[call-overload]
    reason = f" {step['reason']}" if step["reason"] else ""
    return f"{step['gate']:<17} {step['rule']:<12} {step['result']}{reason} ({seen}) [{used}] « {step['heading']} »"
