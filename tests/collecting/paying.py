"""A member whose premiums are called and paid, with a bank that tells of it: for the tests of collecting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session

from expat.bank.reference import premium_reference
from expat.billing.account import balance
from expat.billing.tables import PremiumAllocation, PremiumMandate, PremiumSchedule
from expat.billing.terms import Terms, start_calling
from expat.collecting.batches import creditor_of, look, release
from expat.collecting.statements import Imported, import_file
from expat.collecting.tables import BankPart, DebitBatch, DebitItem, PremiumPayment
from expat.db import reading, table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.jobs.catalogue import job_named
from expat.jobs.run import Runner, run_day
from expat.ledger.post import balances, out_of_balance
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting
from expat.membership.join import Joined, NewMembership, NewPerson, join
from expat.membership.status import covered_on
from expat.membership.tables import Member
from expat.periods import DAY
from expat.premiums.tables import PremiumOpen
from expat.settings import Settings
from tests.bank.bank_says import OURS, THEIRS, Entry, Tx, message
from tests.membership.ending import dossier

JOINED = date(2025, 2, 10)
SECOND = date(2025, 5, 10)  # the second quarter falls due: a Saturday
QUARTER = 29_325  # cents: 35 years on 1 January 2025, 1150 EUR a year, in quarters x 1.02
CHOSEN = Settings(
    operator_name="Mutuelle", operator_iban=OURS, operator_bic="AGRIFRPP", operator_town="Paris",
    operator_country="FR", creditor_identifier="FR72ZZZ123456",
)  # fmt: skip
JOBS = [
    job_named(name)
    for name in (
        "premium.review",
        "premium.calls",
        "premium.credit",
        "premium.mandates",
        "premium.debits",
        "premium.dunning",
        "letters.post",
    )
]
PAYMENT, PART, ITEM, BATCH = (table_of(one) for one in (PremiumPayment, BankPart, DebitItem, DebitBatch))
OPEN, SCHEDULE = table_of(PremiumOpen), table_of(PremiumSchedule)
MAIL, MANDATE, ALLOCATION = table_of(OutgoingMail), table_of(PremiumMandate), table_of(PremiumAllocation)


def at(day: date) -> datetime:
    return datetime.combine(day, time(6), UTC)


def acting(day: date, actor: str = "bank") -> Acting:
    return Acting(day, at(day), ("ecb",), actor)


def enrol(session: Session, number: str = "UNO-1", method: str = "transfer") -> Joined:
    """A single member of 34 years who is called from the first day on; by direct debit with a mandate."""
    ada = Member(
        first_name="Ada", last_name="L", language="en", email=f"{number.lower()}@example.org", street="1 Quay",
        town="Koeln", country="DE", recorded_at=at(JOINED),
    )  # fmt: skip
    new = NewMembership(
        number, "expat-uno", JOINED, "1", "A", "SG", (NewPerson("member", date(1990, 5, 2)),), member=ada
    )  # fmt: skip
    made = join(session, new, at(JOINED))
    start_calling(session, dossier(session, made), Terms("quarterly", method), JOINED, acting(JOINED))
    if method == "direct_debit":
        values = {
            "membership_id": made.membership_id, "reference": f"M-{number}", "holder": "Ada L", "iban": THEIRS,
            "signed_on": JOINED, "ends": False, "recorded_by": "desk", "recorded_at": at(JOINED),
        }  # fmt: skip
        session.execute(MANDATE.insert().values(values))
    return made


class Money:
    """A member, the jobs of each day, and the files of the bank; premium 1 is the first quarter's, 2 the second's."""

    def __init__(self, engine: Engine, method: str = "transfer", chosen: Settings = CHOSEN) -> None:
        self.engine, self.chosen, self.today = engine, chosen, JOINED
        with transaction(engine) as session:
            self.made = enrol(session, method=method)
        self.live(JOINED)

    def live(self, day: date) -> None:
        """A day's jobs."""
        self.today = day
        runner = Runner(self.engine, lambda: at(day), self.chosen, lambda: Keys.read(new_key()))
        for job in JOBS:
            assert run_day(runner, job, day).failed == 0

    def until(self, day: date) -> None:
        """The days up to one on which there is something to do, and that day itself."""
        while self.today < day:
            following = self.today + DAY
            if following == day or following >= self._next():
                self.live(following)
            else:
                self.today = following

    def _next(self) -> date:
        """The next day on which a call, a step or a direct debit is due."""
        with reading(self.engine) as session:
            days = [
                *session.execute(select(OPEN.c.next_on).where(OPEN.c.next_on.is_not(None))).scalars(),
                *session.execute(select(SCHEDULE.c.call_on).where(SCHEDULE.c.call_on.is_not(None))).scalars(),
            ]
            if session.execute(select(MANDATE.c.id)).first() is not None:
                due = select(OPEN.c.due_on).where(OPEN.c.step == "reminder", OPEN.c.next_on.is_not(None))
                days += [one - timedelta(days=5) for one in session.execute(due).scalars()]
        return min(days, default=date.max)

    def told(self, *entries: Entry, kind: str = "053", name: str = "s.xml", **more: Any) -> Imported:
        """The bank tells of movements, and the file is read today."""
        return self.read(message(*entries, kind=kind, **more), name)

    def read(self, content: bytes, name: str = "s.xml") -> Imported:
        with transaction(self.engine) as session:
            return import_file(session, name, content, acting(self.today), self.chosen)

    def released(self) -> Sequence[Any]:
        """Two people look at every batch that waits and release it; answers the direct debits that were sent."""
        with transaction(self.engine) as session:
            waits = select(BATCH.c.id).where(BATCH.c.released_at.is_(None), BATCH.c.withdrawn_at.is_(None))
            for key in session.execute(waits).scalars().all():
                look(session, key, "ines", at(self.today))
                release(session, key, creditor_of(self.chosen), acting(self.today, "max"))
            return session.execute(select(ITEM).where(ITEM.c.group_id.is_not(None)).order_by(ITEM.c.id)).all()

    def rows(self, table: Any) -> Sequence[Any]:
        with reading(self.engine) as session:
            return session.execute(select(table).order_by(table.c.id)).all()

    def mails(self) -> list[str]:
        """What was told, by the keys of the mails."""
        return [row.key for row in self.rows(MAIL)]

    def matched(self) -> list[tuple[str, str | None]]:
        return [(row.matched, row.why) for row in self.rows(PART)]

    def open(self) -> int:
        with reading(self.engine) as session:
            return balance(session, self.made.membership_id)

    def covered(self, day: date) -> bool:
        with reading(self.engine) as session:
            return covered_on(dossier(session, self.made), self.made.people[0], day)

    def ledger(self) -> dict[str, int]:
        """The EUR balances, all transactions being balanced."""
        with reading(self.engine) as session:
            assert out_of_balance(session) == []
            return {account: cents for (account, currency), cents in balances(session).items() if currency == "EUR"}


def euros(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def transfer(cents: int, day: date, *premiums: int, text: str = "", reference: str | None = None) -> Entry:
    """Somebody transfers money and types the references of premiums."""
    told = " ".join([text, *(premium_reference(one) for one in premiums)]).strip()
    paid = Tx(euros(cents), text=(told,), debtor=("Ada L", THEIRS))
    return Entry(euros(cents), booked=str(day), value=str(day), reference=reference, payments=(paid,))


def debit(cents: int, day: date, item: Any, reference: str | None = None) -> Entry:
    """The bank books one direct debit by itself."""
    paid = Tx(euros(cents), end_to_end=item.end_to_end_id, payment_id=item.group_id, mandate=item.mandate)
    return Entry(
        euros(cents), booked=str(day), value=str(day), reference=reference, code="PMNT-IDDT-ESDD", payments=(paid,)
    )  # fmt: skip


def debit_back(
    cents: int, day: date, item: Any, code: str = "AM04", charges: int = 0, reference: str | None = None
) -> Entry:  # fmt: skip
    """A direct debit comes back, for a reason; the bank may take something for it."""
    taken = euros(-cents - charges)
    back = Tx(
        taken, end_to_end=item.end_to_end_id, mandate=item.mandate, reason=code, instructed=euros(cents),
        charges=euros(charges) if charges else None,
    )  # fmt: skip
    return Entry(
        taken, booked=str(day), value=str(day), reference=reference, code="PMNT-IDDT-UPDD", payments=(back,)
    )  # fmt: skip
