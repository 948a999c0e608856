"""`expat ledger`: what every account holds, and what a transaction posted."""

from __future__ import annotations

import sys

import click
from rich.table import Column, Table

from expat.db import reading
from expat.ledger.kept import kept_transaction
from expat.ledger.post import balances, out_of_balance
from expat.money import from_minor, number
from expat.terminal import ready, show


@click.group()
def ledger() -> None:
    """The double-entry ledger: balances and transactions."""


@ledger.command()
def balance() -> None:
    """Show what every account holds, by currency. Exits 1 where a transaction does not sum to zero."""
    with reading(ready()) as session:
        held, wrong = balances(session), out_of_balance(session)
    table = Table("Account", "Currency", Column("Balance", justify="right"), box=None)
    for (account, currency), amount in held.items():
        table.add_row(account, currency, number(from_minor(amount, currency), currency))
    if held:
        show(table)
    if wrong:
        for reference in wrong:
            click.echo(f"{reference} does not sum to zero", err=True)
        sys.exit(1)
    click.echo("Every transaction balances." if held else "The ledger is empty.")


@ledger.command("show")
@click.argument("reference")
def show_(reference: str) -> None:
    """Show a transaction by its reference, such as settled:payout:17."""
    with reading(ready()) as session:
        found = kept_transaction(session, reference)
    click.echo(f"{found.reference}, {found.day}, recorded {found.recorded_at:%Y-%m-%d %H:%M:%S} UTC")
    if found.reverses:
        click.echo(f"reverses {found.reverses}")
    if found.reversed_by:
        click.echo(f"reversed by {found.reversed_by}")
    table = Table("Account", "Currency", Column("Debit", justify="right"), Column("Credit", justify="right"), box=None)
    for entry in found.entries:
        amount = number(from_minor(abs(entry.amount), entry.currency), entry.currency)
        table.add_row(entry.account, entry.currency, *((amount, "") if entry.amount >= 0 else ("", amount)))
    show(table)
