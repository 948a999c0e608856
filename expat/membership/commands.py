"""`expat member`: which memberships there are, and everything that holds for one on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import click
from rich.table import Column, Table
from sqlalchemy import Row, func, or_, select
from sqlmodel import Session

from expat.claims.balances import balance_on, terms_on
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import now, reading, table_of, transaction
from expat.errors import NotFound
from expat.letters.reminders import remind
from expat.membership.history_commands import history
from expat.membership.status import status_on
from expat.membership.tables import Member, Membership
from expat.money import number as two_decimals
from expat.payments.account_records import keep_account
from expat.payments.accounts import check_account
from expat.periods import FOREVER, Period, membership_year
from expat.settings import settings
from expat.terminal import DAY, ready, show

TIMELINES = ("formula", "zone", "residence", "payout_currency")
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)


@click.group()
def member() -> None:
    """Members: list them, show a membership."""


@member.command("list")
@click.option("--find", help="only those whose number or name holds this")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="how many at most")
def list_(find: str | None, limit: int) -> None:
    """List memberships by number."""
    with reading(ready()) as session:
        rows, count = _listed(session, find, limit)
    table = Table("Number", "Member", "Plan", "Joined", "Language", box=None)
    for row in rows:
        table.add_row(row.number, f"{row.first_name} {row.last_name}".strip(), row.plan, str(row.joined), row.language)
    if rows:
        show(table)
    click.echo(f"{len(rows)} of {count} memberships")


def _listed(session: Session, find: str | None, limit: int) -> tuple[list[Row[Any]], int]:
    query = select(_MEMBERSHIP, _MEMBER.c.first_name, _MEMBER.c.last_name, _MEMBER.c.language)
    query = query.join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
    if find:
        whole = _MEMBER.c.first_name + " " + _MEMBER.c.last_name
        query = query.where(or_(*(text.icontains(find, autoescape=True) for text in (_MEMBERSHIP.c.number, whole))))
    count = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    return list(session.execute(query.order_by(_MEMBERSHIP.c.number).limit(limit))), count


@member.command("show")
@click.argument("number")
@click.option("--on", "day", type=DAY, help="the day of the balances; today where none is named")
def show_(number: str, day: date | None) -> None:
    """Show a membership: its people and their cover, what it chose when, what its ceilings hold."""
    on = day or now().date()
    with reading(ready()) as session:
        key = session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.number == number)).scalar()
        if key is None:
            raise NotFound("membership", f"there is no membership {number!r}", "a number of `expat member list`")
        dossier = load(session, [key])[key]
    year = membership_year(dossier.joined, max(on, dossier.joined))
    click.echo(
        f"{dossier.number}, plan {dossier.plan.name}, joined {dossier.joined}; on {on}: {status_on(dossier, on)}"
    )
    for line in [*_people(dossier, on), *_timelines(dossier)]:
        click.echo(line)
    if on < dossier.joined:
        return
    click.echo(f"Ceilings of the membership year {_days(year)}, in EUR:")
    show(_balances(dossier, on))


def _people(dossier: Dossier, on: date) -> Iterator[str]:
    edition = dossier.plan.on(max(on, dossier.joined))
    for key, row in dossier.people.items():
        cover = ", ".join(_days(period) for period in dossier.cover(key, edition)) or "never"
        name = f"{row.first_name} {row.last_name}".strip() or "(no name)"
        yield f"{row.role} {name} (person {key}), born {row.born}, covered {cover}"


def _timelines(dossier: Dossier) -> Iterator[str]:
    """Each choice with the day from which it holds; refused requests too; then everything else that changed."""
    for kind in TIMELINES:
        yield f"{kind}: " + ", ".join(f"{since.value} from {since.first}" for since in dossier.timeline(kind))
    for change in dossier.changes:
        if change.kind not in TIMELINES or change.refused:
            until = f" to {change.effective_to}" if change.effective_to else ""
            whose = f" (person {change.person_id})" if change.person_id else ""
            refused = f", refused: {change.refused}" if change.refused else ""
            asked = f"asked for on {change.requested_on}, from {change.effective_from}{until}"
            yield f"{change.kind} {change.value}{whose}: {asked}{refused}"


def _balances(dossier: Dossier, on: date) -> Table:
    figures = (Column(name, justify="right") for name in ("Ceiling", "Used", "Left"))
    table = Table("Person", "Category", *figures, box=None)
    for person, row in dossier.people.items():
        name = row.first_name or row.role
        for category in dossier.plan.words.categories:
            formula = terms_on(dossier, person, category, on)
            if dossier.plan.on(on).covers_category(category, formula):
                table.add_row(name, category, *(_eur(part) for part in balance_on(dossier, person, category, on)))
            else:
                table.add_row(name, category, "not covered", "", "")
        used = dossier.overall_used(person, membership_year(dossier.joined, on).first)
        most = dossier.plan.on(on).overall_ceiling(dossier.on("formula", on)).value
        table.add_row(name, "overall", _eur(most), _eur(used), _eur(max(Decimal(0), most - used)))
    return table


def _eur(amount: Decimal | None) -> str:
    return "none of its own" if amount is None else two_decimals(amount)


def _days(period: Period) -> str:
    return f"from {period.first}" + ("" if period.last == FOREVER else f" to {period.last}")


@member.command("remind")
@click.option("--on", "day", type=DAY, help="the day of the reminders; today where none is named")
def remind_(day: date | None) -> None:
    """Put into the outbox the mails that ask for certificates and proofs of work; each is told once."""
    chosen = settings()
    with transaction(ready()) as session:
        told = remind(session, day or now().date(), now(), chosen.base_url, chosen.operator_name)
    click.echo(f"{told} asked for")


ACCOUNT = {
    "holder": "whose account it is", "iban": "where the country has it", "number": "where it has none",
    "bic": "of the bank", "bank-name": "where the BIC is not known", "bank-town": "of the bank",
    "bank-country": "of the bank", "clearing-system": "such as USABA", "clearing-member": "the bank's code in it",
    "street": "of the holder", "building": "number of the house", "postcode": "of the holder",
    "town": "of the holder", "country": "of the holder",
}  # fmt: skip


@member.command()
@click.argument("membership", metavar="NUMBER")
@click.option("--currency", required=True, help="the currency that is to be paid there")
@click.option("--by", default="back-office", show_default=True, help="who enters it, for the audit trail")
def account(membership: str, currency: str, by: str, **fields: str | None) -> None:
    """Enter the account that a membership is paid to; the newest holds."""
    checked = check_account(fields, currency)
    with transaction(ready()) as session:
        found = session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.number == membership)).scalar()
        if found is None:
            raise NotFound("number", f"there is no membership {membership!r}")
        keep_account(session, checked, now(), membership_id=found, actor=by)
    click.echo(f"{membership} is paid to this account from now on.")


for _name, _help in reversed(ACCOUNT.items()):
    account = click.option(f"--{_name}", help=_help)(account)

member.add_command(history)
