"""`expat settle` and `expat bank`: pay what is accepted, make the files for the bank, note what the bank answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column, Table

from expat.currency.explain import explained
from expat.db import now, reading, transaction
from expat.errors import BadInput
from expat.money import EUR, from_minor, number, written
from expat.payments import payouts
from expat.payments.bank_files import BankFile, Debtor
from expat.payments.find import Found, find_payout
from expat.payments.folder import write_missing
from expat.payments.looks import take_look
from expat.payments.orders import run_order
from expat.payments.prepared import tell_looked
from expat.payments.references import payout_of
from expat.payments.settle import Beside, Outcome, dry_run
from expat.payments.settle import settle as settle_day
from expat.payments.tell import tell_settlement
from expat.settings import settings
from expat.terminal import DAY, ready, show

_BY = click.option("--by", default="command", show_default=True, help="who acts, for the audit trail")
_ON_THE_DAY = click.option("--on", "day", type=DAY, required=True, help="the day on which the bank did it")


@click.command()
@click.option("--on", "day", type=DAY, help="the day of the reimbursement: its rates are used")
@click.option("--order", type=int, metavar="ID", help="run an order that was prepared and released, not a day")
@click.option("--look", type=int, metavar="ID", help="take a look that was asked for on the pages")
@click.option("--dry-run", "dry", is_flag=True, help="show what would be paid; keep nothing")
@click.option("--batch", type=click.IntRange(1, 1000), help="memberships in one transaction (EXPAT_SETTLE_BATCH)")
@click.option("--log", "log_file", metavar="FILE", help="add a line to FILE after every commit; - for standard error")
@_BY
def settle(
    day: date | None, order: int | None, look: int | None, dry: bool, batch: int | None, log_file: str | None, by: str
) -> None:
    """Pay every accepted line that has its rates. Stopped half-way, run it again: nothing is paid twice."""
    if sum(given is not None for given in (day, order, look)) != 1 or (day is None and dry):
        raise click.UsageError("Give --on DATE, or --order ID, which was looked at when it was prepared, or --look ID.")
    engine, chosen = ready(), settings()
    if look is not None and (order := take_look(engine, look, _clock, chosen.rate_sources)) is None:
        with transaction(engine) as session:
            tell_looked(session, look, _clock(), chosen)
        click.echo(f"Look {look} has ended.")
        return
    if day is not None and dry:
        _show_outcome(dry_run(engine, day, now(), chosen.rate_sources), dry)
        return
    if day is not None and day > now().date():
        raise BadInput("on", f"{day} has not come yet", "today or an earlier day; --dry-run looks ahead")
    size, preference, done = batch or chosen.settle_batch, chosen.rate_sources, None
    with _log(log_file) as log, _progress() as progress:
        if order is not None:
            done = run_order(engine, order, _clock, preference, size, _telling(), log, progress)
        elif day is not None:
            done = settle_day(engine, day, now, preference, size, progress, by, log, closing=_telling())
    if done is None:
        click.echo(f"Order {order} is done already.")
    else:
        _show_outcome(done, dry)


def _telling() -> Beside:
    """Members are told of what a settlement pays when it closes."""
    return partial(tell_settlement, base_url=settings().base_url, operator=settings().operator_name)


def _clock() -> datetime:
    """The present instant, in the demo on its day: an order runs on the same clock as the pages that released it."""
    at, day = now(), settings().demo_day
    return at if day is None else at.replace(year=day.year, month=day.month, day=day.day)


@contextmanager
def _log(file: str | None) -> Iterator[Callable[[str], None]]:
    """Lines that are in the file, or on standard error, before the settlement goes on."""
    if file is None:
        yield lambda line: None
    elif file == "-":
        yield lambda line: click.echo(line, err=True)
    else:
        try:
            opened = Path(file).open("a", encoding="utf-8")  # noqa: SIM115 (closed below)
        except OSError as wrong:
            raise BadInput("--log", f"{file} cannot be written to ({wrong.strerror})", "a file") from wrong
        with opened:
            yield lambda line: _add_line(opened, line)


def _add_line(file: TextIO, line: str) -> None:
    file.write(f"{line}\n")
    file.flush()


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where that is a terminal."""
    columns = TextColumn("settling"), BarColumn(), MofNCompleteColumn(), TextColumn("memberships")
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("settling", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show_outcome(done: Outcome, dry: bool) -> None:
    name = f"Dry run for {done.day}: nothing was kept" if dry else f"Settlement {done.settlement_id} of {done.day}"
    click.echo(f"{name}. {done.memberships} memberships looked at.")
    if done.totals:
        figures = (Column(name, justify="right") for name in ("Payouts", "Lines", "Amount", "EUR"))
        table = Table("Currency", *figures, "Rate", box=None)
        for t in done.totals:
            amount = number(from_minor(t.amount, t.currency), t.currency)
            cells = str(t.payouts), str(t.lines), amount, number(from_minor(t.eur_cents, EUR)), t.rate
            table.add_row(t.currency, *cells)
        show(table)
        for t in (t for t in done.totals if t.set_off):
            click.echo(f"{written(from_minor(t.set_off, t.currency), t.currency)} of it are set off.")
    else:
        click.echo("Nothing to pay.")
    if done.refused:
        click.echo(f"{done.refused} lines that had been accepted are refused at the settlement: see their decisions.")
    _show_waiting(done)


def _show_waiting(done: Outcome) -> None:
    """The lines that wait for a rate, by what they wait for, and why there is none."""
    chosen = settings()
    for missing in sorted({currencies for _line, currencies in done.waiting}):
        lines = [line for line, currencies in done.waiting if currencies == missing]
        named = ", ".join(lines[:10]) + (f" and {len(lines) - 10} more" if len(lines) > 10 else "")
        click.echo(f"{len(lines)} lines wait for a rate of {missing.replace(' ', ' and ')}: {named}")
        with reading(ready()) as session:
            for code in missing.split():
                why = explained(session, code, done.day, now().date(), chosen.rate_sources, chosen.language)[1]
                click.echo("  " + ". ".join(why))


@click.group()
def bank() -> None:
    """Files for the bank, and what the bank answers."""


@bank.command()
@click.option("--on", "day", type=DAY, help="the day on which the bank is to pay; today where none is named")
@_BY
def files(day: date | None, by: str) -> None:
    """Put what is owed into files (pain.001) and write them to EXPAT_BANK_FOLDER. Again does no harm."""
    engine, folder, at = ready(), settings().bank_folder, now()
    with transaction(engine) as session:
        done = payouts.bank_files(session, day or at.date(), at, _debtor(), by)
    with reading(engine) as session:
        missing = write_missing(session, folder)
    for file in done.files:
        click.echo(f"{folder / file.name}: {file.count} payments, {_totals(file)}")
    for name in (n for n in missing if n not in {file.name for file in done.files}):
        click.echo(f"{folder / name}: written again, it was not in the folder")
    if not done.files:
        click.echo("Nothing new to pay.")
    for left in done.left:
        click.echo(f"not paid: payout {left.payout} of membership {left.membership}: {left.reason}")


def _totals(file: BankFile) -> str:
    return ", ".join(written(amount, currency) for currency, amount in file.totals.items())


def _debtor() -> Debtor:
    """Who pays, from the settings. Raises BadInput naming the one that is missing."""
    given = {name: getattr(settings(), f"operator_{name}") for name in ("name", "iban", "bic", "town", "country")}
    for name, value in given.items():
        if not value:
            raise BadInput(f"EXPAT_OPERATOR_{name.upper()}", "is not set", "bank files say whose account is debited")
    return Debtor(**given)


@bank.command("confirm")
@click.argument("file_name")
@_ON_THE_DAY
@click.option("--debited", multiple=True, metavar="ID=EUR", help="euros taken for a payment in another currency")
@_BY
def confirm_(file_name: str, day: date, debited: tuple[str, ...], by: str) -> None:
    """The bank has executed a file: note it in the ledger. Confirming twice posts nothing twice."""
    debits = dict(_debit(text) for text in debited)
    with transaction(ready()) as session:
        done = payouts.confirm(session, Path(file_name).name, day, now(), debits, by)
    again = f"; {len(done.before)} had been confirmed before" if done.before else ""
    click.echo(f"{len(done.now)} payments confirmed{again}")


@bank.command("returned")
@click.argument("end_to_end_id")
@_ON_THE_DAY
@click.option("--reason", required=True, help="what the bank says, such as AC04 closed account")
@_BY
def returned_(end_to_end_id: str, day: date, reason: str, by: str) -> None:
    """The bank sent a payment back: it waits for another account."""
    with transaction(ready()) as session:
        found = find_payout(session, end_to_end_id)
        first = payouts.returned(session, found.id, day, now(), reason, by)
    click.echo(f"payout {found.id} waits for another account" + ("" if first else "; that was noted before"))


@bank.command()
@click.argument("end_to_end_id")
def find(end_to_end_id: str) -> None:
    """The payout that an end-to-end id names, and how far it got."""
    with reading(ready()) as session:
        found = find_payout(session, end_to_end_id)
    payee = found.payee + (f" {found.provider}" if found.provider else "")
    paid = written(from_minor(found.amount, found.currency), found.currency)
    euros = written(from_minor(found.eur_cents, EUR), EUR)
    click.echo(f"payout {found.id} of membership {found.membership}, settled on {found.settled_on}: {paid} to {payee}")
    click.echo(f"counts {euros} ({found.rate}); lines {', '.join(found.lines)}")
    click.echo(_progress_of(found))


def _progress_of(found: Found) -> str:
    if found.returned_on:
        return f"returned by the bank on {found.returned_on}; waits for another account"
    if found.file is None:
        return "in no bank file yet"
    return f"in {found.file}, " + (f"confirmed on {found.confirmed_on}" if found.confirmed_on else "not confirmed yet")


def _debit(text: str) -> tuple[int, Decimal]:
    reference, _, amount = text.partition("=")
    payout = payout_of(reference)
    if payout is None or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", amount):
        raise BadInput("--debited", f"{text!r}", "an end-to-end id and euros, such as EXP0000001234-82=45.10")
    return payout, Decimal(amount)
