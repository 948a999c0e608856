"""`expat documents`: a fresh key, and whether every document is still there."""

from __future__ import annotations

import sys

import click
from sqlmodel import col, func, select

from expat.db import reading
from expat.documents.keys import document_keys
from expat.documents.keys import new_key as fresh_key
from expat.documents.store import problems
from expat.documents.tables import Document
from expat.settings import settings
from expat.terminal import ready


@click.group()
def documents() -> None:
    """Documents that members handed in."""


@documents.command("new-key")
def new_key() -> None:
    """Print a fresh key for EXPAT_DOCUMENT_KEY.

    To change keys, put the new one first and the old one after a comma: the first encrypts, all decrypt.
    """
    click.echo(fresh_key())


@documents.command()
def check() -> None:
    """Read every document: its file is there, decrypts and has its hash. Ends with 1 where one does not."""
    keys = document_keys()
    with reading(ready()) as session:
        count = session.exec(select(func.count(col(Document.sha256)))).one()
        found = 0
        for line in problems(session, settings().document_folder, keys):
            click.echo(line)
            found += 1
    click.echo(f"{count} documents, {found} with a problem")
    if found:
        sys.exit(1)
