"""The `expat` command: one group of commands per folder of the subject."""

from __future__ import annotations

from importlib import import_module

import click

from expat.errors import BadInput
from expat.terminal import refuse

GROUPS = {
    "demo": ("expat.demo.commands", "The main job on made-up members: invoices in, payouts out"),
    "scenario": ("expat.scenario.commands", "Stories of memberships: play them, see what they pay"),
    "documents": ("expat.documents.commands", "Documents: a fresh key, check what is kept"),
    "rates": ("expat.currency.commands", "Exchange rates: import, show, type in"),
    "member": ("expat.membership.commands", "Members: list them, show a membership"),
    "claim": ("expat.claims.commands", "Claims: import keyed invoices, show, judge again"),
    "settle": ("expat.payments.commands", "Pay every accepted line at the rates of a day"),
    "bank": ("expat.collecting.commands", "Files for the bank, and what the bank answers"),
    "ledger": ("expat.ledger.commands", "The double-entry ledger: balances and transactions"),
    "statement": ("expat.payments.statement_commands", "Explanations of benefits: show one, write a settlement's"),
    "recoveries": ("expat.recoveries.commands", "Paid lines that are not due: find them, list them"),
    "account": ("expat.accounts.commands", "Accounts for the web pages: open, list, close"),
    "serve": ("expat.portal.commands", "Serve the web pages"),
    "screening": ("expat.screening.commands", "Names against lists of sanctions: import a list, screen everybody"),
    "jobs": ("expat.jobs.commands", "What happens by itself: run it, see what it did and what waits"),
    "employer": ("expat.employers.commands", "Employers: invite whom they announced"),
    "mail": ("expat.mail.commands", "Mail that goes out: send it, list it"),
    "letter": ("expat.letters.commands", "Letters as PDF: statement, guarantee letter, card, certificate"),
    "complaint": ("expat.complaints.commands", "Complaints: what is to be answered, and by when"),
    "data": ("expat.personal_data.commands", "Personal data: what is past the time that it is kept"),
    "application": ("expat.applications.commands", "Applications to join: let those lapse that are never paid"),
    "quote": ("expat.quotes.commands", "Quotes: what a membership would cost, line by line"),
    "plan": ("expat.plans.commands", "Plans: check one before it is used, show its figures on a day"),
    "db": ("expat.db_commands", "The database's schema: where it stands, up, down"),
    "settings": ("expat.cli", "Every setting: its variable, its default, what it means"),
}


class Groups(click.Group):
    """Commands that are imported when they are used, so that `expat --help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(GROUPS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in GROUPS:
            return None
        module, _help = GROUPS[name]
        command: click.Command = getattr(import_module(module), name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_module, text) in GROUPS.items()])


@click.group(cls=Groups)
@click.version_option(package_name="expat")
def expat() -> None:
    """Administers an expatriate health plan."""


@click.command()
def settings() -> None:
    """Print every setting as a table in Markdown: its variable, its default, what it means."""
    from expat.settings import Settings

    click.echo("| variable | default | meaning |\n| --- | --- | --- |")
    for name, field in Settings.model_fields.items():
        click.echo(f"| `EXPAT_{name.upper()}` | {_written(field.default)} | {field.description} |")


def _written(default: object) -> str:
    """A default as the environment would say it: lists with commas."""
    if default is None or default == ():
        return "none"
    return f"`{','.join(default)}`" if isinstance(default, tuple) else f"`{default}`"


def main() -> None:
    """The entry point: what cannot be used is answered with one line and exit code 2."""
    try:
        expat()
    except BadInput as wrong:
        refuse(wrong)
