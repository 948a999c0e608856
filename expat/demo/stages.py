"""The stages of the demo, one after the other: a fresh database, the portfolio, the invoices, the settlement, files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select

from expat import migrate
from expat.claims.keyed import Imported, Intake, import_keyed
from expat.currency.proposals import confirm, propose
from expat.currency.rates import add_rates
from expat.currency.seed import shipped_history
from expat.db import now, open_engine, reading, table_of, transaction
from expat.demo import accounts, desk, paper
from expat.demo.happenings import ACTOR, PREFERENCE, Life, live, noon
from expat.demo.household import Household
from expat.demo.joining import who_wants_to_join
from expat.demo.open_cases import open_cases
from expat.demo.places import OPERATOR, Places
from expat.demo.portfolio import PLAN, portfolio
from expat.demo.premiums import call_premiums
from expat.demo.world import read
from expat.documents.keys import Keys
from expat.errors import BadInput
from expat.payments.bank_files import Debtor
from expat.payments.folder import write_missing
from expat.payments.payouts import HandedOut, bank_files
from expat.payments.payouts import confirm as confirm_file
from expat.payments.settle import Outcome, settle
from expat.payments.statement_files import write_statements
from expat.payments.tables import Settlement
from expat.plans.edition import Edition
from expat.plans.loader import plan
from expat.settings import Settings

SINCE = date(2023, 1, 1)
EARLIER = timedelta(days=60)
AT_ONCE = 20  # memberships in one transaction
RATE_HOLDS = timedelta(days=7)
CONFIRMED_AFTER = timedelta(days=2)
DEBTOR = ("name", "iban", "bic", "town", "country")
RATE_REASON = "made up for the demo"
Progress = Callable[[int, int], None]

_SETTLEMENT: Any = table_of(Settlement)


@dataclass
class Demo:
    """A run of the demo: what was asked for, and what came of it so far."""

    places: Places
    on: date
    seed: int
    memberships: int
    progress: Progress = lambda done, total: None
    engine: Engine = field(init=False)
    keys: Keys = field(init=False)
    edition: Edition = field(init=False)
    lives: list[Life] = field(default_factory=list)
    sheets: Sequence[desk.Sheet] = ()
    outcome: Outcome = field(init=False)

    @property
    def earlier(self) -> date:
        """The day of the settlement before."""
        return self.on - EARLIER

    @property
    def households(self) -> list[Household]:
        return [life.household for life in self.lives]


def prepare(demo: Demo) -> tuple[int, int]:
    """A database by the migrations, and rates; answers how many of the ECB's and of the operator's.

    Raises BadInput, before anything is removed, where the history that Expat ships with has no rate for the day.
    """
    history = list(shipped_history(now().date()).rates(SINCE))
    first, last = SINCE + 2 * EARLIER, max(rate.published_on for rate in history)
    if not first <= demo.on <= last + RATE_HOLDS:
        raise BadInput("--on", f"the history that Expat ships with has no rates for {demo.on}", f"{first} to {last}")
    demo.places.clear()
    demo.keys = demo.places.fresh_key()
    demo.engine = open_engine(demo.places.url)
    demo.edition = plan(PLAN).on(demo.on)
    migrate.upgrade(demo.engine)
    typed_in = read("world")["operator_rates"]
    with transaction(demo.engine) as session:
        count = add_rates(session, history, now(), only_missing=True)
        for day in (demo.earlier, demo.on):
            for currency, value in typed_in.items():
                key = propose(session, currency, Decimal(value), day, RATE_REASON, "treasurer", noon(day))
                confirm(session, key, "controller", noon(day))
    return count, 2 * len(typed_in)


def invent(demo: Demo) -> None:
    """The households and their invoices, made up from the seed."""
    demo.lives = [Life(house) for house in portfolio(demo.seed, demo.memberships, demo.on)]
    demo.sheets = desk.sheets(demo.households)


def draw(demo: Demo) -> bool:
    """The invoices on paper and the file that a back office keys; answers whether they were made anew."""
    made = paper.make(demo.sheets, demo.places.invoices)
    desk.key_in(demo.sheets, demo.edition, demo.places.invoices)
    return made


def conclude(demo: Demo) -> Outcome:
    """The memberships with all that happens to them, and the settlement before; answers what that paid."""
    _live(demo, demo.earlier)
    before = settle(demo.engine, demo.earlier, lambda: noon(demo.earlier), PREFERENCE)
    files = _bank_files(demo, demo.earlier).files
    with transaction(demo.engine) as session:
        paid_on = demo.earlier + CONFIRMED_AFTER
        for file in files:
            confirm_file(session, file.name, paid_on, noon(paid_on), actor=ACTOR)
    _live(demo, demo.on)
    return before


def _live(demo: Demo, until: date) -> None:
    for start in range(0, len(demo.lives), AT_ONCE):
        with transaction(demo.engine) as session:
            for life in demo.lives[start : start + AT_ONCE]:
                live(session, life, until, demo.edition)


def take_in(demo: Demo) -> Imported:
    """The keyed invoices with their scans, through the code of `expat claim import`."""
    shared = Intake(
        demo.places.invoices, demo.places.documents, lambda: demo.keys, demo.on, lambda: noon(demo.on), PREFERENCE
    )  # fmt: skip
    return import_keyed(demo.engine, demo.places.invoices / desk.NAME, shared)


def open_accounts(demo: Demo) -> None:
    """An account for each role, with which the web pages are tried."""
    with transaction(demo.engine) as session:
        accounts.open_accounts(session, demo.keys, noon(demo.on))


def leave_open(demo: Demo) -> None:
    """What is left to do for the people who try the pages."""
    with transaction(demo.engine) as session:
        open_cases(session, demo.keys, demo.on)
        who_wants_to_join(session, demo.keys, demo.places, demo.on)
        call_premiums(session, demo.on, _as_operator(demo.places))


def _as_operator(places: Places) -> Settings:
    """Settings as the demo's operator has them, whatever the environment says."""
    values: dict[str, Any] = {f"operator_{name}": value for name, value in OPERATOR.items()}
    return Settings(base_url=places.base, **values)


def pay(demo: Demo) -> Outcome:
    """The settlement of the chosen day, at its rates."""
    demo.outcome = settle(
        demo.engine, demo.on, lambda: noon(demo.on), PREFERENCE, AT_ONCE, demo.progress, ACTOR
    )  # fmt: skip
    return demo.outcome


def hand_out(demo: Demo) -> HandedOut:
    """The bank files of everything that is owed, in the demo's folder."""
    return _bank_files(demo, demo.on)


def _bank_files(demo: Demo, day: date) -> HandedOut:
    with transaction(demo.engine) as session:
        done = bank_files(session, day, noon(day), Debtor(**{name: OPERATOR[name] for name in DEBTOR}), ACTOR)
    with reading(demo.engine) as session:
        write_missing(session, demo.places.bank)
    return done


def explain(demo: Demo) -> tuple[int, int]:
    """A statement for every payout and a notice for every claim without one; answers how many of both."""
    statements, notices = 0, 0
    with reading(demo.engine) as session:
        for settlement in session.execute(select(_SETTLEMENT.c.id).order_by(_SETTLEMENT.c.id)).scalars().all():
            told, unpaid = write_statements(session, settlement, demo.places.statements)
            statements, notices = statements + told, notices + unpaid
    return statements, notices
