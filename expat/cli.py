"""The `expat` command: one group of commands per folder of the subject."""

from __future__ import annotations

from importlib import import_module

import click

from expat.errors import BadInput
from expat.terminal import refuse

GROUPS = {
    "scenario": ("expat.scenario.commands", "Stories of memberships: play them, see what they pay"),
    "documents": ("expat.documents.commands", "Documents: a fresh key, check what is kept"),
    "rates": ("expat.currency.commands", "Exchange rates: import, show, type in"),
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


def main() -> None:
    """The entry point: what cannot be used is answered with one line and exit code 2."""
    try:
        expat()
    except BadInput as wrong:
        refuse(wrong)
