"""`expat jobs`: let the jobs run by themselves, run one by hand, see what they did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from signal import SIGINT, SIGTERM, signal
from threading import Event

import click
from rich.table import Table

import expat.tables  # noqa: F401  the jobs work on every folder's tables
from expat.db import now, reading, transaction
from expat.documents.keys import Keys
from expat.jobs.catalogue import JOBS, job_named
from expat.jobs.run import Ran, Runner, run_day
from expat.jobs.scheduler import Clockwork
from expat.jobs.several import run_missed
from expat.jobs.status import failed_items, given_up, standings, try_again_now
from expat.settings import settings
from expat.terminal import DAY, console, ready, show
from expat.wording.clock import day_there


@click.group()
def jobs() -> None:
    """What happens by itself: premiums, reminders, ends, rates. Each thing is done exactly once."""


@jobs.command()
@click.argument("name", required=False)
@click.option("--on", "day", type=DAY, help="the day to work through, for one job by its name")
@click.option("--once", is_flag=True, help="do what is due now, and end")
def run(name: str | None, day: date | None, once: bool) -> None:
    """Run by itself until stopped; or one job, by its NAME, for one day."""
    stop = Event()
    for one in (SIGTERM, SIGINT):
        signal(one, lambda *_: stop.set())  # the item that is being done is finished
    runner = _runner(stop.is_set)
    today = day_there(now(), runner.settings.time_zone)
    if name is not None:
        _tell(run_day(runner, job_named(name), day or today))
    elif day is not None:
        raise click.UsageError("Name the job that is to run for that day.")
    elif once:
        for ran in run_missed(runner, JOBS, today):
            _tell(ran)
    else:
        _by_itself(runner, stop)


def _by_itself(runner: Runner, stop: Event) -> None:
    clockwork = Clockwork(runner, JOBS, _tell)
    scheduler = clockwork.start()
    click.echo("The jobs run. Ctrl-C stops them after what they are doing.")
    stop.wait()
    scheduler.shutdown(wait=True)
    clockwork.turn.give_back()


@jobs.command()
def status() -> None:
    """Show what ran, for how long, and what waits."""
    runner = _runner(lambda: False)
    at = now()
    with reading(runner.engine) as session:
        found = standings(session, JOBS, day_there(at, runner.settings.time_zone), at)
    table = Table(box=None)
    for column in ("job", "state", "complete to", "last run", "took", "done", "failed", "waiting"):
        table.add_column(column, no_wrap=column == "job", overflow="fold")  # `run` needs the whole name
    for one in found:
        took = f"{one.took.total_seconds():.1f} s" if one.took is not None else ""
        started = f"{one.started_at:%Y-%m-%d %H:%M}" if one.started_at else ""
        complete = str(one.complete_to or "")
        table.add_row(one.job, one.state, complete, started, took, str(one.done), str(one.failed), str(one.waiting))
    show(table)


@jobs.command()
@click.option("--job", help="of one job alone")
def failed(job: str | None) -> None:
    """Show the items that failed, why, and when they are tried again."""
    with reading(ready()) as session:
        found, dropped = failed_items(session, job), given_up(session, job)
    for row in found:
        again = f"{row.retry_at:%Y-%m-%d %H:%M}"
        click.echo(f"{row.id}  {row.job}  {row.key}  {row.attempts} tries, again at {again}: {row.error}")
    for row in dropped:
        click.echo(f"{row.id}  {row.job}  {row.key}  given up, a newer day did its work: {row.error}")
    if not found and not dropped:
        click.echo("Nothing failed.")


@jobs.command()
@click.argument("item", type=int)
def again(item: int) -> None:
    """Try a failed ITEM again with the next look, instead of at the end of its pause."""
    with transaction(ready()) as session:
        try_again_now(session, item, now())
    click.echo("It is tried again with the next look.")


def _runner(stop: Callable[[], bool]) -> Runner:
    chosen = settings()
    return Runner(ready(), now, chosen, _keys, stop)


def _keys() -> Keys:
    secret = settings().document_key
    return Keys.read(secret.get_secret_value() if secret is not None else None)


def _tell(ran: Ran) -> None:
    if ran.done or ran.failed or ran.stopped:
        stopped = ", stopped" if ran.stopped else ""
        console.print(f"{ran.day}  {ran.job}: {ran.done} done, {ran.failed} failed{stopped}")
