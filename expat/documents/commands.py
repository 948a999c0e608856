"""`expat documents`: a fresh key, and whether every document is still there."""

from __future__ import annotations

import signal
import sys
from dataclasses import fields
from threading import Event
from time import monotonic

import click
from sqlmodel import col, func, select

from expat.db import now, reading
from expat.documents.keys import document_keys
from expat.documents.keys import new_key as fresh_key
from expat.documents.reading.apart import Apart
from expat.documents.reading.queue import Reading, read_next
from expat.documents.reading.recognise import can_recognise
from expat.documents.store import problems
from expat.documents.tables import Document
from expat.settings import settings
from expat.terminal import ready

POLL = 1 / 2  # seconds between two looks whether a document waits


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


@documents.command()
@click.option("--once", is_flag=True, help="End when nothing waits any more.")
@click.option("--idle", type=click.IntRange(min=1), help="End after so many seconds in which nothing waited.")
def reader(once: bool, idle: int | None) -> None:
    """Read the documents that wait, to propose their figures to who hands them in; runs until it is stopped.

    Several may run at the same time: they share the work. It ends after the document that it is at, on SIGTERM or
    Ctrl-C. What it prints names documents by their hash and says nothing of their content.
    """
    keys, engine, stop = document_keys(), ready(), Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda _number, _frame: stop.set())
    if not can_recognise():
        click.echo('Pictures cannot be read: the extra "ocr" is not installed.', err=True)
    last = monotonic()
    with Apart() as apart:
        while not stop.is_set():
            began = monotonic()
            done = read_next(engine, settings().document_folder, keys, now, settings().demo_day or now().date(), apart)
            if done is not None:
                last = monotonic()
                click.echo(_line(done, last - began))
            elif once or (idle is not None and monotonic() - last >= idle):
                break
            else:
                stop.wait(POLL)


def _line(done: Reading, seconds: float) -> str:
    """What became of a document, without anything of what stands in it."""
    if done.suggestion is None:
        outcome = f"{done.state} ({done.code})" if done.code else done.state
    else:
        found = {field.name: getattr(done.suggestion, field.name) for field in fields(done.suggestion)}
        told = [f"{name} {candidates[0].confidence}" for name, candidates in found.items() if candidates]
        outcome = f"read: {', '.join(told) or 'nothing'}"
    return f"{done.sha256[:12]} in {seconds:.1f} s, {outcome}"
