"""`expat letter post` and `expat letter registered`: letters for a post service."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from expat.db import now, reading, transaction
from expat.errors import BadInput, NotFound
from expat.files import write_whole
from expat.letters.post import batches_of, hand_over, letter_of, waiting
from expat.letters.post_file import write_batch
from expat.letters.premium_letter import letter_pdf
from expat.membership.changes import Acting
from expat.settings import settings
from expat.terminal import DAY, ready
from expat.wording.clock import day_there

PROBLEMS = {"address": "no street, town or country is known", "died": "the member has died: write to the family"}


@click.command()
@click.option("--on", "day", type=DAY, help="the day of the batches; today where none is named")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="the folder")
def post(day: date | None, folder: Path) -> None:
    """Hand over the letters that wait, if the day is today, and write the day's batches into a folder.

    Their days count from the day of the batch: give the files to the post service on that day. Of an earlier day the
    same files are written again. Letters that cannot leave are named, with the reason.
    """
    at, chosen, engine = now(), settings(), ready()
    today = day_there(at, chosen.time_zone)
    on = day or today
    if on > today:
        raise BadInput("--on", f"{on} has not come yet", f"{today} or an earlier day")
    more = on == today
    while more:
        with transaction(engine) as session:
            more = hand_over(session, Acting(today, at, chosen.rate_sources, "letter post"), chosen) is not None
    with reading(engine) as session:
        try:
            files = [write_batch(session, batch, folder) for batch in batches_of(session, on)]
        except OSError as wrong:
            raise BadInput("--to", f"cannot be written to ({wrong.strerror})", "a folder") from wrong
        stuck = [one for one in waiting(session, on) if one.problem] if on == today else []
    for file in files:
        click.echo(str(file))
    for one in stuck:
        click.echo(f"{one.kind} of {one.number}, premium {one.premium}: {PROBLEMS[one.problem or '']}", err=True)


@click.command()
@click.argument("number", type=int, metavar="LETTER")
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="the file")
def registered(number: int, file: Path) -> None:
    """Write a registered letter (a formal notice, or that on a termination) as it was sent."""
    with reading(ready()) as session:
        found = letter_of(session, number)
    if found is None:
        raise NotFound("letter", f"there is no letter {number}", "its number, as it stands on it")
    content = letter_pdf(found, found.recipient)
    try:
        write_whole(file, content)
    except OSError as wrong:
        expected = "a file in a folder that is there"
        raise BadInput("--to", f"{file} cannot be written ({wrong.strerror})", expected) from wrong
    click.echo(f"{file}: {len(content)} bytes")
