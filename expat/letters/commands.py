"""`expat letter`: write a statement, a guarantee letter, a card or a certificate as PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlmodel import Session

from expat.approvals.tables import GuaranteeLetter
from expat.db import now, reading, table_of
from expat.errors import BadInput, NotFound
from expat.files import write_whole
from expat.letters.card import card_pdf
from expat.letters.certificate import certificate_pdf
from expat.letters.guarantee import guarantee_pdf
from expat.letters.notice import notice_pdf
from expat.letters.operator import from_settings
from expat.letters.post_commands import post, registered
from expat.letters.quote import quote_pdf
from expat.letters.statement import statement_pdf
from expat.membership.tables import Membership
from expat.settings import settings
from expat.terminal import DAY, ready
from expat.wording.catalogue import LANGUAGES

_MEMBERSHIP, _LETTER = table_of(Membership), table_of(GuaranteeLetter)


@click.group()
def letter() -> None:
    """Letters as PDF: statements, notices, guarantee letters, cards, certificates; registered letters to post."""


letter.add_command(post)
letter.add_command(registered)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    to = click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="the file")
    language = click.option("--language", type=click.Choice(LANGUAGES), help="by default the member's")
    return to(language(command))


def _write(file: Path, made: Callable[[Session], bytes]) -> None:
    with reading(ready()) as session:
        content = made(session)
    try:
        write_whole(file, content)
    except OSError as wrong:
        expected = "a file in a folder that is there"
        raise BadInput("--to", f"{file} cannot be written ({wrong.strerror})", expected) from wrong
    click.echo(f"{file}: {len(content)} bytes")


@letter.command()
@click.argument("payout", type=int, metavar="PAYOUT_ID")
@_options
def statement(payout: int, file: Path, language: str | None) -> None:
    """Write the explanation of benefits (décompte) of a payout."""
    _write(file, lambda session: statement_pdf(session, payout, from_settings(settings()), language))


@letter.command()
@click.argument("claim", type=int, metavar="CLAIM")
@_options
def notice(claim: int, file: Path, language: str | None) -> None:
    """Write what the member is told of a claim's lines that are not paid."""
    _write(file, lambda session: notice_pdf(session, claim, from_settings(settings()), language))


@letter.command()
@click.argument("code", metavar="CODE")
@_options
def guarantee(code: str, file: Path, language: str | None) -> None:
    """Write the guarantee letter (lettre de prise en charge) of a code."""

    def made(session: Session) -> bytes:
        answer = session.execute(select(_LETTER.c.answer_id).where(_LETTER.c.code == code)).scalar()
        if answer is None:
            raise NotFound("letter", f"there is no guarantee letter {code!r}", "its code, as it was given")
        return guarantee_pdf(session, answer, from_settings(settings()), language)

    _write(file, made)


@letter.command()
@click.argument("person", type=int, metavar="PERSON")
@click.option("--on", "day", type=DAY, help="a day of the membership year; today where none is named")
@_options
def card(person: int, day: date | None, file: Path, language: str | None) -> None:
    """Write the card of an insured PERSON (a key of `expat member show`), in both languages where none is named."""
    on = day or now().date()
    _write(file, lambda session: card_pdf(session, person, on, from_settings(settings()), language))


@letter.command()
@click.argument("number", metavar="NUMBER")
@click.option("--on", "day", type=DAY, help="the day that it certifies; today where none is named")
@_options
def certificate(number: str, day: date | None, file: Path, language: str | None) -> None:
    """Write the certificate of the membership NUMBER, for all who are covered on the day."""
    on = day or now().date()

    def made(session: Session) -> bytes:
        key = session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.number == number)).scalar()
        if key is None:
            raise NotFound("membership", f"there is no membership {number!r}", "a number of `expat member list`")
        return certificate_pdf(session, key, on, from_settings(settings()), language)

    _write(file, made)


@letter.command()
@click.argument("code", metavar="CODE")
@_options
def quote(code: str, file: Path, language: str | None) -> None:
    """Write the quote (devis) of a code, in the language of the settings where none is named."""
    chosen = language or settings().language
    _write(file, lambda session: quote_pdf(session, code, from_settings(settings()), chosen))
