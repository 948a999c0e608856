"""The pages over HTTP, by the production server on PostgreSQL, against a bare Flask route that commits one row.

Both are served by gunicorn with as many workers, asked by as many clients, in the same run; signing in is done before.
A page is measured as it is asked for again, when the server looks whether anything it rests on changed, and made anew.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import session as browser
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Engine, insert, text

from expat.accounts.sign_in import open_sign_in
from expat.accounts.tables import Account
from expat.app import create_app
from expat.claims.tables import ClaimDraft, DraftDocument
from expat.db import now, table_of, transaction
from expat.documents.keys import new_key
from expat.documents.store import keep
from expat.membership.join import Joined
from expat.payments.settle import settle
from expat.settings import Settings
from tests.bench.figures import Figure
from tests.bench.ground import AT, DAY, SOURCES, database, hand_in, portfolio
from tests.documents.samples import pdf

WORKERS, CLIENTS, MEMBERS, CLAIMS, VIEWS, LINES = 3, 4, 50, 600, 300, 10_000
CLAIM = {
    "care": "ambulatory.gp", "first_day": "2026-10-20", "amount": "25.00", "currency": "EUR", "country": "SN",
    "cause": "illness", "quantity": "1", "checked": "y", "provider": "Cabinet du Plateau",
}  # fmt: skip
PAGES = {"overview": "/home", "claims": "/claims", "a claim": "/claims/{claim}", "spending": "/spending"}
MADE_ANEW = {**PAGES, "a payout of 10,000 lines": "/statements/1"}


@dataclass
class Request:
    """What a client sends."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


def measure() -> list[Figure]:
    """Claims sent a second, and pages of a member with 10,000 lines, against the bare route."""
    with database("postgresql") as engine, TemporaryDirectory() as folder:
        if engine is None:
            return [Figure("web", "not measured", "no server answered")]
        return _measure(engine, Path(folder))


def _measure(engine: Engine, folder: Path) -> list[Figure]:
    url = engine.url.render_as_string(hide_password=False)
    chosen = Settings(
        database_url=url, secret_key="bench " * 8, document_key=new_key(), document_folder=folder, demo_day=DAY,
        idle_minutes=720,
    )  # fmt: skip
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bare (a INTEGER, b TEXT)"))
    members = portfolio(engine, MEMBERS)
    clients = [Client(engine, chosen, member, place) for place, member in enumerate(members)]
    sends = [clients[n % MEMBERS].draft(n) for n in range(CLAIMS + 60)]
    for number in range(LINES // 3):
        hand_in(engine, members[0], number)
    settle(engine, DAY, lambda: AT, SOURCES)
    hand_in(engine, members[0], LINES)  # and one that is not paid yet
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    with _served(["tests.bench.bare_app:app"], _environment(chosen)) as port:
        bare = _rate(port, [Request("POST", "/row")] * 1200)
    with _served(["expat.app:create_app()"], _environment(chosen)) as port:
        _rate(port, sends[:60])
        sent = _rate(port, sends[60:])
        for path in PAGES.values():  # each process meets each page
            _rate(port, [clients[0].get(path)] * WORKERS * 5)
        seen = {name: _rate(port, [clients[0].get(path)] * VIEWS) for name, path in PAGES.items()}
    with _served(["expat.app:create_app()"], {**_environment(chosen), "EXPAT_PAGES_KEPT_MB": "0"}) as port:
        anew = {name: _rate(port, [clients[0].get(path)] * (VIEWS // 3)) for name, path in MADE_ANEW.items()}
    return [
        _figure("a claim sent", "claims", sent, bare, "at most 6 x"),
        *(_figure(f"page: {name}, 10,000 lines", "pages", rate, bare, "at most 3 x") for name, rate in seen.items()),
        *(_figure(f"page made anew: {name}", "pages", rate, bare, "") for name, rate in anew.items()),
    ]


def _figure(name: str, unit: str, rate: float, bare: float, wanted: str) -> Figure:
    against = f"a bare route that commits one row ({bare:,.0f}/s)"
    return Figure(name, f"{rate:,.0f}", f"{unit} a second", f"{bare / rate:.1f} x", against, wanted)


class Client:
    """A member in a browser that is signed in, with papers for as many claims as are asked of it."""

    def __init__(self, engine: Engine, chosen: Settings, member: Joined, place: int) -> None:
        self.engine, self.member, self.keys = engine, member, None
        self.app = create_app(engine, chosen)
        with transaction(engine) as session:
            values = {
                "email": f"m{place}@bench.example", "name": f"Member {place}", "language": "en", "roles": "member",
                "person_id": member.people[0], "made_at": AT, "totp_step": 0,
            }  # fmt: skip
            accounts: Any = table_of(Account)
            self.account = session.execute(insert(accounts).values(values).returning(accounts.c.id)).scalar_one()
            token = open_sign_in(session, self.account, "bench", now())
            keys = self.app.extensions["expat"].keys
            self.paper = keep(session, pdf(200 + place), chosen.document_folder, keys, AT)
        with self.app.test_request_context():
            self.token = generate_csrf()
            kept = {**browser, "_user_id": token, "_fresh": True}
        signer = self.app.session_interface.get_signing_serializer(self.app)
        assert signer is not None
        self.headers = {"Cookie": f"expat={signer.dumps(kept)}"}

    def get(self, path: str) -> Request:
        """A page."""
        return Request("GET", path.format(claim=2), self.headers)

    def draft(self, number: int) -> Request:
        """A draft with its invoice, ready to be sent; answers the request that sends it."""
        key = sha256(f"{number}".encode()).hexdigest()[:32]
        content = {"lines": [{**CLAIM, "person": str(self.member.people[0]), "invoice": f"B-{number}"}], "papers": {}}
        with transaction(self.engine) as session:
            session.execute(insert(table_of(ClaimDraft)).values(
                key=key, membership_id=self.member.membership_id, account_id=self.account, content=content, version=1,
                made_at=AT, changed_at=AT,
            ))  # fmt: skip
            session.execute(insert(table_of(DraftDocument)).values(
                draft_key=key, sha256=self.paper, kind="invoice", name="invoice.pdf", confidential=False, added_at=AT,
            ))  # fmt: skip
        form = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        return Request("POST", f"/claims/drafts/{key}/send", form, f"version=1&csrf_token={self.token}")


def _environment(chosen: Settings) -> dict[str, str]:
    assert chosen.secret_key is not None and chosen.document_key is not None
    return {
        **os.environ, "EXPAT_DATABASE_URL": chosen.database_url, "EXPAT_DEMO_DAY": DAY.isoformat(),
        "EXPAT_SECRET_KEY": chosen.secret_key.get_secret_value(), "EXPAT_IDLE_MINUTES": "720",
        "EXPAT_DOCUMENT_KEY": chosen.document_key.get_secret_value(),
        "EXPAT_DOCUMENT_FOLDER": str(chosen.document_folder),
    }  # fmt: skip


@contextmanager
def _served(application: Sequence[str], environment: dict[str, str]) -> Iterator[int]:
    """Gunicorn on a free port, as `expat serve` runs it, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    if application[0].startswith("expat"):
        words = ["-m", "expat", "serve", "--alone", "--port", str(port), "--workers", str(WORKERS)]
    else:
        words = ["-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(WORKERS), "--log-level", "error", *application]
    server = subprocess.Popen([sys.executable, *words], env=environment)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _rate(port: int, requests: Sequence[Request]) -> float:
    """Requests a second, by clients that each wait for their answer before they ask again."""
    parts = [(port, list(requests[n::CLIENTS])) for n in range(CLIENTS)]
    with multiprocessing.get_context("fork").Pool(CLIENTS) as pool:
        pool.map(_nothing, range(CLIENTS))
        begin = time.perf_counter()
        wrong = [one for found in pool.map(_ask, parts) for one in found]
        took = time.perf_counter() - begin
    if wrong:
        raise RuntimeError(f"{len(wrong)} answers were not right, such as {wrong[0]}")
    return len(requests) / took


def _nothing(_n: int) -> None:
    return None


def _ask(part: tuple[int, list[Request]]) -> list[str]:
    port, requests = part
    wrong = []
    for one in requests:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(one.method, one.path, one.body, one.headers)
        answer = connection.getresponse()
        answer.read()
        place = answer.headers.get("Location", "")
        right = answer.status == 200 or (
            answer.status == 303 and place.startswith("/claims/") and "drafts" not in place
        )
        if not right:
            wrong.append(f"{one.method} {one.path}: {answer.status} {place}")
        connection.close()
    return wrong
