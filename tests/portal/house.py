"""A house with people in it, for the tests of the pages: a family, a stranger, and one account for each role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, update

from expat.accounts.open import open_account
from expat.accounts.passwords import hashed
from expat.accounts.sign_in import open_sign_in
from expat.accounts.tables import Account as AccountRow
from expat.app import create_app
from expat.currency.rates import NewRate, add_rates
from expat.db import now, table_of, transaction
from expat.documents.keys import new_key
from expat.employers.open import bind_account, open_employer, pays_for
from expat.membership.join import NewMembership, NewPerson, join
from expat.membership.tables import Member
from expat.payments.account_records import keep_account
from expat.portal.work import EXTENSION, House
from expat.settings import Settings
from tests.payments.insured import FRENCH, RATES

TODAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, 9, tzinfo=UTC)
PASSWORD = "a-lamp-over-lisbon"
SECRET = "x" * 40
ROLES = (
    "member", "spouse", "stranger", "medical", "manager", "manager2", "accountant", "accountant2", "admin", "employer",
    "applicant", "representative",
)  # fmt: skip


@cache
def _hashed_once() -> str:
    """The hash of everybody's password: to hash is meant to take long."""
    return hashed(PASSWORD)


@cache
def _put_together() -> tuple[Flask, dict[str, Any]]:
    """The application as `create_app` makes it, and its configuration: once in a process, with its compiled pages."""
    made = create_app(create_engine("sqlite://"), Settings(secret_key=SECRET))
    return made, dict(made.config)


def _moved(engine: Engine, settings: Settings) -> Flask:
    """That application, moved to a database; of these settings only what requests read may differ from test to test."""
    app, configured = _put_together()
    app.config.clear()
    app.config.update(configured)
    app.extensions[EXTENSION] = House(engine, settings)
    return app


class Front:
    """The application on a database, the people that it knows, and browsers in which they are signed in."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.settings = Settings(
            secret_key=SECRET, document_key=new_key(), document_folder=folder / "documents",
            mail_folder=folder / "mail", bank_folder=folder / "bank", demo_day=TODAY, rate_sources="ecb",
            operator_name="Expat Test", operator_iban="FR7630006000011234567890189", operator_bic="AGRIFRPP",
            operator_town="Paris", operator_country="FR", operator_email="help@expat.example",
        )  # fmt: skip
        self.app: Flask = _moved(engine, self.settings)
        self.accounts: dict[str, int] = {}
        self._publish()
        self.membership, self.people = self._join("M-1", "Ada", "Lovelace", "SG", "SGD", spouse="Charles")
        self.other_membership, self.other_people = self._join("M-2", "Grace", "Hopper", "SN", "EUR")
        self._open_accounts()
        self.employer = self._employ()

    @property
    def member(self) -> int:
        """Ada, the member of the family."""
        return self.people[0]

    @property
    def spouse(self) -> int:
        """Charles, insured with Ada."""
        return self.people[1]

    @property
    def child(self) -> int:
        """Their child."""
        return self.people[2]

    @property
    def stranger(self) -> int:
        """Grace, of another membership."""
        return self.other_people[0]

    def _publish(self) -> None:
        rows = [
            NewRate(code, Decimal(value), "ecb", TODAY - timedelta(days=back))
            for code, value in RATES.items()
            for back in (0, 3, 7)
        ]
        with transaction(self.engine) as session:
            add_rates(session, rows, AT)

    def _join(
        self, number: str, first: str, last: str, home: str, currency: str, spouse: str = ""
    ) -> tuple[int, tuple[int, ...]]:
        people = [NewPerson("member", date(1985, 5, 2), first, last)]
        if spouse:
            people += [
                NewPerson("spouse", date(1986, 1, 1), spouse, last),
                NewPerson("child", date(2015, 3, 3), "Ann", last),
            ]
        member = Member(
            first_name=first, last_name=last, language="en", email=f"{first.lower()}@post.example", recorded_at=AT
        )
        new = NewMembership(
            number, "expat-uno", date(2024, 1, 1), "3", "B", home, tuple(people), currency, member=member
        )
        with transaction(self.engine) as session:
            done = join(session, new, AT)
            if currency == "EUR":
                keep_account(session, FRENCH, AT, membership_id=done.membership_id)
        return done.membership_id, tuple(done.people)

    def _open_accounts(self) -> None:
        kept = _hashed_once()
        belongs = {"member": self.member, "spouse": self.spouse, "stranger": self.stranger}
        with transaction(self.engine) as session:
            for name in ROLES:
                role = "member" if name in belongs else name.rstrip("2")
                self.accounts[name] = open_account(
                    session, f"{name}@test.example", f"The {name.capitalize()}", "en", [role], AT, "test",
                    belongs.get(name),
                )  # fmt: skip
            session.execute(update(table_of(AccountRow)).values(password_hash=kept))

    def _employ(self) -> int:
        """An employer that pays for the family, and for whom an account acts."""
        with transaction(self.engine) as session:
            key = open_employer(session, "CORP", "Analytical Engines", AT, "test")
            pays_for(session, key, "M-1", date(2024, 1, 1), AT, "test")
            bind_account(session, key, self.accounts["employer"], AT, "test")
        return key

    def client(self, name: str | None = None, language: str = "en") -> FlaskClient:
        """A browser; signed in, with the second factor done, where a name is given. Its forms need no token."""
        self.app.config["WTF_CSRF_ENABLED"] = False
        browser = self.app.test_client()
        if name is not None:
            self.speak(name, language)
            with transaction(self.engine) as session:
                token = open_sign_in(session, self.accounts[name], "test", now(), second_factor=True)
            with browser.session_transaction() as kept:
                kept["_user_id"], kept["_fresh"] = token, True
        return browser

    def speak(self, name: str, language: str) -> None:
        """Let an account be spoken to in a language."""
        accounts: Any = table_of(AccountRow)
        with transaction(self.engine) as session:
            session.execute(update(accounts).where(accounts.c.id == self.accounts[name]).values(language=language))

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A transaction beside the pages."""
        with transaction(self.engine) as session:
            yield session


def text_of(html: str) -> str:
    """What a page says, without its tags, spaces and apostrophes made plain."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", html)
    plain = re.sub(r"(?s)<[^>]+>", " ", body)
    for entity, sign in (("&#39;", "'"), ("&#34;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        plain = plain.replace(entity, sign)
    return " ".join(plain.replace("’", "'").replace("\u202f", " ").replace("\xa0", " ").split())
