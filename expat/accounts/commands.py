"""`expat account`: open accounts, list them, mail a link, close one."""

from __future__ import annotations

import click
from rich.table import Table
from sqlalchemy import select
from sqlmodel import Session

from expat.accounts.open import (
    INVITATION_GOOD_FOR,
    account_of,
    close_account,
    make_link,
    open_account,
    remove_second_factor,
)
from expat.accounts.sign_in import ROLES
from expat.accounts.tables import Account
from expat.db import now, reading, table_of, transaction
from expat.errors import NotFound
from expat.settings import settings
from expat.terminal import ready, show
from expat.wording.catalogue import LANGUAGES

_BY = click.option("--by", default="command", show_default=True, help="who acts, for the audit trail")


@click.group()
def account() -> None:
    """Accounts for the web pages."""


@account.command("open")
@click.argument("email")
@click.option("--name", required=True, help="first and last name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="may be given again")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--person", type=int, help="the insured person whose account it is (needed for a member)")
@_BY
def open_(email: str, name: str, roles: tuple[str, ...], language: str, person: int | None, by: str) -> None:
    """Open an account and print the link with which its holder sets a password, good for seven days."""
    with transaction(ready()) as session:
        key = open_account(session, email, name, language, roles, now(), by, person)
        token = make_link(session, key, now(), INVITATION_GOOD_FOR)
    click.echo(f"account {key}: {settings().base_url}/password/{token}")


@account.command("list")
def list_() -> None:
    """Every account."""
    table = Table("Account", "Address", "Name", "Roles", "Person", "Second factor", "Closed", box=None)
    with reading(ready()) as session:
        for row in session.execute(select(table_of(Account)).order_by(table_of(Account).c.id)):
            factor, closed = "yes" if row.totp_secret else "no", f"{row.closed_at:%Y-%m-%d}" if row.closed_at else ""
            table.add_row(str(row.id), row.email, row.name, row.roles, str(row.person_id or ""), factor, closed)
    show(table)


@account.command()
@click.argument("email")
@_BY
def close(email: str, by: str) -> None:
    """Close an account; its sign-ins end at once."""
    with transaction(ready()) as session:
        close_account(session, _key(session, email), now(), by)
    click.echo(f"{email}: closed")


@account.command("reset-second-factor")
@click.argument("email")
@_BY
def reset_second_factor(email: str, by: str) -> None:
    """Let the holder set the second factor up again; every sign-in ends."""
    with transaction(ready()) as session:
        remove_second_factor(session, _key(session, email), now(), by)
    click.echo(f"{email}: the second factor is to be set up at the next sign-in")


def _key(session: Session, email: str) -> int:
    found = account_of(session, email)
    if found is None:
        raise NotFound("email", f"{email!r} has no open account", "an address of `expat account list`")
    return int(found.id)
